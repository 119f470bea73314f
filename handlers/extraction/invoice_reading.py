"""The invoice of a mail: the structured one where there is one, else what its words and tables say; never a guess."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from . import (
    invoice_cii,
    invoice_cxml,
    invoice_edifact,
    invoice_fatturapa,
    invoice_opentrans,
    invoice_ubl,
    invoice_x12,
    reader,
)
from .formats import edifact, streams, x12
from .formats.xml import Refused, document_of, root_of
from .invoice_checks import doubts_of, product
from .invoice_paper import Bill
from .invoice_text import bills_of
from .known import Known
from .letter import Letter
from .reading import Reading
from .sources import Page

_BESIDE = frozenset({"despatch", "delivery", "order_response", "delay"})
MANY = "several invoices came in one mail"
UNREAD = "it came in a form of which no amounts can be read"
_XML = (
    invoice_ubl.bill_of,
    invoice_cii.bill_of,
    invoice_fatturapa.bill_of,
    invoice_cxml.bill_of,
    invoice_opentrans.bill_of,
)


def read(raw: bytes, known: Known, *, source: str = "") -> Reading:
    """Read one mail, and what it charges where it is an invoice; whatever the bytes are, a reading comes back."""
    found, letter = reader.read_letter(raw, known, source)
    beside = found.kind != "invoice"
    if letter is None or found.trust == "forged" or (beside and not _may_hold_one(found)):
        return found
    try:
        bill = _beside(letter, found) if beside else bill_of(letter, found)
    except Exception as fault:  # noqa: BLE001 - one broken invoice must never stop the next mail
        bill = Bill(number=found.number or "", doubts=[f"the reader failed: {type(fault).__name__}"])
    if bill is None:
        return found
    bill.doubts = doubts_of(bill)
    return replace(found, invoice=bill)


def _may_hold_one(reading: Reading) -> bool:
    """Say whether a mail about something else may bring an invoice with it: a structured one, or one by its title."""
    grounds = reading.grounds
    return reading.kind in _BESIDE and (grounds.named_by == "document" or bool(grounds.titles.get("invoice")))


def _beside(letter: Letter, reading: Reading) -> Bill | None:
    """Return the invoice that comes with goods or an answer: structured, or a document of its own with rows and a total."""
    structured = [bill for page in letter.pages if page.notice for bill in _structured(page, letter)]
    if structured:
        return _only(structured)
    attached = {page.part.number for page in letter.pages if page.part.attached}
    papers = [one for one in bills_of(letter) if one.part in attached and one.lines and one.total is not None]
    return _completed(papers[0], replace(reading, number=None)) if len(papers) == 1 else None


def bill_of(letter: Letter, reading: Reading) -> Bill:
    """Return the one bill of a letter that is an invoice, with what keeps it from being taken."""
    structured = [bill for page in letter.pages if page.notice for bill in _structured(page, letter)]
    if structured:
        return _only(structured)
    papers = bills_of(letter)
    bill = next((one for one in papers if not doubts_of(_completed(one, reading))), None)
    bill = bill or next((one for one in papers if one.lines), next(iter(papers), None))
    if bill is None:
        bill = Bill(doubts=[UNREAD] if any(page.notice for page in letter.pages) else [])
    other = {(one.total, len(one.lines)) for one in papers if one.lines and one.total not in (None, bill.total)}
    bill.doubts += [MANY] if other else []
    bill.doubts += [page.refused for page in letter.pages if page.refused]
    if not reading.orders and not bill.orders:
        bill.orders = _strangers(letter)
    return _completed(bill, reading)


def _strangers(letter: Letter) -> list[str]:
    """Return what looks like orders of ours that the reader was not told of: long closed, or cancelled."""
    numbers, words = letter.tools.numbers, letter.tools.words
    return list(
        dict.fromkeys(one for text in (letter.subject, *letter.texts) for one in numbers.strangers(text, words))
    )


def _only(bills: list[Bill]) -> Bill:
    """Return the one structured invoice; the same one in two forms is one."""
    numbers = {(bill.number, bill.total) for bill in bills}
    bills[0].doubts += [MANY] if len(numbers) > 1 else []
    return bills[0]


def _completed(bill: Bill, reading: Reading) -> Bill:
    """Give a bill of words the number, day and orders that the reader found in the mail, and each line its amount."""
    bill.number = bill.number or reading.number or ""
    bill.issued_on = bill.issued_on or reading.issued_on
    bill.orders = bill.orders or list(reading.orders)
    for line in bill.lines:
        line.order = line.order or (bill.orders[0] if len(bill.orders) == 1 else "")
        line.amount = product(line) if line.amount is None else line.amount
    if bill.total is not None and bill.tax is None and bill.net is not None and bill.total == bill.net:
        bill.tax = Decimal(0)
    return bill


def _structured(page: Page, letter: Letter) -> Iterable[Bill]:
    """Return the bills of a page that is a structured document."""
    reads = _FORMS.get(page.format.name)
    try:
        return reads(page, letter) if reads else []
    except Refused:
        return []


def _of_xml(page: Page, _letter: Letter) -> list[Bill]:
    return _of_document(page.part.content, page.part.number)


def _of_pdf(page: Page, _letter: Letter) -> list[Bill]:
    return [bill for content in streams.embedded(page.part.content) for bill in _of_document(content, page.part.number)]


def _of_document(content: bytes, part: str) -> list[Bill]:
    root = root_of(content)
    if root is None:
        return []
    found = (reads(document_of(root), part) for reads in _XML)
    return [bill for bill in found if bill is not None]


def _of_edifact(page: Page, letter: Letter) -> list[Bill]:
    bill = invoice_edifact.bill_of(edifact.text_of(page.part.content, letter.tools.locale), page.part.number)
    return [bill] if bill is not None else []


def _of_x12(page: Page, letter: Letter) -> list[Bill]:
    text = x12.text_of(page.part.content, page.part.charset, letter.tools.locale)
    bill = invoice_x12.bill_of(text, page.part.number)
    return [bill] if bill is not None else []


_FORMS: dict[str, Callable[[Page, Letter], list[Bill]]] = {
    "xml": _of_xml,
    "pdf": _of_pdf,
    "edifact": _of_edifact,
    "x12": _of_x12,
}
"""How the structured invoice of a page is read, by the page's format."""
