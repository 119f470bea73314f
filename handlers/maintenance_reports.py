"""What maintenance did and has before it: ``report downtime``, ``failures``, ``backlog`` and ``labour``, each with its finding."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

import templates
from handlers import failure_lists, wording
from handlers.asset_history import FAILURES
from handlers.happenings import Answer
from orders.maintenance_figures import (
    Share,
    by_age,
    compliance,
    down_hours,
    most_of,
    planned_share,
    ranked,
    week_name,
    weeks,
)
from orders.reliability import HOUR, Span
from orders.work_orders import OPEN, WorkOrderState
from storage import cards
from storage.cards import Place
from storage.tables import Asset, Person, WorkOrder, WorkOrderHold, WorkOrderTime
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _TIMES, _HOLDS = table(WorkOrder), table(WorkOrderTime), table(WorkOrderHold)
_ASSETS, _PEOPLE = table(Asset), table(Person)
WEEKS = 13
LATELY = timedelta(days=91)
BARS = 6
LISTED = 5
WEEK = "week"
STILL_OPEN = sorted(state.value for state in OPEN)
CANCELLED = WorkOrderState.CANCELLED.value
Bars = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as people without eyes for it read it, too: a title, what its bars are, and the bars."""

    title: str
    name: str
    bars: Bars


@dataclass(frozen=True, slots=True)
class Report:
    """One answer: its subject, the finding in a sentence, a picture, a table and how it is counted."""

    subject: str
    finding: str
    chart: Chart | None = None
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    besides: tuple[str, ...] = field(default=())


def report(uow: UnitOfWork, rest: str) -> Answer | None:
    """Answer ``report downtime`` and its like; None for whatever reports a fault."""
    drawn = REPORTS.get(wording.folded(rest).strip(" .?"))
    if drawn is None:
        return None
    card = templates.card("maintenance_report", **facts(drawn(uow)))
    return Answer(private=card.text, blocks=card.blocks)


def facts(drawn: Report) -> dict[str, Any]:
    """Return what the card of a report says."""
    chart = drawn.chart if drawn.chart is not None and any(amount for _, amount in drawn.chart.bars) else None
    return {
        "subject": drawn.subject,
        "finding": drawn.finding,
        "title": chart.title if chart else "",
        "series": chart.name if chart else "",
        "bars": [(label, f"{amount:.1f}") for label, amount in chart.bars] if chart else [],
        "picture": _in_words(chart) if chart else "",
        "head": list(drawn.head),
        "rows": [list(row) for row in drawn.rows],
        "align": ["right" if _is_figures(drawn.rows, place) else "left" for place in range(len(drawn.head))],
        "besides": list(drawn.besides),
    }


def _is_figures(rows: tuple[tuple[str, ...], ...], place: int) -> bool:
    """Say whether a column holds figures, which stand below each other by their ends."""
    return any(row[place][:1].isdigit() for row in rows) and all(row[place][:1] in "0123456789-" for row in rows)


def _in_words(chart: Chart) -> str:
    """Say what the picture shows, for whoever does not see it."""
    told = ", ".join(
        f"{label} {amount:g}" for label, amount in ((label, round(amount, 1)) for label, amount in chart.bars)
    )
    return f"{chart.name}: {told}."


def downtime(uow: UnitOfWork) -> Report:
    """Draw the hours down by week, and name the assets that stood longest."""
    local = uow.now.astimezone(uow.plant.zone)
    spans = weeks(local, WEEKS)
    window = Span(spans[0].start, local)
    downs = _downs(uow, window)
    bars = [(week_name(span), down_hours(downs, span)) for span in spans]
    whole = sum(amount for _, amount in bars)
    finding = f"Machines stood {whole:.1f} h in {WEEKS} weeks, {bars[-2][1]:.1f} h of them last week."
    worst = ranked(
        {_asset_name(uow, number): down_hours({number: found}, window) for number, found in downs.items()}, LISTED
    )
    rows = tuple(
        (name, f"{hours:.1f} h", str(Share(round(100 * hours), round(100 * whole)))) for name, hours in worst if hours
    )
    chart = Chart("Hours down by week", "Hours down", bars)
    return Report(
        "Downtime",
        finding if whole else f"No machine stood in {WEEKS} weeks.",
        chart,
        ("Machine", "Down", "Share"),
        rows,
    )


def _downs(uow: UnitOfWork, window: Span) -> dict[int | None, list[Span]]:
    """Return by asset when it stood; what still stands stands until now."""
    columns = _ORDERS.c["asset_id", "down_from", "down_until"]
    ended = _ORDERS.c.down_until.is_(None) | (_ORDERS.c.down_until > window.start)
    query = select(*columns).where(_ORDERS.c.down_from.is_not(None), _ORDERS.c.down_from < window.end, ended)
    found: dict[int | None, list[Span]] = defaultdict(list)
    for row in uow.run(query.where(_ORDERS.c.state != CANCELLED)).all():
        found[row.asset_id].append(Span(row.down_from, max(row.down_until or window.end, row.down_from)))
    return found


def _asset_name(uow: UnitOfWork, number: int | None) -> str:
    if number is None:
        return "Not in the list of assets"
    asset = uow.get(Asset, number)
    return f"{asset.code} {asset.name}"


def failures(uow: UnitOfWork) -> Report:
    """Rank what was wrong by the hours that it made machines stand, with how often it came (a Pareto)."""
    since = uow.now - LATELY
    query = select(*_ORDERS.c["failure_mode", "down_from", "down_until"]).where(
        _ORDERS.c.created_at >= since, _ORDERS.c.task_type.in_(sorted(FAILURES)), _ORDERS.c.state != CANCELLED
    )
    hours: dict[str, float] = defaultdict(float)
    often: dict[str, int] = defaultdict(int)
    for row in uow.run(query).all():
        mode = failure_lists.words_of(uow.plant, "mode", row.failure_mode) or "Not yet known"
        often[mode] += 1
        hours[mode] += max((row.down_until or uow.now) - row.down_from, timedelta()) / HOUR if row.down_from else 0.0
    bars = ranked(hours, BARS)
    rows = tuple((mode, str(often[mode]), f"{down:.1f} h") for mode, down in ranked(hours, len(hours) or 1))
    chart = Chart("Hours down by what was wrong, 13 weeks", "Hours down", bars)
    return Report("Failures", _ranking(bars, sum(often.values())), chart, ("What was wrong", "Times", "Down"), rows)


def _ranking(bars: Bars, count: int) -> str:
    if not count:
        return "No failure was reported in 13 weeks."
    times = f"{count} failure{'s' if count > 1 else ''} in 13 weeks"
    if not any(hours for _, hours in bars):
        return f"{times}; none of them made a machine stand."
    said = " and ".join(f"“{mode}”" for mode, hours in bars[:2] if hours)
    return f"{times}; {said} {'make' if ' and ' in said else 'makes'} {most_of(bars)} of the hours down."


def backlog(uow: UnitOfWork) -> Report:
    """Count what is open by its age, and say what of it is late, waits or has nobody."""
    columns = _ORDERS.c["id", "created_at", "due_at", "responsible_id", "estimated_minutes"]
    rows = list(uow.run(select(*columns).where(_ORDERS.c.state.in_(STILL_OPEN))).all())
    bars = by_age((row.created_at for row in rows), uow.now)
    late = sum(row.due_at < uow.now for row in rows)
    held = int(uow.run(_held()).scalar_one())
    nobody = sum(row.responsible_id is None for row in rows)
    hours = sum(row.estimated_minutes or 0 for row in rows) / 60
    told = (("Past their due date", str(late)), ("On hold", str(held)), ("Without anybody", str(nobody)))
    chart = Chart("Open work by age", "Work orders", [(name, float(count)) for name, count in bars])
    estimated = (f"Estimated at {hours:.0f} h where somebody estimated.",) if hours else ()
    return Report(
        "Backlog", _age(bars, len(rows)), chart, ("Of these", "Jobs"), told if rows else (), (*estimated, _kept(uow))
    )


def _held() -> Any:
    waits = select(_HOLDS.c.work_order_id).where(_HOLDS.c.released_at.is_(None))
    return select(func.count()).where(_ORDERS.c.state.in_(STILL_OPEN), _ORDERS.c.id.in_(waits))


def _age(bars: list[tuple[str, int]], count: int) -> str:
    if not count:
        return "Nothing is open."
    old = bars[-1][1] + bars[-2][1]
    jobs = f"{count} job{'s are' if count > 1 else ' is'} open"
    return f"{jobs}, {old} of them for more than four weeks." if old else f"{jobs}, none for more than four weeks."


def _kept(uow: UnitOfWork) -> str:
    """Say how many jobs that were due in the last four weeks were done in time."""
    since = uow.now - timedelta(days=28)
    due = _ORDERS.c.due_at.between(since, uow.now)
    query = select(*_ORDERS.c["due_at", "completed_at"]).where(due, _ORDERS.c.state != CANCELLED)
    share = compliance((row.due_at, row.completed_at) for row in uow.run(query).all())
    return f"Done by their due date in the last four weeks: {share.part} of {share.whole} ({share})."


def labour(uow: UnitOfWork) -> Report:
    """Say who worked how long in the last four weeks, by trade, and which share was planned."""
    since = uow.now - timedelta(days=28)
    columns = (_PEOPLE.c.name, _PEOPLE.c.trade, _ORDERS.c.task_type, _TIMES.c.minutes)
    joined = _TIMES.join(_ORDERS, _ORDERS.c.id == _TIMES.c.work_order_id).join(
        _PEOPLE, _PEOPLE.c.id == _TIMES.c.person_id
    )
    rows = list(uow.run(select(*columns).select_from(joined).where(_TIMES.c.ended_at >= since)).all())
    people: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    trades: dict[str, float] = defaultdict(float)
    for row in rows:
        people[row.name, row.trade].append((row.task_type, row.minutes or 0))
        trades[row.trade or "No trade"] += (row.minutes or 0) / 60
    whole = planned_share((row.task_type, row.minutes or 0) for row in rows)
    finding = (
        f"{whole.whole / 60:.1f} h of work in four weeks, {whole} of it planned."
        if whole.whole
        else "No hours were written down in four weeks."
    )
    chart = Chart("Hours by trade, four weeks", "Hours", ranked(trades, BARS))
    head = ("Who", "Trade", "Hours", "Planned")
    return Report("Labour", finding, chart, head, tuple(_worked(people)))


def _worked(people: dict[tuple[str, str], list[tuple[str, int]]]) -> Iterator[tuple[str, ...]]:
    for (name, trade), spent in sorted(people.items(), key=lambda each: -sum(minutes for _, minutes in each[1])):
        share = planned_share(spent)
        yield name, trade or "-", f"{share.whole / 60:.1f}", str(share)


def tell_week(uow: UnitOfWork) -> None:
    """Tell the first channel for faults once a week how it went; nothing before there was a whole week to tell of."""
    monday = weeks(uow.now.astimezone(uow.plant.zone), 1)[0].start
    earlier = uow.run(select(_ORDERS.c.id).where(_ORDERS.c.created_at < monday).limit(1)).first()
    if earlier is None or not uow.plant.channels.faults:
        return
    card = templates.card("week", **week(uow))
    cards.say(uow, WEEK, Place(uow.plant.channels.faults[0]), {"text": card.text, "blocks": card.blocks})


def week(uow: UnitOfWork) -> dict[str, Any]:
    """Return what the week's message says: a sentence a subject, and two pictures."""
    drawn = [of(uow) for of in (downtime, failures, backlog, labour)]
    shown = [facts(each) for each in (drawn[0], drawn[2])]
    return {
        "told": [(each.subject, each.finding) for each in drawn],
        "kept": drawn[2].besides[-1],
        "pictures": [each for each in shown if each["bars"]],
    }


REPORTS: dict[str, Callable[[UnitOfWork], Report]] = {
    **dict.fromkeys(("downtime", "stillstand"), downtime),
    **dict.fromkeys(("failures", "ausfälle", "ausfaelle"), failures),
    **dict.fromkeys(("backlog", "rückstand", "rueckstand"), backlog),
    **dict.fromkeys(("labour", "labor", "hours", "stunden"), labour),
}
"""What may be reported on, by what people type behind ``report``."""
