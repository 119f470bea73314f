"""The pretend mail server's memory: every mail that left the plant or reached it, and the plant's IMAP folders."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sandbox.mail_summary import summary

FILE = "mail.sqlite3"
INBOX = "INBOX"
Side = Literal["sent", "plant"]

TABLES = """
create table if not exists mails (
  id integer primary key, side text not null, at text not null, sender text not null, recipients text not null,
  raw blob not null, summary text not null, answers_to integer, answer text);
create index if not exists sides on mails (side, id);
create table if not exists folders (name text primary key, uidvalidity integer not null, uidnext integer not null);
create table if not exists letters (
  folder text not null, uid integer not null, mail integer not null, flags text not null,
  primary key (folder, uid)) without rowid;
create table if not exists kept (name text primary key, value text not null);
"""


@dataclass(frozen=True)
class Mail:
    """One mail as it went over the wire; `answers_to` and `answer` say which ready answer it is to which sent mail."""

    id: int
    side: Side
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    summary: dict[str, Any]
    answers_to: int | None
    answer: str | None


@dataclass(frozen=True)
class Folder:
    """An IMAP folder; uids are never used twice under one uidvalidity (RFC 3501, 2.3.1.1)."""

    name: str
    uidvalidity: int
    uidnext: int


@dataclass(frozen=True)
class Letter:
    """One mail in a folder, without its bytes."""

    uid: int
    mail: int
    flags: frozenset[str]
    at: datetime
    size: int


class MailStore:
    """A hand on the file `mail.sqlite3` below `data`; used from one thread."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(data / FILE, isolation_level=None)
        # A pretend server may lose its last mail in a power cut, never in a plain stop or kill.
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=off;" + TABLES)
        self._watchers: list[Callable[[str], None]] = []
        if self.folder(INBOX) is None:
            self.create_folder(INBOX)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def recall(self, name: str) -> str | None:
        """The words kept under a name."""
        row = self._db.execute("select value from kept where name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep(self, name: str, value: str) -> None:
        """Keep words under a name."""
        self._db.execute("insert or replace into kept values (?, ?)", (name, value))

    def watch(self, watcher: Callable[[str], None]) -> Callable[[], None]:
        """Call `watcher(folder)` after each change of a folder, until the returned function is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    # Mails.

    def keep_mail(self, side: Side, raw: bytes, *, sender: str = "", recipients: Iterable[str] = ()) -> int:
        """Keep a mail's bytes; answers its id."""
        row = (side, datetime.now(UTC).isoformat(), sender, json.dumps([*recipients]), raw, json.dumps(summary(raw)))
        sql = "insert into mails (side, at, sender, recipients, raw, summary) values (?, ?, ?, ?, ?, ?)"
        kept = self._db.execute(sql, row).lastrowid
        assert kept is not None
        return kept

    def note_answer(self, mail: int, answers_to: int, answer: str) -> None:
        """Say that `mail` is the supplier's answer of this kind to a sent mail."""
        self._db.execute("update mails set answers_to = ?, answer = ? where id = ?", (answers_to, answer, mail))

    def mail(self, mail: int) -> Mail | None:
        """One mail by its id."""
        found = self._mails("where id = ?", mail)
        return found[0] if found else None

    def mails(self, side: Side) -> list[Mail]:
        """All mails of one side, oldest first."""
        return self._mails("where side = ? order by id", side)

    def answers(self, mail: int) -> list[Mail]:
        """What the supplier answered to a sent mail, oldest first."""
        return self._mails("where answers_to = ? order by id", mail)

    def _mails(self, where: str, value: str | int) -> list[Mail]:
        columns = "id, side, at, sender, recipients, raw, summary, answers_to, answer"
        rows = self._db.execute(f"select {columns} from mails {where}", (value,))  # noqa: S608 - our own words
        return [
            Mail(
                row[0],
                row[1],
                datetime.fromisoformat(row[2]),
                row[3],
                tuple(json.loads(row[4])),
                row[5],
                json.loads(row[6]),
                *row[7:],
            )
            for row in rows
        ]

    # Folders.

    def folders(self) -> list[str]:
        """The names of all folders, INBOX first."""
        names = [name for (name,) in self._db.execute("select name from folders order by name")]
        return sorted(names, key=lambda name: (name != INBOX, name))

    def folder(self, name: str) -> Folder | None:
        """A folder by name; INBOX in any case (RFC 3501, 5.1)."""
        row = self._db.execute("select name, uidvalidity, uidnext from folders where name = ?", (_named(name),))
        found = row.fetchone()
        return Folder(*found) if found else None

    def create_folder(self, name: str) -> None:
        """Make an empty folder; its uidvalidity is larger than that of any folder before it."""
        latest = self._db.execute("select coalesce(max(uidvalidity), 0) from folders").fetchone()[0]
        gone = int(self.recall("latest uidvalidity") or 0)
        validity = max(int(time.time()), latest + 1, gone + 1)
        self.keep("latest uidvalidity", str(validity))
        self._db.execute("insert into folders values (?, ?, 1)", (_named(name), validity))

    def delete_folder(self, name: str) -> None:
        """Remove a folder with its letters; the mails stay known."""
        self._db.execute("delete from letters where folder = ?", (_named(name),))
        self._db.execute("delete from folders where name = ?", (_named(name),))
        self._tell(name)

    def letters(self, folder: str) -> list[Letter]:
        """What lies in a folder, by uid."""
        sql = (
            "select uid, mail, flags, at, length(raw) from letters join mails on mails.id = mail"
            " where folder = ? order by uid"
        )
        return [
            Letter(uid, mail, frozenset(flags.split()), datetime.fromisoformat(at), size)
            for uid, mail, flags, at, size in self._db.execute(sql, (_named(folder),))
        ]

    def raw(self, mail: int) -> bytes:
        """The bytes of a mail."""
        return bytes(self._db.execute("select raw from mails where id = ?", (mail,)).fetchone()[0])

    def deliver(self, folder: str, mail: int, flags: Iterable[str] = ()) -> int:
        """Put a mail into a folder; answers its uid."""
        name = _named(folder)
        with self._db:
            self._db.execute("begin immediate")
            sql = "update folders set uidnext = uidnext + 1 where name = ? returning uidnext - 1"
            uid = int(self._db.execute(sql, (name,)).fetchone()[0])
            self._db.execute("insert into letters values (?, ?, ?, ?)", (name, uid, mail, " ".join(sorted(flags))))
        self._tell(name)
        return uid

    def set_flags(self, folder: str, uid: int, flags: Iterable[str]) -> None:
        """Replace the flags of a letter."""
        row = (" ".join(sorted(flags)), _named(folder), uid)
        self._db.execute("update letters set flags = ? where folder = ? and uid = ?", row)

    def remove(self, folder: str, uids: Iterable[int]) -> None:
        """Take letters out of a folder; the mails stay known."""
        rows = [(_named(folder), uid) for uid in uids]
        self._db.executemany("delete from letters where folder = ? and uid = ?", rows)
        self._tell(folder)

    def _tell(self, folder: str) -> None:
        for watcher in list(self._watchers):
            watcher(_named(folder))


def _named(folder: str) -> str:
    return INBOX if folder.upper() == INBOX else folder
