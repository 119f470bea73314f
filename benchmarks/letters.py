"""Suppliers' mails made by us from a seed: tables, text and answers in two languages, each with the truth it was made from."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from benchmarks.plant import AUTHSERV, DOMAIN, PARTS, SUPPLIER

SHARES = 5
"""How many deliveries an order comes in."""


@dataclass(frozen=True)
class Letter:
    """One mail, and what a reader should make of it: the order, and pieces by the order's line; no lines, no proposal."""

    content: bytes
    order: str
    lines: dict[int, int]


@dataclass(frozen=True)
class Despatch:
    """What a supplier sends: under which note, for which order, and (line, part number, name, ordered, sent)."""

    note: str
    order: str
    rows: Sequence[tuple[int, str, str, int, int]]


Body = tuple[str, str, str]
"""Subject, text and HTML (empty for none)."""


def _table(despatch: Despatch, heads: Sequence[str], unit: str) -> str:
    head = "".join(f'<th style="padding:4px;border-bottom:1px solid #999">{name}</th>' for name in heads)
    rows = "".join(
        f'<tr><td style="padding:4px">{line}</td><td><span style="font-family:Arial">{part}</span></td><td>{name}</td>'
        f'<td align="right">{ordered} {unit}</td><td align="right"><b>{sent} {unit}</b></td></tr>'
        for line, part, name, ordered, sent in despatch.rows
    )
    return f'<table border="0" cellspacing="0" width="640"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _english_table(despatch: Despatch) -> Body:
    table = _table(despatch, ("Pos", "Part no.", "Description", "Ordered", "Shipped"), "pcs")
    html = (
        f"<html><body><p>Dear customer,</p><p>we have shipped today for your purchase order <b>{despatch.order}</b>.<br>"
        f"Delivery note: {despatch.note}</p>{table}<p>Kind regards<br>Jana Hartmann<br>{SUPPLIER}</p></body></html>"
    )
    return f"Delivery note {despatch.note} for {despatch.order}", "Please view this mail as HTML.", html


def _german_table(despatch: Despatch) -> Body:
    table = _table(despatch, ("Pos", "Art.-Nr.", "Bezeichnung", "Bestellt", "Geliefert"), "Stk")
    html = (
        f"<html><body><p>Guten Tag,<br>wir haben heute versendet.</p><p>Lieferschein-Nr.: {despatch.note}<br>"
        f"Ihre Bestellung: {despatch.order}</p>{table}<p>Mit freundlichen Grüßen<br>Jana Hartmann</p></body></html>"
    )
    return f"Lieferavis {despatch.note} zu {despatch.order}", "Bitte HTML anzeigen.", html


def _english_text(despatch: Despatch) -> Body:
    lines = "\n".join(f"{part}  {name}: {sent} pcs" for _, part, name, _, sent in despatch.rows)
    text = f"Hello,\n\nwe shipped today for your order {despatch.order}:\n\n{lines}\n\nDelivery note: {despatch.note}\n\nBest regards\nJana Hartmann\n"
    return f"Shipment for {despatch.order}", text, ""


def _german_text(despatch: Despatch) -> Body:
    lines = "\n".join(f"{part}  {name}: {sent} Stück" for _, part, name, _, sent in despatch.rows)
    text = f"Guten Tag,\n\nheute wurde zu Ihrer Bestellung {despatch.order} versendet:\n\n{lines}\n\nLieferschein-Nr.: {despatch.note}\n\nMit freundlichen Grüßen\nJana Hartmann\n"
    return f"Versandanzeige {despatch.order}", text, ""


def _english_answer(despatch: Despatch) -> Body:
    _, text, _ = _english_text(despatch)
    quoted = f"> Dear Hartmann Seals,\n> please deliver our order {despatch.order}.\n> {PARTS[0][1]}: 999 pcs\n"
    return (
        f"Re: Purchase order {despatch.order}",
        f"{text}\nOn Mon, 2 Nov 2026 at 09:12, Halden Works wrote:\n{quoted}",
        "",
    )


def _away(despatch: Despatch) -> Body:
    return (
        f"Automatic reply: Purchase order {despatch.order}",
        "I am out of the office until Monday and read no mail until then.\n",
        "",
    )


SHAPES: Sequence[tuple[Callable[[Despatch], Body], int]] = (
    (_english_table, 5),
    (_german_table, 5),
    (_english_text, 3),
    (_german_text, 3),
    (_english_answer, 3),
    (_away, 1),
)
"""How mails look, and how many of twenty do."""


def letters(orders: Sequence[str], quantities: Sequence[int], *, seed: int = 7) -> Iterator[Letter]:
    """Yield the mails of several deliveries for each order of these quantities (pieces by line), in no order."""
    chance = random.Random(seed)
    shapes = [shape for shape, share in SHAPES for _ in range(share)]
    due = [order for order in orders for _ in range(SHARES)]
    chance.shuffle(due)
    for number, order in enumerate(due, start=1):
        rows = [
            (line, f"HS-{code[2:]}", name, ordered, chance.randint(1, ordered // SHARES))
            for line, ((code, name), ordered) in enumerate(zip(PARTS, quantities, strict=True), start=1)
        ]
        kept = sorted(chance.sample(rows, chance.randint(1, len(rows))))
        shape = chance.choice(shapes)
        despatch = Despatch(f"LS-{55000 + number}", order, kept)
        sent = {} if shape is _away else {row[0]: row[4] for row in kept}
        yield Letter(_mail(despatch, shape, number), order, sent)


def _mail(despatch: Despatch, shape: Callable[[Despatch], Body], number: int) -> bytes:
    subject, text, html = shape(despatch)
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = f"{AUTHSERV}; dmarc=pass header.from=hartmann.example"
    mail["From"] = f"{SUPPLIER} <versand@hartmann.example>"
    mail["To"] = f"purchasing@{DOMAIN}"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.now(UTC) - timedelta(minutes=5))
    mail["Message-ID"] = f"<{number}.bench@hartmann.example>"
    if shape is _away:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()
