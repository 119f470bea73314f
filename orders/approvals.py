"""Who must approve an order: rules as rows, a plan computed from them, and what one decision changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from orders.errors import AlreadyDecided, NeededLater, NobodyMayApprove, NoLongerAllowed, NotAsked, OwnRequest
from orders.money import Money


class Decision(StrEnum):
    """What an approver says."""

    APPROVED = "approved"
    """Yes, as it is."""
    REJECTED = "rejected"
    """No, for the reason given."""


class TaskState(StrEnum):
    """Where the question to one approver stands."""

    PENDING = "pending"
    """The approver is asked."""
    WAITING = "waiting"
    """An earlier step comes first."""
    APPROVED = "approved"
    """The approver said yes."""
    REJECTED = "rejected"
    """The approver said no."""
    PASSED_ON = "passed_on"
    """Somebody else is asked instead, by name."""
    NOT_NEEDED = "not_needed"
    """Somebody else decided this step."""
    VOIDED = "voided"
    """The content changed or was withdrawn; nothing may be decided on it any more."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the approval table: above an amount, these people, any one or all of them."""

    name: str
    who: tuple[str, ...]
    """``owner`` (of each line's cost centre), ``role:finance``, or a person's e-mail address."""
    above: Money | None = None
    """The rule holds for totals strictly above this amount; None: always."""
    need: str = "any"
    """``any`` or ``all`` of the people named."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a plan: the rule, the people asked and how many of them have to say yes."""

    rule: str
    approvers: tuple[int, ...]
    need: int


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at: the total with what was split off it, cost centres of the lines, who asked and who else wrote it."""

    subject: str
    total: Money
    cost_centres: tuple[str, ...]
    requester: int | None
    authors: frozenset[int] = frozenset()

    @property
    def barred(self) -> frozenset[int]:
        """Who may not be asked: whoever asked for it or had a hand in it."""
        return self.authors | ({self.requester} if self.requester is not None else set())


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom the rules may name: owners by cost centre, people by role and by e-mail address (ids of active people)."""

    owners: Mapping[str, int]
    by_role: Mapping[str, tuple[int, ...]]
    by_email: Mapping[str, int]
    admin: str = "the administrator"


def plan(case: Case, rules: Sequence[Rule], directory: Directory, fallback: Sequence[str] = ()) -> tuple[PlanStep, ...]:
    """Compute the serial steps for a case; raises ``NobodyMayApprove`` rather than leave a step without a person.

    The requester is never asked, nor anybody else who had a hand in the order. A person who is the only one left for one step is not counted for another, so that
    two decisions always come from two people; where that leaves nobody, the fallback people are asked instead.
    """
    steps: list[PlanStep] = []
    for rule in rules:
        if rule.above is not None and case.total <= rule.above:
            continue
        for group in _groups(rule, case, directory):
            steps.append(_step(rule, group, case, directory, taken=_sole(steps), fallback=fallback))
    if not steps:
        raise NobodyMayApprove(subject=case.subject, rule="no rule holds", who=directory.admin)
    spare = tuple(person for person in people_named(fallback, directory) if person not in case.barred)
    return _kept_apart(case, steps, spare, who=directory.admin)


def _kept_apart(case: Case, steps: Sequence[PlanStep], spare: tuple[int, ...], *, who: str) -> tuple[PlanStep, ...]:
    """Free the other steps of people whom one step cannot do without; refuse what too few people could decide."""
    sole = _sole(steps)
    apart = [step if _is_sole(step) else _without(step, sole, spare) for step in steps]
    lacking = next((step for step in apart if not step.approvers), None)
    if lacking is None and apart != list(steps):
        return _kept_apart(case, apart, spare, who=who)
    if lacking is not None or not _distinct([group for step in apart for group in _seats(step)]):
        raise NobodyMayApprove(subject=case.subject, rule=(lacking or apart[-1]).rule, who=who)
    return tuple(apart)


def _is_sole(step: PlanStep) -> bool:
    return len(step.approvers) <= step.need


def _without(step: PlanStep, sole: frozenset[int], spare: tuple[int, ...]) -> PlanStep:
    left = tuple(person for person in step.approvers if person not in sole)
    return replace(step, approvers=left or tuple(person for person in spare if person not in sole))


def _seats(step: PlanStep) -> list[tuple[int, ...]]:
    """Name who may give each of the decisions that a step takes."""
    return [(person,) for person in step.approvers] if _is_sole(step) else [step.approvers]


def _distinct(groups: Sequence[Iterable[int]]) -> bool:
    """Say whether every group can send somebody who is sent by no other group (augmenting paths)."""
    sent_by: dict[int, int] = {}

    def sends(group: int, tried: set[int]) -> bool:
        for person in groups[group]:
            if person in tried:
                continue
            tried.add(person)
            if person not in sent_by or sends(sent_by[person], tried):
                sent_by[person] = group
                return True
        return False

    return all(sends(group, set()) for group in range(len(groups)))


def _groups(rule: Rule, case: Case, directory: Directory) -> list[tuple[int, ...]]:
    """Name the people of a rule: one group a cost-centre owner, one group for all others together."""
    owners: list[tuple[int, ...]] = []
    if "owner" in rule.who:
        found = dict.fromkeys(directory.owners.get(code) for code in case.cost_centres)
        owners = [() if owner is None else (owner,) for owner in found]
    named = people_named([word for word in rule.who if word != "owner"], directory)
    others = [word for word in rule.who if word != "owner"]
    return owners + ([named] if others else [])


def people_named(words: Iterable[str], directory: Directory) -> tuple[int, ...]:
    """Return the active people behind ``role:finance`` and e-mail addresses, each once, in the order of the words."""
    people: list[int] = []
    for word in words:
        if word.startswith("role:"):
            people += directory.by_role.get(word.removeprefix("role:"), ())
        elif word in directory.by_email:
            people.append(directory.by_email[word])
    return tuple(dict.fromkeys(people))


def _sole(steps: Iterable[PlanStep]) -> frozenset[int]:
    """Return the people without whom an earlier step could not be decided."""
    return frozenset(person for step in steps if _is_sole(step) for person in step.approvers)


def _step(  # a step is made of just these
    rule: Rule,
    group: tuple[int, ...],
    case: Case,
    directory: Directory,
    *,
    taken: frozenset[int],
    fallback: Sequence[str],
) -> PlanStep:
    barred = taken | case.barred
    people = tuple(person for person in group if person not in barred)
    if not people:
        people = tuple(person for person in people_named(fallback, directory) if person not in barred)
    if not people:
        raise NobodyMayApprove(subject=case.subject, rule=rule.name, who=directory.admin)
    return PlanStep(rule.name, people, len(people) if rule.need == "all" else 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question put to one person in one step of an approval, perhaps instead of somebody whom a rule names."""

    step: int
    person: int
    state: TaskState
    name: str = ""
    instead_of: int | None = None

    @property
    def counts_for(self) -> frozenset[int]:
        """Whose decision this is: the person's own, and that of whoever they stand in for."""
        return frozenset({self.person} if self.instead_of is None else {self.person, self.instead_of})


def current_step(tasks: Sequence[Asked]) -> int | None:
    """Return the step that is being decided, or None when nothing is open."""
    return min((task.step for task in tasks if task.state is TaskState.PENDING), default=None)


def check_decision(subject: str, tasks: Sequence[Asked], person: int, requester: int | None) -> Asked:
    """Return the open question that the person may answer now; refuses everybody else, the requester first."""
    open_now = [task for task in tasks if task.state is TaskState.PENDING]
    asked = ", ".join(task.name for task in open_now) or "nobody"
    mine = next((task for task in open_now if task.person == person), None)
    if person == requester or (mine is not None and mine.instead_of == requester is not None):
        raise OwnRequest(asked=asked)
    if (mine.counts_for if mine is not None else {person}) & _decided(tasks):
        raise AlreadyDecided(subject=subject, asked=asked)
    if mine is None:
        raise NotAsked(asked=asked)
    if not _distinct(_later_groups(tasks, mine)):
        others = ", ".join(task.name for task in open_now if task != mine) or asked
        raise NeededLater(subject=subject, asked=others)
    return mine


def _decided(tasks: Iterable[Asked]) -> frozenset[int]:
    """Return everybody whose decision was given, by themselves or by somebody in their place."""
    return frozenset(person for task in tasks if task.state is TaskState.APPROVED for person in task.counts_for)


def _later_groups(tasks: Sequence[Asked], mine: Asked) -> list[list[int]]:
    """Name who would be left for each later step once this question is answered."""
    waiting = [task for task in tasks if task.state is TaskState.WAITING]
    gone = _decided(tasks) | mine.counts_for
    steps = dict.fromkeys(task.step for task in waiting)
    return [[task.person for task in waiting if task.step == step and not task.counts_for & gone] for step in steps]


def check_right(subject: str, steps: Sequence[PlanStep], mine: Asked, rule: str, *, who: str) -> None:
    """Refuse a person whom the rules of this moment no longer name for the rule by which they were asked."""
    named = mine.person if mine.instead_of is None else mine.instead_of
    if not any(step.rule == rule and named in step.approvers for step in steps):
        raise NoLongerAllowed(subject=subject, rule=rule, who=who)


def after_decision(
    tasks: Sequence[Asked], mine: Asked, decision: Decision, needs: Sequence[int]
) -> tuple[tuple[Asked, ...], bool]:
    """Return the questions after a decision, and whether the whole plan is approved.

    ``needs`` says for each step how many approvals it takes. A rejection voids everything that is still open.
    """
    if decision is Decision.REJECTED:
        return tuple(_rejected(task, mine) for task in tasks), False
    decided = [_approved(task, mine) for task in tasks]
    yes = sum(task.step == mine.step and task.state is TaskState.APPROVED for task in decided)
    if yes < needs[mine.step]:
        return tuple(decided), False
    # Counted before the decision: a step whose people all fall out must bring the order to a stand, not be skipped.
    following = min((task.step for task in tasks if task.state is TaskState.WAITING), default=None)
    return tuple(_moved_on(task, mine.step, following) for task in decided), following is None


def _approved(task: Asked, mine: Asked) -> Asked:
    """Whoever has decided, or was decided for, is not asked once more, neither beside nor in a later step."""
    if task == mine:
        return _with(task, TaskState.APPROVED)
    again = bool(task.counts_for & mine.counts_for) and task.state in {TaskState.PENDING, TaskState.WAITING}
    return _with(task, TaskState.NOT_NEEDED) if again else task


def _rejected(task: Asked, mine: Asked) -> Asked:
    if task == mine:
        return _with(task, TaskState.REJECTED)
    return _with(task, TaskState.VOIDED) if task.state in {TaskState.PENDING, TaskState.WAITING} else task


def _moved_on(task: Asked, decided: int, following: int | None) -> Asked:
    if task.step == decided and task.state is TaskState.PENDING:
        return _with(task, TaskState.NOT_NEEDED)
    if task.step == following and task.state is TaskState.WAITING:
        return _with(task, TaskState.PENDING)
    return task


def _with(task: Asked, state: TaskState) -> Asked:
    return replace(task, state=state)


def questions(
    steps: Sequence[PlanStep], names: Mapping[int, str], stand_ins: Mapping[int, int] | None = None
) -> tuple[Asked, ...]:
    """Write down who is asked: the first step now, the later ones in their turn; for whom is away, who stands in."""
    instead = stand_ins or {}
    found = []
    for number, step in enumerate(steps):
        for named in step.approvers:
            person, state = instead.get(named, named), TaskState.WAITING if number else TaskState.PENDING
            found.append(Asked(number, person, state, names.get(person, ""), named if named in instead else None))
    return tuple(found)


def gaps_in_rules(rules: Sequence[Rule], directory: Directory, fallback: Sequence[str]) -> list[str]:
    """List in sentences which rules name nobody, for the start-up check."""
    return [
        f"Rule “{rule.name}” names nobody who is active; orders that need it can never be approved."
        for rule in rules
        if rule.who != ("owner",) and not people_named((*rule.who, *fallback), directory)
    ]
