"""Questions handed to somebody else: a stand-in while the person asked is away, a colleague by choice, one more when nobody answers."""

from collections.abc import Mapping, Sequence

from handlers import approval_cards
from handlers.approval_cards import Ended, tasks_of
from handlers.approval_plans import Staff
from handlers.order_authors import authors_of
from handlers.order_content import Dossier
from orders.absences import stand_in_for
from orders.approvals import TaskState
from orders.people import Role, roles_named
from storage.tables import Approval, ApprovalTask
from storage.unit_of_work import Note, UnitOfWork

OPEN = frozenset({TaskState.PENDING.value, TaskState.WAITING.value})
STAND_IN, PASSED_ON, ESCALATED = "stand_in", "passed_on", "escalated"
"""Why somebody is asked whom no rule names."""
MAY_DECIDE = (Role.APPROVER, Role.FINANCE, Role.SUPERVISOR, Role.ADMIN)
"""Who may be given a question by somebody else, besides the people whom the rules name themselves."""
MOST_NAMED = 3
"""How many of those who are asked are named in a sentence."""
MOST_PASSED = 3
"""How often the question of one step may be handed on by hand."""


def may_take(uow: UnitOfWork, dossier: Dossier, run: Approval, known: Staff) -> list[int]:
    """Return who may be given a question of this run: somebody active who decides, is not barred, and has no other voice in it."""
    tasks = tasks_of(uow, run)
    voices = {task.person_id for task in tasks if task.state != TaskState.PASSED_ON.value}
    voices |= {task.instead_of_id for task in tasks if task.instead_of_id is not None}
    gone = voices | authors_of(uow, dossier.order)
    named = set(known.directory.owners.values()) | {
        known.directory.by_email[word]
        for rule in uow.plant.approval_rules
        for word in rule.who
        if rule.asks and word in known.directory.by_email
    }
    return [
        number
        for number, person in known.people.items()
        if number not in gone and (number in named or not roles_named(person.roles).isdisjoint(MAY_DECIDE))
    ]


def hand_over(  # noqa: PLR0917  # a question, from whom it goes to whom, and why
    uow: UnitOfWork, dossier: Dossier, known: Staff, task: ApprovalTask, person: int, why: str, words: str = ""
) -> ApprovalTask:
    """Ask another person instead; both names stay with the question, and the former card says who has it now."""
    named = task.instead_of_id if task.instead_of_id is not None else task.person_id
    back = person == named
    values = {
        "state": task.state,
        "instead_of_id": None if back else named,
        "why": "" if back else why,
        "reason": "",
        "asked_at": uow.now if task.state == TaskState.PENDING else None,
        "reminded_at": None,
        "escalated_at": None,
    }
    uow.change(ApprovalTask, task.id, state=TaskState.PASSED_ON.value, reason=words)
    given = _given(uow, task, person, values)
    after = {"from": known.name(task.person_id), "to": known.name(person), "for": known.name(named), "step": task.step}
    uow.audit(Note(dossier.name, "question handed over", after=after, rule=why or "back again", words=words))
    if task.state == TaskState.PENDING:
        approval_cards.end(uow, dossier, [task], Ended("passed_on", uow.now, by=known.name(person), reason=words))
        approval_cards.ask(uow, dossier, known, [given])
    return given


def _given(uow: UnitOfWork, task: ApprovalTask, person: int, values: Mapping[str, object]) -> ApprovalTask:
    """Write the question down under its new person; one who had it before and passed it on has it again."""
    same = {"approval_id": task.approval_id, "step": task.step, "person_id": person}
    earlier = uow.find(ApprovalTask, **same)
    if earlier is not None:
        uow.change(ApprovalTask, earlier.id, **values)
        return uow.get(ApprovalTask, earlier.id)
    return uow.get(ApprovalTask, uow.add(ApprovalTask, **same, rule=task.rule, **values))


def add_voice(uow: UnitOfWork, dossier: Dossier, known: Staff, task: ApprovalTask, person: int) -> ApprovalTask:
    """Ask one more person beside the one who does not answer; the first answer counts."""
    named = task.instead_of_id if task.instead_of_id is not None else task.person_id
    values = {"state": task.state, "instead_of_id": named, "why": ESCALATED, "reason": "", "asked_at": uow.now}
    given = _given(uow, task, person, values)
    after = {"not answered by": known.name(task.person_id), "asked too": known.name(person), "step": task.step}
    uow.audit(Note(dossier.name, "question escalated", after=after, rule=task.rule))
    approval_cards.ask(uow, dossier, known, [given])
    return given


def is_free(uow: UnitOfWork, run: Approval, task: ApprovalTask, person: int) -> bool:
    """Say whether somebody has no voice in a run yet, or only passed this very question on."""
    others = [each for each in tasks_of(uow, run) if each.id != task.id]
    if any(person in {each.person_id, each.instead_of_id} and each.state != TaskState.PASSED_ON for each in others):
        return False
    return all(each.step == task.step for each in others if each.person_id == person)


def reroute(uow: UnitOfWork, dossier: Dossier, run: Approval, known: Staff) -> list[ApprovalTask]:
    """Hand the open questions of people who are away to those who stand in, and back when they are here again."""
    given = []
    for task in tasks_of(uow, run):
        person = _rightful(uow, dossier, task, known) if task.state in OPEN else None
        if person is not None and person != task.person_id and is_free(uow, run, task, person):
            given.append(hand_over(uow, dossier, known, task, person, STAND_IN))
    return given


def _rightful(uow: UnitOfWork, dossier: Dossier, task: ApprovalTask, known: Staff) -> int | None:
    """Return who should have a question today, as far as absences say; None where they say nothing."""
    stands_in = task.why == STAND_IN and task.instead_of_id is not None
    if task.why and not stands_in:
        return None
    named = task.instead_of_id if stands_in else task.person_id
    if named is None or named not in known.people:
        return None
    return stand_in_for(named, known.away, authors_of(uow, dossier.order)) or named


def others_asked(tasks: Sequence[ApprovalTask], known: Staff) -> str:
    """Name who is asked at the moment, with the person each stands in for."""
    said = []
    for task in tasks:
        if task.state == TaskState.PENDING:
            whose = f" for {known.name(task.instead_of_id)}" if task.instead_of_id is not None else ""
            said.append(known.name(task.person_id) + whose)
    return " or ".join(said[:MOST_NAMED])
