"""The yes to a job that costs more than a limit or shuts the plant down: asked, given or refused, and asked again when it grows."""

import templates
from handlers import agreement_words, ids, people
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.order_content import today
from handlers.work_order_cards import content, line, short_number, show_card, tell
from handlers.work_order_steps import Table, changed, locked
from orders.errors import AlreadyDone, NotAsked, OwnRequest, ReasonMissing, Unlawful
from orders.money import Money, line_amount
from orders.people import Role
from orders.rates import converted, rate_on
from orders.work_costs import labour
from orders.work_orders import OPEN, TaskType, WorkOrderState
from storage import cards
from storage.cards import Place
from storage.tables import Asset, CostCentre, Part, Person, WorkOrder, WorkOrderChange, WorkOrderPart
from storage.unit_of_work import Note, UnitOfWork

ASKED, GIVEN, REFUSED = "asked", "given", "refused"
_FRESH = {WorkOrderState.DRAFT, WorkOrderState.PENDING_APPROVAL}


def cost_of(uow: UnitOfWork, order: WorkOrder) -> Money:
    """Estimate what a work order will cost: its hours, its parts and what else is expected; what has no rate counts nothing."""
    own = uow.plant.currency
    hours = labour(order.estimated_minutes or 0, _rate(uow, order), own)
    return hours + _parts(uow, order) + Money(order.extra_cost, own)


def _rate(uow: UnitOfWork, order: WorkOrder) -> int:
    """Return what an hour costs: of whoever has the job, else as technicians cost on the average."""
    holder = uow.get(Person, order.responsible_id) if order.responsible_id is not None else None
    if holder is not None and holder.hourly_rate is not None:
        return holder.hourly_rate
    rates = [row.hourly_rate for row in people.having(uow, Role.TECHNICIAN) if row.hourly_rate is not None]
    return sum(rates) // len(rates) if rates else 0


def _parts(uow: UnitOfWork, order: WorkOrder) -> Money:
    total = Money(0, uow.plant.currency)
    for row in uow.all(WorkOrderPart, work_order_id=order.id):
        part = uow.get(Part, row.part_id)
        amount = line_amount(row.needed, part.price, part.currency or uow.plant.currency)
        if amount.currency != total.currency:
            rate = rate_on(uow.plant.rates, amount.currency, today(uow))
            amount = converted(amount, rate.worth, total.currency) if rate is not None else Money(0, total.currency)
        total += amount
    return total


def reconsider(uow: UnitOfWork, order_id: int, *, fresh: bool = False) -> bool:
    """Ask for a yes where a work order needs one by now; say whether its work has to wait. An emergency never does.

    One that nobody has seen yet (``fresh``) waits as a whole, any other keeps its state and only cannot begin.
    """
    order = locked(uow, order_id)
    if order.state not in OPEN or order.task_type == TaskType.EMERGENCY:
        return False
    cost = cost_of(uow, order)
    given = order.approval_amount if order.approval == GIVEN else None
    why = uow.plant.job_limits.asks(cost.minor, shutdown=order.shutdown, given=given)
    known = order.approval in {ASKED, REFUSED} and order.approval_amount == cost.minor
    if not why:
        _not_needed(uow, order)
    elif not known:
        _ask(uow, order, cost, why, fresh=fresh or order.state in _FRESH)
    return bool(why)


def _not_needed(uow: UnitOfWork, order: WorkOrder) -> None:
    """Take the question back when the job has become small enough."""
    if order.approval not in {ASKED, REFUSED}:
        return
    state = WorkOrderState.READY.value if order.state in _FRESH and order.asset_id is not None else order.state
    uow.change(WorkOrder, order.id, approval="", approval_amount=None, approval_asked_by_id=None, state=state)
    uow.audit(Note(order.number, "approval not needed", before={"state": order.state}, after={"state": state}))
    _end(uow, order, "It is not needed any more.")


def _ask(uow: UnitOfWork, order: WorkOrder, cost: Money, why: str, *, fresh: bool) -> None:
    """Ask whoever may say yes."""
    state = WorkOrderState.PENDING_APPROVAL.value if fresh else order.state
    asked = {"approval": ASKED, "approval_amount": cost.minor, "approval_asked_by_id": uow.actor.person_id}
    uow.change(WorkOrder, order.id, state=state, version=order.version + 1, **asked)
    uow.audit(Note(order.number, "ask for approval", {"state": order.state}, {"state": state, "cost": cost.minor}, why))
    order = uow.get(WorkOrder, order.id)
    may = deciders(uow, order)
    line(uow, order, "job_asked", why=why, asked=" or ".join(person.name for person in may[:2]))
    for person in may:
        if person.slack_id:
            place = Place(person.slack_id, person_id=person.id)
            cards.show(uow, _key(order, person.id), order.number, place, content(_question(uow, order, why)))
    show_card(uow, order.id)


def _key(order: WorkOrder, person_id: int) -> str:
    return f"wo:{order.id}:ask:{person_id}"


def _question(uow: UnitOfWork, order: WorkOrder, why: str, ended: str = "") -> templates.Card:
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id is not None else None
    return templates.card(
        "job_approval", number=order.number, short_number=short_number(order.number), title=order.title, why=why, ended=ended,
        cost=str(Money(order.approval_amount or 0, uow.plant.currency)), asset=f"{asset.code} {asset.name}" if asset else "",
        minutes=order.estimated_minutes or 0, due_at=order.due_at, shutdown=order.shutdown,
        asked_by=people.name(uow, order.approval_asked_by_id) if order.approval_asked_by_id else "Chargehand",
        carried=value(order.id, _mark(order)),
    )  # fmt: skip


def deciders(uow: UnitOfWork, order: WorkOrder) -> list[Person]:
    """Return who may decide: the owner of the asset's cost centre and supervisors up to their limit, never who asked."""
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id is not None else None
    centre = uow.find(CostCentre, id=asset.cost_centre_id) if asset is not None and asset.cost_centre_id else None
    owner = uow.find(Person, id=centre.owner_id, active=True) if centre is not None and centre.owner_id else None
    limited = [
        row for row in people.having(uow, Role.SUPERVISOR) if (row.approval_limit or -1) >= (order.approval_amount or 0)
    ]
    found = {row.id: row for row in ([owner] if owner is not None else []) + limited}
    return [row for row in found.values() if row.id != order.approval_asked_by_id]


def approve(uow: UnitOfWork, what: Click) -> Answer:
    """Say yes to a job."""
    order_id, amount = ids.numbers(what.value, 2)
    return decide(uow, locked(uow, order_id), amount=amount)


def reject(uow: UnitOfWork, what: Click) -> Answer:
    """Ask why the job shall not be done like that."""
    order_id, _ = ids.numbers(what.value, 2)
    order = locked(uow, order_id)
    _check(uow, order)
    return Answer(modal=templates.view("reject_job_form", carried=what.value, number=order.number, title=order.title))


def rejected(uow: UnitOfWork, what: Submission) -> Answer:
    """Say no to a job with the reason that was written."""
    order_id, amount = ids.numbers(what.private, 2)
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    return decide(uow, locked(uow, order_id), no=what.field("reason"), amount=amount)


def decide(uow: UnitOfWork, order: WorkOrder, *, no: str | None = None, amount: int | None = None) -> Answer:
    """Take a yes, or a no with its reason, for a locked work order; ``amount`` is what was asked about on the card."""
    _check(uow, order)
    if no is not None and not no.strip():
        raise ReasonMissing(subject=order.number)
    if amount is not None and amount != _mark(order):
        raise Unlawful(why=f"The cost of {order.number} was estimated anew. The card in your messages says how much.")
    fresh = {False: WorkOrderState.DRAFT, True: WorkOrderState.READY}[no is None]
    state = fresh.value if order.state == WorkOrderState.PENDING_APPROVAL else order.state
    said = GIVEN if no is None else REFUSED
    uow.change(WorkOrder, order.id, approval=said, state=state, version=order.version + 1)
    changed(uow, order, "approval", (order.approval, said), no or "")
    event = "approve" if no is None else "reject"
    uow.audit(
        Note(
            order.number, event, {"state": order.state}, {"state": state, "cost": order.approval_amount}, words=no or ""
        )
    )
    line(uow, order, "job_decided", yes=no is None, reason=no or "")
    tell(uow, order.approval_asked_by_id, order, "job_decided", yes=no is None, reason=no or "")
    _end(uow, order, f"{uow.actor.name} said {'yes' if no is None else f'no: {no}'}")
    return NOTHING


def _mark(order: WorkOrder) -> int:
    """Return the asked amount as a button can carry it: in no more digits than the id of a row."""
    return int((order.approval_amount or 0) % 10**ids.MOST_DIGITS)


def _check(uow: UnitOfWork, order: WorkOrder) -> None:
    may = deciders(uow, order)
    names = " or ".join(person.name for person in may[:2]) or "Nobody"
    if order.approval != ASKED:
        what = {GIVEN: "Approved", REFUSED: "Rejected"}.get(order.approval, "Taken back")
        raise AlreadyDone(what=what, who=_decider(uow, order), when="an earlier moment", subject=order.number)
    if order.approval_asked_by_id == uow.actor.person_id:
        raise OwnRequest(asked=names, subject=order.number)
    if uow.actor.person_id not in {person.id for person in may}:
        raise NotAsked(asked=names, subject=order.number)


def _decider(uow: UnitOfWork, order: WorkOrder) -> str:
    rows = uow.all(WorkOrderChange, work_order_id=order.id, field="approval")
    return people.name(uow, rows[-1].by_id) if rows else "Chargehand"


def _end(uow: UnitOfWork, order: WorkOrder, words: str) -> None:
    """Put the question away on every card, and show where the work order stands now."""
    order = uow.get(WorkOrder, order.id)
    for key in cards.keys_of(uow, order.number):
        if key.startswith(f"wo:{order.id}:ask:"):
            cards.refresh(uow, key, content(_question(uow, order, "", words)))
    show_card(uow, order.id)


def before_start(uow: UnitOfWork, order: WorkOrder) -> Answer | None:
    """Say that work waits for a yes, and ask for it where nobody has yet; None when it may begin."""
    if not reconsider(uow, order.id):
        return None
    order = uow.get(WorkOrder, order.id)
    names = " or ".join(person.name for person in deciders(uow, order)[:2]) or "somebody who owns its cost centre"
    said = f"{order.number} was not approved, so it cannot begin. Plan it anew." if order.approval == REFUSED else ""
    return Answer(private=templates.Mrkdwn.escape(said or f"{order.number} waits for a yes. {names} is asked."))


def shown_cost(uow: UnitOfWork, order: WorkOrder) -> str:
    """Say the estimated cost to somebody who is shown money; empty for everybody else, or when it is nothing."""
    cost = cost_of(uow, order)
    return str(cost) if cost.minor and agreement_words.sees_money(uow) else ""


CLICKS: Table = {Action.APPROVE_JOB: approve, Action.REJECT_JOB: reject}
SUBMISSIONS: Table = {Callback.REJECT_JOB: rejected}
