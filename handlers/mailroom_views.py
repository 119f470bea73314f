"""The mailroom's views in Slack: the list with its filters, and one mail with its evidence beside its own words."""

from collections.abc import Sequence
from html import escape
from typing import Any

import templates
from handlers import mail_reasons, mail_rules, mailroom_rows, moments
from handlers.extraction.mime import words_of
from handlers.extraction.shown import Row, around
from handlers.ids import value
from handlers.mailroom_letter import Letter
from handlers.mailroom_rows import FILTERS, MailRow, Sought
from storage.unit_of_work import UnitOfWork

View = dict[str, Any]
CHUNK, MOST_CHUNKS, MOST_ROW = 2_800, 4, 300
"""How long a piece of a mail's text may be, how many pieces are shown, and how much of one row."""
MOST_ROWS = 160
MOST_RULES = 45
"""How many rules a view shows: two blocks each."""
_JOINER = "\u2060"


def list_view(uow: UnitOfWork, sought: Sought) -> View:
    """Return the list of mails."""
    page = mailroom_rows.page_of(uow, sought)
    at = (page.first - 1) // mailroom_rows.PAGE
    sought = Sought(sought.filter, sought.supplier, at)
    return templates.view(
        "mailroom",
        counts=_sentence(mailroom_rows.counts_words(uow)),
        filters=[(value(number, sought.supplier, 0), each.words) for number, each in enumerate(FILTERS)],
        suppliers=_suppliers(uow, sought),
        initial=value(sought.filter, sought.supplier, 0),
        rows=[_row(each, sought) for each in page.rows],
        before=value(sought.filter, sought.supplier, at - 1) if at else "",
        next=value(sought.filter, sought.supplier, at + 1) if page.more else "",
        rules=value(*sought.numbers()),
        place=_place(page),
    )


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _place(page: mailroom_rows.Page) -> str:
    if not page.rows:
        return "Nothing to show"
    return f"{page.first} to {page.first + len(page.rows) - 1} of {page.total}"


def _suppliers(uow: UnitOfWork, sought: Sought) -> list[tuple[str, str]]:
    """Return the suppliers to choose from; the chosen one is always among them."""
    named = [(0, "All suppliers"), *mailroom_rows.suppliers(uow, sought.supplier)]
    return [(value(sought.filter, number, 0), name or "A supplier without a name") for number, name in named]


def _row(row: MailRow, sought: Sought) -> dict[str, Any]:
    return {
        "number": row.number,
        "who": row.who,
        "subject": row.subject,
        "state": row.words,
        "received_at": row.received_at,
        "holder": row.holder,
        "lines": row.lines,
        "problem": row.problem,
        "value": value(row.number, *sought.numbers()),
    }


def mail_view(uow: UnitOfWork, letter: Letter, sought: Sought, said: str = "") -> View:
    """Return one mail, with what was just done to it said first."""
    mail, reading = letter.mail, letter.reading
    chunks, left = chunks_of(letter)
    return templates.view(
        "mailroom_mail",
        said=said,
        number=mail.id,
        subject=dead(words_of(mail.subject)),
        state=letter.state,
        holder=letter.holder,
        first_name=(letter.holder.split() or [""])[0],
        mine=mail.taken_by_id is not None and mail.taken_by_id == uow.actor.person_id,
        sender=words_of(mail.sender),
        supplier=letter.supplier,
        reply_to=letter.reply_to,
        received_at=mail.received_at,
        became=letter.became,
        offered=letter.offered,
        value=value(mail.id, *sought.numbers()),
        take=value(mail.id, mail.taken_by_id or 0, *sought.numbers()),
        list=value(*sought.numbers()),
        is_read=bool(reading),
        trust=mail_reasons.sender(reading),
        header=mail_reasons.header(reading),
        kind=mail_reasons.kind(reading),
        decision=mail_reasons.decision(reading),
        rules=_rules(letter),
        problems=letter.problems,
        lines=[mail_reasons.line_words(each).strip() for each in letter.lines],
        chunks=chunks,
        left=left,
        files=[f"{one.name or one.kind} ({size_words(one.size)})" for one in letter.files],
        events=[_event(uow, each) for each in letter.events],
    )


def _rules(letter: Letter) -> str:
    return " · ".join(f"{one.rule}: {'yes' if one.fits else 'no'}" for one in letter.rules)


def _event(uow: UnitOfWork, event: Any) -> str:
    said = f"{moments.when(uow, event.at)}, {event.by}: {event.what}"
    return f"{said}, “{' '.join(event.words.split())[:150]}”" if event.words else said


def chunks_of(letter: Letter) -> tuple[list[str], int]:
    """Return a mail's text in pieces that Slack takes, and how many rows are left out; what was quoted is kept first."""
    most = MOST_ROWS
    while True:
        rows = around(letter.rows, most)
        chunks = _packed(_written(rows, {one.part: one.name for one in letter.files}))
        if len(chunks) <= MOST_CHUNKS or most <= 1:
            return chunks[:MOST_CHUNKS], max(0, len(letter.rows) - min(most, len(letter.rows)))
        most = most * 3 // 4


def _written(rows: Sequence[Row], names: dict[str, str]) -> list[str]:
    """Write rows as lines, each with the signs of what was read from it, and each file under its name."""
    lines, part = [], rows[0].part if rows else ""
    for row in rows:
        if row.part != part and names.get(row.part):
            lines.append(f"[{names[row.part]}]")
        part = row.part
        marks = "".join(mail_reasons.mark(number) for number in row.marks)
        text = " ".join(row.text.split())[:MOST_ROW]
        lines.append(dead(f"{marks} {text}" if marks else text))
    return lines


def _packed(lines: Sequence[str]) -> list[str]:
    chunks: list[str] = []
    room = 0
    for line in lines:
        size = len(escape(line, quote=False)) + 1
        if size > room:
            chunks.append("")
            room = CHUNK
        chunks[-1] = f"{chunks[-1]}\n{line}" if chunks[-1] else line
        room -= size
    return chunks


def rules_view(uow: UnitOfWork, sought: Sought, said: str = "") -> View:
    """Return what people taught, each rule with its origin: those in force first, with what was just done to one."""
    found = sorted(mail_rules.rules_rows(uow), key=lambda row: row["state"] != "active")
    shown = [_rule(row, sought) for row in found[:MOST_RULES]]
    left = len(found) - len(shown)
    return templates.view("mailroom_rules", said=said, rules=shown, left=left, list=value(*sought.numbers()))


def _rule(row: dict[str, Any], sought: Sought) -> dict[str, Any]:
    origin = f"taught by {row['by']}" + (f" from mail {row['mail']}" if row["mail"] else "")
    told = {name: row[name] for name in ("supplier", "words", "at", "state")}
    return {**told, "origin": origin, "edit": value(row["id"]), "revoke": value(row["id"], *sought.numbers())}


def dead(text: str) -> str:
    """Return text in which no program finds a link to press; it reads the same."""
    return text.replace("://", f":{_JOINER}//").replace("www.", f"www{_JOINER}.")


def size_words(size: int) -> str:
    """Say a size in bytes as people do."""
    return f"{size / 1024:.0f} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
