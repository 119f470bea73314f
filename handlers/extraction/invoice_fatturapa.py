"""Reads what FatturaPA invoices and credit notes charge (Agenzia delle Entrate, format 1.2)."""

from decimal import Decimal

from lxml import etree

from .formats.codes import unece_unit
from .formats.xml import day_of, name_of, text_at, walk
from .invoice_paper import CORRECTED, CREDIT_NOTE, PRO_FORMA, Bill, BillLine, account_of, signed

_PLAIN = frozenset({"TD01", "TD06", "TD24", "TD25", "TD26"})
_CREDITS = frozenset({"TD04", "TD08"})
_DOUBTFUL = {"TD02": PRO_FORMA, "TD03": PRO_FORMA, "TD05": CORRECTED, "TD09": CORRECTED}
"""Types of document (TipoDocumento) that keep it from being taken as an invoice for a delivery."""
_HEAD = "DatiGenerali/DatiGeneraliDocumento"
_SIGNS = {"SC": -1, "MG": 1}
_HUNDRED = Decimal(100)


def bill_of(root: etree._Element, part: str) -> Bill | None:
    """Return what the one invoice of a file charges; None for any other document, and for a simplified one without rows."""
    bodies = walk(root, "FatturaElettronicaBody")
    if name_of(root) != "FatturaElettronica" or not bodies:
        return None
    body = bodies[0]
    bill = Bill(number=text_at(body, f"{_HEAD}/Numero"), issued_on=day_of(text_at(body, f"{_HEAD}/Data")))
    bill.part, bill.form = part, "fatturapa"
    bill.doubts += ["several invoices in one file"] if len(bodies) > 1 else []
    _take_head(body, bill)
    rows = walk(body, "DatiBeniServizi/DettaglioLinee")
    orders = _orders(body)
    for row in rows:
        if text_at(row, "TipoCessionePrestazione") == "AC":
            bill.charges += signed(text_at(row, "PrezzoTotale")) or Decimal(0)
        else:
            bill.lines.append(_line(row, orders))
    _take_sums(body, bill)
    return bill


def _take_head(body: etree._Element, bill: Bill) -> None:
    kind = text_at(body, f"{_HEAD}/TipoDocumento")
    bill.kind = CREDIT_NOTE if kind in _CREDITS else bill.kind
    if kind not in _PLAIN | _CREDITS:
        bill.doubts.append(_DOUBTFUL.get(kind, f"a document of the type {kind or 'that is not named'}"))
    bill.currency = text_at(body, f"{_HEAD}/Divisa")
    numbers = (text_at(one, "IdDocumento") for one in walk(body, "DatiGenerali/DatiOrdineAcquisto"))
    bill.orders = list(dict.fromkeys(number for number in numbers if number))
    bill.note = text_at(body, "DatiGenerali/DatiDDT/NumeroDDT")
    bill.refers_to = text_at(body, "DatiGenerali/DatiFattureCollegate/IdDocumento")
    paid = walk(body, "DatiPagamento/DettaglioPagamento")
    days = [day_of(text_at(one, "DataScadenzaPagamento")) for one in paid]
    bill.due_on = next((day for day in days if day), None)
    bill.accounts = [account for one in paid for account in account_of(text_at(one, "IBAN"))]


def _orders(body: etree._Element) -> dict[str, tuple[str, str]]:
    """Return by the invoice's line the order and the order's line that it names; for all others under an empty line."""
    found: dict[str, tuple[str, str]] = {}
    for one in walk(body, "DatiGenerali/DatiOrdineAcquisto"):
        item = text_at(one, "NumItem")
        said = (text_at(one, "IdDocumento"), item if item.isdecimal() else "")
        lines = [(line.text or "").strip() for line in walk(one, "RiferimentoNumeroLinea")]
        for line in lines or [""]:
            found[line] = said if line not in found else ("", "")
    return found


def _line(row: etree._Element, orders: dict[str, tuple[str, str]]) -> BillLine:
    number = text_at(row, "NumeroLinea")
    order, ours = orders.get(number) or (orders.get("", ("", ""))[0], "")
    written = signed(text_at(row, "PrezzoUnitario"))
    amount = signed(text_at(row, "PrezzoTotale"))
    quantity = signed(text_at(row, "Quantita"))
    unit = text_at(row, "UnitaMisura")
    codes = (text_at(code, "CodiceValore") for code in walk(row, "CodiceArticolo"))
    return BillLine(
        number=number,
        order=order,
        line_ours=ours,
        items=[code for code in codes if code],
        text=text_at(row, "Descrizione"),
        # A service names no quantity: its price is its amount.
        quantity=Decimal(1) if quantity is None and written is not None and written == amount else quantity,
        units=_units(unit),
        price=_net(row, written) if written is not None else None,
        amount=amount,
        tax_rate=text_at(row, "AliquotaIVA"),
        evidence=" ".join(" ".join(str(text).split()) for text in row.itertext() if str(text).strip()),
    )


_UNITS = {
    "NR": "C62",
    "N": "C62",
    "PZ": "C62",
    "PEZZI": "C62",
    "CAD": "C62",
    "MT": "MTR",
    "ORE": "HUR",
    "CF": "PK",
    "CONF": "PK",
}
"""What Italian abbreviations mean that are no codes of UN/ECE."""


def _units(written: str) -> tuple[str, ...]:
    """Return the UN/ECE codes of a unit, which FatturaPA leaves free; an unknown word stays as it is."""
    plain = written.strip(" .").upper()
    if not plain:
        return ()
    return (_UNITS[plain],) if plain in _UNITS else unece_unit(plain) or (plain,)


def _net(row: etree._Element, price: Decimal) -> Decimal:
    """Return the price of one after its discounts and surcharges, one after the other."""
    for one in walk(row, "ScontoMaggiorazione"):
        sign = _SIGNS.get(text_at(one, "Tipo"), 0)
        amount, percent = signed(text_at(one, "Importo")), signed(text_at(one, "Percentuale"))
        price += sign * (amount if amount is not None else price * (percent or Decimal(0)) / _HUNDRED)
    return price


def _take_sums(body: etree._Element, bill: Bill) -> None:
    """Take tax and total; the share of a pension fund is charged beside the rows, a rounding of the total with it."""
    sums = walk(body, "DatiBeniServizi/DatiRiepilogo")
    bases = [signed(text_at(one, "ImponibileImporto")) for one in sums]
    taxes = [signed(text_at(one, "Imposta")) for one in sums]
    funds = [signed(text_at(one, "ImportoContributoCassa")) for one in walk(body, f"{_HEAD}/DatiCassaPrevidenziale")]
    for one in walk(body, f"{_HEAD}/ScontoMaggiorazione"):
        sign = _SIGNS.get(text_at(one, "Tipo"), 0)
        bill.charges += sign * (signed(text_at(one, "Importo")) or Decimal(0))
    bill.charges += sum((fund for fund in funds if fund is not None), Decimal(0))
    bill.charges += signed(text_at(body, f"{_HEAD}/Arrotondamento")) or Decimal(0)
    if sums and None not in bases and None not in taxes:
        bill.net = sum((one for one in bases if one is not None), Decimal(0))
        bill.tax = sum((one for one in taxes if one is not None), Decimal(0))
    stated = signed(text_at(body, f"{_HEAD}/ImportoTotaleDocumento"))
    whole = bill.net + bill.tax if bill.net is not None and bill.tax is not None else None
    bill.total = stated if stated is not None else whole
