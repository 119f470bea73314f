"""Reads UN/CEFACT cross industry documents: Factur-X, ZUGFeRD and XRechnung invoices, Order-X answers, despatch advice."""

from collections.abc import Callable
from datetime import date

from lxml import etree

from handlers.extraction.claims import Claim, Notice

from .notices import REPEATED, REPLACES, TEST, WITHDRAWN
from .xml import day_of, figure_of, name_of, text_at, walk

_NAMESPACES = ("urn:un:unece:uncefact:", "urn:ferd:")
_ANSWER = "231"
_FUNCTIONS = {"1": WITHDRAWN, "3": WITHDRAWN, "5": REPLACES, "7": REPEATED, "31": REPEATED}
_ANSWERS = {"29": "accepted", "AP": "accepted", "27": "rejected", "RE": "rejected"}
_LINES = ("IncludedSupplyChainTradeLineItem", "IncludedSupplyChainTradeTransactionLineItem")
_EXPECTED = ("DeliverySupplyChainEvent", "RequestedDeliverySupplyChainEvent", "PlannedDeliverySupplyChainEvent")
#: What the status of an answered line (UNTDID 1229) says.
_STATES = {"1": "substitute", "2": "refused", "5": "as_ordered", "7": "refused"}


def notice_of(root: etree._Element, part: str) -> Notice | None:
    """The notice of a cross industry document; None for any other, and for an order, which is ours."""
    reader = _DOCUMENTS.get(name_of(root))
    namespace = etree.QName(root).namespace or ""
    return reader(root, part) if reader and namespace.startswith(_NAMESPACES) else None


def _invoice(root: etree._Element, _part: str) -> Notice:
    notice = _begun(root, "invoice")
    notice.despatched_on = None
    return notice


def _order(root: etree._Element, part: str) -> Notice | None:
    """The answer to an order; an order itself says nothing that we did not say."""
    if text_at(root, "ExchangedDocument/TypeCode") != _ANSWER:
        return None
    notice = _begun(root, "order_response")
    codes = [text_at(root, f"ExchangedDocument/{name}") for name in ("StatusCode", "PurposeCode")]
    notice.response = next((_ANSWERS[code] for code in codes if code in _ANSWERS), "")
    for line in _lines(root):
        claim = _claim(line, part, notice)
        claim.columns = frozenset({"confirmed"})
        state = _STATES.get(text_at(line, "AssociatedDocumentLineDocument/LineStatusCode"), "")
        claim.flags |= {state} if state else set()
        _figure(claim, line, "ordered", "RequestedQuantity")
        _figure(claim, line, "confirmed", "AgreedQuantity")
        if state == "refused":
            claim.figures["confirmed"] = [figure for figure in [figure_of("0", "")] if figure]
        elif notice.response == "accepted":
            claim.flags.add("as_ordered")
        elif "confirmed" not in claim.figures and state != "as_ordered":
            claim.flags.add("unreadable")
        notice.claims.append(claim)
    notice.whole = notice.response == "accepted" and not notice.claims
    return notice


def _despatch(root: etree._Element, part: str) -> Notice:
    notice = _begun(root, "despatch")
    for line in _lines(root):
        claim = _claim(line, part, notice)
        claim.columns = frozenset({"now"})
        _figure(claim, line, "now", "DespatchedQuantity", "ActualDeliveryQuantity", "DeliveredQuantity")
        _figure(claim, line, "ordered", "RequestedQuantity")
        _figure(claim, line, "outstanding", "RemainingRequestedQuantity", "OutstandingQuantity")
        if not claim.figures.keys() & {"now", "outstanding"}:
            claim.flags.add("unreadable")
        notice.claims.append(claim)
    return notice


def _begun(root: etree._Element, kind: str) -> Notice:
    """Number, days, orders and what keeps the document from being taken as it stands."""
    head = next(iter([*walk(root, "ExchangedDocument"), *walk(root, "HeaderExchangedDocument")]), root)
    notice = Notice(kind, text_at(head, "ID"), _day(head, "IssueDateTime"))
    notice.doubts += [_FUNCTIONS[code] for code in [text_at(head, "PurposeCode")] if code in _FUNCTIONS]
    if text_at(root, "ExchangedDocumentContext/TestIndicator/Indicator").lower() == "true":
        notice.doubts.append(TEST)
    if text_at(head, "CopyIndicator/Indicator").lower() == "true":
        notice.doubts.append(REPEATED)
    for trade in _trades(root):
        number = text_at(trade, *_order_paths("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement"))
        notice.orders = [number] if number else []
        for delivery in walk(trade, "ApplicableHeaderTradeDelivery"):
            notice.despatched_on = _day(delivery, "DespatchSupplyChainEvent/OccurrenceDateTime")
            notice.tracking = [text for text in [text_at(delivery, "RelatedSupplyChainConsignment/TransportContractReferencedDocument/IssuerAssignedID")] if text]  # fmt: skip
            days = (_day(delivery, f"{name}/OccurrenceDateTime") for name in _EXPECTED)
            notice.expected_on = next((day for day in days if day), None)
    return notice


def _order_paths(*heads: str) -> list[str]:
    return [f"{head}/BuyerOrderReferencedDocument/{name}" for head in heads for name in ("IssuerAssignedID", "ID")]


def _trades(root: etree._Element) -> list[etree._Element]:
    return [*walk(root, "SupplyChainTradeTransaction"), *walk(root, "SpecifiedSupplyChainTradeTransaction")]


def _lines(root: etree._Element) -> list[etree._Element]:
    return [line for trade in _trades(root) for name in _LINES for line in walk(trade, name)]


def _claim(line: etree._Element, part: str, notice: Notice) -> Claim:
    """Order, line and article of one line; the line's own reference outweighs the head's."""
    said = " ".join(" ".join(str(text).split()) for text in line.itertext() if str(text).strip())
    claim = Claim(part=part, text=said[:500], form="structured")
    agreement = "SpecifiedLineTradeAgreement/BuyerOrderReferencedDocument"
    claim.order = text_at(line, f"{agreement}/IssuerAssignedID") or next(iter(notice.orders), "")
    notice.orders += [claim.order] if claim.order and claim.order not in notice.orders else []
    number = text_at(line, f"{agreement}/LineID")
    claim.line_ours = number if number.isdecimal() else ""
    claim.line = text_at(line, "AssociatedDocumentLineDocument/LineID")
    product = "SpecifiedTradeProduct"
    names = (text_at(line, f"{product}/{name}") for name in ("SellerAssignedID", "BuyerAssignedID", "GlobalID"))
    claim.items = [text for text in names if text]
    claim.free = text_at(line, f"{product}/Name")
    return claim


def _figure(claim: Claim, line: etree._Element, role: str, *names: str) -> None:
    for found in (one for name in names for one in walk(line, f"SpecifiedLineTradeDelivery/{name}")):
        figure = figure_of(found.text or "", found.get("unitCode") or "")
        if figure is not None:
            claim.add(role, figure)
            return
        claim.flags.add("unreadable")


def _day(element: etree._Element, path: str) -> date | None:
    """A date in the form 102 (CCYYMMDD) or as ISO writes it."""
    text = text_at(element, f"{path}/DateTimeString", f"{path}/DateTime", f"{path}/Date")
    return day_of(f"{text[:4]}-{text[4:6]}-{text[6:8]}" if text[:8].isdecimal() else text)


_DOCUMENTS: dict[str, Callable[[etree._Element, str], Notice | None]] = {
    "CrossIndustryInvoice": _invoice,
    "CrossIndustryDocument": _invoice,
    "SCRDMCCBDACIOMessageStructure": _order,
    "CrossIndustryDespatchAdvice": _despatch,
}
