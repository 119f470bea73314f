"""Reads FatturaPA invoices and credit notes (Agenzia delle Entrate): number, day and the orders that they name."""

from lxml import etree

from handlers.extraction.claims import Notice

from .xml import day_of, name_of, text_at, walk

_ROOTS = frozenset({"FatturaElettronica", "FatturaElettronicaSemplificata"})


def notice_of(root: etree._Element, _part: str) -> Notice | None:
    """The invoice, or all invoices of a file as one; None for any other document."""
    if name_of(root) not in _ROOTS:
        return None
    bodies = walk(root, "FatturaElettronicaBody")
    heads = [head for body in bodies for head in walk(body, "DatiGenerali/DatiGeneraliDocumento")]
    numbers = [number for number in (text_at(head, "Numero") for head in heads) if number]
    days = [day for day in (day_of(text_at(head, "Data")) for head in heads) if day]
    notice = Notice("invoice", numbers[0] if len(numbers) == 1 else "", days[0] if len(days) == 1 else None)
    orders = (text_at(one, "IdDocumento") for body in bodies for one in walk(body, "DatiGenerali/DatiOrdineAcquisto"))
    notice.orders = list(dict.fromkeys(order for order in orders if order))
    return notice
