"""Reads what openTRANS 1.0 and 2.1 INVOICEs charge (Fraunhofer IAO)."""

from decimal import Decimal

from lxml import etree

from .formats.codes import unece_unit
from .formats.xml import compact_day_of, name_of, text_at, walk
from .invoice_paper import CORRECTED, CREDIT_NOTE, PRO_FORMA, Bill, BillLine, account_of, signed

_INFO = "INVOICE_HEADER/INVOICE_INFO"
_KINDS = {"": "", "commercialinvoice": "", "invoice": "", "creditnote": CREDIT_NOTE, "creditmemo": CREDIT_NOTE}
_DOUBTFUL = {"prepayment": PRO_FORMA, "proforma": PRO_FORMA, "proformainvoice": PRO_FORMA}
_ARTICLES = tuple(
    f"{element}/{name}"
    for element, ending in (("PRODUCT_ID", "PID"), ("ARTICLE_ID", "AID"))
    for name in (f"SUPPLIER_{ending}", f"BUYER_{ending}", f"INTERNATIONAL_{ending}")
)
_PRICES = ("PRODUCT_PRICE_FIX", "ARTICLE_PRICE")


def bill_of(root: etree._Element, part: str) -> Bill | None:
    """Return what the document charges; None for any other document."""
    infos = walk(root, _INFO)
    if name_of(root) != "INVOICE" or not infos:
        return None
    info = infos[0]
    bill = Bill(number=text_at(info, "INVOICE_ID"), issued_on=compact_day_of(text_at(info, "INVOICE_DATE")))
    bill.part, bill.form = part, "opentrans"
    if text_at(root, "INVOICE_HEADER/CONTROL_INFO/STOP_AUTOMATIC_PROCESSING"):
        bill.doubts.append("the document asks that no machine takes it")
    _take_head(info, bill)
    for item in walk(root, "INVOICE_ITEM_LIST/INVOICE_ITEM"):
        bill.lines.append(_line(item, bill))
    _take_sums(root, bill)
    return bill


def _take_head(info: etree._Element, bill: Bill) -> None:
    kind = "".join(filter(str.isalpha, text_at(info, "INVOICE_TYPE").lower()))
    bill.kind = _KINDS.get(kind) or bill.kind
    bill.doubts += [_DOUBTFUL.get(kind, CORRECTED)] if kind not in _KINDS else []
    bill.currency = text_at(info, "CURRENCY", "PRICE_CURRENCY")
    numbers = (text_at(info, path) for path in ("ORDER_ID", "ORDER_HISTORY/ORDER_ID", "ORDER_REFERENCE/ORDER_ID"))
    bill.orders = list(dict.fromkeys(number for number in numbers if number))
    bill.note = text_at(info, "DELIVERY_REFERENCE/DELIVERYNOTE_ID", "DELIVERYNOTE_ID")
    bill.refers_to = text_at(info, "INVOICE_REFERENCE/INVOICE_ID", "INVOICE_HISTORY/INVOICE_ID")
    bill.due_on = compact_day_of(text_at(info, "PAYMENT/PAYMENT_TERMS/TIME_FOR_PAYMENT/PAYMENT_DATE"))
    paid = [one for one in info.iter() if name_of(one) in ("BANK_ACCOUNT", "IBAN")]
    bill.accounts = [account for one in paid for account in account_of(one.text or "")]


def _line(item: etree._Element, bill: Bill) -> BillLine:
    """Read one item; only the number of the line that it refers to is surely ours."""
    order = text_at(item, "ORDER_REFERENCE/ORDER_ID")
    bill.orders += [order] if order and order not in bill.orders else []
    bill.note = bill.note or text_at(item, "DELIVERY_REFERENCE/DELIVERYNOTE_ID")
    number = text_at(item, "ORDER_REFERENCE/LINE_ITEM_ID")
    prices = [price for name in _PRICES for price in walk(item, name)]
    price = prices[0] if prices else item
    return BillLine(
        number=text_at(item, "LINE_ITEM_ID"),
        order=order or (bill.orders[0] if len(bill.orders) == 1 else ""),
        line_ours=number if number.isdecimal() else "",
        items=[text for text in (text_at(item, path) for path in _ARTICLES) if text],
        text=text_at(item, "PRODUCT_ID/DESCRIPTION_SHORT", "ARTICLE_ID/DESCRIPTION_SHORT"),
        quantity=signed(text_at(item, "QUANTITY")),
        units=unece_unit(text_at(item, "ORDER_UNIT")),
        price=signed(text_at(price, "PRICE_AMOUNT")),
        per=signed(text_at(price, "PRICE_QUANTITY")) or Decimal(1),
        extra=_beside(price),
        amount=signed(text_at(item, "PRICE_LINE_AMOUNT")),
        tax_rate=_percent(text_at(price, "TAX_DETAILS_FIX/TAX", "TAX")),
        evidence=" ".join(" ".join(str(text).split()) for text in item.itertext() if str(text).strip()),
    )


def _percent(written: str) -> str:
    """Return a rate in percent: BMEcat writes nineteen of a hundred as 0.19."""
    rate = signed(written)
    if rate is None:
        return ""
    return f"{(rate * 100 if rate <= 1 else rate).normalize():f}"


def _beside(element: etree._Element) -> Decimal:
    """Return the surcharges less the allowances that stand in an element as amounts."""
    found = Decimal(0)
    for one in walk(element, "ALLOW_OR_CHARGES_FIX/ALLOW_OR_CHARGE"):
        amount = signed(text_at(one, "ALLOW_OR_CHARGE_VALUE/AOC_MONETARY_AMOUNT")) or Decimal(0)
        found += -amount if (one.get("type") or "").lower() == "allowance" else amount
    return found


def _take_sums(root: etree._Element, bill: Bill) -> None:
    sums = next(iter(walk(root, "INVOICE_SUMMARY")), root)
    bill.total = signed(text_at(sums, "TOTAL_AMOUNT"))
    taxes = [signed(text_at(one, "TAX_AMOUNT")) for one in walk(sums, "TOTAL_TAX/TAX_DETAILS_FIX")]
    stated = signed(text_at(sums, "TOTAL_TAX"))
    if taxes and None not in taxes:
        bill.tax = sum((one for one in taxes if one is not None), Decimal(0))
    else:
        bill.tax = stated
    extra = signed(text_at(sums, "NET_VALUE_EXTRA"))
    bill.charges = extra if extra is not None else _beside(sums)
