"""Which question the acting person may answer now; everybody else is refused in a sentence that names who can."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers import approval_runs
from handlers.approval_cards import key_of, tasks_of
from handlers.approval_passing import STAND_IN
from handlers.approval_plans import Staff, ruling_for, staff
from handlers.happenings import Click
from handlers.order_authors import authors_of
from handlers.order_content import Dossier
from orders import approvals as rules
from orders.absences import stand_in_for
from orders.approvals import Asked, Ruling, TaskState
from orders.errors import AlreadyDone, NoLongerAllowed, NotAsked, NotThisCard, OwnRequest, Superseded, Unlawful
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, content_hash
from orders.work_orders import WorkOrderState
from storage import cards
from storage.tables import Approval, ApprovalTask, Card, CostCentre, Person, WorkOrder
from storage.unit_of_work import UnitOfWork

DECIDED = {"approved": "Already approved", "rejected": "Already rejected"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that may be answered: the order under its lock, the run, everybody asked, and the actor's own task."""

    dossier: Dossier
    run: Approval
    tasks: list[ApprovalTask]
    mine: ApprovalTask
    known: Staff
    ruling: Ruling = field(default_factory=Ruling)
    """Whom the rules of this moment ask about the content, at the amount that the question was put with."""

    @property
    def voice(self) -> str:
        """In whose name the actor decides: ``Ana Ruiz``, or ``Ana Ruiz for Bo Lindqvist``."""
        return voice(self.mine, self.known)

    @property
    def requester(self) -> str:
        """Who asked for the order, by name."""
        return self.known.name(self.dossier.order.requested_by_id)

    def asked(self) -> tuple[list[Asked], Asked]:
        """Return all questions of the run, and the actor's, as the rules see them."""
        every = asked(self.run, self.tasks, self.known)
        return every, every[self.tasks.index(self.mine)]


def voice(task: ApprovalTask, known: Staff) -> str:
    """Name whoever is asked, and in whose place."""
    name = known.name(task.person_id)
    return name if task.instead_of_id is None else f"{name} for {known.name(task.instead_of_id)}"


def asked(run: Approval, tasks: Sequence[ApprovalTask], known: Staff) -> list[Asked]:
    """Return the questions of a run as the rules see them."""
    needs, stages = json.loads(run.needs), json.loads(run.stages)
    return [
        Asked(
            step=task.step,
            person=task.person_id,
            state=TaskState(task.state),
            name=known.name(task.person_id),
            instead_of=task.instead_of_id,
            need=needs[task.step],
            stage=stages[task.step],
        )
        for task in tasks
    ]


def question(uow: UnitOfWork, dossier: Dossier, task_id: int | None) -> Question:
    """Return the question that the actor may answer on a locked order; ``task_id`` is what a button carried."""
    _hold_rights(uow, dossier)
    known = staff(uow)
    run = _run(uow, dossier, task_id)
    tasks = tasks_of(uow, run)
    every = asked(run, tasks, known)
    _refuse_strangers(uow, dossier, every)
    _refuse_late(uow, dossier, run, tasks, known)
    PURCHASE_ORDERS.follow(
        dossier.state, OrderEvent.APPROVE, approval_runs.as_approver(uow.actor), subject=dossier.name
    )
    person = uow.actor.person_id or 0
    mine = rules.check_decision(dossier.name, every, person, dossier.order.requested_by_id)
    return _checked(uow, Question(dossier, run, tasks, tasks[every.index(mine)], known), mine)


def _hold_rights(uow: UnitOfWork, dossier: Dossier) -> None:
    """Keep the rows that give the actor the right from changing until the decision is committed."""
    if uow.actor.person_id is not None:
        uow.lock(Person, uow.actor.person_id)
    for number in sorted({line.cost_centre_id for line in dossier.lines if line.cost_centre_id is not None}):
        uow.lock(CostCentre, number)


def _run(uow: UnitOfWork, dossier: Dossier, task_id: int | None) -> Approval:
    """Return the run a button belongs to, or the newest one; a button that names another order's question is refused."""
    if task_id is None:
        run = approval_runs.newest(uow, dossier.order.id)
        if run is None:
            raise NotAsked(asked="nobody yet; it has not been requested")
        return run
    task = uow.find(ApprovalTask, id=task_id)
    run = uow.find(Approval, id=task.approval_id) if task is not None else None
    if run is None or run.order_id != dossier.order.id:
        raise NotThisCard(order=dossier.name)
    return run


def _refuse_strangers(uow: UnitOfWork, dossier: Dossier, every: list[Asked]) -> None:
    person = uow.actor.person_id
    names = ", ".join(each.name for each in every if each.state is TaskState.PENDING) or "nobody any more"
    if person == dossier.order.requested_by_id:
        raise OwnRequest(asked=names, subject=dossier.name)
    if all(each.person != person for each in every):
        raise NotAsked(asked=names, subject=dossier.name)


def _refuse_late(uow: UnitOfWork, dossier: Dossier, run: Approval, tasks: list[ApprovalTask], known: Staff) -> None:
    """Tell somebody who was slower what became of the order meanwhile."""
    if run.state == "voided" and dossier.state is not OrderState.CANCELLED:
        raise Superseded(subject=dossier.name, when=local(uow, run.ended_at))
    mine = {task.state for task in tasks if task.person_id == uow.actor.person_id}
    passed_over = TaskState.NOT_NEEDED in mine and TaskState.PENDING not in mine
    if run.state in DECIDED or passed_over:
        last = max((task for task in tasks if task.decided_at is not None), key=lambda task: task.decided_at or uow.now)
        what = DECIDED.get(run.state, "Already decided")
        raise AlreadyDone(
            subject=dossier.name, what=what, who=known.name(last.person_id), when=local(uow, last.decided_at)
        )


def _checked(uow: UnitOfWork, found: Question, mine: Asked) -> Question:
    """Return the question with what the rules say now; refuses a decision on other content than was asked about, or by somebody whom the rules no longer name."""
    dossier, run = found.dossier, found.run
    same = content_hash(dossier.content) == run.content_hash == dossier.order.content_hash
    if not same or run.revision != dossier.order.revision:
        raise Superseded(subject=dossier.name, when=local(uow, dossier.order.changed_at))
    admin = found.known.directory.admin
    ruling = ruling_for(uow, dossier, found.known, counted=approval_runs.counted(uow, run), by_people=True)
    rules.check_right(dossier.name, ruling.steps, mine, found.mine.rule, who=admin)
    if not _still_instead(uow, found):
        raise NoLongerAllowed(subject=dossier.name, rule=found.mine.rule, who=admin)
    return replace(found, ruling=ruling)


def asked_as_well(found: Question) -> list[str]:
    """Return the rules that ask about an order by now and did not when its question was put."""
    then = {task.rule for task in found.tasks}
    return list(dict.fromkeys(step.rule for step in found.ruling.steps if step.rule not in then))


def _still_instead(uow: UnitOfWork, found: Question) -> bool:
    """Say whether somebody in another's place still is: not barred, and a stand-in only while the absence lasts."""
    mine, barred = found.mine, authors_of(uow, found.dossier.order)
    if mine.instead_of_id is None:
        return True
    stands = mine.why != STAND_IN or stand_in_for(mine.instead_of_id, found.known.away, barred) == mine.person_id
    return stands and mine.person_id not in barred and mine.instead_of_id not in barred


def check_standing(uow: UnitOfWork, click: Click, order_id: int, task_id: int) -> None:
    """Refuse a button whose value, message and stored prompt do not agree, for instance on a card passed on elsewhere."""
    if not click.message_ts:
        return
    key = key_of(order_id, task_id)
    card = cards.stands_at(uow, click.channel, click.message_ts)
    if card is not None and card.key == key:
        return
    own = uow.find(Card, key=key)
    # The relay may not have written down yet where the card has come to stand.
    if card is not None or own is None or own.ts is not None:
        raise NotThisCard(order=card.subject if card is not None else key)


def check_wanted(uow: UnitOfWork, dossier: Dossier) -> None:
    """Refuse to buy for a work order that was cancelled meanwhile."""
    for number in dict.fromkeys(line.work_order_id for line in dossier.lines if line.work_order_id is not None):
        job = uow.get(WorkOrder, number)
        if job.state == WorkOrderState.CANCELLED:
            why = f"{job.number} was cancelled, so nothing is bought for it. Choose “Not needed” on the request."
            raise Unlawful(why=why, subject=dossier.name)


def is_expired(uow: UnitOfWork, dossier: Dossier) -> bool:
    """Say whether the order has waited for an answer for too long."""
    run = uow.find(Approval, order_id=dossier.order.id, state="open")
    waits = dossier.state is OrderState.PENDING_APPROVAL
    return waits and run is not None and has_expired(uow, run)


def has_expired(uow: UnitOfWork, run: Approval) -> bool:
    """Say whether a run has waited longer than the plant lets a question wait, counted in working time."""
    plant = uow.plant
    return plant.working.between(run.created_at, uow.now, plant.zone) > plant.expire_after


def local(uow: UnitOfWork, at: datetime | None) -> str:
    """Return a moment as the plant's clock shows it."""
    return f"{at.astimezone(uow.plant.zone):%H:%M}" if at is not None else "some time ago"
