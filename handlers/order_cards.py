"""What is shown about an order: the shortage it began with, its line in the thread, and alarms to the buyer."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

import templates
from handlers import agreement_cards, agreement_words, budget_checks, need_cards, shelves, work_orders
from handlers.approval_plans import Staff, plan_for
from handlers.ids import value
from handlers.order_content import Dossier, Line, opened
from handlers.order_revisions import in_force
from handlers.plain_letters import usable_address
from orders import agreements
from orders.amendments import differences
from orders.errors import Refusal
from orders.money import price_text
from orders.people import Role
from orders.purchase_orders import Gap, OrderState
from orders.requisitions import NeedState
from orders.units import unit_word
from storage import cards, stock
from storage.cards import Place
from storage.prepared import Prepared
from storage.tables import Approval, ApprovalTask, OrderRevision, Part, Requisition, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_RUNS, _TASKS = table(Approval), table(ApprovalTask)
_REJECTERS = Prepared(
    select(_TASKS.c.person_id)
    .join(_RUNS, _RUNS.c.id == _TASKS.c.approval_id)
    .where(_RUNS.c.order_id == bindparam("order"), _TASKS.c.state == "rejected")
    .order_by(_TASKS.c.id.desc())
)
Content = dict[str, Any]


def content_of(card: templates.Card) -> Content:
    """Return a rendered card as the outbox keeps it."""
    return {"text": card.text, "blocks": card.blocks}


def place_of(uow: UnitOfWork, dossier: Dossier) -> Place | None:
    """Return where an order is spoken of: the thread of its first work order, else the purchasing channel."""
    first = next((line.work_order_id for line in dossier.lines if line.work_order_id is not None), None)
    return thread_or_purchasing(uow, first)


def thread_or_purchasing(uow: UnitOfWork, work_order_id: int | None) -> Place | None:
    """Return a work order's thread, else the purchasing channel, else nothing."""
    if work_order_id is not None:
        return work_orders.thread_of(uow, uow.get(WorkOrder, work_order_id))
    return Place(uow.plant.channels.purchasing) if uow.plant.channels.purchasing else None


def missing(dossier: Dossier) -> list[str]:
    """Name in words what keeps the order from being requested."""
    return [gap.words for gap in gaps_of(dossier)]


def gaps_of(dossier: Dossier) -> list[Gap]:
    """Return what the order lacks, or what speaks against its supplier."""
    supplier = dossier.supplier
    lacking = agreements.missing(
        dossier.content,
        supplier_address=usable_address(supplier.email_orders) if supplier is not None else None,
        supplier_blocked=supplier.blocked if supplier is not None else False,
        supplier_held=supplier.held if supplier is not None else False,
    )
    return lacking + agreements.wrong_terms(dossier.content)


def show_shortage(uow: UnitOfWork, requisition: Requisition, dossier: Dossier, known: Staff) -> None:
    """Show a need of an order where it is spoken of: a work order's shortfall in its thread, what a person asked for here."""
    if requisition.work_order_id is not None:
        _show_shortage(uow, requisition, dossier, known, asked=_would_be_asked(uow, dossier, known))
    else:
        need_cards.refresh(uow, requisition, dossier)


def _show_shortage(
    uow: UnitOfWork, requisition: Requisition, dossier: Dossier, known: Staff, *, asked: tuple[str, str]
) -> None:
    place = thread_or_purchasing(uow, requisition.work_order_id)
    if place is not None:
        content = content_of(templates.card("shortage", **_shortage(uow, requisition, dossier, known, asked=asked)))
        cards.show(uow, f"pr:{requisition.id}", requisition.number, place, content)


def refresh_shortages(uow: UnitOfWork, dossier: Dossier, known: Staff) -> None:
    """Bring the cards of all needs behind an order up to date."""
    needs = [uow.get(Requisition, number) for number in dossier.requisitions()]
    waited_for = [need for need in needs if need.work_order_id is not None]
    asked = _would_be_asked(uow, dossier, known) if waited_for else ("", "")
    for need in waited_for:
        _show_shortage(uow, need, dossier, known, asked=asked)
    for need in needs:
        if need.work_order_id is None:
            need_cards.refresh(uow, need, dossier)


def _shortage(
    uow: UnitOfWork, requisition: Requisition, dossier: Dossier, known: Staff, *, asked: tuple[str, str]
) -> Content:
    part = uow.get(Part, requisition.part_id)
    line = dossier.line_for(requisition.id)
    figures = stock.figures(uow, part.id, part.store)
    return {
        "state": _shortage_state(requisition, dossier),
        "number": requisition.number,
        "work_order": _work_order_number(uow, requisition),
        "part": part.name,
        "quantity": requisition.quantity,
        "unit": unit_word(part.unit, requisition.quantity),
        "critical": part.critical,
        "instead": shelves.ready_words(uow, part),
        "on_hand": figures.on_hand,
        "reserved": figures.reserved,
        "gaps": ", ".join(missing(dossier)),
        "budget": _budget(uow, dossier),
        "asked": asked[0],
        "nobody": asked[1],
        "value": value(requisition.id),
        "rejected": dossier.order.rejection if dossier.state is OrderState.DRAFT else "",
        "rejected_by": rejecter(uow, dossier, known),
        "buyer": known.name(dossier.order.requested_by_id),
        "agreed": agreement_words.above_sentence(uow, dossier) if dossier.state is OrderState.DRAFT else "",
        **_ordered(dossier, line, requisition),
    }


def _budget(uow: UnitOfWork, dossier: Dossier) -> str:
    """Say whether there is money for a draft; a thread is for everybody, so that it names no figures."""
    wanted = dossier.state is OrderState.DRAFT and not missing(dossier)
    return " ".join(budget_checks.told(uow, dossier, money=False)) if wanted else ""


def _shortage_state(requisition: Requisition, dossier: Dossier) -> str:
    """Say where a shortfall stands: with others on a buyer's order it is no longer for its own people to request."""
    if requisition.state != NeedState.OPEN:
        return requisition.state
    if dossier.state is OrderState.PENDING_APPROVAL:
        return "asked"
    return "gathered" if is_gathered(dossier) else "open"


def is_gathered(dossier: Dossier) -> bool:
    """Say whether an order serves more than one purpose, so that it is a buyer's and nobody else's."""
    return len({share.work_order_id or -share.requisition_id for share in dossier.needs}) > 1


def _ordered(dossier: Dossier, line: Line | None, requisition: Requisition) -> Content:
    others = len(dossier.lines) - (line is not None)
    head = {"supplier": dossier.supplier_name, "order": dossier.name, "others": others}
    head |= {"currency": dossier.order.currency, "comes_on": dossier.order.deliver_by}
    if line is None:
        return head | {
            "order_quantity": requisition.quantity,
            "order_unit": "",
            "price": "",
            "amount": 0,
            "cost_centre": "",
        }
    return head | {
        "order_quantity": line.quantity,
        "order_unit": unit_word(line.unit),
        "price": f"{dossier.order.currency} {price_text(line.price, dossier.order.currency)}" if line.price else "",
        "amount": dossier.amount(line).minor,
        "cost_centre": line.cost_centre or "",
    }


def _work_order_number(uow: UnitOfWork, requisition: Requisition) -> str:
    return "" if requisition.work_order_id is None else uow.get(WorkOrder, requisition.work_order_id).number


def rejecter(uow: UnitOfWork, dossier: Dossier, known: Staff) -> str:
    """Name who said no to the order last, empty when nobody did."""
    if not dossier.order.rejection:
        return ""
    said_no = uow.row(_REJECTERS, order=dossier.order.id)
    return known.name(said_no.person_id) if said_no is not None else ""


def _would_be_asked(uow: UnitOfWork, dossier: Dossier, known: Staff) -> tuple[str, str]:
    """Return who would be asked first, or the sentence why nobody can be."""
    if missing(dossier):
        return "", ""
    try:
        steps = plan_for(uow, dossier, known)
    except Refusal as refusal:
        return "", str(refusal)
    return " or ".join(known.name(person) for step in steps[:1] for person in step.approvers[:2]), ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the line about an order says beyond its state: who is asked, who approved, when it leaves, what went wrong."""

    asked: str = ""
    by: str = ""
    leaves_at: datetime | None = None
    trouble: bool = False


def show_line(uow: UnitOfWork, dossier: Dossier, known: Staff, told: Told = Told()) -> None:  # frozen
    """Bring the one line about an order up to date where it is spoken of; of a revision, the buyer's card about it."""
    if dossier.revising is not None:
        _show_revision(uow, dossier, known, told)
        return
    if dossier.is_agreement:
        agreement_cards.show(uow, dossier.order.id, known, gaps=missing(dossier))
        return
    if dossier.order.parent_id is not None:
        agreement_cards.show(uow, dossier.order.parent_id, known)
    place = place_of(uow, dossier)
    if place is None:
        return
    order = dossier.order
    card = templates.card(
        "order_line",
        **asdict(told),
        number=dossier.name,
        state=dossier.state,
        supplier=dossier.supplier_name,
        total=order.total,
        currency=order.currency,
        rejected=order.rejection,
        rejected_by=rejecter(uow, dossier, known) if dossier.state is OrderState.DRAFT else "",
        sent_to=dossier.supplier.email_orders if dossier.supplier is not None else "",
        sent_at=order.sent_at,
        promised_on=order.promised_on,
        receipt_state=order.receipt_state,
        cancel_asked=order.cancel_asked_at is not None,
        ending=order.ending,
        work_orders=dossier.work_orders(),
    )
    cards.show(uow, f"po:{order.id}", dossier.name, place, content_of(card))


def _show_revision(uow: UnitOfWork, dossier: Dossier, known: Staff, told: Told) -> None:
    """Show the buyer where a change of an order stands, and what is different."""
    place, order = buyer_place(uow, dossier, known), dossier.order
    if place is None:
        return
    before = in_force(opened(uow, order.id))
    revision = uow.get(OrderRevision, dossier.revising)
    card = templates.card(
        "revision",
        **asdict(told),
        number=dossier.name,
        revision=order.revision,
        state=dossier.state,
        supplier=dossier.supplier_name,
        before=before.content.total().minor,
        total=order.total,
        currency=order.currency,
        rejected=order.rejection,
        rejected_by=rejecter(uow, dossier, known) if dossier.state is OrderState.DRAFT else "",
        rule=revision.rule,
        changes=[each.words() for each in differences(before.content, dossier.content)],
        value=value(order.id),
    )
    cards.show(uow, f"po:{order.id}:r{order.revision}", dossier.name, place, content_of(card))


def buyer_of(dossier: Dossier, known: Staff) -> int | None:
    """Return who buys this order: the buyer on it, else the first person who buys."""
    buyers = known.having(Role.BUYER)
    if dossier.order.buyer_id in known.people:
        return dossier.order.buyer_id
    return buyers[0].id if buyers else None


def buyer_place(uow: UnitOfWork, dossier: Dossier, known: Staff) -> Place | None:
    """Return where the buyer is told: a direct message, else the purchasing channel."""
    slack_id = known.slack_id(buyer_of(dossier, known))
    if slack_id:
        return Place(slack_id)
    return Place(uow.plant.channels.purchasing) if uow.plant.channels.purchasing else None


def show_alert(uow: UnitOfWork, dossier: Dossier, known: Staff, state: str, *, words: str = "", how: str = "") -> None:
    """Show the buyer that an order's mail was refused, came back, or that nobody knows; or how it was settled."""
    place = buyer_place(uow, dossier, known)
    if place is None:
        return
    supplier = dossier.supplier
    card = templates.card(
        "order_alert",
        state=state,
        number=dossier.name,
        revision=dossier.order.revision,
        supplier=dossier.supplier_name,
        sent_to=supplier.email_orders if supplier is not None else "",
        phone=supplier.phone if supplier is not None else "",
        total=dossier.order.total,
        currency=dossier.order.currency,
        value=value(dossier.order.id),
        words=words,
        how=how,
    )
    cards.show(uow, f"po:{dossier.order.id}:alert", dossier.name, place, content_of(card))
