"""Reads what cXML 1.2 InvoiceDetailRequests charge, as buyers' networks pass them on."""

from datetime import timedelta
from decimal import Decimal

from lxml import etree

from .formats.codes import unece_unit
from .formats.notices import REPLACES, TEST, WITHDRAWN
from .formats.xml import day_of, name_of, text_at, walk
from .invoice_paper import CORRECTED, CREDIT_NOTE, Bill, BillLine, signed

_CREDITS = frozenset({"creditMemo", "lineLevelCreditMemo"})
_PLAIN = frozenset({"", "standard"})
_OPERATIONS = {"delete": WITHDRAWN, "update": REPLACES}
_ITEMS = ("InvoiceDetailItem", "InvoiceDetailServiceItem")
_MOST_DAYS = 400


def bill_of(root: etree._Element, part: str) -> Bill | None:
    """Return what the one invoice of a request charges; None for any other document."""
    requests = [one for request in walk(root, "Request") for one in walk(request, "InvoiceDetailRequest")]
    heads = walk(requests[0], "InvoiceDetailRequestHeader") if requests else []
    if name_of(root) != "cXML" or not heads:
        return None
    request, head = requests[0], heads[0]
    bill = Bill(number=head.get("invoiceID") or "", issued_on=day_of(head.get("invoiceDate") or ""))
    bill.part, bill.form = part, "cxml"
    tests = any((one.get("deploymentMode") or "").lower() == "test" for one in walk(root, "Request"))
    bill.doubts += [TEST] if tests else []
    _take_head(head, bill)
    for order in walk(request, "InvoiceDetailOrder"):
        number = _order(order)
        bill.orders += [number] if number and number not in bill.orders else []
        bill.lines += [_line(item, number) for name in _ITEMS for item in walk(order, name)]
    bill.lines.sort(key=lambda line: int(line.number) if line.number.isdecimal() else 0)
    for summary in walk(request, "InvoiceDetailSummary")[:1]:
        _take_sums(summary, bill)
    return _turned(bill) if bill.kind == CREDIT_NOTE else bill


def _take_head(head: etree._Element, bill: Bill) -> None:
    purpose, operation = head.get("purpose") or "", head.get("operation") or ""
    bill.kind = CREDIT_NOTE if purpose in _CREDITS else bill.kind
    bill.doubts += [CORRECTED] if purpose not in _CREDITS | _PLAIN else []
    bill.doubts += [_OPERATIONS[operation]] if operation in _OPERATIONS else []
    bill.refers_to = next((one.get("invoiceID") or "" for one in walk(head, "InvoiceIDInfo")), "")
    papers = (one.get("shipNoticeID") or "" for one in head.iter() if name_of(one) == "ShipNoticeIDInfo")
    bill.note = next((paper for paper in papers if paper), "")
    terms = [one.get("payInNumberOfDays") or "" for one in walk(head, "PaymentTerm") if not walk(one, "Discount")]
    days = [int(one) for one in terms if one.isdecimal() and int(one) <= _MOST_DAYS]
    if bill.issued_on is not None and days:
        bill.due_on = bill.issued_on + timedelta(days=max(days))


def _order(order: etree._Element) -> str:
    """Return the order that some items are charged for."""
    infos = walk(order, "InvoiceDetailOrderInfo")
    named = (
        one.get("orderID") or "" for info in infos for one in info if name_of(one) in ("OrderReference", "OrderIDInfo")
    )
    return next((number for number in named if number), "")


def _line(item: etree._Element, order: str) -> BillLine:
    reference = next(
        iter([*walk(item, "InvoiceDetailItemReference"), *walk(item, "InvoiceDetailServiceItemReference")]), None
    )
    number = (reference.get("lineNumber") or "") if reference is not None else ""
    paths = ("ItemID/SupplierPartID", "ItemID/BuyerPartID", "ItemID/SupplierPartAuxiliaryID")
    items = [text_at(reference, path) for path in paths] if reference is not None else []
    discount = _money(item, "InvoiceDetailDiscount") or Decimal(0)
    amount = _money(item, "SubtotalAmount")
    return BillLine(
        number=item.get("invoiceLineNumber") or "",
        order=order,
        line_ours=number if number.isdecimal() else "",
        items=[text for text in items if text],
        text=text_at(reference, "Description") if reference is not None else "",
        quantity=signed(item.get("quantity") or ""),
        units=unece_unit(text_at(item, "UnitOfMeasure")),
        price=_money(item, "UnitPrice"),
        per=_per(item),
        extra=-discount,
        amount=amount - discount if amount is not None else None,
        tax_rate=next((one.get("percentageRate") or "" for one in walk(item, "Tax/TaxDetail")), ""),
        evidence=" ".join(
            [item.get("quantity") or "", *(" ".join(str(text).split()) for text in item.itertext())]
        ).strip(),
    )


def _per(item: etree._Element) -> Decimal:
    """Return for how many of the charged unit the price is; nought, which no sum fits, where it is for another unit."""
    for basis in [*walk(item, "PriceBasisQuantity"), *walk(item, "UnitPrice/PriceBasisQuantity")]:
        factor = signed(basis.get("conversionFactor") or "1")
        return (signed(basis.get("quantity") or "") or Decimal(0)) / (factor or Decimal(1))
    return Decimal(1)


def _money(element: etree._Element, name: str) -> Decimal | None:
    """Read the amount that an element holds as its money."""
    return signed(text_at(element, f"{name}/Money").replace(",", ""))


def _take_sums(summary: etree._Element, bill: Bill) -> None:
    money = [one for one in summary.iter() if name_of(one) == "Money"]
    currencies = {one.get("currency") or "" for one in money}
    bill.currency = currencies.pop() if len(currencies) == 1 else ""
    beside = [_money(summary, name) for name in ("ShippingAmount", "SpecialHandlingAmount")]
    discount = _money(summary, "InvoiceDetailDiscount") or Decimal(0)
    bill.charges = sum((one for one in beside if one is not None), Decimal(0)) - discount
    bill.tax = _money(summary, "Tax")
    totals = (_money(summary, name) for name in ("NetAmount", "GrossAmount"))
    bill.total = next((one for one in totals if one is not None), None)
    if _money(summary, "DepositAmount"):
        bill.doubts.append("something of it was paid before")


def _turned(bill: Bill) -> Bill:
    """Return a credit note with figures above zero: cXML writes what is taken back with a minus."""
    for line in bill.lines:
        line.quantity = -line.quantity if line.quantity is not None and line.quantity < 0 else line.quantity
        line.amount = -line.amount if line.amount is not None and line.amount < 0 else line.amount
        line.price = -line.price if line.price is not None and line.price < 0 else line.price
        line.extra = abs(line.extra) if line.extra > 0 else line.extra
    if bill.total is not None and bill.total < 0:
        bill.total, bill.charges = -bill.total, -bill.charges
        bill.tax = -bill.tax if bill.tax is not None else None
    return bill
