"""What an invoice or a credit note says: its head, its lines and its sums, each as it is written and none of them guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .numbers import plain

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
PRO_FORMA = "it asks for money before the goods, so it is no invoice for a delivery"
CORRECTED = "it corrects an earlier invoice"
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![A-Z0-9])")
_MOST_SHORT = 15
"""The length of the shortest IBAN."""
_SIGNED = re.compile(r"(-?)(\d{1,12}(?:\.\d{0,8})?|\.\d{1,8})")


@dataclass(slots=True)
class BillLine:
    """One line: what it names, how much of it, the price for ``per`` units, and its amount without tax."""

    number: str = ""
    order: str = ""
    line_ours: str = ""
    items: list[str] = field(default_factory=list)
    text: str = ""
    quantity: Decimal | None = None
    units: tuple[str, ...] = ()
    """The UN/ECE codes that its unit may mean; empty where it names none."""
    price: Decimal | None = None
    per: Decimal = Decimal(1)
    extra: Decimal = Decimal(0)
    """Charges less allowances that the amount holds beside quantity and price."""
    amount: Decimal | None = None
    tax_rate: str = ""
    evidence: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values; figures are decimal strings."""
        return {
            "number": self.number,
            "order": self.order,
            "line": self.line_ours,
            "items": list(dict.fromkeys(self.items)),
            "text": self.text[:500],
            "quantity": written(self.quantity),
            "units": list(self.units),
            "price": written(self.price),
            "per": written(self.per),
            "amount": written(self.amount),
            "tax_rate": self.tax_rate,
            "evidence": self.evidence[:500],
        }


@dataclass(slots=True)
class Bill:
    """One invoice or credit note as its paper says it; what is not said stays None or empty."""

    kind: str = INVOICE
    number: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    currency: str = ""
    orders: list[str] = field(default_factory=list)
    note: str = ""
    refers_to: str = ""
    accounts: list[str] = field(default_factory=list)
    """The bank accounts that it names, without spaces."""
    lines: list[BillLine] = field(default_factory=list)
    charges: Decimal = Decimal(0)
    """Freight and other charges less allowances, of the whole document and without tax."""
    net: Decimal | None = None
    """Everything without tax, as the document states it."""
    tax: Decimal | None = None
    total: Decimal | None = None
    """Everything with tax, as the document states it."""
    doubts: list[str] = field(default_factory=list)
    part: str = ""
    form: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values; figures are decimal strings, days ISO dates."""
        return {
            "kind": self.kind,
            "number": self.number,
            "issued_on": _day(self.issued_on),
            "due_on": _day(self.due_on),
            "currency": self.currency,
            "orders": list(dict.fromkeys(self.orders)),
            "note": self.note,
            "refers_to": self.refers_to,
            "accounts": list(dict.fromkeys(self.accounts)),
            "lines": [line.to_json() for line in self.lines],
            "charges": written(self.charges),
            "net": written(self.net),
            "tax": written(self.tax),
            "total": written(self.total),
            "doubts": list(dict.fromkeys(self.doubts)),
            "part": self.part,
            "form": self.form,
        }


def written(value: Decimal | None) -> str | None:
    """Return a figure as a decimal string, None where nothing is said."""
    return None if value is None else plain(value)


def signed(text: str) -> Decimal | None:
    """Read a figure as XML and EDI write it, a sign allowed; None for anything else."""
    match = _SIGNED.fullmatch(text.strip())
    return Decimal(match[1] + match[2]) if match else None


def account_of(text: str) -> list[str]:
    """Return a bank account's number without its spaces and points, as a list of one; empty where none is written."""
    plain = re.sub(r"[\s.-]", "", text).upper()
    return [plain] if any(map(str.isdigit, plain)) else []


def accounts_in(text: str) -> list[str]:
    """Return the IBANs that a text names; what has no right check digits is none (ISO 13616, modulo 97)."""
    found = ("".join(one.split()) for one in _IBAN.findall(text))
    return [one for one in found if len(one) >= _MOST_SHORT and int("".join(_digits(one[4:] + one[:4]))) % 97 == 1]


def _digits(text: str) -> Iterator[str]:
    return (str(int(sign, 36)) for sign in text)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
