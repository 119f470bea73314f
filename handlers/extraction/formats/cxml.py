"""Reads cXML 1.2 ShipNoticeRequest, ConfirmationRequest and InvoiceDetailRequest."""

from collections.abc import Callable

from lxml import etree

from handlers.extraction.claims import Claim, Notice

from .notices import PLANNED, REPLACES, TEST, WITHDRAWN, add_up
from .xml import day_of, figure_of, name_of, text_at, walk

#: The answer of a whole confirmation, and whether it holds for items that are not named.
ANSWERS: dict[str, tuple[str, bool]] = {
    "accept": ("accepted", True), "except": ("", True), "reject": ("rejected", False),
    "detail": ("", False), "allDetail": ("", False),
}  # fmt: skip
#: What the status of an item says of its quantity; any other one is asked about.
STATES = {
    "accept": "confirmed", "allDetail": "confirmed", "detail": "confirmed", "backordered": "outstanding", "reject": "refused",
}  # fmt: skip
_OPERATIONS = {"delete": WITHDRAWN, "update": REPLACES}


def notice_of(root: etree._Element, part: str) -> Notice | None:
    """The notice of a cXML request; None for any other document."""
    if name_of(root) != "cXML":
        return None
    for request in walk(root, "Request"):
        notice = next((reader(child, part) for child in request if (reader := _READERS.get(name_of(child)))), None)
        if notice is not None and (request.get("deploymentMode") or "").lower() == "test":
            notice.doubts.append(TEST)
        return notice
    return None


def _ship_notice(request: etree._Element, part: str) -> Notice:
    notice = Notice("despatch")
    for head in walk(request, "ShipNoticeHeader"):
        notice.number = head.get("shipmentID") or ""
        notice.issued_on = day_of(head.get("noticeDate") or "")
        notice.despatched_on = day_of(head.get("shipmentDate") or "")
        notice.expected_on = day_of(head.get("deliveryDate") or "")
        notice.doubts += _doubts(head)
        notice.doubts += [PLANNED] if head.get("shipmentType") == "planned" else []
    numbers = ("".join((one.text or "").split()) for one in walk(request, "ShipControl/ShipmentIdentifier"))
    notice.tracking = [number for number in dict.fromkeys(numbers) if number]
    notice.carrier = text_at(request, "ShipControl/CarrierIdentifier")
    for portion in walk(request, "ShipNoticePortion"):
        order = next((one.get("orderID") or "" for one in walk(portion, "OrderReference")), "")
        notice.orders += [order] if order and order not in notice.orders else []
        notice.claims += [_shipped(item, order, part) for item in walk(portion, "ShipNoticeItem")]
    return notice


def _shipped(item: etree._Element, order: str, part: str) -> Claim:
    claim = _claim(item, order, part)
    figure = figure_of(item.get("quantity") or "", text_at(item, "UnitOfMeasure"))
    if figure is not None:
        claim.add("now", figure)
    else:
        claim.flags.add("unreadable")
    claim.columns = frozenset({"now"})
    return claim


def _doubts(head: etree._Element) -> list[str]:
    operation = head.get("operation") or ""
    return [_OPERATIONS[operation]] if operation in _OPERATIONS else []


def _confirmation(request: etree._Element, part: str) -> Notice:
    notice = Notice("order_response")
    for head in walk(request, "ConfirmationHeader"):
        notice.number = head.get("confirmID") or ""
        notice.issued_on = day_of(head.get("noticeDate") or "")
        notice.doubts += _doubts(head)
        kind = head.get("type") or ""
        notice.response, notice.whole = ANSWERS.get(kind, ("", False))
        if kind not in ANSWERS:
            notice.doubts.append(f"a confirmation of the type {kind}")
    order = next((one.get("orderID") or "" for one in walk(request, "OrderReference")), "")
    notice.orders = [order] if order else []
    for item in walk(request, "ConfirmationItem"):
        notice.claims.append(_confirmed(item, order, part))
    return notice


def _confirmed(item: etree._Element, order: str, part: str) -> Claim:
    """What is accepted (with changes or without) and what is back-ordered of an item."""
    claim = _claim(item, order, part)
    claim.columns = frozenset({"confirmed"})
    unit = text_at(item, "UnitOfMeasure")
    for status in walk(item, "ConfirmationStatus"):
        figure = figure_of(status.get("quantity") or "", text_at(status, "UnitOfMeasure") or unit)
        state = STATES.get(status.get("type") or "", "")
        if figure is None or not state:
            claim.flags.add("unreadable")
        elif state == "refused":
            claim.flags.add("refused")
        else:
            add_up(claim, state, figure)
        if state == "confirmed":
            claim.expected_on = day_of(status.get("deliveryDate") or "") or claim.expected_on
        if _is_other(status, claim):
            claim.flags.add("substitute")
    if "refused" in claim.flags and "confirmed" not in claim.figures:
        claim.figures["confirmed"] = [figure for figure in [figure_of("0", "")] if figure]
    return claim


def _is_other(status: etree._Element, claim: Claim) -> bool:
    """Whether the status names an article that is not the item's own."""
    number = text_at(status, "ItemIn/ItemID/SupplierPartID")
    return bool(number) and bool(claim.items) and number not in claim.items


def _invoice(request: etree._Element, _part: str) -> Notice:
    notice = Notice("invoice")
    for head in walk(request, "InvoiceDetailRequestHeader"):
        notice.number = head.get("invoiceID") or ""
        notice.issued_on = day_of(head.get("invoiceDate") or "")
    references = [
        one.get("orderID") or "" for one in request.iter() if name_of(one) in ("OrderReference", "OrderIDInfo")
    ]
    notice.orders = list(dict.fromkeys(number for number in references if number))
    return notice


def _claim(item: etree._Element, order: str, part: str) -> Claim:
    claim = Claim(
        part=part,
        text=" ".join(str(text).strip() for text in item.itertext() if str(text).strip())[:500],
        order=order,
        form="structured",
    )
    number = item.get("lineNumber") or ""
    claim.line_ours = number if number.isdecimal() else ""
    claim.items = [
        text for text in (text_at(item, "ItemID/SupplierPartID"), text_at(item, "ItemID/BuyerPartID")) if text
    ]
    claim.text = f"{item.get('quantity') or ''} {claim.text} line {number}".strip()
    return claim


_READERS: dict[str, Callable[[etree._Element, str], Notice]] = {
    "ShipNoticeRequest": _ship_notice,
    "ConfirmationRequest": _confirmation,
    "InvoiceDetailRequest": _invoice,
}
