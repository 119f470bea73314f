"""What becomes of a revision that the supplier has: accepted, it is the order; refused, the order stands as it was."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.approval_plans import staff
from handlers.mail_readings import Said, Unsure
from handlers.order_cards import refresh_shortages, show_line
from handlers.order_closing import close_when_complete
from handlers.order_content import Dossier
from handlers.order_revisions import revised, waiting
from handlers.order_tokens import own_message
from handlers.revision_releases import ended, into_force
from orders.errors import Refusal
from orders.purchase_orders import OrderState
from storage import attachments
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork

HEAD = 64 * 1024
"""How much of a mail its headers are looked for in."""


def sent_revision(uow: UnitOfWork, dossier: Dossier, mail: InboundMail) -> Dossier | None:
    """Return a locked order as its revision has it that a mail may answer; None where the supplier has no other one.

    An answer in the thread of an earlier revision is an answer to that one.
    """
    found = waiting(uow, dossier.order.id)
    if found is None or found.state != OrderState.SENT:
        return None
    answered = _answered_revision(uow, mail, dossier.order.id)
    return revised(uow, dossier, found) if answered in {None, found.revision} else None


def _answered_revision(uow: UnitOfWork, mail: InboundMail, order_id: int) -> int | None:
    """Return which revision of an order a mail answers by its headers; None where they do not say."""
    raw = attachments.content(uow, mail.attachment_id)[:HEAD].decode("latin-1")
    head = raw.replace("\r\n", "\n").partition("\n\n")[0]
    own = own_message(uow.plant, "\n".join(line for line in _unfolded(head) if line.lower().startswith("in-reply-to:")))
    return own[1] if own is not None and own[0] == order_id else None


def _unfolded(head: str) -> list[str]:
    return head.replace("\n ", " ").replace("\n\t", " ").split("\n")


def answered(uow: UnitOfWork, now: Dossier, answer: str, said: Sequence[Said]) -> None:
    """Take an answer to a revision, which is in force from now on or comes to nothing.

    Raises ``Unsure`` for an answer on other terms, which a buyer has to read.
    """
    if answer == "accepted":
        _accepted(uow, now)
        return
    if answer == "rejected":
        refused(uow, now, "; ".join(each.evidence for each in said if each.evidence))
        return
    raise Unsure(
        f"it answers revision {now.order.revision} of {now.name} on other terms; agree by writing to them, "
        f"or drop the change (`change {now.name} drop`) and take their answer over"
    )


def _accepted(uow: UnitOfWork, now: Dossier) -> None:
    """Take a supplier's yes; raises ``Unsure`` where the change is not lawful any more, so that a buyer is told why."""
    try:
        accepted(uow, now)
    except Refusal as refusal:
        raise Unsure(f"its yes to revision {now.order.revision} of {now.name} cannot be taken: {refusal}") from refusal


def seen_by(now: Dossier, said: Sequence[Said]) -> list[Said]:
    """Return what was said of the order's lines as said of the same lines of a revision."""
    lines = {line.line: line for line in now.lines}
    return [replace(each, dossier=now, line=lines[each.line.line]) for each in said if each.line.line in lines]


def covers(now: Dossier, said: Sequence[Said]) -> bool:
    """Say whether an answer names all that a revision asks for, counted from the beginning or from what is still open."""
    named = {each.line.id for each in said}
    exact = all(each.quantity in {each.line.open, each.line.quantity} for each in said if each.quantity)
    return exact and not (named and any(line.open and line.id not in named for line in now.lines))


def accepted(uow: UnitOfWork, now: Dossier) -> Dossier:
    """Make a revision the order, because the supplier accepts it, and tell whoever waits for it."""
    known = staff(uow)
    order = into_force(uow, now)
    order = close_when_complete(uow, order)
    show_line(uow, now.reread(uow), known)
    show_line(uow, order, known)
    refresh_shortages(uow, order, known)
    return order


def refused(uow: UnitOfWork, now: Dossier, why: str) -> Dossier:
    """Let a revision end because the supplier does not accept it; the order in force goes on, and the buyer is told."""
    order = ended(uow, now, OrderState.REJECTED_BY_SUPPLIER, why[:600])
    order = close_when_complete(uow, order)
    show_line(uow, now.reread(uow), staff(uow))
    return order
