"""How a work order looks: its card in the thread, the card of whoever has the job, and the lines that are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import templates
from handlers import clock_words, moments, order_holdings
from handlers.crew import Crew, crew_of, named
from handlers.ids import Action, value
from orders.durations import spoken_minutes
from orders.units import measured
from orders.work_orders import OPEN, Priority, WorkOrderState
from storage import cards
from storage.cards import Place
from storage.tables import (
    Asset,
    Card,
    Enclosure,
    Part,
    Person,
    Request,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPart,
    WorkOrderStep,
    WorkOrderTime,
)
from storage.unit_of_work import UnitOfWork, table

MOST_IN_MENU = 5
PRIORITY_WORDS = {
    Priority.LINE_STOPPED: "Line stopped",
    Priority.HIGH: "High",
    Priority.NORMAL: "Normal",
    Priority.LOW: "Low",
}
Button = tuple[Action, str]
SHOWN_REQUESTS = 3
"""How many requests a card names that came to its work order."""

TAKE, START, DONE = (Action.TAKE, "Take this job"), (Action.START, "Start"), (Action.DONE, "Done")
ASSIGN, CORRECT, HOLD = (Action.ASSIGN, "Assign"), (Action.CORRECT, "Correct"), (Action.HOLD, "Put on hold")
PART, RESUME, PAUSE = (Action.NEED_PART, "Need a part"), (Action.RESUME, "Resume"), (Action.HOLD, "Pause")
NOT_A_FAULT, CANNOT = (Action.NOT_A_FAULT, "Not a fault"), (Action.CANNOT_TAKE, "Cannot take it")
CANCEL, TIME = (Action.CANCEL, "Cancel work order"), (Action.LOG_TIME, "Log time")
USED, HAND_OVER = (Action.ISSUE_PART, "Take parts out"), (Action.ASSIGN, "Hand over")
CLOSE, REOPEN = (Action.CLOSE, "Close"), (Action.REOPEN, "Reopen")
MY_TIME, STOP_TIME = (Action.START, "Start my time"), (Action.STOP_TIME, "Stop my time")
ACCEPT = (Action.TAKE, "I will do it")
STEPS, DETAILS = (Action.STEPS, "Steps"), (Action.DETAILS, "Details, print sheet")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a card offers: one green button, at most two plain ones, and a menu of at most five."""

    primary: Button | None
    plain: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()


OFFERS = {
    "draft": Offer(None, (CORRECT, NOT_A_FAULT)),
    "pending_approval": Offer(None, (CORRECT,), (CANCEL, DETAILS)),
    "ready": Offer(TAKE, (ASSIGN, CORRECT), (HOLD, (Action.NEED_PART, "Add a part"), NOT_A_FAULT, CANCEL, DETAILS)),
    "scheduled": Offer(START, (CANNOT, PART), (HOLD, CORRECT, HAND_OVER, CANCEL, DETAILS)),
    "waiting": Offer(RESUME, (ASSIGN, PART), (START, CORRECT, CANCEL, DETAILS)),
    "running": Offer(DONE, (PAUSE, PART), (USED, TIME, CORRECT, HAND_OVER, DETAILS)),
    "stepwise": Offer(STEPS, (DONE, PAUSE), (PART, USED, TIME, HAND_OVER, DETAILS)),
    "paused": Offer(RESUME, (DONE, PART), (USED, TIME, CORRECT, HAND_OVER, DETAILS)),
    "held": Offer(RESUME, (DONE, PART), (USED, TIME, CORRECT, HAND_OVER, DETAILS)),
    "left": Offer(TAKE, (ASSIGN, CORRECT), (HOLD,)),
    "completed": Offer(CLOSE, (REOPEN,), (DETAILS,)),
}
"""What is offered in each phase; "stepwise" is running with required steps still open."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that a card about a work order says, read in a handful of queries."""

    order: WorkOrder
    crew: Crew
    phase: str
    asset: Asset | None
    people: dict[int, Person]
    holds: tuple[WorkOrderHold, ...]
    running_since: Any
    needs: tuple[str, ...]
    steps: tuple[WorkOrderStep, ...]
    waits: tuple[str, ...]
    family: str

    def name(self, person_id: int | None) -> str:
        """Return a person's name, or nothing."""
        return self.people[person_id].name if person_id in self.people else ""


def phase_of(order: WorkOrder, holds: Sequence[object], *, running: bool) -> str:
    """Return how a work order looks: its state, and whether it waits or runs."""
    state = WorkOrderState(order.state)
    if state is WorkOrderState.IN_PROGRESS and order.responsible_id is None and not running:
        return "left"
    if state is WorkOrderState.IN_PROGRESS:
        return "held" if holds else ("running" if running else "paused")
    if holds and state in {WorkOrderState.READY, WorkOrderState.SCHEDULED}:
        return "waiting"
    return state.value


def look(uow: UnitOfWork, order: WorkOrder) -> Sight:
    """Read what the cards of a work order say."""
    holds = tuple(open_holds(uow, order.id))
    crew = crew_of(uow, order)
    running = [since for _, since in crew.running]
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id else None
    wanted = {order.responsible_id, order.reported_by_id, order.completed_by_id, *crew.everybody} - {None}
    phase = phase_of(order, holds, running=bool(running))
    known = {number: uow.get(Person, number) for number in wanted if number is not None}
    steps, needs = tuple(order_holdings.steps_of(uow, order)), tuple(_needed(uow, order.id))
    waits = tuple(order_holdings.waited_for(uow, row) for row in order_holdings.waits_of(uow, order))
    waits += {"asked": ("a yes to its cost",), "refused": ("a new plan: its cost was not approved",)}.get(
        order.approval, ()
    )
    around = order_holdings.family(uow, order)
    return Sight(order, crew, phase, asset, known, holds, min(running, default=None), needs, steps, waits, around)


def open_holds(uow: UnitOfWork, work_order_id: int) -> list[WorkOrderHold]:
    """Return the reasons for which a work order waits now."""
    return [row for row in uow.all(WorkOrderHold, work_order_id=work_order_id) if row.released_at is None]


def running_times(uow: UnitOfWork, work_order_id: int) -> list[WorkOrderTime]:
    """Return the timers that run on a work order."""
    return [row for row in uow.all(WorkOrderTime, work_order_id=work_order_id) if row.ended_at is None]


def _needed(uow: UnitOfWork, work_order_id: int) -> list[str]:
    rows = [row for row in uow.all(WorkOrderPart, work_order_id=work_order_id) if row.needed > 0]
    return [_need(row, uow.get(Part, row.part_id)) for row in rows]


def _need(row: WorkOrderPart, part: Part) -> str:
    short = row.needed - row.reserved - row.issued
    told = [f"{measured(row.needed, part.unit)} {part.name}"]
    told += [f"{measured(row.issued, part.unit)} taken out"] if row.issued else []
    told += [f"{measured(row.reserved, part.unit)} kept"] if row.reserved else []
    told += [f"{measured(short, part.unit)} missing"] if short > 0 else []
    return ", ".join(told)


def content(card: templates.Card) -> dict[str, Any]:
    """Return a card as an outgoing row carries it."""
    return {"text": card.text, "blocks": card.blocks}


def short_number(number: str) -> str:
    """Return a number as people type it: ``WO-2026-00412`` is 412."""
    return number.rsplit("-", 1)[-1].lstrip("0") or "0"


def thread_of(uow: UnitOfWork, order: WorkOrder) -> Place:  # noqa: ARG001  # asked for like every other place
    """Return where the work order's conversation is: below its root message, or below its own card."""
    if order.root_ts:
        return Place(order.channel, thread_ts=order.root_ts)
    return Place(order.channel, thread_card=f"wo:{order.id}")


def by_thread(uow: UnitOfWork, channel: str, ts: str) -> WorkOrder | None:
    """Return the work order whose conversation hangs from this message."""
    order = uow.find(WorkOrder, channel=channel, root_ts=ts)
    return order or of_card(uow, channel, ts)


def of_card(uow: UnitOfWork, channel: str, ts: str) -> WorkOrder | None:
    """Return the work order whose card is this message."""
    card = cards.stands_at(uow, channel, ts)
    kind, _, number = card.key.partition(":") if card else ("", "", "")
    number = number.partition(":")[0]
    return uow.find(WorkOrder, id=int(number)) if kind == "wo" and number.isdigit() else None


def show_card(uow: UnitOfWork, work_order_id: int) -> None:
    """Bring every copy of a work order's card up to date, and give whoever has the job a card of their own."""
    order = uow.get(WorkOrder, work_order_id)
    sight = look(uow, order)
    soon = order.priority in {Priority.LINE_STOPPED, Priority.HIGH}
    place = Place(order.channel, thread_ts=order.root_ts) if order.root_ts else Place(order.channel, urgent=soon)
    facts = _facts(uow, sight)
    ended = sight.phase in {"closed", "cancelled"}
    made = templates.card("work_order_ended" if ended else "work_order", **facts)
    cards.show(uow, f"wo:{order.id}", order.number, place, content(made))
    _show_jobs(uow, sight, facts)


def _show_jobs(uow: UnitOfWork, sight: Sight, facts: dict[str, Any]) -> None:
    order = sight.order
    members = [person for number in sight.crew.members if (person := sight.people.get(number)) and person.slack_id]
    theirs = {f"wo:{order.id}:job:{person.id}": person for person in members}
    stands = {card.key for card in uow.all(Card, subject=order.number)}
    for key in stands:
        if key.startswith(f"wo:{order.id}:job:") and key not in theirs:
            cards.refresh(uow, key, content(templates.card("job_passed_on", **facts)))
    open_card = WorkOrderState(order.state) in OPEN
    for key, person in theirs.items():
        if open_card or key in stands:
            own = _own(sight, person.id, facts) if open_card else {}
            made = templates.card("job" if open_card else "work_order_ended", **{**facts, **own})
            cards.show(uow, key, order.number, Place(person.slack_id or "", person_id=person.id), content(made))


def _own(sight: Sight, person_id: int, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the buttons for one of the crew: each starts and stops their own time, and who was asked may say yes or no."""
    crew, begun = sight.crew, sight.phase in {"running", "paused"}
    mine = STOP_TIME if person_id in dict(crew.running) else MY_TIME
    if person_id != crew.holder:
        buttons = [mine, CANNOT, PART] if begun or sight.phase == "scheduled" else [CANNOT, PART]
        kept = [
            (action, label)
            for action, label in facts["menu"]
            if action.startswith((Action.LOG_TIME, "work_order.details"))
        ]
        return {"buttons": buttons, "primary": len(buttons) > 2, "menu": kept, "helps": True}  # noqa: PLR2004  # with a time to start
    if sight.phase == "scheduled" and person_id in crew.unanswered:
        return {"buttons": [START, ACCEPT, CANNOT], "menu": _with_part(sight, facts)}
    if sight.phase == "running" and (mine == MY_TIME or len(crew.members) > 1):
        return {"buttons": [facts["buttons"][0], mine, facts["buttons"][1]], "menu": _with_part(sight, facts)}
    return {}


def _with_part(sight: Sight, facts: dict[str, Any]) -> list[tuple[str, str]]:
    part = (f"{PART[0]}|{value(sight.order.id)}", PART[1])
    return [part, *(one for one in facts["menu"] if one != part)][:MOST_IN_MENU]


def _facts(uow: UnitOfWork, sight: Sight) -> dict[str, Any]:
    order, asset = sight.order, sight.asset
    stepwise = sight.phase == "running" and not order_holdings.all_answered(sight.steps)
    offer = OFFERS.get("stepwise" if stepwise else sight.phase, Offer(None))
    return {
        "number": order.number,
        "short_number": short_number(order.number),
        "title": order.title,
        "phase": "stepwise" if stepwise else sight.phase,
        "state": state_words(uow, sight),
        "priority": PRIORITY_WORDS[Priority(order.priority)],
        "priority_reason": order.priority_reason,
        "asset": f"{asset.code} {asset.name}" if asset else "",
        "where": asset.location if asset else "",
        "due_at": order.due_at,
        "due": moments.when(uow, order.due_at),
        "due_reason": order.due_reason,
        "clock": clock_words.of(uow, order),
        "reporter": sight.name(order.reported_by_id),
        "reported_at": order.created_at,
        "came": _came(uow, order),
        "holder": sight.name(order.responsible_id),
        "crew": sight.crew.lines(sight.name, lambda since: moments.clock(uow, since)),
        "helps": False,
        "safety": order.safety,
        "needs": list(sight.needs),
        "steps": order_holdings.progress(sight.steps),
        "waits": " and ".join(sight.waits),
        "family": sight.family,
        "takes": spoken_minutes(order.estimated_minutes) if order.estimated_minutes else "",
        "tools": order.tools,
        "notes": [hold.note for hold in sight.holds if hold.note],
        "guessed": [word for word in order.guessed.split(",") if word and not word.startswith("?")],
        "conclusion": order.remedy,
        "carried": value(order.id),
        "buttons": [*([offer.primary] if offer.primary else []), *offer.plain],
        "primary": offer.primary is not None,
        "menu": [(f"{action}|{value(order.id)}", label) for action, label in offer.menu],
        **_asking(uow, order),
    }


def _came(uow: UnitOfWork, order: WorkOrder) -> str:
    """Say with how many files a work order came, and by which requests."""
    files = uow.count(Enclosure, table(Enclosure).c.subject == order.number)
    kept = [f"{files} file{'' if files == 1 else 's'}"] if files else []
    return ", ".join([*kept, *(row.number for row in uow.all(Request, work_order_id=order.id)[:SHOWN_REQUESTS])])


def _asking(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    """Offer the assets that could be meant while a report names none for sure."""
    if order.state != WorkOrderState.DRAFT:
        return {"asking": False, "proposals": []}
    codes = [word.removeprefix("?") for word in order.guessed.split(",") if word.startswith("?")]
    found = [asset for code in codes if (asset := uow.find(Asset, id=int(code))) is not None]
    return {"asking": True, "proposals": [(value(order.id, a.id), f"{a.code} {a.name}") for a in found]}


def state_words(uow: UnitOfWork, sight: Sight) -> str:
    """Say where a work order stands, in a few words."""
    holder = sight.name(sight.order.responsible_id)
    if sight.holds:
        reasons = ", ".join(hold.reason.replace("_", " ") for hold in sight.holds)
        return f"On hold: {reasons}" + (f" ({holder} has it)" if holder else "")
    return {
        "draft": "Its cost was not approved"
        if sight.order.approval == "refused"
        else "Open, the asset is not known yet",
        "pending_approval": "Waits for a yes to its cost",
        "ready": "Open, nobody has it",
        "scheduled": f"{holder} has it{sight.crew.waits_for_yes()}",
        "running": f"{_workers(sight)} since {moments.clock(uow, sight.running_since)}" if sight.running_since else "",
        "paused": f"Begun by {holder}, paused",
        "left": "Begun, nobody has it now",
        "completed": f"Done by {sight.name(sight.order.completed_by_id)}, waits to be closed",
        "closed": "Closed",
        "cancelled": "Cancelled",
    }.get(sight.phase, sight.phase.replace("_", " "))


def _workers(sight: Sight) -> str:
    """Say who works now: ``Ana Ruiz and Bo Lindqvist work on it``."""
    names = [sight.name(person) for person, _ in sight.crew.running]
    return f"{named(names)} {'work' if len(names) > 1 else 'works'} on it"


def line(uow: UnitOfWork, order: WorkOrder, event: str, *, broadcast: bool = False, **values: Any) -> None:
    """Say one short line in the work order's thread."""
    place = thread_of(uow, order)
    if broadcast:
        place = Place(place.channel, place.thread_ts, place.thread_card, broadcast=True)
    said = templates.words(f"work_order_lines/{event}", number=order.number, who=uow.actor.name, **values)
    cards.say(uow, order.number, place, {"text": str(said)})


def tell(uow: UnitOfWork, person_id: int | None, order: WorkOrder, event: str, **values: Any) -> None:
    """Send one line to a person directly, unless they did it themselves or are not in Slack."""
    person = uow.find(Person, id=person_id) if person_id and person_id != uow.actor.person_id else None
    if person is None or not person.slack_id:
        return
    said = templates.words(f"work_order_lines/{event}", number=order.number, who=uow.actor.name, **values)
    cards.say(uow, order.number, Place(person.slack_id, person_id=person.id), {"text": str(said)})
