"""Receiving: what a supplier claims, what the storekeeper counts, and what of it may be posted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orders.errors import NotReceivable, ReceiverAsked, ReceiverIsApprover, TooMuch, Unlawful, WrongOrder
from orders.lifecycle import Lifecycle, rows
from orders.people import Role
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
    ASKED = "asked"
    """More was counted than may be taken in; somebody decides whether it stays. Nothing has moved."""
    POSTED = "posted"
    """Counted by a person; stock and order have moved."""
    REVERSED = "reversed"
    """Taken back by counter-rows."""
    DISCARDED = "discarded"
    """Never arrived, or replaced by another."""


class ReceiptEvent(StrEnum):
    """What may happen to a receipt."""

    POST = "post"
    ASK = "ask"
    DECIDE = "decide"
    REVERSE = "reverse"
    DISCARD = "discard"


_S, _E = ReceiptDocState, ReceiptEvent
_STORE, _SYS = Role.STOREKEEPER, Role.SYSTEM
_PEOPLE = tuple(role for role in Role if role not in {Role.SUPPLIER, Role.SYSTEM})
RECEIPTS = Lifecycle(
    "receipt",
    (
        *rows((_S.PROPOSED,), _E.POST, _S.POSTED, (_STORE, Role.TECHNICIAN, _SYS)),
        *rows((_S.PROPOSED,), _E.ASK, _S.ASKED, (_STORE, Role.TECHNICIAN)),
        *rows((_S.ASKED,), _E.DECIDE, _S.POSTED, _PEOPLE),
        *rows((_S.POSTED,), _E.REVERSE, _S.REVERSED, (_STORE, Role.SUPERVISOR, Role.FINANCE)),
        *rows((_S.PROPOSED,), _E.DISCARD, _S.DISCARDED, (_SYS,)),
    ),
)
"""A technician only takes in what goes straight to a job, and who decides depends on the order."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What a part's maker calls some of it: a lot or one serial number, thousandths, and how long they keep."""

    quantity: int
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """What was found of one order line (thousandths): how much is here, what of it is rejected, and what is held."""

    here: int
    rejected: int = 0
    held: int = 0
    """What has to be inspected before anybody may use it."""
    reason: str = ""
    instead: str = ""
    """What came in place of what was ordered; all of it is held then."""
    lots: tuple[Lot, ...] = ()

    @property
    def accepted(self) -> int:
        """What may go into stock."""
        return self.here - self.rejected - self.held


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


def enough(ordered: int, left: int, under_percent: int | None) -> bool:
    """Say whether so little is left of what was ordered that the line counts as complete; an empty tolerance means zero."""
    return 0 < left <= ordered * (under_percent or 0) // 100


def check_count(line: int, count: Count) -> None:
    """Refuse a count with more rejected and held than is here, or a rejection without its reason."""
    if count.here < 0 or min(count.rejected, count.held) < 0 or count.rejected + count.held > count.here:
        raise Unlawful(why=f"Of line {line} no more can be damaged than is here.")
    if count.rejected and not count.reason:
        raise Unlawful(why=f"Say what is wrong with line {line}; the supplier is told.")


@dataclass(frozen=True, slots=True)
class Tracking:
    """What is written down of a part when it comes: by ``lot`` or ``serial`` number, and the day until which it keeps."""

    kind: str = ""
    expires: bool = False


def check_lots(line: int, tracking: Tracking, count: Count, today: date) -> None:
    """Refuse a count whose makers' numbers are missing, do not add up, name something twice, or do not keep any more."""
    if not count.here or not (tracking.kind or tracking.expires):
        return
    what = "serial numbers" if tracking.kind == "serial" else "lots"
    if sum(lot.quantity for lot in count.lots) != count.here:
        named = quantity_text(sum(lot.quantity for lot in count.lots))
        why = f"Line {line} is tracked: {quantity_text(count.here)} were counted, and the {what} name {named}."
        raise Unlawful(why=f"{why} Choose “Count lines” and write them.")
    names = [lot.serial or lot.lot for lot in count.lots]
    if tracking.kind == "serial" and len(set(names)) != len(names):
        raise Unlawful(why=f"A serial number of line {line} is written twice.")
    if tracking.expires and any(lot.expires_on is None for lot in count.lots):
        raise Unlawful(why=f"Line {line} does not keep for ever: write the day behind each lot, such as 2027-05-31.")
    old = [lot for lot in count.lots if lot.expires_on is not None and lot.expires_on < today]
    if sum(lot.quantity for lot in old) > count.rejected + count.held:
        many = quantity_text(sum(lot.quantity for lot in old))
        why = f"{many} of line {line} ({old[0].serial or old[0].lot}) kept until {old[0].expires_on}, so nobody may use them."
        raise Unlawful(why=f"{why} Write {line}: {many} expired, or look at the day once more.")


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


def over(line: OpenLine, quantity: int, tolerance_percent: int | None) -> int:
    """Return how many thousandths of a count go beyond what may be received."""
    return max(line.received + quantity - allowed(line, tolerance_percent), 0)


def timing(wanted: date | None, came: date, *, early: int, late: int) -> str:
    """Say how far outside of its window a delivery came, such as ``3 days late``; empty inside of it."""
    days = (came - wanted).days if wanted is not None else 0
    if -early <= days <= late:
        return ""
    many = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{many} late" if days > 0 else f"{many} early"


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
