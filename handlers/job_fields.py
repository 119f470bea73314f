"""The fields that plan a job: typed one by one or filled into two forms, each change with before, after, who and why."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import templates
from handlers import job_approval
from handlers.agreement_words import sees_money
from handlers.correcting import WORKDAY_ENDS, guard
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.order_content import today
from handlers.typed_days import day_named
from handlers.work_order_cards import PRIORITY_WORDS, line, show_card
from handlers.work_order_steps import Table, carried, changed, check, move
from orders.durations import minutes_of, spoken_minutes
from orders.errors import NotYours, ReasonMissing, Refusal, Unlawful
from orders.money import Money
from orders.safety import together
from orders.typed_amounts import plain
from orders.work_orders import DUE_WORDS, DueKind, Priority, TaskType, WorkOrderEvent, WorkOrderState
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork

TEXT_MOST, LONG_MOST = 200, 3000
YEAR = timedelta(days=366)
_TYPED = re.compile(
    r"(?P<field>[a-z]+)\s*[:=]?\s+(?P<value>.+?)(?:\s+(?:because|since|weil)\s+(?P<why>.+))?", re.IGNORECASE | re.DOTALL
)
_FOR = re.compile(r"(?P<day>.+?)\s+(?:for|as|wegen)\s+(?P<kind>\w+)", re.IGNORECASE | re.DOTALL)
_KINDS = {"urgency": DueKind.URGENCY, "production": DueKind.PRODUCTION, "regulation": DueKind.REGULATORY, "regulatory": DueKind.REGULATORY, "law": DueKind.REGULATORY}  # fmt: skip
_YES, _NO = {"yes", "y", "ja", "needed"}, {"no", "n", "nein", "none"}
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its column, how people call it, how it is read and said, and whether every change of it needs a reason."""

    column: str
    words: str
    read: Callable[[UnitOfWork, str], Values]
    say: Callable[[Any], str] = str
    always_why: bool = False


def _minutes(column: str) -> Callable[[UnitOfWork, str], Values]:
    return lambda uow, written: {column: minutes_of(written) or None}  # noqa: ARG005  # every reader is called alike


def _text(column: str, most: int = TEXT_MOST) -> Callable[[UnitOfWork, str], Values]:
    def read(uow: UnitOfWork, written: str) -> Values:  # noqa: ARG001  # every reader is called alike
        text = "" if written.lower() in _NO else written
        if len(text) > most:
            raise Unlawful(why=f"That is too long: {most} letters at most.")
        return {column: text}

    return read


def _shutdown(uow: UnitOfWork, written: str) -> Values:  # noqa: ARG001  # every reader is called alike
    if written.lower() not in _YES | _NO:
        raise Unlawful(why="Write yes or no: does the plant have to be shut down for it?")
    return {"shutdown": written.lower() in _YES}


def _cost(uow: UnitOfWork, written: str) -> Values:
    if not sees_money(uow):
        raise NotYours(roles="planners, buyers and finance", what="say what work costs", who="")
    amount = plain(written.upper().removeprefix(uow.plant.currency).strip())
    if not re.fullmatch(r"\d{1,9}(?:\.\d{1,2})?", amount):
        raise Unlawful(why="Write what it costs beside hours and parts, for instance 250.00.")
    return {"extra_cost": Money.of(amount, uow.plant.currency).minor}


def _type(uow: UnitOfWork, written: str) -> Values:  # noqa: ARG001  # every reader is called alike
    if written.lower() not in set(TaskType):
        raise Unlawful(why=f"Write one of these: {', '.join(TaskType)}.")
    return {"task_type": written.lower()}


def _priority(uow: UnitOfWork, written: str) -> Values:  # noqa: ARG001  # every reader is called alike
    word = written.lower().replace(" ", "_")
    if word not in set(Priority):
        raise Unlawful(why=f"Write one of these: {', '.join(each.lower() for each in PRIORITY_WORDS.values())}.")
    return {"priority": word}


def _due(uow: UnitOfWork, written: str) -> Values:
    found = _FOR.fullmatch(written)
    kind = _KINDS.get(found["kind"].lower()) if found else None
    day = day_named(found["day"] if found and kind else written, today(uow))
    if not today(uow) <= day <= today(uow) + 5 * YEAR:
        raise Unlawful(why="A due date lies between today and five years from now.")
    at = datetime.combine(day, WORKDAY_ENDS, uow.plant.zone)
    return {"due_at": at} | ({"due_kind": kind.value} if kind else {})


def _kind(uow: UnitOfWork, written: str) -> Values:  # noqa: ARG001  # every reader is called alike
    if written.lower() not in _KINDS:
        raise Unlawful(why="Write urgency, production or regulation.")
    return {"due_kind": _KINDS[written.lower()].value}


def _spoken(minutes: Any) -> str:
    return spoken_minutes(minutes) if minutes else "nothing"


FIELDS = {
    "hours": Field("estimated_minutes", "hours", _minutes("estimated_minutes"), _spoken),
    "downtime": Field("down_minutes", "downtime", _minutes("down_minutes"), _spoken),
    "shutdown": Field("shutdown", "shutdown", _shutdown, lambda needed: "yes" if needed else "no"),
    "tools": Field("tools", "tools", _text("tools")),
    "skill": Field("skill", "skill", _text("skill")),
    "instructions": Field("instructions", "instructions", _text("instructions", LONG_MOST), lambda text: text[:60]),
    "safety": Field("safety", "safety steps", _text("safety", 600)),
    "cost": Field("extra_cost", "other cost", _cost, lambda minor: "changed"),  # noqa: ARG005  # money is not for every thread
    "type": Field("task_type", "type", _type),
    "priority": Field("priority", "priority", _priority, lambda word: PRIORITY_WORDS[Priority(word)], always_why=True),
    "due": Field("due_at", "due date", _due, lambda at: f"{at:%Y-%m-%d}", always_why=True),
    "reason": Field("due_kind", "what the due date is tied to", _kind, lambda kind: DUE_WORDS[DueKind(kind)]),
}  # fmt: skip
"""What can be said about a job, by the word that is typed."""
ALIASES = {
    "time": "hours", "minutes": "hours", "stunden": "hours", "stillstand": "downtime", "tool": "tools", "werkzeug": "tools",
    "skills": "skill", "steps": "safety", "task": "type", "art": "type", "fällig": "due",
}  # fmt: skip
_OF_COLUMN = {field.column: field for field in FIELDS.values()}
FORMS: dict[Action, tuple[Callback, str, tuple[str, ...]]] = {
    Action.PLAN_JOB: (Callback.PLAN_JOB, "Plan", ("hours", "downtime", "tools", "reason")),
    Action.HOW: (Callback.HOW, "Instructions", ("type", "skill", "instructions", "safety")),
}
"""The two forms, each with the fields that it asks for."""
HINTS = {
    "hours": "1.5 h or 90 min, all people together", "downtime": "How long it stands", "tools": "torque wrench, puller",
    "skill": "electrician", "instructions": "What to watch out for", "safety": "LOTO-17; hot work permit; gloves",
    "type": "", "reason": "",
}  # fmt: skip


def typed(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    """Take ``hours 3``, ``skill electrician because …`` or ``due fri for regulation because …`` for a locked work order."""
    if not rest.strip():
        return Answer(modal=form(uow, order, Action.PLAN_JOB))
    found = _TYPED.fullmatch(rest.strip())
    word = found["field"].lower() if found else ""
    field = FIELDS.get(ALIASES.get(word, word))
    if found is None or field is None:
        raise Unlawful(why=f"Say what to set: {', '.join(FIELDS)}. For instance `set {order.number} hours 3`.")
    check(uow, order, WorkOrderEvent.CHANGE_SCOPE)
    return write(uow, order, field.read(uow, found["value"].strip()), (found["why"] or "").strip())


def opened(action: Action) -> Callable[[UnitOfWork, Click], Answer]:
    """Return what opens one of the two forms."""
    return lambda uow, what: Answer(modal=form(uow, carried(uow, what.value), action))


def form(uow: UnitOfWork, order: WorkOrder, action: Action) -> dict[str, Any]:
    """Return one of the two forms, filled in as the job is planned so far."""
    check(uow, order, WorkOrderEvent.CHANGE_SCOPE)
    callback, title, names = FORMS[action]
    return templates.view(
        "job_form", callback=callback.value, heading=title, carried=value(order.id), number=order.number,
        fields=[_shown(order, name) for name in names],
    )  # fmt: skip


def _shown(order: WorkOrder, name: str) -> dict[str, Any]:
    now = getattr(order, FIELDS[name].column)
    choices = {
        "type": [(each.value, each.value.capitalize()) for each in TaskType],
        "reason": [(word, DUE_WORDS[_KINDS[word]].capitalize()) for word in ("urgency", "production", "regulation")],
    }.get(name, [])
    filled = _spoken(now) if name in {"hours", "downtime"} and now else str(now or "")
    if name == "reason":
        filled = "regulation" if now == DueKind.REGULATORY else str(now)
    label = FIELDS[name].words.capitalize()
    return {
        "name": name,
        "label": label,
        "now": filled,
        "choices": choices,
        "hint": HINTS[name],
        "long": name in {"instructions", "safety"},
    }


def filled(names: tuple[str, ...]) -> Callable[[UnitOfWork, Submission], Answer]:
    """Return what takes one of the two forms."""

    def taken(uow: UnitOfWork, what: Submission) -> Answer:
        order = carried(uow, what.private)
        check(uow, order, WorkOrderEvent.CHANGE_SCOPE)
        given, errors = _read(uow, order, what, names)
        try:
            return Answer(errors=errors) if errors else write(uow, order, given, what.field("why"))
        except ReasonMissing:
            return Answer(errors={"why": "Write why what was planned changes."})

    return taken


def _read(uow: UnitOfWork, order: WorkOrder, what: Submission, names: tuple[str, ...]) -> tuple[Values, dict[str, str]]:
    """Read the fields that differ from how they were shown; what cannot be read is said at its field."""
    given: Values = {}
    errors: dict[str, str] = {}
    for name in names:
        said = what.field(name)
        if said == _shown(order, name)["now"]:
            continue
        try:
            given |= FIELDS[name].read(uow, said or ("0" if name in {"hours", "downtime"} else "none"))
        except Refusal as unread:
            errors[name] = str(unread)
    return given, errors


def write(uow: UnitOfWork, order: WorkOrder, given: Values, reason: str) -> Answer:
    """Write what was planned into a locked work order: kept with before, after and why, and asked about where it grows dear."""
    values = {name: after for name, after in given.items() if after != getattr(order, name)}
    told = [_OF_COLUMN[name] for name in values]
    if not values:
        return Answer(private="That is how it is planned already.")
    _check_why(order, values, reason)
    for name, after in values.items():
        if name != "safety":
            changed(uow, order, name, (getattr(order, name), after), reason)
    protocol = values.pop("safety", None)
    move(uow, order, WorkOrderEvent.CHANGE_SCOPE, words=reason, **_following(order, values, reason))
    if protocol is not None:
        guard(uow, order, together(protocol), reason)
    said = [f"{field.words}: {field.say(given[field.column])}" for field in told]
    line(uow, order, "corrected", changes="; ".join(said), reason=reason)
    job_approval.reconsider(uow, order.id)
    show_card(uow, order.id)
    return NOTHING


def _check_why(order: WorkOrder, values: Values, reason: str) -> None:
    """Ask for a reason where something that was said before becomes something else."""
    was = [name for name in values if getattr(order, name) or _OF_COLUMN[name].always_why]
    if was and not reason and order.state != WorkOrderState.DRAFT:
        raise ReasonMissing(subject=order.number)


def _following(order: WorkOrder, values: Values, reason: str) -> Values:
    """Add what follows: the reason of a priority or a date, and a new question where the plant has to be shut down."""
    more: Values = {"priority_reason": reason or order.priority_reason} if "priority" in values else {}
    more |= {"due_reason": reason or order.due_reason} if "due_at" in values else {}
    more |= {"approval": ""} if values.get("shutdown") and order.approval == job_approval.GIVEN else {}
    return values | more


CLICKS: Table = {action: opened(action) for action in FORMS}
SUBMISSIONS: Table = {callback: filled(names) for callback, _, names in FORMS.values()}
