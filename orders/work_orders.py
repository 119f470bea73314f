"""The work order: its states, who may move it, and how priority and due date are found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orders.errors import ActualsExist, LockOutFirst, NotYours, ReasonMissing, Unlawful
from orders.lifecycle import Lifecycle, rows
from orders.people import Role


class WorkOrderState(StrEnum):
    """Where a work order stands."""

    DRAFT = "draft"
    """Not yet ready to be worked on."""
    PENDING_APPROVAL = "pending_approval"
    """Its estimated cost or shutdown waits for a decision."""
    READY = "ready"
    """May be taken by anybody with the skill."""
    SCHEDULED = "scheduled"
    """Somebody has it."""
    IN_PROGRESS = "in_progress"
    """Work has begun."""
    COMPLETED = "completed"
    """The technician says it is done."""
    CLOSED = "closed"
    """The supervisor has accepted it; its costs are final."""
    CANCELLED = "cancelled"
    """Nothing was done and nothing will be."""


class WorkOrderEvent(StrEnum):
    """What may happen to a work order."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    NEED_PARTS = "need_parts"
    LOG = "log"
    CHECK = "check"
    COMPLETE = "complete"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    ISSUE = "issue"
    BRING_BACK = "bring_back"
    CHANGE_SCOPE = "change_scope"


class HoldReason(StrEnum):
    """Why a work order waits; several may hold at once."""

    MATERIAL = "material"
    """A part is short."""
    PURCHASE = "purchase"
    """Something has to be bought that is no part in store."""
    VENDOR = "vendor"
    """Somebody from outside has to come."""
    PERMIT = "permit"
    """A permit or a safety step is missing."""
    PLANT_CONDITION = "plant_condition"
    """The plant has to be stopped, cooled down or emptied first."""
    LABOUR = "labour"
    """Nobody with the skill is free."""
    INFORMATION = "information"
    """A drawing, a setting or an answer is missing."""
    OTHER_JOB = "other_job"
    """Another work order has to be done first."""
    OTHER = "other"
    """What the note says."""


class TaskType(StrEnum):
    """What kind of work it is."""

    REPAIR = "repair"
    """Something failed and is put right."""
    INSPECTION = "inspection"
    """Somebody looks at it, measures or tests it."""
    SERVICE = "service"
    """Planned care, for instance cleaning or greasing."""
    CALIBRATION = "calibration"
    """A measuring instrument is compared and set."""
    EMERGENCY = "emergency"
    """Somebody could be hurt: it is put right at once."""


class Impact(StrEnum):
    """What the fault does to the operation."""

    SAFETY = "safety"
    """Somebody could be hurt."""
    STANDS = "stands"
    """The line or the asset stands."""
    REDUCED = "reduced"
    """It runs, but slower or worse."""
    NONE = "none"
    """Nothing is lost yet."""


class Priority(StrEnum):
    """How soon it has to be looked at."""

    LINE_STOPPED = "line_stopped"
    """Production stands or somebody could be hurt."""
    HIGH = "high"
    """Within the shift."""
    NORMAL = "normal"
    """Within a few days."""
    LOW = "low"
    """When there is time."""


class DueKind(StrEnum):
    """What a due date is tied to."""

    URGENCY = "urgency"
    """How soon the fault has to be put right."""
    PRODUCTION = "production"
    """When production needs or spares the asset."""
    REGULATORY = "regulatory"
    """A regulation sets the date."""


DUE_WORDS = {
    DueKind.URGENCY: "as urgent as it is",
    DueKind.PRODUCTION: "for production",
    DueKind.REGULATORY: "a regulation asks for it",
}
"""What a due date is tied to, as people say it."""

_S, _E = WorkOrderState, WorkOrderEvent
_SUP, _TECH, _SYS = Role.SUPERVISOR, Role.TECHNICIAN, Role.SYSTEM
_STORE, _REQ = Role.STOREKEEPER, Role.OPERATOR
_OPEN = (_S.DRAFT, _S.PENDING_APPROVAL, _S.READY, _S.SCHEDULED, _S.IN_PROGRESS)
_WORKABLE = (_S.READY, _S.SCHEDULED, _S.IN_PROGRESS)

OPEN = frozenset(_OPEN)
"""States in which something is still to be done."""

WORK_ORDERS = Lifecycle(
    "work order",
    (
        *rows((_S.DRAFT,), _E.SUBMIT, _S.READY, (_SUP, _TECH, _SYS)),
        *rows((_S.PENDING_APPROVAL,), _E.APPROVE, _S.READY, (Role.APPROVER,)),
        *rows((_S.PENDING_APPROVAL,), _E.REJECT, _S.DRAFT, (Role.APPROVER,)),
        *rows((_S.READY, _S.SCHEDULED), _E.SCHEDULE, _S.SCHEDULED, (_SUP, _TECH)),
        *rows((_S.IN_PROGRESS,), _E.SCHEDULE, None, (_SUP, _TECH)),
        *rows((_S.SCHEDULED,), _E.UNSCHEDULE, _S.READY, (_SUP, _TECH, _SYS)),
        *rows((_S.IN_PROGRESS,), _E.UNSCHEDULE, None, (_SUP, _TECH, _SYS)),
        *rows((_S.READY, _S.SCHEDULED), _E.START, _S.IN_PROGRESS, (_TECH, _SUP)),
        *rows(_OPEN, _E.HOLD, None, (_TECH, _SUP, _SYS)),
        *rows(_OPEN, _E.RESUME, None, (_TECH, _SUP, _SYS)),
        *rows(_WORKABLE, _E.NEED_PARTS, None, (_TECH, _SUP, _SYS)),
        *rows((_S.SCHEDULED, _S.IN_PROGRESS), _E.LOG, None, (_TECH, _SUP)),
        *rows((_S.IN_PROGRESS,), _E.CHECK, None, (_TECH, _SUP)),
        *rows((_S.IN_PROGRESS,), _E.COMPLETE, _S.COMPLETED, (_TECH, _SUP)),
        *rows((_S.COMPLETED,), _E.REOPEN, _S.IN_PROGRESS, (_SUP,)),
        *rows((_S.COMPLETED,), _E.CLOSE, _S.CLOSED, (_SUP,)),
        *rows((_S.DRAFT, _S.PENDING_APPROVAL, _S.READY, _S.SCHEDULED), _E.CANCEL, _S.CANCELLED, (_SUP,)),
        *rows((_S.DRAFT, _S.READY), _E.WITHDRAW, _S.CANCELLED, (_SUP, _TECH, _REQ)),
        *rows((_S.SCHEDULED, _S.IN_PROGRESS), _E.ISSUE, None, (_TECH, _SUP, _STORE)),
        *rows((_S.SCHEDULED, _S.IN_PROGRESS, _S.COMPLETED), _E.BRING_BACK, None, (_TECH, _SUP, _STORE)),
        *rows(_OPEN, _E.CHANGE_SCOPE, None, (_SUP, _TECH)),
    ),
)

PRIORITIES = {
    (Impact.SAFETY, "A"): Priority.LINE_STOPPED, (Impact.SAFETY, "B"): Priority.LINE_STOPPED, (Impact.SAFETY, "C"): Priority.HIGH,
    (Impact.STANDS, "A"): Priority.LINE_STOPPED, (Impact.STANDS, "B"): Priority.HIGH, (Impact.STANDS, "C"): Priority.NORMAL,
    (Impact.REDUCED, "A"): Priority.HIGH, (Impact.REDUCED, "B"): Priority.NORMAL, (Impact.REDUCED, "C"): Priority.NORMAL,
    (Impact.NONE, "A"): Priority.NORMAL, (Impact.NONE, "B"): Priority.LOW, (Impact.NONE, "C"): Priority.LOW,
}  # fmt: skip
"""Priority by impact and asset criticality."""

DUE_WITHIN = {
    Priority.LINE_STOPPED: timedelta(hours=4),
    Priority.HIGH: timedelta(hours=8),
    Priority.NORMAL: timedelta(days=3),
    Priority.LOW: timedelta(days=10),
}
"""How long after the report the work is due, by priority."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """The proposed priority and due date, each with its reason."""

    priority: Priority
    priority_reason: str
    due_at: datetime
    due_reason: str


IMPACT_WORDS = {
    Impact.SAFETY: "somebody could be hurt",
    Impact.STANDS: "it stands",
    Impact.REDUCED: "it runs badly",
    Impact.NONE: "it still runs",
}


def _usually_due(priority: Priority, reported_at: datetime) -> datetime:
    return reported_at + DUE_WITHIN[priority]


def urgency(
    criticality: str,
    impact: Impact,
    reported_at: datetime,
    due: Callable[[Priority, datetime], datetime] = _usually_due,
) -> Urgency:
    """Propose priority and due date from criticality (A, B, C) and impact; ``reported_at`` is aware.

    ``due`` is the plant's own rule of when work of a priority is due.
    """
    priority = PRIORITIES[impact, criticality if criticality in {"A", "B", "C"} else "B"]
    return Urgency(
        priority,
        f"{IMPACT_WORDS[impact]}, criticality {criticality}",
        due(priority, reported_at),
        (DueKind.PRODUCTION if impact in {Impact.STANDS, Impact.REDUCED} else DueKind.URGENCY).value,
    )


PASSABLE = frozenset({HoldReason.MATERIAL, HoldReason.PURCHASE, HoldReason.OTHER_JOB})
"""What a supervisor may pass over with a reason."""


def check_start(safety: str | None, holds: frozenset[HoldReason], *, acknowledged: bool, override: str = "") -> None:
    """Refuse a start without the safety acknowledgement, or while something blocks it.

    What is missing, or another job that comes first, may be overridden with a reason; every other hold has to be released.
    """
    if safety and not acknowledged:
        raise LockOutFirst(safety=safety)
    blocking = holds - PASSABLE if override else holds
    if blocking:
        waits = ", ".join(sorted(reason.value.replace("_", " ") for reason in blocking))
        raise Unlawful(why=f"This waits for {waits}. Release the hold first, or ask the supervisor.")


def check_cancel(subject: str, minutes: int, issued: int) -> None:
    """Refuse to cancel a work order on which time (minutes) or parts (thousandths) are recorded."""
    actuals = [word for word, amount in (("time", minutes), ("parts", issued)) if amount]
    if actuals:
        raise ActualsExist(subject=subject, actuals=" and ".join(actuals))


def check_completion(task_type: TaskType, failure_mode: str | None, minutes: int | None) -> None:
    """Refuse a completion without time, or a repair without its failure mode."""
    if minutes is None or minutes < 0:
        raise Unlawful(why="Write how many minutes it took, from 0 on.")
    if task_type in {TaskType.REPAIR, TaskType.EMERGENCY} and not failure_mode:
        raise Unlawful(why="Choose what was wrong; “Other” is a fine answer.")


def check_closer(subject: str, actor: int | None, executors: frozenset[int], others: str) -> None:
    """Refuse to let the only executor accept the own work while another supervisor (``others``, by name) could."""
    if others and executors == {actor}:
        raise NotYours(
            roles="a supervisor who did not do the work", what="close this", who=f"{others} can.", subject=subject
        )


def check_reason(reason: str, subject: str) -> str:
    """Return the trimmed reason; raises ``ReasonMissing`` for an empty one."""
    if not reason.strip():
        raise ReasonMissing(subject=subject)
    return reason.strip()
