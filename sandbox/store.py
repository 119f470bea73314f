"""Everything the pretend workspace remembers, in one SQLite file."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.wire import Json, packed

TABLES = """
create table if not exists kept (name text primary key, value text not null);
create table if not exists people (id text primary key, doc text not null);
create table if not exists channels (id text primary key, kind text not null, name text not null, doc text not null);
create table if not exists members (channel text, person text, primary key (channel, person)) without rowid;
create table if not exists messages (
  channel text not null, ts text not null, root text, in_channel integer not null, ephemeral_to text, doc text not null,
  primary key (channel, ts));
create index if not exists threads on messages (channel, root, ts) where root is not null;
create index if not exists histories on messages (channel, ts) where in_channel;
create table if not exists files (id text primary key, doc text not null, content blob);
create table if not exists views (id text primary key, person text not null, kind text not null, place integer, doc text not null);
create table if not exists reads (person text, channel text, ts text, primary key (person, channel)) without rowid;
create table if not exists reply_addresses (secret text primary key, uses integer not null, until real not null, doc text not null);
"""


class Store:
    """A thin hand on the file: documents in, documents out. Each write is its own transaction."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        # A pretend world may lose its last words in a power cut, never in a plain stop or kill.
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=off; pragma temp_store=memory;" + TABLES)
        self._members: dict[str, frozenset[str]] = {}
        self._channels: dict[str, Json] = {}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # Small things under a name.

    def recall(self, name: str, default: Any = None) -> Any:
        """The JSON value kept under this name."""
        row = self._db.execute("select value from kept where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def keep(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self._db.execute("insert or replace into kept values (?, ?)", (name, packed(value)))

    # People and channels.

    def people(self) -> list[Json]:
        """All people in the order they came."""
        return [json.loads(doc) for (doc,) in self._db.execute("select doc from people order by rowid")]

    def person(self, person: str) -> Json | None:
        """One person."""
        return self._one("select doc from people where id = ?", person)

    def put_person(self, doc: Json) -> None:
        """Add or replace a person."""
        self._db.execute(
            "insert into people values (?, ?) on conflict (id) do update set doc = excluded.doc",
            (doc["id"], packed(doc)),
        )

    def channels(self) -> list[Json]:
        """All conversations in the order they came."""
        return [json.loads(doc) for (doc,) in self._db.execute("select doc from channels order by rowid")]

    def channel(self, channel: str) -> Json | None:
        """One conversation."""
        if channel not in self._channels:
            found = self._one("select doc from channels where id = ?", channel)
            if found is None:
                return None
            self._channels[channel] = found
        return self._channels[channel]

    def put_channel(self, doc: Json) -> None:
        """Add or replace a conversation."""
        self._channels.pop(doc["id"], None)
        self._db.execute(
            "insert into channels values (?, ?, ?, ?)"
            " on conflict (id) do update set kind = excluded.kind, name = excluded.name, doc = excluded.doc",
            (doc["id"], doc["kind"], doc["name"], packed(doc)),
        )

    def members(self, channel: str) -> frozenset[str]:
        """Who is in a conversation."""
        if channel not in self._members:
            rows = self._db.execute("select person from members where channel = ?", (channel,))
            self._members[channel] = frozenset(person for (person,) in rows)
        return self._members[channel]

    def join(self, channel: str, people: Iterable[str]) -> None:
        """Put people into a conversation; those inside stay."""
        self._members.pop(channel, None)
        self._db.executemany("insert or ignore into members values (?, ?)", [(channel, person) for person in people])

    # Messages.

    def last_stamp(self) -> str:
        """The latest stamp ever given, or an empty text."""
        return str(self._db.execute("select coalesce(max(ts), '') from messages").fetchone()[0])

    def message(self, channel: str, ts: str) -> Json | None:
        """One message."""
        return self._one("select doc from messages where channel = ? and ts = ?", channel, ts)

    def ephemeral_to(self, channel: str, ts: str) -> str | None:
        """For whose eyes alone a message is, if so."""
        row = self._db.execute(
            "select ephemeral_to from messages where channel = ? and ts = ?", (channel, ts)
        ).fetchone()
        return row[0] if row else None

    def put_message(self, channel: str, doc: Json, ephemeral_to: str | None = None) -> None:
        """Add a message, or replace the one with its stamp."""
        root = doc.get("thread_ts")
        root = None if root == doc["ts"] else root
        in_channel = root is None or doc.get("subtype") == "thread_broadcast"
        self._db.execute(
            "insert into messages values (?, ?, ?, ?, ?, ?) on conflict (channel, ts) do update set doc = excluded.doc",
            (channel, doc["ts"], root, in_channel, ephemeral_to, packed(doc)),
        )

    def drop_message(self, channel: str, ts: str) -> None:
        """Remove a message."""
        self._db.execute("delete from messages where channel = ? and ts = ?", (channel, ts))

    def messages(self, channel: str, thread: str | None, reader: str | None) -> list[tuple[Json, str | None]]:
        """Roots of a channel (or a thread with its root) oldest first, each with its ephemeral reader, if any."""
        where = "in_channel" if thread is None else "(ts = ? or root = ?)"
        rows = self._db.execute(
            f"select doc, ephemeral_to from messages where channel = ? and {where}"  # noqa: S608 - a fixed text
            " and (ephemeral_to is null or ephemeral_to = ?) order by ts",
            (channel, *([] if thread is None else [thread, thread]), reader or ""),
        )
        return [(json.loads(doc), seen_by) for doc, seen_by in rows]

    def page(self, channel: str, *, after: str, before: str, limit: int) -> list[Json]:
        """Roots between two stamps, both excluded, newest first; nobody's private ones."""
        rows = self._db.execute(
            "select doc from messages where channel = ? and ts > ? and ts < ? and ephemeral_to is null and in_channel"
            " order by ts desc limit ?",
            (channel, after, before, limit),
        )
        return [json.loads(doc) for (doc,) in rows]

    def replies(self, channel: str, roots: Iterable[str]) -> dict[str, tuple[int, str, list[str]]]:
        """For each root with replies: how many, the latest stamp, and who wrote."""
        wanted = packed(list(roots))
        rows = self._db.execute(
            "select root, count(*), max(ts), group_concat(distinct json_extract(doc, '$.user')) from messages"
            " where channel = ? and root in (select value from json_each(?)) and ephemeral_to is null group by root",
            (channel, wanted),
        )
        return {root: (count, latest, (who or "").split(",")) for root, count, latest, who in rows}

    def unread(self, person: str) -> dict[str, int]:
        """How many unread roots and replies wait for a person in each conversation."""
        rows = self._db.execute(
            "select m.channel, count(*) from messages m join members b on b.channel = m.channel and b.person = ?1"
            " left join reads r on r.channel = m.channel and r.person = ?1"
            " where m.ts > coalesce(r.ts, '') and (m.ephemeral_to is null or m.ephemeral_to = ?1)"
            " and coalesce(json_extract(m.doc, '$.user'), '') <> ?1 group by m.channel",
            (person,),
        )
        return dict(rows.fetchall())

    def mark_read(self, person: str, channel: str) -> None:
        """Everything up to now in this conversation has been seen by the person."""
        self._db.execute(
            "insert or replace into reads select ?, ?, coalesce(max(ts), '') from messages where channel = ?",
            (person, channel, channel),
        )

    # Files.

    def put_file(self, doc: Json, content: bytes | None) -> None:
        """Add a file, or replace its description and, when given, its bytes."""
        self._db.execute(
            "insert into files values (?, ?, ?) on conflict (id) do update"
            " set doc = excluded.doc, content = coalesce(excluded.content, content)",
            (doc["id"], packed(doc), content),
        )

    def file(self, file: str) -> Json | None:
        """A file's description."""
        return self._one("select doc from files where id = ?", file)

    def content(self, file: str) -> bytes | None:
        """A file's bytes, None until they are uploaded."""
        row = self._db.execute("select content from files where id = ?", (file,)).fetchone()
        return row[0] if row else None

    def move_addresses(self, before: str, after: str) -> None:
        """Files are found at another address now: change it where it is written down."""
        for table in ("files", "messages"):
            query = f"update {table} set doc = replace(doc, ?1, ?2) where instr(doc, ?1)"  # noqa: S608 - fixed names
            self._db.execute(query, (before + "/files", after + "/files"))

    # Views.

    def put_view(self, doc: Json, person: str, kind: str, place: int) -> None:
        """Add or replace a view; `kind` is modal or home, `place` its position in the stack."""
        self._db.execute(
            "insert or replace into views values (?, ?, ?, ?, ?)", (doc["id"], person, kind, place, packed(doc))
        )

    def view(self, view: str) -> tuple[Json, str, str, int] | None:
        """A view with its person, kind and place."""
        row = self._db.execute("select doc, person, kind, place from views where id = ?", (view,)).fetchone()
        return (json.loads(row[0]), row[1], row[2], row[3]) if row else None

    def views(self, person: str, kind: str) -> list[Json]:
        """A person's views of a kind, lowest first."""
        rows = self._db.execute("select doc from views where person = ? and kind = ? order by place", (person, kind))
        return [json.loads(doc) for (doc,) in rows]

    def view_by_external_id(self, external: str) -> str | None:
        """The id of the open view that carries this external id."""
        row = self._db.execute(
            "select id from views where json_extract(doc, '$.external_id') = ?", (external,)
        ).fetchone()
        return str(row[0]) if row else None

    def drop_views(self, person: str, from_place: int) -> None:
        """Close a person's modals from this place upwards."""
        self._db.execute("delete from views where person = ? and kind = 'modal' and place >= ?", (person, from_place))

    # Addresses to answer at.

    def put_reply_address(self, secret: str, until: float, doc: Json) -> None:
        """Remember an answer address."""
        self._db.execute("insert into reply_addresses values (?, 0, ?, ?)", (secret, until, packed(doc)))

    def use_reply_address(self, secret: str) -> tuple[int, float, Json] | None:
        """Count one use; gives the uses so far including this, the end, and what it answers."""
        row = self._db.execute(
            "update reply_addresses set uses = uses + 1 where secret = ? returning uses, until, doc", (secret,)
        ).fetchone()
        return (row[0], row[1], json.loads(row[2])) if row else None

    def forget_reply_addresses(self, before: float) -> None:
        """Drop addresses that ended before this time."""
        self._db.execute("delete from reply_addresses where until < ?", (before,))

    def _one(self, query: str, *values: str) -> Json | None:
        row = self._db.execute(query, values).fetchone()
        return json.loads(row[0]) if row else None
