"""Reads what cross industry invoices charge (UN/CEFACT D16B: Factur-X, ZUGFeRD 2, XRechnung; and their forerunner ZUGFeRD 1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from .formats.codes import unece_unit
from .formats.notices import REPEATED, TEST
from .formats.xml import day_of, name_of, text_at, walk
from .invoice_paper import CREDIT_NOTE, Bill, BillLine, account_of, signed
from .invoice_ubl import DOUBTFUL


@dataclass(frozen=True, slots=True)
class _Names:
    """What one edition calls its elements."""

    context: str
    document: str
    trade: str
    head: str
    """What the head's three parts begin with."""
    line: str
    """What a line's three parts begin with."""
    number: str
    rate: str
    sums: str
    line_sums: str


_SUMS = "SpecifiedTradeSettlementMonetarySummation"
_EDITIONS = {
    ("CrossIndustryInvoice", "urn:un:unece:uncefact:"): _Names(
        "ExchangedDocumentContext", "ExchangedDocument", "SupplyChainTradeTransaction", "ApplicableHeaderTrade",
        "SpecifiedLineTrade", "IssuerAssignedID", "RateApplicablePercent",
        "SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementLineMonetarySummation",
    ),
    ("CrossIndustryDocument", "urn:ferd:"): _Names(
        "SpecifiedExchangedDocumentContext", "HeaderExchangedDocument", "SpecifiedSupplyChainTradeTransaction",
        "ApplicableSupplyChainTrade", "SpecifiedSupplyChainTrade", "ID", "ApplicablePercent", _SUMS, _SUMS,
    ),
}  # fmt: skip
"""The names by a document's root and how its namespace begins."""


def bill_of(root: etree._Element, part: str) -> Bill | None:
    """Return what the document charges; None for any other document."""
    namespace = etree.QName(root).namespace or ""
    known = (
        names for (name, begins), names in _EDITIONS.items() if name_of(root) == name and namespace.startswith(begins)
    )
    names = next(known, None)
    if names is None:
        return None
    bill = Bill(number=text_at(root, f"{names.document}/ID"), issued_on=_day(root, f"{names.document}/IssueDateTime"))
    bill.part, bill.form = part, "cii"
    code = text_at(root, f"{names.document}/TypeCode")
    bill.kind = CREDIT_NOTE if code == "381" else bill.kind
    bill.doubts += [DOUBTFUL[code]] if code in DOUBTFUL else []
    if text_at(root, f"{names.document}/CopyIndicator/Indicator").lower() == "true":
        bill.doubts.append(REPEATED)
    if text_at(root, f"{names.context}/TestIndicator/Indicator").lower() == "true":
        bill.doubts.append(TEST)
    _take_head(root, bill, names)
    order = bill.orders[0] if len(bill.orders) == 1 else ""
    lines = walk(root, f"{names.trade}/IncludedSupplyChainTradeLineItem")
    bill.lines = [_line(line, order, names) for line in lines if not _is_remark(line, names)]
    _take_sums(root, bill, names)
    return bill


def _take_head(root: etree._Element, bill: Bill, names: _Names) -> None:
    head = f"{names.trade}/{names.head}"
    settlement = f"{head}Settlement"
    number = text_at(root, f"{head}Agreement/BuyerOrderReferencedDocument/{names.number}")
    bill.orders = [number] if number else []
    papers = (f"{kind}ReferencedDocument/{names.number}" for kind in ("DespatchAdvice", "DeliveryNote"))
    bill.note = text_at(root, *(f"{head}Delivery/{path}" for path in papers))
    bill.refers_to = text_at(root, f"{settlement}/InvoiceReferencedDocument/{names.number}")
    bill.currency = text_at(root, f"{settlement}/InvoiceCurrencyCode")
    days = [_day(one, "DueDateDateTime") for one in walk(root, f"{settlement}/SpecifiedTradePaymentTerms")]
    bill.due_on = next((day for day in days if day), None)
    means = walk(root, f"{settlement}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount")
    bill.accounts = [account for one in means for account in account_of(text_at(one, "IBANID", "ProprietaryID"))]


def _is_remark(line: etree._Element, names: _Names) -> bool:
    """Say whether a line holds words alone, as ZUGFeRD 1 writes texts between its goods."""
    amount = text_at(line, f"{names.line}Settlement/{names.line_sums}/LineTotalAmount")
    return not amount and not walk(line, f"{names.line}Delivery/BilledQuantity")


def _line(line: etree._Element, order: str, names: _Names) -> BillLine:
    agreement, settlement = f"{names.line}Agreement", f"{names.line}Settlement"
    found = walk(line, f"{names.line}Delivery/BilledQuantity")
    number = text_at(line, f"{agreement}/BuyerOrderReferencedDocument/LineID")
    ids = ("SellerAssignedID", "BuyerAssignedID", "GlobalID")
    items = (text_at(line, f"SpecifiedTradeProduct/{name}") for name in ids)
    price = f"{agreement}/NetPriceProductTradePrice"
    return BillLine(
        number=text_at(line, "AssociatedDocumentLineDocument/LineID"),
        order=text_at(line, f"{agreement}/BuyerOrderReferencedDocument/{names.number}") or order,
        line_ours=number if number.isdecimal() else "",
        items=[item for item in items if item],
        text=text_at(line, "SpecifiedTradeProduct/Name"),
        quantity=signed(found[0].text or "") if found else None,
        units=unece_unit(found[0].get("unitCode") or "") if found else (),
        price=signed(text_at(line, f"{price}/ChargeAmount")),
        per=signed(text_at(line, f"{price}/BasisQuantity")) or Decimal(1),
        extra=_beside(line, settlement),
        amount=signed(text_at(line, f"{settlement}/{names.line_sums}/LineTotalAmount")),
        tax_rate=text_at(line, f"{settlement}/ApplicableTradeTax/{names.rate}"),
        evidence=" ".join(" ".join(str(text).split()) for text in line.itertext() if str(text).strip()),
    )


def _beside(element: etree._Element, place: str) -> Decimal:
    """Return the charges less the allowances that stand at a place."""
    found = Decimal(0)
    for one in walk(element, f"{place}/SpecifiedTradeAllowanceCharge"):
        amount = signed(text_at(one, "ActualAmount")) or Decimal(0)
        found += amount if text_at(one, "ChargeIndicator/Indicator", "ChargeIndicator").lower() == "true" else -amount
    for one in walk(element, f"{place}/SpecifiedLogisticsServiceCharge"):
        found += signed(text_at(one, "AppliedAmount")) or Decimal(0)
    return found


def _take_sums(root: etree._Element, bill: Bill, names: _Names) -> None:
    settlement = f"{names.trade}/{names.head}Settlement"
    sums = f"{settlement}/{names.sums}"
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
