"""What a supplier finds in the mail that ordered something: the number, the lines, and whom to answer."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.utils import getaddresses, parseaddr
from typing import Any

from lxml import etree

from sandbox.mail_summary import attachment_bytes, attachments, header, parsed, summary

UBL = {
    "order": "urn:oasis:names:specification:ubl:schema:xsd:Order-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


@dataclass(frozen=True)
class OrderLine:
    """One line as ordered; `unit` is a UN/ECE Rec 20 code, `buyers` and `sellers` are the two part numbers."""

    line: str
    quantity: Decimal
    unit: str = "C62"
    description: str = ""
    buyers: str = ""
    sellers: str = ""
    price: Decimal | None = None


@dataclass(frozen=True)
class SentOrder:
    """A mail that left the plant, with the order that it carries; without one `number` is empty and there are no lines."""

    number: str
    currency: str
    lines: tuple[OrderLine, ...]
    subject: str
    message_id: str
    references: str
    plant: str
    plant_name: str
    reply_to: str
    supplier: str
    text: str


def read_order(raw: bytes, recipients: tuple[str, ...] = ()) -> SentOrder:
    """Read a sent mail; the lines come from the attached UBL Order, failing that from the text."""
    mail = parsed(raw)
    text = str(summary(raw)["text"])
    found = _of_xml(mail) or _of_text(f"{header(mail, 'Subject')}\n{text}")
    plant_name, plant = parseaddr(header(mail, "From"))
    to = [address for _, address in getaddresses([header(mail, "To")]) if address]
    return SentOrder(
        **found,
        subject=header(mail, "Subject"),
        message_id=header(mail, "Message-ID"),
        references=header(mail, "References"),
        plant=plant,
        plant_name=plant_name,
        reply_to=parseaddr(header(mail, "Reply-To"))[1] or plant,
        supplier=next(iter([*to, *recipients]), ""),
        text=text,
    )


def _of_xml(mail: Any) -> dict[str, Any] | None:
    for part in attachments(mail):
        if not (part.get_filename() or "").lower().endswith(".xml") and not part.get_content_type().endswith("xml"):
            continue
        try:
            root = etree.fromstring(attachment_bytes(part), _PARSER)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root.tag == f"{{{UBL['order']}}}Order":
            return _of_ubl(root)
    return None


def _of_ubl(root: Any) -> dict[str, Any]:
    lines = [_ubl_line(item) for item in root.findall("cac:OrderLine/cac:LineItem", UBL)]
    return {
        "number": _said(root, "cbc:ID"),
        "currency": _said(root, "cbc:DocumentCurrencyCode") or "EUR",
        "lines": tuple(line for line in lines if line is not None),
    }


def _ubl_line(item: Any) -> OrderLine | None:
    quantity = _number(_said(item, "cbc:Quantity"))
    if quantity is None:
        return None
    measured = item.find("cbc:Quantity", UBL)
    return OrderLine(
        line=_said(item, "cbc:ID"),
        quantity=quantity,
        unit=measured.get("unitCode") or "C62",
        description=_said(item, "cac:Item/cbc:Name") or _said(item, "cac:Item/cbc:Description"),
        buyers=_said(item, "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        sellers=_said(item, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        price=_number(_said(item, "cac:Price/cbc:PriceAmount")),
    )


def _of_text(text: str) -> dict[str, Any]:
    number = _ORDER_NUMBER.search(text)
    found = [_text_line(match) for match in _TEXT_LINE.finditer(text)]
    return {
        "number": number[0] if number else "",
        "currency": next((code for code in ("EUR", "USD", "CHF", "GBP", "SEK") if code in text), "EUR"),
        "lines": tuple(line for line in found if line is not None),
    }


def _text_line(match: re.Match[str]) -> OrderLine | None:
    quantity = _number(match["quantity"].replace(",", "."))
    if quantity is None:
        return None
    unit = _UNIT_CODES[match["unit"].lower()]
    words = " ".join(match["description"].split())
    return OrderLine(match["line"], quantity, unit, words, buyers=match["part"])


def _said(element: Any, path: str) -> str:
    return str(element.findtext(path, default="", namespaces=UBL) or "").strip()


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_ORDER_NUMBER = re.compile(r"\b(?:PO|BE|B|WO)-[A-Z0-9]*[0-9][A-Z0-9-]*\b")
_UNIT_CODES = {
    **dict.fromkeys(("pc", "pcs", "piece", "pieces", "stk", "st", "ea", "each", "c62"), "C62"),
    **dict.fromkeys(("m", "metre", "metres", "meter", "mtr"), "MTR"),
    **dict.fromkeys(("kg", "kgm"), "KGM"),
    **dict.fromkeys(("l", "litre", "litres", "liter", "ltr"), "LTR"),
    **dict.fromkeys(("set", "sets", "satz"), "SET"),
}
_TEXT_LINE = re.compile(
    r"^[ \t]*(?P<line>\d{1,3})[.)]?[ \t]+(?P<part>[A-Z0-9][\w./-]+)[ \t]+(?P<description>\S.*?)[ \t]+"
    r"(?P<quantity>\d+(?:[.,]\d+)?)[ \t]*(?P<unit>" + "|".join(_UNIT_CODES) + r")\b",
    re.MULTILINE | re.IGNORECASE,
)
