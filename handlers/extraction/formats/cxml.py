"""Reads cXML 1.2 ShipNoticeRequest, ConfirmationRequest and InvoiceDetailRequest."""

from lxml import etree

from handlers.extraction.claims import Claim, Notice

from .xml import day_of, figure_of, name_of, text_at, walk

_HEADER = {"accept": "accepted", "reject": "rejected", "except": "changed", "detail": "changed"}


def notice_of(root: etree._Element, part: str) -> Notice | None:
    """The notice of a cXML request; None for any other document."""
    if name_of(root) != "cXML":
        return None
    for request in walk(root, "Request"):
        for child in request:
            name = name_of(child)
            if name == "ShipNoticeRequest":
                return _ship_notice(child, part)
            if name == "ConfirmationRequest":
                return _confirmation(child, part)
            if name == "InvoiceDetailRequest":
                return _invoice(child)
    return None


def _ship_notice(request: etree._Element, part: str) -> Notice:
    notice = Notice("despatch")
    for head in walk(request, "ShipNoticeHeader"):
        notice.number = head.get("shipmentID") or ""
        notice.issued_on = day_of(head.get("noticeDate") or "")
        notice.despatched_on = day_of(head.get("shipmentDate") or "")
        notice.expected_on = day_of(head.get("deliveryDate") or "")
        if head.get("operation") == "delete":
            notice.doubts.append("the ship notice is withdrawn")
    notice.tracking = [
        text
        for text in (" ".join((one.text or "").split()) for one in walk(request, "ShipControl/ShipmentIdentifier"))
        if text
    ]
    notice.carrier = text_at(request, "ShipControl/CarrierIdentifier")
    for portion in walk(request, "ShipNoticePortion"):
        order = next((one.get("orderID") or "" for one in walk(portion, "OrderReference")), "")
        notice.orders += [order] if order else []
        for item in walk(portion, "ShipNoticeItem"):
            claim = _claim(item, order, part)
            figure = figure_of(item.get("quantity") or "", text_at(item, "UnitOfMeasure"))
            if figure is not None:
                claim.add("now", figure)
            else:
                claim.flags.add("unreadable")
            claim.columns = frozenset({"now"})
            notice.claims.append(claim)
    return notice


def _confirmation(request: etree._Element, part: str) -> Notice:
    notice = Notice("order_response")
    for head in walk(request, "ConfirmationHeader"):
        notice.number = head.get("confirmID") or ""
        notice.issued_on = day_of(head.get("noticeDate") or "")
        notice.response = _HEADER.get(head.get("type") or "", "")
    order = next((one.get("orderID") or "" for one in walk(request, "OrderReference")), "")
    notice.orders = [order] if order else []
    for item in walk(request, "ConfirmationItem"):
        notice.claims += _confirmed(item, order, part)
    if notice.response == "changed" or not notice.response:
        notice.response = ""
    return notice


def _confirmed(item: etree._Element, order: str, part: str) -> list[Claim]:
    """One claim of what is accepted (with changes or without) and what is back-ordered of an item."""
    claim = _claim(item, order, part)
    claim.columns = frozenset({"confirmed"})
    unit = text_at(item, "UnitOfMeasure")
    for status in walk(item, "ConfirmationStatus"):
        figure = figure_of(status.get("quantity") or "", text_at(status, "UnitOfMeasure") or unit)
        kind = status.get("type") or ""
        if figure is None:
            claim.flags.add("unreadable")
        elif kind in ("accept", "allDetail", "detail", "requestToPay"):
            claim.add("confirmed", figure)
        elif kind == "backordered":
            claim.add("outstanding", figure)
        claim.expected_on = day_of(status.get("deliveryDate") or "") or claim.expected_on
    return [claim]


def _invoice(request: etree._Element) -> Notice:
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
