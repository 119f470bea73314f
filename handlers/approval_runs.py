"""One run of the approval rules over one content: opened with its questions, voided when the content moves."""

import json
from dataclasses import replace

from handlers import approval_cards
from handlers.approval_cards import Ended, tasks_of
from handlers.approval_passing import others_asked
from handlers.approval_plans import Staff, stand_ins_for
from handlers.order_content import Dossier
from orders.approvals import Ruling, TaskState, questions
from orders.money import Money
from orders.people import Actor, Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState, canonical
from storage.tables import Approval, ApprovalTask
from storage.unit_of_work import Note, UnitOfWork

OPEN = {TaskState.PENDING, TaskState.WAITING}


def open_run(uow: UnitOfWork, dossier: Dossier, known: Staff, ruling: Ruling) -> None:
    """Write down who is asked about the order's present content, ask the first of them, and tell whom a rule only tells."""
    order, steps = dossier.order, ruling.steps
    run = uow.add(
        Approval,
        order_id=order.id,
        revision=order.revision,
        content_hash=order.content_hash,
        content=canonical(dossier.content),
        state="open",
        needs=json.dumps([step.need for step in steps]),
        stages=json.dumps([step.stage for step in steps]),
        counted=ruling.counted.minor if ruling.counted is not None else None,
        created_at=uow.now,
    )
    for asked in questions(steps, {}, stand_ins_for(uow, dossier, steps, known)):
        uow.add(
            ApprovalTask,
            approval_id=run,
            step=asked.step,
            person_id=asked.person,
            instead_of_id=asked.instead_of,
            why="stand_in" if asked.instead_of is not None else "",
            rule=steps[asked.step].rule,
            state=asked.state.value,
            asked_at=uow.now if asked.state is TaskState.PENDING else None,
        )
    approval_cards.ask(uow, dossier, known, uow.all(ApprovalTask, approval_id=run, state=TaskState.PENDING.value))
    approval_cards.tell(uow, dossier, known, ruling)


def approved_by_rule(uow: UnitOfWork, dossier: Dossier, ruling: Ruling) -> None:
    """Write down that an automatic rule approved the order's present content, and nobody was asked."""
    order, rule = dossier.order, ruling.automatic
    uow.add(
        Approval,
        order_id=order.id,
        revision=order.revision,
        content_hash=order.content_hash,
        content=canonical(dossier.content),
        state="approved",
        needs="[]",
        stages="[]",
        rule=rule,
        counted=ruling.counted.minor if ruling.counted is not None else None,
        created_at=uow.now,
        ended_at=uow.now,
    )
    after = {"code": order.content_hash, "instead of": list(ruling.spared), "counted": str(ruling.counted)}
    uow.audit(Note(dossier.name, "approved", after=after, rule=rule, words="Nobody was asked: the rule approves."))


def counted(uow: UnitOfWork, run: Approval) -> Money | None:
    """Return the amount with which a run's question was put, in the plant's currency."""
    return Money(run.counted, uow.plant.currency) if run.counted is not None else None


def newest(uow: UnitOfWork, order_id: int) -> Approval | None:
    """Return the last run over an order, if there was one."""
    runs = uow.all(Approval, order_id=order_id)
    return runs[-1] if runs else None


def asked_names(uow: UnitOfWork, order_id: int, known: Staff) -> str:
    """Name the people whose answer an order waits for."""
    run = newest(uow, order_id)
    if run is None or run.state != "open":
        return ""
    return others_asked(tasks_of(uow, run), known)


def void(uow: UnitOfWork, dossier: Dossier, state: str) -> None:
    """End the open run over an order without a decision; every card that asks says why."""
    run = uow.find(Approval, order_id=dossier.order.id, state="open")
    if run is None:
        return
    uow.change(Approval, run.id, state="voided", ended_at=uow.now)
    tasks = tasks_of(uow, run)
    for task in tasks:
        if task.state in OPEN:
            uow.change(ApprovalTask, task.id, state=TaskState.VOIDED.value)
    pending = [task for task in tasks if task.state == TaskState.PENDING]
    approval_cards.end(uow, dossier, pending, Ended(state, uow.now))


def withdrawn(uow: UnitOfWork, dossier: Dossier, event: OrderEvent = OrderEvent.WITHDRAW) -> OrderState:
    """Take an order that waits for approval back to a draft and void its questions; a draft stays one."""
    if dossier.state is not OrderState.PENDING_APPROVAL:
        return dossier.state
    target = PURCHASE_ORDERS.follow(dossier.state, event, uow.actor, subject=dossier.name)
    void(uow, dossier, "expired" if event is OrderEvent.EXPIRE else "superseded")
    uow.audit(Note(dossier.name, event.value, before={"state": dossier.state}, after={"state": target}))
    return OrderState(target)


def as_approver(actor: Actor) -> Actor:
    """Return the actor with the right that being named by a rule gives, whatever other roles they have."""
    return replace(actor, roles=actor.roles | {Role.APPROVER})
