"""The approval policy looked at without changing anything: why an order is asked of whom, and what an edited policy would change."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from handlers import people
from handlers.approval_cards import tasks_of
from handlers.approval_plans import Staff, case_of, split_said, staff
from handlers.approval_runs import counted, newest
from handlers.order_content import Dossier, opened, order_named
from orders.absences import stand_in_for
from orders.approval_reasons import Reason, conditions_said, explained
from orders.approvals import PlanStep
from orders.purchase_orders import OrderState
from storage.tables import PurchaseOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS = table(PurchaseOrder)
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Told:
    """What one rule does for an order, in words: who is asked, and the sentences about it."""

    rule: str
    does: str
    who: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why an order is asked of whom: its head in a sentence, each rule, and what stands in the way of an approval."""

    order: str
    head: str
    rules: tuple[Told, ...]
    notes: tuple[str, ...]
    nobody: str = ""


def explain(uow: UnitOfWork, written: str) -> Why:
    """Explain the rules for one order as it stands now; raises ``NotKnown`` for a number that is none."""
    dossier, known = opened(uow, order_named(uow, written).id), staff(uow)
    run = newest(uow, dossier.order.id)
    stands = run is not None and run.state == "open"
    case = case_of(uow, dossier, counted=counted(uow, run) if stands and run is not None else None)
    plant = uow.plant
    found = explained(case, plant.approval_rules, known.directory, plant.approval_fallback)
    rules = tuple(_told(reason, known, case.barred) for reason in found.reasons)
    head = (
        f"{dossier.name} to {dossier.supplier_name}, {dossier.total}, {dossier.state.value.replace('_', ' ')}, "
        f"asked for by {known.name(dossier.order.requested_by_id)}."
    )
    waits = dossier.state in {OrderState.DRAFT, OrderState.PENDING_APPROVAL}
    return Why(dossier.name, head, rules, tuple(_notes(uow, dossier, known)), found.nobody if waits else "")


def _told(reason: Reason, known: Staff, barred: frozenset[int]) -> Told:
    rule = reason.rule
    because = list(reason.why_not)
    because += [conditions_said(rule)] if not reason.why_not and conditions_said(rule) else []
    because += [f"{known.name(person)} is left out: {why}" for person, why in reason.left_out]
    because += [f"{who} is not among the active people" for who in rule.who if _is_stranger(who, known)]
    because += [f"{known.name(person)} is asked because too few are left" for person in reason.filled_in]
    asked = [person for step in reason.steps for person in step.approvers]
    because += [sentence for person in asked if (sentence := _away(person, known, barred))]
    who = " then ".join(_step_said(step, known) for step in reason.steps) or ", ".join(map(known.name, reason.told))
    return Told(rule.name, reason.does, who, tuple(because))


def _is_stranger(who: str, known: Staff) -> bool:
    return "@" in who and who not in known.directory.by_email


def _step_said(step: PlanStep, known: Staff) -> str:
    names = [known.name(person) for person in step.approvers]
    if step.need >= len(names):
        return " and ".join(names)
    return " or ".join(names) if step.need == 1 else f"{step.need} of {', '.join(names)}"


def _away(person: int, known: Staff, barred: frozenset[int]) -> str:
    """Say who is asked instead of somebody who is away."""
    if person not in known.away:
        return ""
    instead = stand_in_for(person, known.away, barred)
    return f"{known.name(person)} is away, {known.name(instead) if instead is not None else NOBODY} decides instead"


def _notes(uow: UnitOfWork, dossier: Dossier, known: Staff) -> list[str]:
    """Say what was ordered beside it, and how it was decided where it is."""
    notes = [split_said(uow, dossier)]
    run = newest(uow, dossier.order.id)
    if run is not None and run.rule:
        notes.append(f"It was approved by the rule “{run.rule}”.")
    decided = [task for task in (tasks_of(uow, run) if run is not None else []) if task.decided_at is not None]
    notes += [f"{known.name(task.person_id)} {task.state} it by the rule “{task.rule}”." for task in decided]
    return [note for note in notes if note]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past order under an edited policy: what was asked then, what would be asked now, whether anybody could approve."""

    order: str
    total: str
    then: tuple[str, ...]
    now: tuple[str, ...]
    nobody: str = ""

    @property
    def changes(self) -> bool:
        """Say whether the edited policy asks anything else."""
        return bool(self.nobody) or self.then != self.now


def replay(uow: UnitOfWork, days: int) -> list[Replayed]:
    """Hold the policy of this unit of work against all orders requested within some days, oldest first.

    What was asked then is read from the approvals as they were written down; people are those of today, and amounts
    are counted with the rates that the orders were requested at.
    """
    since = uow.now - timedelta(days=days)
    known = staff(uow)
    requested = uow.all(PurchaseOrder, _ORDERS.c.submitted_at >= since, _ORDERS.c.state != OrderState.DRAFT.value)
    return [_replayed(uow, opened(uow, order.id), known) for order in requested]


def _replayed(uow: UnitOfWork, dossier: Dossier, known: Staff) -> Replayed:
    plant = uow.plant
    found = explained(case_of(uow, dossier), plant.approval_rules, known.directory, plant.approval_fallback)
    ruling = found.ruling
    now = [_line(step.rule, [known.name(person) for person in step.approvers], step.need) for step in ruling.steps]
    now += [_line(ruling.automatic, [], 0)] if ruling.automatic else []
    then = _then(uow, dossier, known)
    return Replayed(dossier.name, str(dossier.total), tuple(then), tuple(now), found.nobody)


def _then(uow: UnitOfWork, dossier: Dossier, known: Staff) -> list[str]:
    """Return what the last run over an order asked, in the words of ``replay``."""
    run = newest(uow, dossier.order.id)
    if run is None:
        return []
    if run.rule:
        return [_line(run.rule, [], 0)]
    steps: dict[int, tuple[str, dict[int, None]]] = {}
    for task in tasks_of(uow, run):
        named = task.instead_of_id if task.instead_of_id is not None else task.person_id
        steps.setdefault(task.step, (task.rule, {}))[1][named] = None
    needs = json.loads(run.needs)
    return [
        _line(rule, [_name(uow, person, known) for person in people], needs[step])
        for step, (rule, people) in sorted(steps.items())
    ]


def _name(uow: UnitOfWork, person: int, known: Staff) -> str:
    return known.name(person) if person in known.people else people.name(uow, person)


def _line(rule: str, names: Sequence[str], need: int) -> str:
    """Write one step the same way for then and now, so that equal steps read equal."""
    if not names:
        return f"{rule}: approves by itself"
    people = ", ".join(sorted(names))
    return f"{rule}: {people}" if need == 1 else f"{rule}: {need} of {people}"


def as_json(found: Why | Replayed) -> dict[str, Any]:
    """Return an explanation or a replayed order as plain values."""
    extra = {"changes": found.changes} if isinstance(found, Replayed) else {}
    return asdict(found) | extra
