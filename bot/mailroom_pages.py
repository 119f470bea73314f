"""How the command line shows the mailroom: the list, one mail with its evidence beside its words, and the rules learnt."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot import printing
from handlers import mail_reasons
from handlers.extraction.mime import words_of
from handlers.mailroom_letter import Letter
from handlers.mailroom_rows import MailRow, Page
from templates.said import worded

WIDE = 100
"""From how many columns on a terminal shows the evidence beside the text."""


def list_of(page: Page) -> None:
    """Print one page of mails as a table, and how many there are."""
    heads = ("Mail", "Received", "State", "From", "Subject", "Read", "Looked after by")
    printing.table(heads, [_cells(row) for row in page.rows])
    if page.rows:
        printing.say(f"{page.first} to {page.first + len(page.rows) - 1} of {page.total}.")
    else:
        printing.say("No mail here.")


def _cells(row: MailRow) -> tuple[str, ...]:
    read = f"{row.lines} lines" if row.lines > 1 else "1 line" if row.lines else ""
    state = f"{row.words}: {row.problem}" if row.problem else row.words
    cells = (str(row.number), f"{row.received_at:%Y-%m-%d %H:%M}", state, row.who, row.subject, read, row.holder)
    return tuple(clean(cell) for cell in cells)


def list_as_json(page: Page) -> dict[str, Any]:
    """Return one page of mails as plain values; moments are ISO 8601."""
    rows = [{**asdict(row), "received_at": row.received_at.isoformat()} for row in page.rows]
    return {"mails": rows, "total": page.total, "first": page.first, "more": page.more}


def letter(told: Letter) -> None:
    """Print one mail for a person: facts, reasons, its text with what was read from it, files, and what was done."""
    for label, words in _facts(told):
        printing.say(clean(f"{label}: {words}"))
    for sentence in mail_reasons.sentences(told.reading):
        printing.say(clean(sentence))
    printing.say("")
    if sys.stdout.isatty() and _columns() >= WIDE:
        printing.table(("What it says", "What was read from it"), list(_beside(told)))
    else:
        _one_below_the_other(told)
    printing.say("")
    for event in told.events:
        words = f", “{' '.join(event.words.split())}”" if event.words else ""
        printing.say(clean(f"{event.at:%Y-%m-%d %H:%M} {event.by}: {event.what}{words}"))


def _columns() -> int:
    from rich.console import Console

    return Console().width


def _facts(told: Letter) -> Iterator[tuple[str, str]]:
    mail = told.mail
    facts = (
        ("Mail", str(mail.id)),
        ("Subject", words_of(mail.subject)),
        ("From", words_of(mail.sender)),
        ("Supplier", told.supplier),
        ("Answers go to", told.reply_to),
        ("Received", f"{mail.received_at:%Y-%m-%d %H:%M %Z}"),
        ("State", told.state),
        ("Looked after by", told.holder),
        ("What became of it", told.became),
        ("Files", ", ".join(f"{one.name or one.kind} ({one.size} bytes)" for one in told.files)),
    )
    return ((label, words) for label, words in facts if words)


def _beside(told: Letter) -> Iterator[tuple[str, str]]:
    by_number = {line.number: line for line in told.lines}
    for row in told.rows:
        read = "\n".join(mail_reasons.line_words(by_number[number]).strip() for number in row.marks)
        yield clean(f"{_signs(row.marks)} {row.text}".strip()), clean(read)


def _one_below_the_other(told: Letter) -> None:
    printing.say("What it says, a number where a line was read from:")
    for row in told.rows:
        printing.say(clean(f"{_signs(row.marks):3} {row.text}"))


def _signs(numbers: tuple[int, ...]) -> str:
    return "".join(mail_reasons.mark(number) for number in numbers)


def letter_as_json(told: Letter) -> dict[str, Any]:
    """Return one mail as plain values: its facts, the whole reading, its text with the signs, and what was done."""
    mail = told.mail
    return {
        "number": mail.id,
        "state": mail.state,
        "became": told.became,
        "subject": mail.subject,
        "sender": mail.sender,
        "reply_to": told.reply_to,
        "supplier": told.supplier,
        "received_at": mail.received_at.isoformat(),
        "holder": told.holder,
        "attempts": mail.attempts,
        "offered": sorted(told.offered),
        "reading": dict(told.reading),
        "text": [{"part": row.part, "text": row.text, "lines": list(row.marks)} for row in told.rows],
        "files": [asdict(one) for one in told.files],
        "timeline": [{**asdict(event), "at": event.at.isoformat()} for event in told.events],
    }


def rules(found: list[dict[str, Any]]) -> None:
    """Print the rules that people taught."""
    if not found:
        printing.say("Nothing was learnt yet.")
        return
    heads = ("Rule", "Supplier", "Means", "From mail", "Taught by", "Since", "State")
    names = ("id", "supplier", "words", "mail", "by", "at", "state")
    told = [{**row, "mail": row["mail"] or "", "at": f"{row['at']:%Y-%m-%d}"} for row in found]
    printing.table(heads, [tuple(clean(str(row[name])) for name in names) for row in told])


def clean(text: str) -> str:
    """Return text without anything that could steer a terminal."""
    return worded(text).replace("\t", " ")
