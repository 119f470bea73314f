"""What the labels of sums on invoices are called in the languages of suppliers, and the money that stands behind them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .numbers import parse
from .words import fold

LABELS: Mapping[str, tuple[str, ...]] = {
    "net": (
        "net total", "total net", "net amount", "subtotal", "sub total", "total excl vat", "total excl. vat",
        "total excluding vat", "total before tax", "goods total", "net", "nettobetrag", "summe netto", "netto", "nettosumme",
        "gesamtbetrag netto", "gesamt netto", "zwischensumme", "warenwert", "total ht", "montant ht", "sous-total", "imponibile",
        "totale imponibile", "totale netto", "subtotale", "base imponible", "importe neto", "total neto", "subtotaal",
        "totaal excl btw", "totaal excl. btw", "totaal netto", "summa exkl moms", "summa exkl. moms", "nettosumma",
        "sum ekskl mva", "i alt ekskl moms", "total ekskl moms", "razem netto", "wartosc netto", "veroton",
        "zaklad dane", "netto osszesen", "ara toplam", "total liquido",
    ),
    "tax": (
        "vat", "value added tax", "sales tax", "tax", "gst", "mwst", "mwst.", "ust", "ust.", "umsatzsteuer", "mehrwertsteuer", "tva",
        "iva", "btw", "moms", "mva", "alv", "dph", "kdv", "afa", "podatek vat",
    ),
    "total": (
        "total due", "amount due", "invoice total", "total amount", "grand total", "total incl vat", "total incl. vat",
        "balance due", "total to pay", "total", "total credit", "credit total", "rechnungsbetrag", "gesamtbetrag",
        "bruttobetrag", "endbetrag", "gesamtsumme", "gesamt", "summe", "zu zahlen", "gesamtbetrag brutto", "summe brutto", "brutto",
        "gutschriftsbetrag", "total ttc", "montant ttc", "net a payer", "montant total", "totale fattura",
        "totale documento", "totale", "totale da pagare", "importe total", "total factura", "total a pagar", "totaal",
        "totaal incl btw", "totaal incl. btw", "te betalen", "att betala", "summa", "totalt", "a betale", "at betale", "i alt",
        "belop a betale", "yhteensa", "maksettava", "do zaplaty", "razem", "razem brutto", "celkem", "k uhrade", "osszesen",
        "fizetendo", "genel toplam", "toplam", "valor total", "total da fatura",
    ),
    "charge": (
        "freight", "carriage", "shipping", "delivery charge", "postage", "packing", "handling", "surcharge", "fracht",
        "versand", "versandkosten", "frachtkosten", "porto", "verpackung", "transportkosten", "mindermengenzuschlag",
        "frais de port", "frais d'expedition", "emballage", "spese di trasporto", "trasporto", "imballo", "spese di spedizione",
        "gastos de envio", "portes", "vrachtkosten", "verzendkosten", "frakt", "fragt", "rahti", "koszt dostawy", "doprava",
        "szallitas", "nakliye",
    ),
    "unclear": (
        "discount", "rabatt", "remise", "sconto", "descuento", "korting", "rabat", "alennus", "deposit", "anzahlung",
        "acompte", "acconto", "anticipo", "prepaid", "paid", "bereits bezahlt", "rounding", "rundung",
    ),
    "passed": (
        "skonto", "cash discount", "early payment", "escompte", "vat no", "vat number", "vat id", "ust-id", "ust-idnr", "tax id",
        "tax no", "vat reg", "p.iva", "n tva", "btw nr", "btw-nr", "moms nr", "vat reg no", "steuernummer", "steuer-nr",
        "total weight", "net weight", "gross weight", "total quantity", "total pieces", "gesamtgewicht", "net 30", "netto kasse",
    ),
}  # fmt: skip
"""Labels by meaning, folded; ``unclear`` changes a sum in a way that a person has to look at, ``passed`` is no sum at all."""
CREDITS = (
    "credit note", "credit memo", "gutschrift", "rechnungskorrektur", "stornorechnung", "avoir", "nota di credito", "nota de credito",
    "creditnota", "kreditnota", "kreditfaktura", "hyvityslasku", "nota kredytowa", "faktura korygujaca", "dobropis",
    "factura rectificativa", "abono", "jovairo szamla",
)  # fmt: skip
NO_INVOICE = (
    "pro forma", "proforma", "pro-forma", "statement of account", "account statement", "kontoauszug", "mahnung",
    "zahlungserinnerung", "payment reminder", "reminder", "overdue", "rappel", "sollecito", "recordatorio de pago", "aanmaning",
    "betalingsherinnering", "betalningspaminnelse", "purring", "estratto conto", "releve de compte",
)  # fmt: skip
"""What a paper calls itself that asks for money and is no invoice for one delivery."""
DUE = (
    "due date", "payment due", "pay by", "payable by", "due", "zahlbar bis", "fallig am", "fallig", "faelligkeit", "falligkeit", "echeance",
    "scadenza", "vencimiento", "vervaldatum", "forfallodatum", "forfallsdato", "forfaldsdato", "erapaiva", "termin platnosci",
    "splatnost", "fizetesi hatarido", "son odeme",
)  # fmt: skip
REFERS = (
    "for invoice", "for our invoice", "to invoice", "original invoice", "against invoice", "zu rechnung", "zur rechnung", "zu rechnung nr", "zur rechnung nr", "sur facture",
    "de la facture", "alla fattura", "su fattura", "de la factura", "op factuur", "till faktura", "til faktura", "do faktury",
)  # fmt: skip
CURRENCIES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "TRY",
        "JPY",
        "CAD",
        "AUD",
        "NZD",
        "CNY",
        "ISK",
        "RON",
        "BGN",
    ]
)
SIGNS = {"€": "EUR", "£": "GBP"}
"""Signs of money that stand for one currency only; a dollar sign stands for many."""
_CODE = re.compile(r"(?<![^\W_])([A-Z]{3})(?![^\W_])")
_AMOUNT = re.compile(
    r"(?<![^\W_])(?<![\d.,/-])(-\s?)?(\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3})+(?:[.,]\d{2})?|\d+[.,]\d{2}|\d+)"
    r"(?![\d/])(?![.,]\d)(?!\s?%)(?![^\W_])"
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sum as a line states it: the meaning of its label, the label itself, and the amount."""

    meaning: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Met:
    meaning: str
    label: str
    start: int
    end: int


_SPELLED = sorted(
    ((label, meaning) for meaning, labels in LABELS.items() for label in labels), key=lambda pair: -len(pair[0])
)
_PATTERNS = tuple(
    (meaning, label, re.compile(rf"(?<![^\W_]){re.escape(label)}(?![^\W_])")) for label, meaning in _SPELLED
)


def sums_of(text: str, locale: str) -> list[Labelled]:
    """Return the sums that one line states, each label with the one amount behind it; none where two could be meant."""
    folded = fold(text)
    met = _met(folded)
    found = []
    for at, label in enumerate(met):
        end = met[at + 1].start if at + 1 < len(met) else len(text)
        amounts = money_in(text[label.end : end], locale)
        if len(set(amounts)) == 1 and label.meaning != "passed":
            found.append(Labelled(label.meaning, label.label, amounts[0]))
    return found


def _met(folded: str) -> list[_Met]:
    """Return the labels of a line in order; of labels that overlap the longest one stands."""
    found: list[_Met] = []
    for meaning, label, pattern in _PATTERNS:
        for match in pattern.finditer(folded) if label in folded else ():
            if all(match.end() <= one.start or match.start() >= one.end for one in found):
                found.append(_Met(meaning, label, match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def money_in(text: str, locale: str) -> list[Decimal]:
    """Return the amounts of a text: with two decimals, or whole beside a currency; no percentages and no dates."""
    found = []
    for match in _AMOUNT.finditer(text):
        number = parse(match[2], locale)
        beside = text[max(0, match.start() - 5) : match.end() + 5]
        exact = re.search(r"[.,]\d{2}$", match[2]) is not None
        if number is None or number.other is not None or not (exact or currencies_in(beside)):
            continue
        found.append(-number.value if match[1] else number.value)
    return found


def currencies_in(text: str) -> set[str]:
    """Return the currencies that a text names by their code or by a sign of their own."""
    named = {code for code in _CODE.findall(text) if code in CURRENCIES}
    return named | {code for sign, code in SIGNS.items() if sign in text}


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Say whether one of the phrases stands in a text, whole and folded."""
    return behind(text, phrases) is not None


def behind(text: str, phrases: tuple[str, ...]) -> str | None:
    """Return what stands behind the longest of the phrases in a line; None where none of them does."""
    folded = fold(text)
    for phrase in sorted((phrase for phrase in phrases if phrase in folded), key=len, reverse=True):
        match = re.search(rf"(?<![^\W_]){re.escape(phrase)}(?![^\W_])", folded)
        if match:
            return text[match.end() :]
    return None
