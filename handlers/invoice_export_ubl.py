"""One invoice as UBL 2.1 Invoice or CreditNote (OASIS), for an ERP that takes those; built from what was matched, not from the mail."""

from typing import Any

from lxml import etree

from handlers.invoice_content import Papers
from orders.invoices import InvoiceKind
from orders.money import Money, price_text
from orders.units import quantity_text
from storage.unit_of_work import UnitOfWork

_NAMES = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{_NAMES}CommonAggregateComponents-2", f"{_NAMES}CommonBasicComponents-2"
TYPES = {
    InvoiceKind.INVOICE: ("Invoice", "380", "Invoiced"),
    InvoiceKind.CREDIT_NOTE: ("CreditNote", "381", "Credited"),
}
"""The document, its type (UNTDID 1001) and what its quantities are called."""


def as_ubl(uow: UnitOfWork, papers: Papers) -> bytes:
    """Return an invoice or a credit note as a UBL 2.1 document."""
    invoice = papers.invoice
    name, code, _ = TYPES[papers.kind]
    names: Any = {None: f"{_NAMES}{name}-2", "cac": _CAC, "cbc": _CBC}
    root = etree.Element(f"{{{_NAMES}{name}-2}}{name}", nsmap=names)
    _say(root, "ID", invoice.number)
    _say(root, "IssueDate", (invoice.issued_on or invoice.captured_at.date()).isoformat())
    if invoice.due_on is not None and papers.kind is InvoiceKind.INVOICE:
        _say(root, "DueDate", invoice.due_on.isoformat())
    _say(root, f"{name}TypeCode", code)
    _say(root, "DocumentCurrencyCode", invoice.currency)
    _references(root, papers)
    supplier = papers.supplier
    _party(root, "AccountingSupplierParty", supplier.code, supplier.name, supplier.tax_id)
    plant = uow.plant
    _party(root, "AccountingCustomerParty", "", plant.address.name or plant.name, plant.tax_id)
    _sums(root, papers)
    for line in papers.lines:
        _line(root, papers, line)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _references(root: Any, papers: Papers) -> None:
    if papers.orders:
        _say(_part(root, "OrderReference"), "ID", papers.orders[0])
    if papers.invoice.refers_to:
        reference = _part(_part(root, "BillingReference"), "InvoiceDocumentReference")
        _say(reference, "ID", papers.invoice.refers_to)
    if papers.invoice.note:
        _say(_part(root, "DespatchDocumentReference"), "ID", papers.invoice.note)


def _party(root: Any, role: str, number: str, name: str, tax_id: str) -> None:
    party = _part(_part(root, role), "Party")
    if number:
        _say(_part(party, "PartyIdentification"), "ID", number)
    _say(_part(party, "PartyName"), "Name", name)
    if tax_id:
        scheme = _part(party, "PartyTaxScheme")
        _say(scheme, "CompanyID", tax_id)
        _say(_part(scheme, "TaxScheme"), "ID", "VAT")


def _sums(root: Any, papers: Papers) -> None:
    invoice, charges = papers.invoice, papers.invoice.charges
    if charges:
        beyond = _part(root, "AllowanceCharge")
        _say(beyond, "ChargeIndicator", "true" if charges > 0 else "false")
        _say(beyond, "AllowanceChargeReason", "Freight and other charges" if charges > 0 else "Discount")
        _money(beyond, "Amount", abs(charges), invoice.currency)
    _money(_part(root, "TaxTotal"), "TaxAmount", invoice.tax, invoice.currency)
    total = _part(root, "LegalMonetaryTotal")
    _money(total, "LineExtensionAmount", invoice.net, invoice.currency)
    _money(total, "TaxExclusiveAmount", invoice.net + charges, invoice.currency)
    _money(total, "TaxInclusiveAmount", invoice.total, invoice.currency)
    if charges < 0:
        _money(total, "AllowanceTotalAmount", -charges, invoice.currency)
    elif charges:
        _money(total, "ChargeTotalAmount", charges, invoice.currency)
    _money(total, "PayableAmount", invoice.total, invoice.currency)


def _line(root: Any, papers: Papers, line: Any) -> None:
    name, _, counted = TYPES[papers.kind]
    currency, fits = papers.invoice.currency, papers.line(line.order_line_id)
    row = _part(root, f"{name}Line")
    _say(row, "ID", str(line.line))
    _say(row, f"{counted}Quantity", quantity_text(line.quantity), unitCode=line.unit)
    _money(row, "LineExtensionAmount", line.amount, currency)
    if fits is not None and fits[1].cost_centre:
        _say(row, "AccountingCost", fits[1].cost_centre)
    if fits is not None:
        reference = _part(row, "OrderLineReference")
        _say(reference, "LineID", str(fits[1].line))
        _say(_part(reference, "OrderReference"), "ID", fits[0].name)
    item = _part(row, "Item")
    _say(item, "Name", line.description or line.item or "Goods")
    if line.item:
        _say(_part(item, "SellersItemIdentification"), "ID", line.item)
    _say(_part(row, "Price"), "PriceAmount", price_text(line.price, currency), currencyID=currency)


def _part(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _say(parent: Any, name: str, text: str, **attributes: str) -> None:
    """Add an element with a text; what XML cannot hold of a supplier's words is left out."""
    element = etree.SubElement(parent, f"{{{_CBC}}}{name}", attrib=attributes)
    element.text = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def _money(parent: Any, name: str, minor: int, currency: str) -> None:
    _say(parent, name, Money(minor, currency).plain(), currencyID=currency)
