"""Reads what cross industry invoices charge (UN/CEFACT D16B; Factur-X, ZUGFeRD 2 and XRechnung write them)."""

from datetime import date
from decimal import Decimal

from lxml import etree

from .formats.codes import unece_unit
from .formats.notices import REPEATED, TEST
from .formats.xml import day_of, name_of, text_at, walk
from .invoice_paper import CREDIT_NOTE, Bill, BillLine, signed
from .invoice_ubl import DOUBTFUL

_NAMESPACE = "urn:un:unece:uncefact:"
_TRADE = "SupplyChainTradeTransaction"
_HEAD = f"{_TRADE}/ApplicableHeaderTrade"


def bill_of(root: etree._Element, part: str) -> Bill | None:
    """Return what the document charges; None for any other document, and for its forerunner ZUGFeRD 1."""
    if name_of(root) != "CrossIndustryInvoice" or not (etree.QName(root).namespace or "").startswith(_NAMESPACE):
        return None
    document = "ExchangedDocument"
    bill = Bill(number=text_at(root, f"{document}/ID"), issued_on=_day(root, f"{document}/IssueDateTime"))
    bill.part, bill.form = part, "cii"
    code = text_at(root, f"{document}/TypeCode")
    bill.kind = CREDIT_NOTE if code == "381" else bill.kind
    bill.doubts += [DOUBTFUL[code]] if code in DOUBTFUL else []
    if text_at(root, f"{document}/CopyIndicator/Indicator").lower() == "true":
        bill.doubts.append(REPEATED)
    if text_at(root, "ExchangedDocumentContext/TestIndicator/Indicator").lower() == "true":
        bill.doubts.append(TEST)
    _take_head(root, bill)
    order = bill.orders[0] if len(bill.orders) == 1 else ""
    bill.lines = [_line(line, order) for line in walk(root, f"{_TRADE}/IncludedSupplyChainTradeLineItem")]
    _take_sums(root, bill)
    return bill


def _take_head(root: etree._Element, bill: Bill) -> None:
    agreement, settlement = f"{_HEAD}Agreement", f"{_HEAD}Settlement"
    number = text_at(root, f"{agreement}/BuyerOrderReferencedDocument/IssuerAssignedID")
    bill.orders = [number] if number else []
    bill.note = text_at(root, f"{_HEAD}Delivery/DespatchAdviceReferencedDocument/IssuerAssignedID")
    bill.refers_to = text_at(root, f"{settlement}/InvoiceReferencedDocument/IssuerAssignedID")
    bill.currency = text_at(root, f"{settlement}/InvoiceCurrencyCode")
    days = [_day(one, "DueDateDateTime") for one in walk(root, f"{settlement}/SpecifiedTradePaymentTerms")]
    bill.due_on = next((day for day in days if day), None)


def _line(line: etree._Element, order: str) -> BillLine:
    agreement, settlement = "SpecifiedLineTradeAgreement", "SpecifiedLineTradeSettlement"
    found = walk(line, "SpecifiedLineTradeDelivery/BilledQuantity")
    number = text_at(line, f"{agreement}/BuyerOrderReferencedDocument/LineID")
    names = ("SellerAssignedID", "BuyerAssignedID", "GlobalID")
    items = (text_at(line, f"SpecifiedTradeProduct/{name}") for name in names)
    price = f"{agreement}/NetPriceProductTradePrice"
    return BillLine(
        number=text_at(line, "AssociatedDocumentLineDocument/LineID"),
        order=text_at(line, f"{agreement}/BuyerOrderReferencedDocument/IssuerAssignedID") or order,
        line_ours=number if number.isdecimal() else "",
        items=[item for item in items if item],
        text=text_at(line, "SpecifiedTradeProduct/Name"),
        quantity=signed(found[0].text or "") if found else None,
        units=unece_unit(found[0].get("unitCode") or "") if found else (),
        price=signed(text_at(line, f"{price}/ChargeAmount")),
        per=signed(text_at(line, f"{price}/BasisQuantity")) or Decimal(1),
        extra=_beside(line, settlement),
        amount=signed(text_at(line, f"{settlement}/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount")),
        tax_rate=text_at(line, f"{settlement}/ApplicableTradeTax/RateApplicablePercent"),
        evidence=" ".join(" ".join(str(text).split()) for text in line.itertext() if str(text).strip()),
    )


def _beside(element: etree._Element, place: str) -> Decimal:
    """Return the charges less the allowances that stand at a place."""
    found = Decimal(0)
    for one in walk(element, f"{place}/SpecifiedTradeAllowanceCharge"):
        amount = signed(text_at(one, "ActualAmount")) or Decimal(0)
        found += amount if text_at(one, "ChargeIndicator/Indicator").lower() == "true" else -amount
    return found


def _take_sums(root: etree._Element, bill: Bill) -> None:
    settlement = f"{_HEAD}Settlement"
    sums = f"{settlement}/SpecifiedTradeSettlementHeaderMonetarySummation"
    bill.net = signed(text_at(root, f"{sums}/TaxBasisTotalAmount"))
    bill.total = signed(text_at(root, f"{sums}/GrandTotalAmount"))
    bill.charges = _beside(root, settlement)
    taxes = walk(root, f"{sums}/TaxTotalAmount")
    own = [one for one in taxes if (one.get("currencyID") or bill.currency) == bill.currency]
    bill.tax = signed(own[0].text or "") if len(own) == 1 else Decimal(0) if not taxes else None
    if signed(text_at(root, f"{sums}/TotalPrepaidAmount")):
        bill.doubts.append("something of it was paid before")


def _day(element: etree._Element, path: str) -> date | None:
    """Read a date in the form 102 (CCYYMMDD) or as ISO writes it."""
    text = text_at(element, f"{path}/DateTimeString", f"{path}/DateTime", f"{path}/Date")
    return day_of(f"{text[:4]}-{text[4:6]}-{text[6:8]}" if text[:8].isdecimal() else text)
