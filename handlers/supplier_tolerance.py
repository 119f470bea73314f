"""A supplier's answer that differs a little from the order: taken over without a press where your settings and approvals allow it."""

from collections.abc import Sequence
from dataclasses import replace

import templates
from handlers import amending, supplier_proposals
from handlers.amend_form import Read
from handlers.approval_plans import staff
from handlers.mail_readings import Said
from handlers.order_cards import buyer_place
from handlers.order_content import Dossier, opened
from handlers.order_revisions import Wanted, in_force, overlaid, waiting
from orders.amendments import AMENDABLE, Tolerance, differences, little
from orders.errors import Refusal
from orders.people import CHARGEHAND
from storage import cards
from storage.tables import InboundMail
from storage.unit_of_work import UnitOfWork

KINDS = frozenset({"price", "quantity"})
"""What of an order may be different; everything else is put before the buyer."""


def taken_over(uow: UnitOfWork, dossier: Dossier, mail: InboundMail, said: Sequence[Said]) -> Dossier | None:
    """Take a small change into force and tell the buyer; None where a buyer has to decide, and then nothing has moved.

    The order as the supplier has it changes without a mail of ours: what they wrote is what holds from now on.
    """
    tolerance = Tolerance(uow.plant.price_percent, uow.plant.quantity_percent)
    lines = _lines(dossier, mail, said) if tolerance.is_any and _may_change(uow, dossier, said) else None
    if lines is None or not _is_little(uow, dossier, lines, tolerance):
        return None
    found = differences(in_force(dossier).content, overlaid(uow, dossier, lines, 0).content)
    now = _in_force(uow, dossier, lines, mail)
    place = buyer_place(uow, now, staff(uow)) if now is not None else None
    if now is not None and place is not None:
        said_ = {"number": now.name, "supplier": now.supplier_name, "revision": now.order.revision}
        text = templates.words("supplier_said", what="tolerated", **said_, changes=[each.words() for each in found])
        cards.say(uow, now.name, place, {"text": str(text)})
    return now


def _may_change(uow: UnitOfWork, dossier: Dossier, said: Sequence[Said]) -> bool:
    """Say whether an answer is whole and plain: every open line named, all of it at once, nothing else instead."""
    named = {each.line.id for each in said}
    plain = not any(each.substitute or each.parts or each.outstanding for each in said)
    whole = all(line.id in named for line in dossier.lines if line.open)
    free = dossier.state in AMENDABLE and not dossier.is_agreement and waiting(uow, dossier.order.id) is None
    return plain and whole and free and bool(said)


def _lines(dossier: Dossier, mail: InboundMail, said: Sequence[Said]) -> list[Wanted]:
    """Return the lines as the supplier has them; the day stays as ordered, what they promise is kept beside it."""
    days = {line.line: line.deliver_by for line in dossier.lines}
    return [replace(line, deliver_by=days[line.line]) for line in supplier_proposals.proposed(dossier, mail, said)]


def _is_little(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Wanted], tolerance: Tolerance) -> bool:
    """Hold a change against the settings and against what people approved last, so that small ones never add up."""
    before, after = in_force(dossier).content, overlaid(uow, dossier, lines, dossier.order.revision + 1).content
    kinds = {each.what for each in differences(before, after)}
    approved = amending.approved_last(uow, dossier.order.id)
    if not kinds or not kinds <= KINDS or approved is None or not little(approved, after, tolerance):
        return False
    return amending.tolerated(uow, dossier.order.id, before, after)


def _in_force(uow: UnitOfWork, dossier: Dossier, lines: Sequence[Wanted], mail: InboundMail) -> Dossier | None:
    """Write the change as a revision and take it into force; None, and nothing written, where that is not lawful."""
    order, actor, kept = dossier.order, uow.actor, len(uow.notes)
    reason = f"{dossier.supplier_name} confirmed it so, within the tolerance"
    read = Read(tuple(lines), order.delivery_place, reason, {})
    savepoint = uow.connection.begin_nested()
    try:
        uow.actor = CHARGEHAND
        amending.tolerate(uow, dossier, read, mail.id)
    except Refusal:
        savepoint.rollback()
        del uow.notes[kept:]
        return None
    finally:
        uow.actor = actor
    savepoint.commit()
    return opened(uow, order.id)
