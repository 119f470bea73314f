"""What people type about needs and orders: shown, approved, changed, counted, ended; the number says which one."""

import re
from collections.abc import Callable

from handlers import (
    amending,
    approvals,
    cancelling,
    charging,
    finding,
    inspecting,
    needs,
    order_copies,
    order_views,
    passing_on,
    receipt_reversal,
    receiving,
    reducing,
    short_closing,
    supplier_returns,
)
from handlers.grammar import Sentence
from handlers.happenings import Answer
from orders.errors import Unlawful
from storage.unit_of_work import UnitOfWork

BECAUSE = re.compile(r"^(?:because|since|weil|for|:)\s+", re.IGNORECASE)
"""What may stand before a reason."""


def document(sentence: Sentence) -> str:
    """Return the number of the document that was typed; raises ``Unlawful`` when there is none."""
    if not sentence.target:
        raise Unlawful(why=f"Say which order you mean, for instance `{sentence.command} DR-118`.")
    return sentence.target


def ended(uow: UnitOfWork, sentence: Sentence) -> Answer | None:
    """Take ``cancel``, ``close``, ``reopen`` and ``return`` where they name no job; None where they mean one."""
    kind = sentence.target.upper()[:2]
    if sentence.command == "cancel" and kind == "PR":
        return needs.cancel_named(uow, sentence.target, _reason(sentence))
    if sentence.command == "return" and kind == "RT":
        return supplier_returns.typed(uow, sentence.target, sentence.rest)
    if kind not in ("PO", "DR"):
        return None
    if sentence.command == "return":
        return None
    if sentence.command == "close":
        return short_closing.close_named(uow, sentence.target, sentence.rest)
    how = cancelling.cancel_named if sentence.command == "cancel" else short_closing.reopen_named
    return how(uow, sentence.target, _reason(sentence))


def _reason(sentence: Sentence) -> str:
    return BECAUSE.sub("", sentence.rest)


def _reject(uow: UnitOfWork, sentence: Sentence) -> Answer:
    if sentence.target.upper().startswith("PR"):
        return needs.reject_named(uow, sentence.target, _reason(sentence))
    return approvals.reject_named(uow, document(sentence), sentence.rest)


def _pass(uow: UnitOfWork, sentence: Sentence) -> Answer:
    """Take ``pass DR-118 @Ines she knows the machine``."""
    number, rest = document(sentence), sentence.rest
    colleague, words = finding.addressed(uow, rest)
    if colleague is None:
        raise Unlawful(why=f"Say to whom, for instance `pass {number} @colleague`.")
    return passing_on.pass_named(uow, number, colleague, words)


HANDLERS: dict[str, Callable[[UnitOfWork, Sentence], Answer]] = {
    "order": lambda uow, said: order_views.order(uow, document(said)),
    "approve": lambda uow, said: approvals.approve_named(uow, document(said), _reason(said)),
    "reject": _reject,
    "reduce": lambda uow, said: reducing.reduce_named(uow, document(said), said.rest),
    "pass": _pass,
    "count": lambda uow, said: receiving.count_named(uow, document(said), said.rest),
    "inspect": lambda uow, said: inspecting.inspect_named(uow, document(said), said.rest),
    "reverse": lambda uow, said: receipt_reversal.reverse_named(uow, document(said), _reason(said)),
    "charges": lambda uow, said: charging.typed(uow, document(said)),
    "copy": lambda uow, said: order_copies.typed(uow, document(said)),
    "change": lambda uow, said: amending.typed(uow, document(said), said.rest),
}
"""What each command about an order does."""
