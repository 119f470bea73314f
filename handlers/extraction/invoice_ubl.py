"""Reads what UBL 2.1 invoices and credit notes charge (OASIS; EN 16931 and Peppol BIS Billing 3.0 write them)."""

from decimal import Decimal

from lxml import etree

from .formats.codes import unece_unit
from .formats.notices import REPEATED
from .formats.xml import day_of, name_of, text_at, walk
from .invoice_paper import CORRECTED, CREDIT_NOTE, INVOICE, PRO_FORMA, Bill, BillLine, account_of, signed

_NAMESPACE = "urn:oasis:names:specification:ubl:"
_KINDS = {"Invoice": INVOICE, "CreditNote": CREDIT_NOTE}
DOUBTFUL = {"325": PRO_FORMA, "386": PRO_FORMA, "384": CORRECTED}
"""Type codes of a document (UNTDID 1001) that keep it from being taken as an invoice for a delivery."""


def bill_of(root: etree._Element, part: str) -> Bill | None:
    """Return what the document charges; None for any other document."""
    name = name_of(root)
    if name not in _KINDS or not (etree.QName(root).namespace or "").startswith(_NAMESPACE):
        return None
    bill = Bill(_KINDS[name], text_at(root, "ID"), day_of(text_at(root, "IssueDate")), part=part, form="ubl")
    _take_head(root, bill)
    order = bill.orders[0] if len(bill.orders) == 1 else ""
    bill.lines = [_line(line, name, order) for line in walk(root, f"{name}Line")]
    _take_sums(root, bill)
    return bill


def _take_head(root: etree._Element, bill: Bill) -> None:
    code = text_at(root, "InvoiceTypeCode", "CreditNoteTypeCode")
    bill.doubts += [DOUBTFUL[code]] if code in DOUBTFUL else []
    bill.doubts += [REPEATED] if text_at(root, "CopyIndicator").lower() == "true" else []
    bill.kind = CREDIT_NOTE if code == "381" else bill.kind
    bill.due_on = day_of(text_at(root, "DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"))
    bill.currency = text_at(root, "DocumentCurrencyCode")
    bill.orders = [number for number in [text_at(root, "OrderReference/ID")] if number]
    bill.note = text_at(root, "DespatchDocumentReference/ID")
    bill.refers_to = text_at(root, "BillingReference/InvoiceDocumentReference/ID")
    paid = walk(root, "PaymentMeans/PayeeFinancialAccount")
    bill.accounts = [account for one in paid for account in account_of(text_at(one, "ID"))]


def _line(line: etree._Element, name: str, order: str) -> BillLine:
    counted = "InvoicedQuantity" if name == "Invoice" else "CreditedQuantity"
    found = walk(line, counted)
    number = text_at(line, "OrderLineReference/LineID")
    paths = ("SellersItemIdentification", "BuyersItemIdentification", "StandardItemIdentification")
    items = (text_at(line, f"Item/{path}/ID") for path in paths)
    return BillLine(
        number=text_at(line, "ID"),
        order=text_at(line, "OrderLineReference/OrderReference/ID") or order,
        line_ours=number if number.isdecimal() else "",
        items=[item for item in items if item],
        text=text_at(line, "Item/Name", "Item/Description"),
        quantity=signed(found[0].text or "") if found else None,
        units=unece_unit(found[0].get("unitCode") or "") if found else (),
        price=signed(text_at(line, "Price/PriceAmount")),
        per=signed(text_at(line, "Price/BaseQuantity")) or Decimal(1),
        extra=_beside(line),
        amount=signed(text_at(line, "LineExtensionAmount")),
        tax_rate=text_at(line, "Item/ClassifiedTaxCategory/Percent"),
        evidence=" ".join(" ".join(str(text).split()) for text in line.itertext() if str(text).strip()),
    )


def _beside(element: etree._Element) -> Decimal:
    """Return the charges less the allowances that stand directly in an element."""
    found = Decimal(0)
    for one in walk(element, "AllowanceCharge"):
        amount = signed(text_at(one, "Amount")) or Decimal(0)
        found += amount if text_at(one, "ChargeIndicator").lower() == "true" else -amount
    return found


def _take_sums(root: etree._Element, bill: Bill) -> None:
    sums = next(iter(walk(root, "LegalMonetaryTotal")), root)
    bill.net = signed(text_at(sums, "TaxExclusiveAmount"))
    bill.total = signed(text_at(sums, "TaxInclusiveAmount", "PayableAmount"))
    bill.charges = _beside(root)
    taxes = [one for total in walk(root, "TaxTotal") for one in walk(total, "TaxAmount")]
    own = [one for one in taxes if (one.get("currencyID") or bill.currency) == bill.currency]
    bill.tax = signed(own[0].text or "") if len(own) == 1 else Decimal(0) if not taxes else None
    if signed(text_at(sums, "PrepaidAmount")):
        bill.doubts.append("something of it was paid before")
