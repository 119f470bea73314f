"""Receiving: what a supplier claims, what the storekeeper counts, and what of it may be posted."""

from dataclasses import dataclass
from enum import StrEnum

from orders.errors import NotReceivable, ReceiverAsked, ReceiverIsApprover, TooMuch, WrongOrder
from orders.purchase_orders import RECEIVABLE, OrderState
from orders.units import quantity_text, unit_word


class NoticeState(StrEnum):
    """Where a supplier's delivery notice stands."""

    MATCHED = "matched"
    """Every line is known; a receipt is proposed."""
    NEEDS_HUMAN = "needs_human"
    """A person has to look before anything is proposed."""
    SUPERSEDED = "superseded"
    """A later notice with the same number replaced it."""
    IGNORED = "ignored"
    """A person said that it is nothing for us."""


class ReceiptDocState(StrEnum):
    """Where a receipt stands."""

    PROPOSED = "proposed"
    """Prefilled from a notice; changes nothing yet."""
    POSTED = "posted"
    """Counted by a person; stock and order have moved."""
    REVERSED = "reversed"
    """Taken back by counter-rows."""
    DISCARDED = "discarded"
    """Never arrived, or replaced by another."""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An order line as receiving sees it: quantities in thousandths of the order's unit."""

    line_id: int
    line: int
    order: str
    ordered: int
    cancelled: int
    received: int
    unit: str

    @property
    def open(self) -> int:
        """What is still expected."""
        return max(self.ordered - self.cancelled - self.received, 0)


def allowed(line: OpenLine, tolerance_percent: int | None) -> int:
    """Return how much may be received in all; an empty tolerance means zero."""
    expected = line.ordered - line.cancelled
    return expected + expected * (tolerance_percent or 0) // 100


def check_receipt(line: OpenLine, quantity: int, *, order: str, tolerance_percent: int | None, buyer: str) -> None:
    """Refuse a quantity on another order's line, or one that goes beyond what was ordered."""
    if line.order != order:
        raise WrongOrder(line=line.line, order=order)
    if line.received + quantity > allowed(line, tolerance_percent):
        raise TooMuch(
            received=quantity_text(line.received + quantity),
            ordered=quantity_text(line.ordered - line.cancelled),
            unit=unit_word(line.unit, 0),
            line=line.line,
            who=buyer,
        )


def check_receivable(order: str, state: OrderState, *, buyer: str) -> None:
    """Refuse receiving on an order that was never sent, was cancelled or is closed."""
    if state not in RECEIVABLE:
        raise NotReceivable(order=order, state=state.value.replace("_", " "), who=buyer)


def check_receiver(order: str, receiver: int | None, approvers: frozenset[int], *, others: str) -> None:
    """Refuse a receiver who approved the same order (segregation of duties)."""
    if receiver in approvers:
        raise ReceiverIsApprover(order=order, who=others)


def check_counter(order: str, receiver: int | None, authors: frozenset[int], *, others: str) -> None:
    """Refuse a receiver who asked for the order, while another storekeeper (``others``, by name) could count."""
    if receiver in authors and others:
        raise ReceiverAsked(order=order, who=others)
