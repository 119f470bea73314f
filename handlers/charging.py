"""What an order costs beyond its lines: freight, packing and other charges of a draft, written by whoever may change it."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import amending, charge_fields, order_taxes
from handlers.approval_plans import staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_authors import written_by
from handlers.order_cards import refresh_shortages, show_line
from handlers.order_content import Dossier, change, locked, opened, order_named
from handlers.order_drafts import recounted
from handlers.purchase_orders import back_to_draft, check_changeable
from orders.amendments import AMENDABLE
from orders.errors import Unlawful
from orders.purchase_orders import OrderState
from storage.charges import kept
from storage.unit_of_work import Note, UnitOfWork


def charges(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for the charges of an order."""
    (order_id,) = numbers(click.value, 1)
    return _opened(uow, order_id)


def typed(uow: UnitOfWork, target: str) -> Answer:
    """Take ``charges DR-12``; for an order that the supplier has, the form that changes it."""
    return _opened(uow, order_named(uow, target).id)


def _opened(uow: UnitOfWork, order_id: int) -> Answer:
    dossier = opened(uow, order_id)
    if dossier.is_agreement:
        raise Unlawful(why=f"{dossier.name} is an agreement, so it has no charges. What is ordered from it has them.")
    if dossier.state in AMENDABLE:
        return amending.typed(uow, dossier.name, "terms")
    check_changeable(uow, dossier)
    form = templates.view(
        "charge_form",
        carried=value(order_id),
        number=dossier.name,
        supplier=dossier.supplier_name,
        currency=dossier.order.currency,
        pending=dossier.state is OrderState.PENDING_APPROVAL,
        **charge_fields.fields(uow, dossier),
    )
    return Answer(modal=form)


def charged(uow: UnitOfWork, what: Submission) -> Answer:
    """Write freight and charges into a draft; an order that waited for approval becomes a draft again."""
    (order_id,) = numbers(what.private, 1)
    dossier = locked(uow, order_id)
    check_changeable(uow, dossier)
    wrong: dict[str, str] = {}
    wanted = charge_fields.read(uow, what, dossier, wrong)
    taxes = charge_fields.read_taxes(what, dossier, charge_fields.fields(uow, dossier)["taxes"], wrong)
    if wrong:
        return Answer(errors=wrong)
    was_pending = dossier.state is OrderState.PENDING_APPROVAL
    before = {"charges": dossier.order.charges}
    dossier = back_to_draft(uow, dossier)
    order_taxes.written(uow, dossier, taxes)
    dossier = _written(uow, dossier, before, {"charges": kept(wanted)}, taxes)
    known = staff(uow)
    refresh_shortages(uow, dossier, known)
    if was_pending:
        show_line(uow, dossier, known)
    return Answer(
        private=templates.words(
            "order_said",
            what="charged",
            number=dossier.name,
            was_pending=was_pending,
            total=dossier.order.total,
            currency=dossier.order.currency,
        )
    )


def _written(
    uow: UnitOfWork, dossier: Dossier, before: dict[str, Any], after: dict[str, Any], taxes: dict[int, str]
) -> Dossier:
    total = dossier.total.minor
    change(uow, dossier, rejection="", **after)
    uow.audit(Note(dossier.name, "charges", before=before, after={**after, "taxes": sorted(set(taxes.values()))}))
    dossier = recounted(uow, dossier.order.id)
    if dossier.total.minor > total:
        written_by(uow, dossier.order, uow.actor.person_id)
    return dossier


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.CHARGES: charges}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.CHARGES: charged}
