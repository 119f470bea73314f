"""What time does to an open question: handed to whoever stands in, reminded, escalated, and at last a draft again; never approved."""

from sqlalchemy import select

from handlers import approval_cards, approvals
from handlers.approval_cards import tasks_of
from handlers.approval_passing import add_voice, is_free, may_take, reroute
from handlers.approval_plans import Staff, staff
from handlers.approval_questions import has_expired
from handlers.approval_runs import asked_names
from handlers.order_cards import Told, show_line
from handlers.order_content import Dossier
from handlers.order_revisions import asked_about
from orders.absences import stand_in_for
from orders.approvals import TaskState, people_named
from orders.people import CHARGEHAND
from storage.tables import Approval, ApprovalTask
from storage.unit_of_work import Note, UnitOfWork, table

_RUNS = table(Approval)


def open_orders(uow: UnitOfWork) -> list[int]:
    """Return the orders whose questions wait for an answer, oldest first."""
    return list(uow.run(select(_RUNS.c.order_id).where(_RUNS.c.state == "open").order_by(_RUNS.c.id)).scalars())


def tend(uow: UnitOfWork, order_id: int) -> None:
    """Do for one order what its waiting asks for by now; doing it again at the same moment changes nothing."""
    actor, uow.actor = uow.actor, CHARGEHAND
    dossier = asked_about(uow, order_id)
    run = uow.find(Approval, order_id=order_id, state="open")
    if run is not None and has_expired(uow, run):
        approvals.expire(uow, dossier)
    elif run is not None:
        known = staff(uow)
        if reroute(uow, dossier, run, known):
            show_line(uow, dossier, known, Told(asked=asked_names(uow, order_id, known)))
        if uow.plant.working.holds(uow.now, uow.plant.zone):
            _nudge(uow, dossier, run, known)
    uow.actor = actor


def rerouted(uow: UnitOfWork, order_id: int) -> None:
    """Hand the open questions of one order to those who should have them now, because an absence has changed."""
    dossier = asked_about(uow, order_id)
    run = uow.find(Approval, order_id=order_id, state="open")
    if run is not None and reroute(uow, dossier, run, known := staff(uow)):
        show_line(uow, dossier, known, Told(asked=asked_names(uow, order_id, known)))


def _nudge(uow: UnitOfWork, dossier: Dossier, run: Approval, known: Staff) -> None:
    """Remind each silent person once, and ask one more for each of them once; only in working hours."""
    for task in tasks_of(uow, run):
        if task.state != TaskState.PENDING or task.asked_at is None:
            continue
        waited = uow.plant.working.between(task.asked_at, uow.now, uow.plant.zone)
        if waited >= uow.plant.escalate_after and task.escalated_at is None:
            _escalate(uow, dossier, run, known, task)
        elif waited >= uow.plant.remind_after and task.reminded_at is None:
            uow.change(ApprovalTask, task.id, reminded_at=uow.now)
            approval_cards.remind(uow, dossier, known, task)
            uow.audit(Note(dossier.name, "reminder", after={"to": known.name(task.person_id)}, rule=task.rule))


def _escalate(uow: UnitOfWork, dossier: Dossier, run: Approval, known: Staff, task: ApprovalTask) -> None:
    """Ask the first of the plant's escalation people, else of its fallback people, who may take the question; nobody left is written down as well."""
    uow.change(ApprovalTask, task.id, escalated_at=uow.now, reminded_at=task.reminded_at or uow.now)
    allowed = set(may_take(uow, dossier, run, known))
    for person in people_named(uow.plant.escalate_to or uow.plant.approval_fallback, known.directory):
        present = stand_in_for(person, known.away, ()) if person in known.away else person
        if present is not None and present in allowed and is_free(uow, run, task, present):
            given = add_voice(uow, dossier, known, task, present)
            approval_cards.remind(uow, dossier, known, task, also=known.name(given.person_id))
            return
    uow.audit(Note(dossier.name, "nobody to escalate to", after={"silent": known.name(task.person_id)}, rule=task.rule))
    approval_cards.remind(uow, dossier, known, task)
