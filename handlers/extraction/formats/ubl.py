"""Reads UBL 2.0 to 2.4 DespatchAdvice, OrderResponse, Invoice and CreditNote (OASIS), as Peppol uses them."""

from collections.abc import Callable
from datetime import date

from lxml import etree

from handlers.extraction.claims import Claim, Notice

from .notices import REPEATED, REPLACES, WITHDRAWN
from .xml import day_of, figure_of, name_of, text_at, walk

_NAMESPACE = "urn:oasis:names:specification:ubl:"
_RESPONSES = {"AP": "accepted", "CA": "changed", "RE": "rejected", "29": "accepted", "30": "changed", "27": "rejected"}
_TRACKING_LEAST = 5
#: What the status of an answered line (UNCL 1229) says; 3 is changed, and its quantity says how.
_STATES = {"1": "substitute", "5": "as_ordered", "7": "refused", "42": "delivered"}
_STATUSES = {"1": WITHDRAWN, "3": WITHDRAWN, "5": REPLACES, "7": REPEATED, "31": REPEATED}


def notice_of(root: etree._Element, part: str) -> Notice | None:
    """The notice of a UBL document; None for any other."""
    namespace = etree.QName(root).namespace or ""
    reader = _DOCUMENTS.get(name_of(root))
    return reader(root, part) if reader and namespace.startswith(_NAMESPACE) else None


def _despatch(root: etree._Element, part: str) -> Notice:
    notice = _begun(root, "despatch")
    delivery = "Shipment/Delivery"
    notice.despatched_on = day_of(text_at(root, f"{delivery}/Despatch/ActualDespatchDate"))
    notice.delivered_on = day_of(text_at(root, f"{delivery}/ActualDeliveryDate"))
    period = f"{delivery}/EstimatedDeliveryPeriod"
    notice.expected_on = day_of(
        text_at(root, f"{period}/EndDate", f"{period}/StartDate", f"{delivery}/RequestedDeliveryPeriod/EndDate")
    )
    notice.tracking = _tracking(root)
    notice.carrier = text_at(
        root,
        "Shipment/Consignment/CarrierParty/PartyName/Name",
        f"{delivery}/CarrierParty/PartyName/Name",
        "Shipment/ShipmentStage/CarrierParty/PartyName/Name",
    )
    head = _headed(root, notice)
    for line in walk(root, "DespatchLine"):
        claim = _claim(line, part, head)
        _figure(claim, line, "now", "DeliveredQuantity")
        _figure(claim, line, "outstanding", "OutstandingQuantity", "BackorderQuantity")
        claim.columns = frozenset({"now"})
        if not claim.figures:
            claim.flags.add("unreadable")
        notice.claims.append(claim)
    notice.orders += [one.order for one in notice.claims if one.order]
    notice.orders = list(dict.fromkeys(notice.orders))
    return notice


def _headed(root: etree._Element, notice: Notice) -> str:
    """The one order at the head; of several, none is that of a line that names none."""
    numbers = [text_at(one, "ID") for one in walk(root, "OrderReference")]
    notice.orders = list(dict.fromkeys(number for number in numbers if number))
    return notice.orders[0] if len(notice.orders) == 1 else ""


def _begun(root: etree._Element, kind: str) -> Notice:
    """Number, day, and what keeps the document from being taken as it stands."""
    notice = Notice(kind, text_at(root, "ID"), day_of(text_at(root, "IssueDate")))
    status = text_at(root, "DocumentStatusCode")
    notice.doubts += [_STATUSES[status]] if status in _STATUSES else []
    if text_at(root, "CopyIndicator").lower() == "true":
        notice.doubts.append(REPEATED)
    return notice


def _tracking(root: etree._Element) -> list[str]:
    """The numbers of consignments, stages and deliveries that are long enough to follow."""
    numbers = [
        text_at(one, "ID") for path in ("Shipment/Consignment", "Shipment/ShipmentStage") for one in walk(root, path)
    ]
    numbers += [text_at(one, "TrackingID") for one in walk(root, "Shipment/Delivery")]
    return list(
        dict.fromkeys(number for number in numbers if len(number) >= _TRACKING_LEAST and any(map(str.isdigit, number)))
    )


def _response(root: etree._Element, part: str) -> Notice:
    code = text_at(root, "OrderResponseCode")
    notice = _begun(root, "order_response")
    notice.response = _RESPONSES.get(code, "")
    said = text_at(root, "AcceptedIndicator").lower()
    notice.response = {"true": "accepted", "false": "rejected"}.get(said, notice.response)
    head = _headed(root, notice)
    notice.expected_on = _promised(root)
    for line in walk(root, "OrderLine"):
        notice.claims += [_answered(line, item, part, head) for item in walk(line, "LineItem")]
    if code == "AB":
        notice.doubts.append("the order was only received, not answered")
    notice.whole = notice.response == "accepted"
    return notice


def _answered(line: etree._Element, item: etree._Element, part: str, head: str) -> Claim:
    """One line of the answer; one that is accepted without a quantity stands as it was ordered."""
    claim = _claim(line, part, head, item)
    claim.columns = frozenset({"confirmed"})
    claim.expected_on = _promised(item)
    state = _STATES.get(text_at(item, "LineStatusCode"), "")
    claim.flags |= {state} if state else set()
    if state == "refused":
        claim.figures["confirmed"] = [figure for figure in [figure_of("0", "")] if figure]
    elif state == "delivered":
        claim.flags.add("unreadable")
    else:
        _figure(claim, item, "confirmed", "Quantity")
    _figure(claim, item, "outstanding", "MaximumBackorderQuantity")
    if walk(line, "SellerSubstitutedLineItem"):
        claim.flags.add("substitute")
    if not claim.figures and state != "as_ordered":
        claim.flags.add("unreadable")
    return claim


def _promised(element: etree._Element) -> date | None:
    period = "Delivery/PromisedDeliveryPeriod"
    return day_of(text_at(element, f"{period}/EndDate", f"{period}/StartDate"))


def _invoice(root: etree._Element, _part: str) -> Notice:
    notice = _begun(root, "invoice")
    numbers = [text_at(root, "OrderReference/ID")]
    notice.orders = [number for number in numbers if number]
    return notice


def _claim(line: etree._Element, part: str, head: str, item: etree._Element | None = None) -> Claim:
    """Order, line and article of one line; the line's own reference outweighs the head's."""
    inner = line if item is None else item
    claim = Claim(
        part=part,
        text=" ".join(" ".join(str(text).split()) for text in line.itertext() if str(text).strip())[:500],
        form="structured",
    )
    claim.order = text_at(line, "OrderLineReference/OrderReference/ID") or head
    number = text_at(line, "OrderLineReference/LineID") or text_at(inner, "OrderLineReference/LineID")
    claim.line_ours = number if number.isdecimal() else ""
    paths = (
        "Item/SellersItemIdentification/ID",
        "Item/BuyersItemIdentification/ID",
        "Item/StandardItemIdentification/ID",
    )
    claim.items = [text for text in (text_at(inner, path) for path in paths) if text]
    claim.free = text_at(inner, "Item/Name")
    claim.lots = [text for text in [text_at(inner, "Item/ItemInstance/LotIdentification/LotNumberID")] if text]
    claim.serials = [text for text in (text_at(one, "SerialID") for one in walk(inner, "Item/ItemInstance")) if text]
    return claim


def _figure(claim: Claim, element: etree._Element, role: str, *names: str) -> None:
    for name in names:
        for found in walk(element, name):
            figure = figure_of(found.text or "", found.get("unitCode") or "")
            if figure is not None:
                claim.add(role, figure)
                return
            claim.flags.add("unreadable")


_DOCUMENTS: dict[str, Callable[[etree._Element, str], Notice]] = {
    "DespatchAdvice": _despatch,
    "OrderResponse": _response,
    "OrderResponseSimple": _response,
    "Invoice": _invoice,
    "CreditNote": _invoice,
}
