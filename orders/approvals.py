"""Who must approve an order: the plan that the rules give, and what one decision changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from orders.approval_rules import Case, Directory, Rule, groups, people_named, why_not
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


OPEN = frozenset({TaskState.PENDING, TaskState.WAITING})
"""States of a question that may still be answered."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a plan: the rule, the people asked, how many of them have to say yes, and in which turn they are asked."""

    rule: str
    approvers: tuple[int, ...]
    need: int
    stage: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say of a case: who is asked step by step, who is only told, or which rule approves by itself."""

    steps: tuple[PlanStep, ...] = ()
    told: tuple[tuple[str, tuple[int, ...]], ...] = ()
    automatic: str = ""
    """The automatic rule that approves; empty where people decide."""
    spared: tuple[str, ...] = ()
    """The rules whose place it takes."""
    counted: Money | None = None
    """The amount that was held against the rules."""


def plan(case: Case, rules: Sequence[Rule], directory: Directory, fallback: Sequence[str] = ()) -> tuple[PlanStep, ...]:
    """Return the steps of ``ruling``; none where a rule approves by itself."""
    return ruling(case, rules, directory, fallback).steps


def ruling(case: Case, rules: Sequence[Rule], directory: Directory, fallback: Sequence[str] = ()) -> Ruling:
    """Hold the rules against a case; raises ``NobodyMayApprove`` rather than leave a step without a person.

    The requester is never asked, nor anybody else who had a hand in the order. A person who is the only one left for
    one step is not counted for another, so that two decisions always come from two people; where that leaves too few,
    the fallback people are asked as well. An automatic rule approves the whole order or does nothing: only where every
    rule that would ask somebody is one that it names.
    """
    held = [rule for rule in rules if not why_not(rule, case)]
    asking = [rule for rule in held if rule.asks]
    told = _told(case, [rule for rule in held if rule.notify], directory)
    automatic = next(
        (rule for rule in held if rule.automatic and all(one.name in rule.instead for one in asking)), None
    )
    if automatic is not None:
        return Ruling((), told, automatic.name, tuple(rule.name for rule in asking), case.whole or case.total)
    steps = _steps(case, asking, directory, fallback)
    if not steps:
        raise NobodyMayApprove(subject=case.subject, rule="no rule holds", who=directory.admin)
    spare = tuple(person for person in people_named(fallback, directory) if person not in case.barred)
    return Ruling(_kept_apart(case, steps, spare, who=directory.admin), told, counted=case.total)


def _told(case: Case, rules: Sequence[Rule], directory: Directory) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return who is told by which rule; whoever asked for the order knows it already."""
    found, known = [], set() if case.requester is None else {case.requester}
    for rule in rules:
        people = dict.fromkeys(person for group in groups(rule, case, directory) for person in group)
        new = tuple(person for person in people if person not in known)
        known.update(new)
        found += [(rule.name, new)] if new else []
    return tuple(found)


def _steps(case: Case, rules: Sequence[Rule], directory: Directory, fallback: Sequence[str]) -> list[PlanStep]:
    """Return the steps of the rules in the order in which they are asked."""
    steps: list[PlanStep] = []
    turns: dict[str, int] = {}
    for rule in rules:
        for group in groups(rule, case, directory):
            stage = turns.setdefault(rule.step, len(steps)) if rule.step else len(steps)
            step = _step(rule, group, case, directory, taken=_sole(steps), fallback=fallback)
            steps.append(replace(step, stage=stage))
    turns_in_order = {stage: turn for turn, stage in enumerate(sorted({step.stage for step in steps}))}
    counted = [replace(step, stage=turns_in_order[step.stage]) for step in steps]
    return sorted(counted, key=lambda step: step.stage)


def _kept_apart(case: Case, steps: Sequence[PlanStep], spare: tuple[int, ...], *, who: str) -> tuple[PlanStep, ...]:
    """Free the other steps of people whom one step cannot do without; refuse what too few people could decide."""
    sole = _sole(steps)
    apart = [step if _is_sole(step) else _without(step, sole, spare) for step in steps]
    lacking = next((step for step in apart if len(step.approvers) < step.need), None)
    if lacking is None and apart != list(steps):
        return _kept_apart(case, apart, spare, who=who)
    if lacking is not None or not _distinct([group for step in apart for group in _seats(step)]):
        raise NobodyMayApprove(subject=case.subject, rule=(lacking or apart[-1]).rule, who=who)
    return tuple(apart)


def _is_sole(step: PlanStep) -> bool:
    return len(step.approvers) <= step.need


def _without(step: PlanStep, sole: frozenset[int], spare: tuple[int, ...]) -> PlanStep:
    left = tuple(person for person in step.approvers if person not in sole)
    return replace(step, approvers=_filled(left, [person for person in spare if person not in sole], step.need))


def _filled(people: tuple[int, ...], spare: Sequence[int], need: int) -> tuple[int, ...]:
    """Return the people of a step, with the spare ones where there are too few."""
    return people if len(people) >= need else tuple(dict.fromkeys([*people, *spare]))


def _seats(step: PlanStep) -> list[tuple[int, ...]]:
    """Name who may give each of the decisions that a step takes."""
    return [(person,) for person in step.approvers] if _is_sole(step) else [step.approvers] * step.need


def _distinct(seats: Sequence[Iterable[int]]) -> bool:
    """Say whether every seat can be taken by somebody who takes no other one (augmenting paths)."""
    taken_by: dict[int, int] = {}

    def taken(seat: int, tried: set[int]) -> bool:
        for person in seats[seat]:
            if person in tried:
                continue
            tried.add(person)
            if person not in taken_by or taken(taken_by[person], tried):
                taken_by[person] = seat
                return True
        return False

    return all(taken(seat, set()) for seat in range(len(seats)))


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
    spare = [person for person in people_named(fallback, directory) if person not in barred]
    need = rule.need if isinstance(rule.need, int) else 1
    people = _filled(people, spare, need)
    if len(people) < need:
        raise NobodyMayApprove(subject=case.subject, rule=rule.name, who=directory.admin)
    return PlanStep(rule.name, people, len(people) if rule.need == "all" else need)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question put to one person in one step of an approval, perhaps instead of somebody whom a rule names."""

    step: int
    person: int
    state: TaskState
    name: str = ""
    instead_of: int | None = None
    need: int = 1
    """How many approvals the step takes."""
    stage: int | None = None
    """In which turn the step is asked; None: each step in a turn of its own."""

    @property
    def turn(self) -> int:
        """When the step is asked: steps of one turn are asked side by side."""
        return self.step if self.stage is None else self.stage

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
    if not _distinct(_seats_left(tasks, mine)):
        others = ", ".join(task.name for task in open_now if task != mine) or asked
        raise NeededLater(subject=subject, asked=others)
    return mine


def _decided(tasks: Iterable[Asked]) -> frozenset[int]:
    """Return everybody whose decision was given, by themselves or by somebody in their place."""
    return frozenset(person for task in tasks if task.state is TaskState.APPROVED for person in task.counts_for)


def _seats_left(tasks: Sequence[Asked], mine: Asked) -> list[list[int]]:
    """Name who would be left for each decision that is still to be given once this question is answered."""
    gone = _decided(tasks) | mine.counts_for
    seats = []
    still = [task for task in tasks if task.state in OPEN]
    for step, need in {task.step: task.need for task in still}.items():
        missing = need - _said_yes(tasks, step) - (step == mine.step)
        left = [task.person for task in still if task.step == step and not task.counts_for & gone]
        seats += [left] * max(missing, 0)
    return seats


def _said_yes(tasks: Iterable[Asked], step: int) -> int:
    return sum(task.step == step and task.state is TaskState.APPROVED for task in tasks)


def check_right(subject: str, steps: Sequence[PlanStep], mine: Asked, rule: str, *, who: str) -> None:
    """Refuse a person whom the rules of this moment no longer name for the rule by which they were asked."""
    named = mine.person if mine.instead_of is None else mine.instead_of
    if not any(step.rule == rule and named in step.approvers for step in steps):
        raise NoLongerAllowed(subject=subject, rule=rule, who=who)


def after_decision(tasks: Sequence[Asked], mine: Asked, decision: Decision) -> tuple[tuple[Asked, ...], bool]:
    """Return the questions after a decision, and whether the whole plan is approved.

    A rejection voids everything that is still open. What is still open is counted before the decision: a step whose
    people all fall out must bring the order to a stand, not be skipped.
    """
    if decision is Decision.REJECTED:
        return tuple(_rejected(task, mine) for task in tasks), False
    decided = [_approved(task, mine) for task in tasks]
    if _said_yes(decided, mine.step) < mine.need:
        return tuple(decided), False
    decided = [_spared(task, mine.step) for task in decided]
    if any(task.state is TaskState.PENDING and task.step != mine.step for task in tasks):
        return tuple(decided), False
    following = min((task.turn for task in tasks if task.state is TaskState.WAITING), default=None)
    return tuple(_moved_on(task, following) for task in decided), following is None


def _approved(task: Asked, mine: Asked) -> Asked:
    """Whoever has decided, or was decided for, is not asked once more, neither beside nor in a later step."""
    if task == mine:
        return _with(task, TaskState.APPROVED)
    again = bool(task.counts_for & mine.counts_for) and task.state in OPEN
    return _with(task, TaskState.NOT_NEEDED) if again else task


def _rejected(task: Asked, mine: Asked) -> Asked:
    if task == mine:
        return _with(task, TaskState.REJECTED)
    return _with(task, TaskState.VOIDED) if task.state in OPEN else task


def _spared(task: Asked, decided: int) -> Asked:
    return _with(task, TaskState.NOT_NEEDED) if task.step == decided and task.state is TaskState.PENDING else task


def _moved_on(task: Asked, following: int | None) -> Asked:
    return _with(task, TaskState.PENDING) if task.turn == following and task.state is TaskState.WAITING else task


def _with(task: Asked, state: TaskState) -> Asked:
    return replace(task, state=state)


def questions(
    steps: Sequence[PlanStep], names: Mapping[int, str], stand_ins: Mapping[int, int] | None = None
) -> tuple[Asked, ...]:
    """Write down who is asked: the first turn now, the later ones after it; for whom is away, who stands in."""
    instead = stand_ins or {}
    found = []
    for number, step in enumerate(steps):
        state = TaskState.PENDING if step.stage == steps[0].stage else TaskState.WAITING
        for named in step.approvers:
            person, of = instead.get(named, named), named if named in instead else None
            found.append(Asked(number, person, state, names.get(person, ""), of, step.need, step.stage))
    return tuple(found)


__all__ = [
    "Asked",
    "Case",
    "Decision",
    "Directory",
    "PlanStep",
    "Rule",
    "Ruling",
    "TaskState",
    "after_decision",
    "check_decision",
    "check_right",
    "current_step",
    "people_named",
    "plan",
    "questions",
    "ruling",
]
