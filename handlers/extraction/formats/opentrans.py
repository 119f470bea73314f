"""Reads openTRANS 1.0 and 2.1 DISPATCHNOTIFICATION, ORDERRESPONSE and INVOICE (Fraunhofer IAO), whose articles are BMEcat's."""

from collections.abc import Callable
from datetime import date

from lxml import etree

from handlers.extraction.claims import Claim, Notice

from .xml import compact_day_of, figure_of, name_of, text_at, walk

_TRACKING_LEAST = 6
#: The identity of an article in openTRANS 2.1 and in 1.0.
_ARTICLES = tuple(
    f"{element}/{name}"
    for element, ending in (("PRODUCT_ID", "PID"), ("ARTICLE_ID", "AID"))
    for name in (f"SUPPLIER_{ending}", f"BUYER_{ending}", f"INTERNATIONAL_{ending}")
)
_NAMES = ("PRODUCT_ID/DESCRIPTION_SHORT", "ARTICLE_ID/DESCRIPTION_SHORT")
_CARRIERS = frozenset({"transport", "carrier", "deliverer"})


def notice_of(root: etree._Element, part: str) -> Notice | None:
    """The notice of an openTRANS document, in whatever namespace; None for any other, and for an order, which is ours."""
    name = name_of(root)
    reader = _DOCUMENTS.get(name)
    return reader(root, part) if reader and walk(root, f"{name}_HEADER/{name}_INFO") else None


def _despatch(root: etree._Element, part: str) -> Notice:
    notice = _begun(root, "despatch")
    head = walk(root, "DISPATCHNOTIFICATION_HEADER/DISPATCHNOTIFICATION_INFO")[0]
    notice.number = text_at(head, "DISPATCHNOTIFICATION_ID")
    notice.issued_on = compact_day_of(text_at(head, "DISPATCHNOTIFICATION_DATE"))
    shipment = text_at(head, "SHIPMENT_ID")
    if len(shipment) >= _TRACKING_LEAST and any(map(str.isdigit, shipment)) and shipment != notice.number:
        notice.tracking = ["".join(shipment.split())]
    notice.carrier = _carrier(head)
    notice.expected_on = _promised(head)
    for item in walk(root, "DISPATCHNOTIFICATION_ITEM_LIST/DISPATCHNOTIFICATION_ITEM"):
        notice.claims.append(_claim(item, part, notice, "now"))
    return notice


def _response(root: etree._Element, part: str) -> Notice:
    notice = _begun(root, "order_response")
    head = walk(root, "ORDERRESPONSE_HEADER/ORDERRESPONSE_INFO")[0]
    notice.number = text_at(head, "SUPPLIER_ORDER_ID", "ORDERRESPONSE_ID")
    notice.issued_on = compact_day_of(text_at(head, "ORDERRESPONSE_DATE"))
    notice.expected_on = _promised(head)
    for item in walk(root, "ORDERRESPONSE_ITEM_LIST/ORDERRESPONSE_ITEM"):
        notice.claims.append(_claim(item, part, notice, "confirmed"))
    return notice


def _invoice(root: etree._Element, _part: str) -> Notice:
    notice = _begun(root, "invoice")
    head = walk(root, "INVOICE_HEADER/INVOICE_INFO")[0]
    notice.number = text_at(head, "INVOICE_ID")
    notice.issued_on = compact_day_of(text_at(head, "INVOICE_DATE"))
    for item in walk(root, "INVOICE_ITEM_LIST/INVOICE_ITEM"):
        number = text_at(item, "ORDER_REFERENCE/ORDER_ID")
        notice.orders += [number] if number and number not in notice.orders else []
    return notice


def _begun(root: etree._Element, kind: str) -> Notice:
    """The orders at the head, its remarks, and whether the sender wants no machine to take the document."""
    name = name_of(root)
    notice = Notice(kind)
    for head in walk(root, f"{name}_HEADER"):
        for info in walk(head, f"{name}_INFO"):
            numbers = [
                text_at(info, path) for path in ("ORDER_ID", "ORDER_HISTORY/ORDER_ID", "ORDER_REFERENCE/ORDER_ID")
            ]
            notice.orders = list(dict.fromkeys(number for number in numbers if number))
            notice.remarks = [
                text for text in (" ".join((one.text or "").split()) for one in walk(info, "REMARKS")) if text
            ]
        if text_at(head, "CONTROL_INFO/STOP_AUTOMATIC_PROCESSING"):
            notice.doubts.append("the document asks that no machine takes it")
    return notice


def _claim(item: etree._Element, part: str, notice: Notice, role: str) -> Claim:
    """One item; its own reference outweighs the head's, and only the number of a referred line is surely ours."""
    said = " ".join(" ".join(str(text).split()) for text in item.itertext() if str(text).strip())
    claim = Claim(part=part, text=said[:500], form="structured", columns=frozenset({role}))
    claim.order = text_at(item, "ORDER_REFERENCE/ORDER_ID") or (notice.orders[0] if len(notice.orders) == 1 else "")
    notice.orders += [claim.order] if claim.order and claim.order not in notice.orders else []
    number = text_at(item, "ORDER_REFERENCE/LINE_ITEM_ID")
    claim.line_ours = number if number.isdecimal() else ""
    claim.line = text_at(item, "LINE_ITEM_ID")
    claim.items = [text for text in (text_at(item, path) for path in _ARTICLES) if text]
    claim.free = text_at(item, *_NAMES)
    claim.lots = [text for text in [text_at(item, "PRODUCT_ID/LOT_NUMBER")] if text]
    claim.serials = [text for text in [text_at(item, "PRODUCT_ID/SERIAL_NUMBER")] if text]
    claim.expected_on = _promised(item)
    figure = figure_of(text_at(item, "QUANTITY"), text_at(item, "ORDER_UNIT"))
    if figure is None:
        claim.flags.add("unreadable")
    else:
        claim.add(role, figure)
    if text_at(item, "REMARKS"):
        notice.doubts.append(f"a remark beside an article: {text_at(item, 'REMARKS')[:80]}")
    return claim


def _promised(element: etree._Element) -> date | None:
    return compact_day_of(text_at(element, "DELIVERY_DATE/DELIVERY_END_DATE", "DELIVERY_DATE/DELIVERY_START_DATE"))


def _carrier(head: etree._Element) -> str:
    """The name of the party that carries."""
    parties = (party for party in walk(head, "PARTIES/PARTY") if text_at(party, "PARTY_ROLE").lower() in _CARRIERS)
    return next((name for name in (text_at(party, "ADDRESS/NAME") for party in parties) if name), "")


_DOCUMENTS: dict[str, Callable[[etree._Element, str], Notice]] = {
    "DISPATCHNOTIFICATION": _despatch,
    "ORDERRESPONSE": _response,
    "INVOICE": _invoice,
}
