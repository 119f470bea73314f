"""An invoice's life: where it stands, what may happen to it, and every way in which it may differ from what was ordered."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from orders.lifecycle import Lifecycle, rows
from orders.people import Role


class InvoiceKind(StrEnum):
    """What a supplier's paper asks for."""

    INVOICE = "invoice"
    """Money for goods or services."""
    CREDIT_NOTE = "credit_note"
    """Money back."""


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    CAPTURED = "captured"
    """Written down; not held against its order yet."""
    MATCHED = "matched"
    """It fits what was ordered, received and accepted."""
    EXCEPTION = "exception"
    """It differs, and somebody has to decide."""
    VARIANCE_ACCEPTED = "variance_accepted"
    """It differs, and somebody accepted that."""
    DISPUTED = "disputed"
    """The supplier was told what is wrong and has to answer."""
    CREDIT_EXPECTED = "credit_expected"
    """It is too high, and a credit note is awaited."""
    RELEASED = "released"
    """The ERP may have it for payment."""
    EXPORTED = "exported"
    """The ERP has it; it is paid there and never here."""
    VOIDED = "voided"
    """It counts for nothing."""


class InvoiceEvent(StrEnum):
    """What may happen to an invoice."""

    FIT = "fit"
    DIFFER = "differ"
    ACCEPT_VARIANCE = "accept_variance"
    DISPUTE = "dispute"
    EXPECT_CREDIT = "expect_credit"
    RELEASE = "release"
    EXPORT = "export"
    WAIT = "wait"
    VOID = "void"


_S, _E = InvoiceState, InvoiceEvent
_FIN, _APPR, _BUY, _SYS = Role.FINANCE, Role.APPROVER, Role.BUYER, Role.SYSTEM
_ANY = tuple(role for role in Role if role is not Role.SUPPLIER)
_WAITING = (_S.EXCEPTION, _S.DISPUTED, _S.CREDIT_EXPECTED)

COUNTED = frozenset({_S.MATCHED, _S.VARIANCE_ACCEPTED, _S.RELEASED, _S.EXPORTED})
"""States in which what it charges counts as billed."""
PAYABLE = frozenset({_S.RELEASED, _S.EXPORTED})
"""States in which somebody may pay it."""
UNDECIDED = frozenset({_S.CAPTURED, *_WAITING})
"""States in which it is held against its order whenever something changes there."""

INVOICES = Lifecycle(
    "invoice",
    (
        *rows((_S.CAPTURED, *_WAITING), _E.FIT, _S.MATCHED, _ANY),
        *rows((_S.CAPTURED, _S.EXCEPTION), _E.DIFFER, _S.EXCEPTION, _ANY),
        *rows((_S.MATCHED, _S.VARIANCE_ACCEPTED, _S.RELEASED), _E.DIFFER, _S.EXCEPTION, _ANY),
        *rows((_S.DISPUTED, _S.CREDIT_EXPECTED), _E.DIFFER, None, _ANY),
        *rows(_WAITING, _E.ACCEPT_VARIANCE, _S.VARIANCE_ACCEPTED, (_FIN, _APPR)),
        *rows((_S.EXCEPTION, _S.CREDIT_EXPECTED), _E.DISPUTE, _S.DISPUTED, (_FIN, _BUY)),
        *rows((_S.EXCEPTION, _S.DISPUTED), _E.EXPECT_CREDIT, _S.CREDIT_EXPECTED, (_FIN, _BUY)),
        *rows((_S.MATCHED, _S.VARIANCE_ACCEPTED), _E.RELEASE, _S.RELEASED, (_FIN,)),
        *rows((_S.MATCHED, _S.RELEASED), _E.WAIT, _S.CAPTURED, _ANY),
        *rows((_S.RELEASED, _S.EXPORTED), _E.EXPORT, _S.EXPORTED, (_SYS,)),
        *rows(
            (_S.CAPTURED, _S.EXCEPTION, _S.CREDIT_EXPECTED, _S.MATCHED, _S.VARIANCE_ACCEPTED),
            _E.VOID,
            _S.VOIDED,
            (_FIN,),
        ),
        *rows((_S.DISPUTED,), _E.VOID, _S.VOIDED, (_FIN, _SYS)),
    ),
)


class Difference(StrEnum):
    """How an invoice may differ from what was ordered, received and accepted."""

    NO_PO = "no_po"
    """It names no order, or a line fits none."""
    DUPLICATE_NO = "duplicate_no"
    """The supplier used the number before for something else."""
    SUPPLIER_MISMATCH = "supplier_mismatch"
    """The order was placed with somebody else."""
    CURRENCY = "currency"
    """It is not in the order's currency."""
    CLOSED_PO = "closed_po"
    """The order is cancelled, or all of it was invoiced before."""
    QTY_OVER_ORDERED = "qty_over_ordered"
    """More is charged than was ordered."""
    NOT_RECEIVED = "not_received"
    """Nothing of it was taken in."""
    NOT_INSPECTED = "not_inspected"
    """The goods wait to be inspected."""
    REJECTED_GOODS = "rejected_goods"
    """What was rejected is charged."""
    QTY_OVER_RECEIVED = "qty_over_received"
    """Less came than is charged."""
    PRICE_OVER = "price_over"
    """A line is dearer than the tolerance allows."""
    FREIGHT = "freight"
    """More is charged beyond the lines than was agreed."""
    TAX = "tax"
    """The tax is at no rate that holds here."""
    NO_INVOICE = "no_invoice"
    """A credit note names no invoice that is known."""
    CREDIT_OVER = "credit_over"
    """A credit note goes beyond what its invoice charged."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a difference means: its name for people, whether it may be accepted, and what is to be done instead."""

    words: str
    acceptable: bool
    instead: str
    waits: bool = False
    """Whether it may go away by itself, when goods come or are inspected."""


KINDS: dict[Difference, Kind] = {
    Difference.NO_PO: Kind("No order", acceptable=False, instead="Ask the supplier for the order's number, or void it."),
    Difference.DUPLICATE_NO: Kind("Number used before", acceptable=False, instead="Void it, or ask the supplier which of them counts."),
    Difference.SUPPLIER_MISMATCH: Kind("Other supplier", acceptable=False, instead="The order was placed with somebody else. Ask them, or void it."),
    Difference.CURRENCY: Kind("Other currency", acceptable=False, instead="Ask the supplier for an invoice in the order's currency."),
    Difference.CLOSED_PO: Kind("Order is closed", acceptable=False, instead="Ask the buyer to reopen the order, or dispute it."),
    Difference.QTY_OVER_ORDERED: Kind("More than ordered", acceptable=False, instead="Ask for credit, or dispute it."),
    Difference.NOT_RECEIVED: Kind("Not received", acceptable=False, instead="It fits by itself once the goods are taken in.", waits=True),
    Difference.NOT_INSPECTED: Kind("Not inspected", acceptable=False, instead="It fits by itself once the goods are inspected.", waits=True),
    Difference.REJECTED_GOODS: Kind("Rejected goods", acceptable=False, instead="Rejected goods are not paid. Ask for credit."),
    Difference.QTY_OVER_RECEIVED: Kind("More than received", acceptable=False, instead="Ask for credit, or wait for the rest.", waits=True),
    Difference.PRICE_OVER: Kind("Price too high", acceptable=True, instead="Ask for credit, or accept it."),
    Difference.FREIGHT: Kind("Freight too high", acceptable=True, instead="Ask for credit, or accept it."),
    Difference.TAX: Kind("Tax differs", acceptable=True, instead="Ask the supplier for a right invoice, or accept it."),
    Difference.NO_INVOICE: Kind("No invoice to credit", acceptable=False, instead="Ask the supplier which invoice it is for, or void it."),
    Difference.CREDIT_OVER: Kind("More than was invoiced", acceptable=False, instead="Ask the supplier, or void it."),
}  # fmt: skip
"""Every difference; what is not acceptable was not ordered, received or accepted, and is never paid."""


@dataclass(frozen=True, slots=True)
class Found:
    """One difference: where (0 for the whole invoice), by how much in minor units, and the sentence about it."""

    difference: Difference
    words: str
    line: int = 0
    amount: int = 0

    @property
    def kind(self) -> Kind:
        """What it means."""
        return KINDS[self.difference]


class Invoicing(StrEnum):
    """How far an order is invoiced; follows from its lines and invoices and is never typed in."""

    NONE = "none"
    """Nobody has charged anything that counts."""
    PARTIAL = "partial"
    """Some of it is charged."""
    COMPLETE = "complete"
    """All that is expected is charged."""
    EXCEPTION = "exception"
    """An invoice of it is held."""


def invoicing(lines: Iterable[tuple[int, int]], *, held: bool) -> Invoicing:
    """Derive the invoice state from (wanted, billed) quantities; an invoice that is held goes before all others."""
    rows = list(lines)
    if held:
        return Invoicing.EXCEPTION
    if not any(billed for _, billed in rows):
        return Invoicing.NONE
    return Invoicing.COMPLETE if all(billed >= wanted for wanted, billed in rows) else Invoicing.PARTIAL


def normalised(number: str) -> str:
    """Return an invoice's number in capital letters and digits alone, zeros in front left out: ``"r-0781"`` is ``"R781"``."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[\W_]", "", re.sub(r"(?<!\d)0+(?=\d)", "", plain))
