"""How an order ends before everything came: cancelled as long as nothing came, closed short afterwards, taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.errors import Unlawful
from orders.purchase_orders import OrderState


class CancelWay(StrEnum):
    """What cancelling takes, by how far the order has gone."""

    AT_ONCE = "at_once"
    """Nobody outside knows of it, or the supplier has said no already."""
    STOP_MAIL = "stop_mail"
    """Its mail waits and is taken back."""
    ASK_SUPPLIER = "ask_supplier"
    """The supplier has it, and is asked to agree."""


CANCEL_WAYS = {
    OrderState.DRAFT: CancelWay.AT_ONCE,
    OrderState.PENDING_APPROVAL: CancelWay.AT_ONCE,
    OrderState.APPROVED: CancelWay.STOP_MAIL,
    OrderState.SENT: CancelWay.ASK_SUPPLIER,
    OrderState.ACKNOWLEDGED: CancelWay.ASK_SUPPLIER,
    OrderState.ACCEPTED: CancelWay.ASK_SUPPLIER,
    OrderState.REJECTED_BY_SUPPLIER: CancelWay.AT_ONCE,
}
"""In every other state an order cannot be cancelled."""

SHORT_CLOSABLE = frozenset({OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.ACCEPTED})
"""States in which the rest of an order may be given up."""


@dataclass(frozen=True, slots=True)
class Came:
    """What is known to have come of an order: pieces were taken in, or a delivery waits to be counted."""

    received: bool
    announced: bool


def check_cancel(subject: str, came: Came) -> None:
    """Refuse to cancel what has come or is announced; the rest can still be closed short."""
    if came.received:
        why = (
            f"Part of {subject} has arrived, so it cannot be cancelled. Type `close {subject}` to expect no more of it."
        )
        raise Unlawful(why=why)
    if came.announced:
        why = f"A delivery of {subject} is announced, so it cannot be cancelled. Count it, or say that it is not here."
        raise Unlawful(why=why)


def check_uncharged(subject: str, invoice: str, stands: str, *, exported: bool) -> None:
    """Refuse to cancel an order that an invoice charges; what to do about the invoice first depends on where it is."""
    first = "Ask the supplier for a credit note" if exported else f"Finance has to void it first (`invoice {invoice}`)"
    raise Unlawful(why=f"Invoice {invoice} charges {subject} ({stands}), so it cannot be cancelled. {first}.")


def check_not_billed(subject: str, line: int, billed: str) -> None:
    """Refuse to give up what an invoice has charged, where an invoice is all that is expected of a line."""
    why = f"{billed} of line {line} of {subject} are invoiced, so they are not given up. Finance has to void the invoice first."
    raise Unlawful(why=why)


def check_short_close(subject: str, state: OrderState, came: Came, *, whole: bool, asked: bool) -> None:
    """Refuse to give up the rest of what was never sent, was changed by the supplier, or of which nothing came at all."""
    if asked:
        raise Unlawful(why=f"The supplier was asked to cancel {subject}. Wait for the answer, or keep the order first.")
    if state not in SHORT_CLOSABLE:
        raise Unlawful(why=f"{subject} is {state.value.replace('_', ' ')}, so there is no rest to give up.")
    if whole and not came.received:
        why = f"Nothing of {subject} has come. Type `cancel {subject}` instead, so that the supplier is asked."
        raise Unlawful(why=why)


def check_lines(subject: str, wanted: Sequence[int], open_lines: Sequence[int]) -> None:
    """Refuse lines that the order has not, or of which nothing is open."""
    strange = [line for line in wanted if line not in open_lines]
    if strange:
        named = ", ".join(str(line) for line in strange)
        left = ", ".join(str(line) for line in open_lines) or "none"
        raise Unlawful(why=f"Nothing of line {named} of {subject} is expected any more. Still open: {left}.")
    if not wanted:
        raise Unlawful(why=f"Everything of {subject} has arrived; there is no rest to give up.")
