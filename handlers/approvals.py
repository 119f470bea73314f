"""Approvals: an order is requested, the people whom the rules name are asked, and each of them decides once."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import approval_runs, budget_checks, budget_requests, call_off_rules, order_taxes, supplier_gates
from handlers.approval_anew import asked_anew
from handlers.approval_cards import Ended, ask, end, tasks_of, tell
from handlers.approval_passing import others_asked, reroute
from handlers.approval_plans import Staff, ruling_for, staff
from handlers.approval_questions import (
    Question,
    check_standing,
    check_wanted,
    has_expired,
    is_expired,
    local,
    question,
    voice,
)
from handlers.approval_whys import why_me
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_cards import Told, gaps_of, missing, refresh_shortages, show_line
from handlers.order_content import Dossier, change, locked, order_named
from handlers.order_notices import settle, tell_requester
from handlers.order_rates import frozen_rate
from handlers.order_releases import release, take_back
from handlers.order_revisions import asked_about
from handlers.purchase_orders import check_requester, order_behind
from orders import approvals as rules
from orders.approvals import Asked, Decision, Ruling, TaskState
from orders.errors import AlreadyDone, NotAsked, NotThisCard, ReasonMissing
from orders.people import CHARGEHAND
from orders.purchase_orders import (
    PURCHASE_ORDERS,
    OrderEvent,
    OrderKind,
    OrderState,
    check_complete,
    content_hash,
)
from storage.tables import Approval, ApprovalTask, Supplier
from storage.unit_of_work import Note, UnitOfWork

Moved = tuple[tuple[Asked, ...], bool]


def request(uow: UnitOfWork, click: Click) -> Answer:
    """Submit the order behind a requisition, from its shortage card."""
    return submit(uow, order_behind(uow, *numbers(click.value, 1)), change_value=click.value)


def submit(uow: UnitOfWork, order_id: int, *, change_value: str = "") -> Answer:
    """Put an order before its approvers: complete, hashed, with a plan from the plant's rules; else say what it lacks."""
    dossier = locked(uow, order_id)
    target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.SUBMIT, uow.actor, subject=dossier.name)
    check_requester(uow, dossier)
    check_wanted(uow, dossier)
    lacking = missing(dossier) + order_taxes.lacking(uow, dossier)
    if lacking:
        return _incomplete(uow, dossier, lacking, change_value)
    supplier_gates.check(uow, dossier)
    known = staff(uow)
    _hold_supplier(uow, dossier)
    budget_checks.hold(uow, dossier)
    dossier = call_off_rules.ready(uow, order_taxes.settled(uow, dossier))
    rate = frozen_rate(uow, dossier)
    ruling = ruling_for(uow, dossier, known)
    stopped = budget_requests.stop(uow, dossier, known, alone=bool(ruling.automatic))
    if stopped is not None:
        return stopped
    hashed = content_hash(dossier.content)
    change(uow, dossier, state=target.value, content_hash=hashed, submitted_at=uow.now, rejection="", **rate)
    after = {"state": target, "code": hashed, "plan": [[step.rule, *step.approvers] for step in ruling.steps], **rate}
    uow.audit(Note(dossier.name, "submit", before={"state": dossier.state}, after=after))
    dossier = dossier.reread(uow)
    if ruling.automatic:
        return _approved_by_rule(uow, dossier, known, ruling)
    approval_runs.open_run(uow, dossier, known, ruling)
    settle(uow, dossier, "it was requested again")
    asked = approval_runs.asked_names(uow, order_id, known)
    refresh_shortages(uow, dossier, known)
    show_line(uow, dossier, known, Told(asked=asked))
    return Answer(private=_said("requested", dossier, asked=asked, budget=budget_checks.said(uow, dossier)))


def _hold_supplier(uow: UnitOfWork, dossier: Dossier) -> None:
    """Let requests to one supplier wait for each other, so that two at once cannot each stay below a limit."""
    if dossier.order.supplier_id is not None:
        uow.lock(Supplier, dossier.order.supplier_id)


def _approved_by_rule(uow: UnitOfWork, dossier: Dossier, known: Staff, ruling: Ruling) -> Answer:
    """Release an order that an automatic rule approves; the undo time runs as after any other approval."""
    budget = budget_checks.said(uow, dossier)
    actor, uow.actor = uow.actor, CHARGEHAND
    by, leaves_at = f"the rule “{ruling.automatic}”", uow.now + uow.plant.undo
    approver = approval_runs.as_approver(CHARGEHAND)
    PURCHASE_ORDERS.follow(dossier.state, OrderEvent.APPROVE, approver, subject=dossier.name)
    approval_runs.approved_by_rule(uow, dossier, ruling)
    dossier = release(uow, dossier, known, [{"name": by, "at": uow.now.isoformat()}])
    tell(uow, dossier, known, ruling)
    settle(uow, dossier, "it was requested again")
    refresh_shortages(uow, dossier, known)
    show_line(uow, dossier, known, Told(by=by, leaves_at=leaves_at))
    if actor.person_id != dossier.order.requested_by_id:
        tell_requester(uow, dossier, known, "approved", leaves_at=leaves_at)
    uow.actor = actor
    return Answer(private=_said("approved_by_rule", dossier, rule=ruling.automatic, leaves_at=leaves_at, budget=budget))


def _incomplete(uow: UnitOfWork, dossier: Dossier, lacking: list[str], change_value: str) -> Answer:
    words = _said("incomplete", dossier, gaps=", ".join(lacking))
    uow.audit(Note(dossier.name, "refused", rule="Incomplete", words=words))
    carried = _mending(dossier) or change_value
    if not carried:
        return Answer(private=words)
    card = templates.card("order_gaps", words=words, value=carried)
    return Answer(private=card.text, blocks=card.blocks)


def _mending(dossier: Dossier) -> str:
    """Return what the button carries that mends an order: the need of the first line that lacks something, else any."""
    lacking = [gap.field.split(".")[1] for gap in gaps_of(dossier) if gap.field.startswith("lines.")]
    wanted = [line.id for line in dossier.lines if str(line.line) in lacking[:1]]
    shares = [share for number in wanted for share in dossier.shares(number)] or list(dossier.needs)
    return value(shares[0].requisition_id) if shares else ""


def _said(what: str, dossier: Dossier, **values: object) -> str:
    order = dossier.order
    shared = {"what": what, "number": dossier.name, "total": order.total, "currency": order.currency, "budget": ""}
    return templates.words("order_said", **{**shared, **values})


def approve(uow: UnitOfWork, click: Click) -> Answer:
    """Say yes to one question; the last yes releases the order."""
    order_id, task_id = numbers(click.value, 2)
    return _approve(uow, order_id, task_id, click)


def _approve(
    uow: UnitOfWork, order_id: int, task_id: int | None, click: Click | None = None, *, reason: str = ""
) -> Answer:
    dossier = asked_about(uow, order_id)
    found = question(uow, dossier, task_id)
    if click is not None and task_id is not None:
        check_standing(uow, click, order_id, task_id)
    if is_expired(uow, dossier):
        return expire(uow, dossier)
    check_wanted(uow, dossier)
    check_complete(gaps_of(dossier), dossier.name)
    if (anew := asked_anew(uow, found)) is not None:
        return anew
    stopped = budget_requests.stop(uow, dossier, found.known)
    if stopped is not None:
        return stopped
    if click is not None and (beyond := budget_checks.warned(uow, dossier)):
        budget = " ".join(one.sentence() for one in beyond)
        return Answer(modal=_form(found, "beyond", Callback.BEYOND_BUDGET, click.value, budget=budget))
    answer = say_yes(uow, found, reason)
    # Whoever pressed the button on the question reads on that same card what became of it.
    return answer if click is None or not click.message_ts else NOTHING


def approve_because(uow: UnitOfWork, carried: str, reason: str) -> Answer:
    """Say yes to the question that a form carried with a reason, which stays with the decision."""
    order_id, task_id = numbers(carried, 2)
    return _approve(uow, order_id, task_id, reason=reason)


def say_yes(uow: UnitOfWork, found: Question, reason: str = "") -> Answer:
    """Give the actor's yes to a question that was checked; the last yes releases the order.

    Raises ``OverBudget`` and ``ReasonForBudget`` where the order goes beyond a budget.
    """
    for one in budget_checks.check(uow, found.dossier, reason):
        uow.audit(Note(found.dossier.name, "beyond the budget", rule=one.figures.cost_centre, words=one.sentence()))
    after, complete = _decided(uow, found, Decision.APPROVED, reason)
    return _released(uow, found) if complete else _next_step(uow, found, after)


def _decided(uow: UnitOfWork, found: Question, decision: Decision, reason: str = "") -> Moved:
    """Write one decision by compare-and-set, and what it does to the other questions."""
    every, mine = found.asked()
    after, complete = rules.after_decision(every, mine, decision)
    for task, was, now in zip(found.tasks, every, after, strict=True):
        if was.state is now.state:
            continue
        own = {"decided_at": uow.now, "reason": reason} if task is found.mine else {}
        if now.state is TaskState.PENDING:
            own = {"asked_at": uow.now}
        if not uow.change_if(ApprovalTask, task.id, {"state": was.state.value}, state=now.state.value, **own):
            raise AlreadyDone(what="Already decided", who=found.known.name(task.person_id), when=local(uow, uow.now))
    if complete or decision is Decision.REJECTED:
        uow.change(Approval, found.run.id, state=decision.value, ended_at=uow.now)
    code = {"code": found.run.content_hash, "step": found.mine.step, "voice": found.voice}
    note = Note(found.dossier.name, decision.value, after=code, rule=found.mine.rule, words=reason)
    uow.audit(note)
    return after, complete


def _released(uow: UnitOfWork, found: Question) -> Answer:
    yes = [
        {"name": voice(task, found.known), "at": (task.decided_at or uow.now).isoformat()}
        for task in tasks_of(uow, found.run)
        if task.state == TaskState.APPROVED
    ]
    dossier = release(uow, found.dossier, found.known, yes)
    # A contract is not mailed, so there is nothing that could still be kept from leaving.
    leaves_at = None if dossier.order.kind == OrderKind.CONTRACT else uow.now + uow.plant.undo
    by = found.voice
    end(uow, dossier, [found.mine], Ended("approved" if leaves_at else "decided", uow.now, by=by, leaves_at=leaves_at))
    end(uow, dossier, _others(found), Ended("decided", uow.now, by=by))
    refresh_shortages(uow, dossier, found.known)
    show_line(uow, dossier, found.known, Told(by=by, leaves_at=leaves_at))
    tell_requester(uow, dossier, found.known, "approved", leaves_at=leaves_at)
    return Answer(private=_said("approved", dossier, leaves_at=leaves_at, asked=""))


def _others(found: Question) -> list[ApprovalTask]:
    """Return the questions besides the actor's that were open, so that their cards have to say what happened."""
    return [task for task in found.tasks if task is not found.mine and task.state == TaskState.PENDING]


def _next_step(uow: UnitOfWork, found: Question, after: tuple[Asked, ...]) -> Answer:
    """Ask whoever comes next; people of the same step who are no longer needed are told."""
    dossier, known = found.dossier, found.known
    moved = list(zip(found.tasks, after, strict=True))
    passed = [task for task, now in moved if now.state is TaskState.NOT_NEEDED and task.state == TaskState.PENDING]
    end(uow, dossier, passed, Ended("decided", uow.now, by=found.voice))
    given = {task.id for task in reroute(uow, dossier, found.run, known)}
    newly = {task.id for task, now in moved if (task.state, now.state) == ("waiting", "pending")} - given
    tasks = tasks_of(uow, found.run)
    ask(uow, dossier, known, [task for task in tasks if task.id in newly and task.state == TaskState.PENDING])
    asked = others_asked(tasks, known)
    end(uow, dossier, [found.mine], Ended("approved", uow.now, by=found.voice, asked=asked))
    show_line(uow, dossier, known, Told(asked=asked))
    return Answer(private=_said("approved", dossier, leaves_at=None, asked=asked))


def reject(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for the reason, for whoever may decide now."""
    order_id, task_id = numbers(click.value, 2)
    found = question(uow, asked_about(uow, order_id), task_id)
    check_standing(uow, click, order_id, task_id)
    return Answer(modal=_form(found, "reject", Callback.REJECT, click.value))


def _form(found: Question, what: str, callback: Callback, carried: str, budget: str = "") -> dict[str, Any]:
    order = found.dossier.order
    return templates.view(
        "order_words",
        what=what,
        callback=callback,
        private=carried,
        number=found.dossier.name,
        supplier=found.dossier.supplier_name,
        total=order.total,
        currency=order.currency,
        requester=found.requester,
        budget=budget,
    )


def rejected(uow: UnitOfWork, what: Submission) -> Answer:
    """Say no to one question, with a reason; the order is a draft again and the requester reads why."""
    if not what.field("words"):
        return Answer(errors={"words": "Say why in a few words."})
    order_id, task_id = numbers(what.private, 2)
    return _reject(uow, order_id, task_id, what.field("words"))


def _reject(uow: UnitOfWork, order_id: int, task_id: int | None, reason: str) -> Answer:
    found = question(uow, asked_about(uow, order_id), task_id)
    dossier, known = found.dossier, found.known
    _decided(uow, found, Decision.REJECTED, reason)
    change(uow, dossier, state=OrderState.DRAFT.value, rejection=reason, content_hash="")
    end(uow, dossier, [found.mine, *_others(found)], Ended("rejected", uow.now, by=found.voice, reason=reason))
    now = dossier.reread(uow)
    refresh_shortages(uow, now, known)
    show_line(uow, now, known)
    tell_requester(uow, now, known, "rejected", words=reason)
    return Answer(private=_said("rejected", now, requester=found.requester))


def ask_form(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for a question to the requester."""
    order_id, task_id = numbers(click.value, 2)
    found = question(uow, asked_about(uow, order_id), task_id)
    return Answer(modal=_form(found, "ask", Callback.ASK, click.value))


def asked(uow: UnitOfWork, what: Submission) -> Answer:
    """Send the approver's question to the requester; the order goes on waiting."""
    if not what.field("words"):
        return Answer(errors={"words": "Write your question."})
    found = question(uow, asked_about(uow, numbers(what.private, 2)[0]), numbers(what.private, 2)[1])
    uow.audit(Note(found.dossier.name, "question", rule=found.mine.rule, words=what.field("words")))
    tell_requester(uow, found.dossier, found.known, "question", words=what.field("words"))
    return Answer(private=_said("asked", found.dossier, requester=found.requester))


def undo(uow: UnitOfWork, click: Click) -> Answer:
    """Take the last approval back while the mail has not begun to leave; the same people are asked again."""
    order_id, task_id = numbers(click.value, 2)
    dossier, known = asked_about(uow, order_id), staff(uow)
    task = uow.find(ApprovalTask, id=task_id)
    run = uow.find(Approval, id=task.approval_id) if task is not None else None
    if task is None or run is None or run.order_id != order_id:
        raise NotThisCard(order=dossier.name)
    if task.person_id != uow.actor.person_id or task.state != TaskState.APPROVED:
        raise NotAsked(asked=known.name(task.person_id))
    PURCHASE_ORDERS.follow(
        dossier.state, OrderEvent.TAKE_BACK, approval_runs.as_approver(uow.actor), subject=dossier.name
    )
    if run.state != Decision.APPROVED or run.revision != dossier.order.revision:
        raise NotThisCard(order=dossier.name)
    take_back(uow, dossier, known)
    uow.audit(Note(dossier.name, "take back", before={"state": dossier.state}, after={"state": "pending_approval"}))
    uow.change(Approval, run.id, state="voided", ended_at=uow.now)
    end(uow, dossier, tasks_of(uow, run), Ended("taken_back", uow.now, by=uow.actor.name))
    now = dossier.reread(uow)
    approval_runs.open_run(uow, now, known, ruling_for(uow, now, known, by_people=True))
    refresh_shortages(uow, now, known)
    show_line(uow, now, known, Told(asked=approval_runs.asked_names(uow, order_id, known)))
    tell_requester(uow, now, known, "taken_back")
    return Answer(private=_said("taken_back", now))


def expire(uow: UnitOfWork, dossier: Dossier) -> Answer:
    """Make an order that nobody answered a draft again; the requester is told and may request it anew."""
    actor, uow.actor = uow.actor, CHARGEHAND
    state = approval_runs.withdrawn(uow, dossier, OrderEvent.EXPIRE)
    change(uow, dossier, state=state.value, content_hash="")
    now, known = dossier.reread(uow), staff(uow)
    refresh_shortages(uow, now, known)
    show_line(uow, now, known)
    tell_requester(uow, now, known, "expired")
    uow.actor = actor
    return Answer(private=_said("expired", now, requester=known.name(now.order.requested_by_id)))


def expire_waiting(uow: UnitOfWork) -> int:
    """Make every order a draft again whose question has been open for too long; returns how many there were."""
    late = [run.order_id for run in uow.all(Approval, state="open") if has_expired(uow, run)]
    for order_id in late:
        expire(uow, asked_about(uow, order_id))
    return len(late)


def answer(uow: UnitOfWork, order_id: int, task_id: int, *, approves: bool, reason: str = "") -> Answer:
    """Answer one question without its card, as somebody does by mail; asks the same of the person as the buttons."""
    if approves:
        return _approve(uow, order_id, task_id, reason=reason)
    return _reject(uow, order_id, task_id, reason)


def approve_named(uow: UnitOfWork, written: str, reason: str = "") -> Answer:
    """Approve by typed number, for instance ``DR-12``; asks the same of the person as the button."""
    return _approve(uow, order_named(uow, written).id, None, reason=reason)


def reject_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Reject by typed number with the reason behind it."""
    order = order_named(uow, written)
    if not reason.strip():
        raise ReasonMissing(subject=order.number or order.draft_number)
    return _reject(uow, order.id, None, reason.strip())


def request_named(uow: UnitOfWork, written: str) -> Answer:
    """Request an order by its typed draft number."""
    return submit(uow, order_named(uow, written).id)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.REQUEST: request,
    Action.APPROVE: approve,
    Action.REJECT: reject,
    Action.ASK: ask_form,
    Action.WHY_ME: why_me,
    Action.UNDO: undo,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.REJECT: rejected, Callback.ASK: asked}
