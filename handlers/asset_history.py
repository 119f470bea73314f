"""The history of an asset: each failure and service with what was done, how long it took and what it cost, and its figures."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select

import templates
from handlers import failure_lists, finding, work_order_costs
from handlers.agreement_words import sees_money
from handlers.happenings import Answer
from orders.durations import spoken_minutes
from orders.errors import Unlawful
from orders.reliability import Reliability, Repair, Span, hours_text, reliability
from orders.work_costs import Cost, summed, together, told
from orders.work_orders import TaskType, WorkOrderState
from storage.tables import Asset, WorkOrder, WorkOrderHold, WorkOrderTime
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _ASSETS, _HOLDS, _TIMES = table(WorkOrder), table(Asset), table(WorkOrderHold), table(WorkOrderTime)
_WINDOW = re.compile(r"(?P<asset>.+?)(?:\s+(?:last\s+)?(?P<months>\d{1,2})\s+(?:months?|monate?n?))?", re.IGNORECASE)
MONTHS, MONTHS_MOST = 12, 60
MONTH = timedelta(days=30.4375)
DEEPEST = 9
"""So many levels an asset's parts may have parts (ISO 14224)."""
FAILURES = frozenset({TaskType.REPAIR.value, TaskType.EMERGENCY.value})
"""Which work orders tell of a failure."""
BARS = 6
MOST = 5_000
"""So many work orders are read for one history at most."""
NONE = "-"
HEAD = ("When", "What", "What was done", "Time", "Parts", "Cost")
AMOUNTS = frozenset({"Time", "Cost"})


@dataclass(frozen=True, slots=True)
class History:
    """What was done on an asset and on what belongs to it in a window, the newest first."""

    asset: Asset
    window: Span
    below: int
    """How many assets belong to it."""
    orders: tuple[WorkOrder, ...]
    figures: Reliability
    costs: work_order_costs.Costs

    @property
    def whole(self) -> list[Cost]:
        """All costs together."""
        return [cost for order in self.orders for cost in self.costs.get(order.id, ())]


def report(uow: UnitOfWork, rest: str) -> Answer | None:
    """Answer ``report asset P-101`` and ``report asset P-101 6 months``; None for a fault that only begins alike."""
    about, _, more = rest.strip().partition(" ")
    if about.casefold() not in {"asset", "anlage"} or not more.strip():
        return None
    found = _WINDOW.fullmatch(more.strip())
    named = finding.asset_in(uow, found["asset"]) if found is not None else None
    if found is None or named is None or named.asset is None or not _is_only(found["asset"], named.asset):
        return None
    return shown(uow, named.asset, int(found["months"] or MONTHS))


def _is_only(written: str, asset: Asset) -> bool:
    """Say whether nothing but the asset was written: whoever adds that it leaks reports a fault."""
    said = finding.plain(written)
    return said in {finding.plain(asset.code), finding.plain(asset.name), finding.plain(f"{asset.code}{asset.name}")}


def shown(uow: UnitOfWork, asset: Asset, months: int = MONTHS) -> Answer:
    """Show the history of an asset over so many months."""
    months = min(max(months, 1), MONTHS_MOST)
    card = templates.card("history", **facts(uow, history(uow, asset, months), months))
    return Answer(private=card.text, blocks=card.blocks)


def history(uow: UnitOfWork, asset: Asset, months: int) -> History:
    """Read what was done on an asset and on what belongs to it."""
    ids = family(uow, asset)
    window = Span(_begin(asset, uow.now - months * MONTH, uow.now), uow.now)
    _check_not_too_many(uow, ids, window.start)
    recent = or_(_ORDERS.c.created_at >= window.start, _ORDERS.c.down_until >= window.start, _still_down())
    found = [
        row
        for row in uow.all(WorkOrder, _ORDERS.c.asset_id.in_(ids), recent)
        if row.state != WorkOrderState.CANCELLED.value
    ]
    orders = tuple(sorted(found, key=lambda row: (row.created_at, row.id), reverse=True))
    numbers = [row.id for row in orders]
    return History(
        asset, window, len(ids) - 1, orders, _figures(uow, window, orders), work_order_costs.costs(uow, numbers)
    )


def _check_not_too_many(uow: UnitOfWork, ids: Sequence[int], start: datetime) -> None:
    query = select(func.count()).where(_ORDERS.c.asset_id.in_(ids), _ORDERS.c.created_at >= start)
    count = int(uow.run(query).scalar_one())
    if count > MOST:
        raise Unlawful(
            why=f"{count} work orders are too many for one answer. Ask for fewer months, or for a part of it."
        )


def _begin(asset: Asset, start: datetime, now: datetime) -> datetime:
    """Return where the window begins: not before the asset was there, and before now in any case."""
    if asset.installed is None:
        return start
    there = datetime.combine(asset.installed, time(), start.tzinfo)
    return there if start < there < now else start


def _still_down() -> Any:
    return _ORDERS.c.down_from.is_not(None) & _ORDERS.c.down_until.is_(None)


def family(uow: UnitOfWork, asset: Asset) -> list[int]:
    """Return the ids of an asset and of all that belongs to it; a ring of assets is walked once."""
    found, level = {asset.id}, {asset.id}
    for _ in range(DEEPEST):
        level = {row.id for row in uow.all(Asset, _ASSETS.c.parent_id.in_(sorted(level)))} - found
        if not level:
            break
        found |= level
    return sorted(found)


def _figures(uow: UnitOfWork, window: Span, orders: Sequence[WorkOrder]) -> Reliability:
    """Work out the reliability: an order says that the asset is down from its report or as corrected until it runs again."""
    failed = [row for row in orders if row.task_type in FAILURES and row.created_at >= window.start]
    downs = [Span(row.down_from, max(row.down_until or window.end, row.down_from)) for row in orders if row.down_from]
    return reliability(window, downs, len(failed), list(_repairs(uow, failed)))


def _repairs(uow: UnitOfWork, failed: Sequence[WorkOrder]) -> Iterator[Repair]:
    """Yield the failures that were put right, each with when it waited in between."""
    holds = defaultdict(list)
    for row in uow.all(WorkOrderHold, _HOLDS.c.work_order_id.in_([order.id for order in failed])):
        holds[row.work_order_id].append(row)
    for order in failed:
        start, end = order.started_at, order.completed_at
        if start is not None and end is not None:
            waits = tuple(Span(row.since, max(row.released_at or end, row.since)) for row in holds[order.id])
            yield Repair(Span(start, max(end, start)), waits)


def facts(uow: UnitOfWork, told_of: History, months: int) -> dict[str, Any]:
    """Return what the card of a history says."""
    figures, asset = told_of.figures, told_of.asset
    money = sees_money(uow)
    return {
        "code": asset.code,
        "name": asset.name,
        "said": _sentence(uow, told_of, months),
        "figures": _measures(figures),
        "cost": _cost(uow, told_of) if money else "",
        "bars": _bars(uow, told_of),
        **_table(_rows(uow, told_of, money=money)),
        "below": told_of.below,
    }


def _sentence(uow: UnitOfWork, told_of: History, months: int) -> str:
    figures = told_of.figures
    since = f"in {months} months" if months > 1 else "in one month"
    if not told_of.orders:
        return f"Nothing was reported {since}."
    failures = f"{figures.failures} failure{'s' if figures.failures != 1 else ''} {since}"
    down = f"down for {hours_text(figures.down)}" if figures.episodes else "never down"
    modes = Counter(
        failure_lists.words_of(uow.plant, "mode", row.failure_mode) for row in told_of.orders if row.failure_mode
    )
    mode, often = modes.most_common(1)[0] if modes else ("", 0)
    return f"{failures}, {down}" + (f", mostly “{mode}” ({often} times)." if often > 1 else ".")


def _measures(figures: Reliability) -> list[tuple[str, str]]:
    """Return the figures with their names; what cannot be divided is a dash and never a zero."""
    spans = (
        ("Between failures (MTBF)", figures.between_failures),
        ("To repair (MTTR)", figures.to_repair),
        ("Down each time (MDT)", figures.mean_down),
    )
    share = figures.availability
    available = f"{share:.2%}" if share is not None else NONE
    return [("Availability", available), *((name, hours_text(one) if one is not None else NONE) for name, one in spans)]


def _cost(uow: UnitOfWork, told_of: History) -> str:
    """Say what the work cost, by kind where there is more than one."""
    whole = told_of.whole
    if not whole:
        return ""
    kinds = summed(whole)
    named = ", ".join(f"{kind.value} {work_order_costs.amounts(sums)}" for kind, sums in kinds.items())
    minutes = work_order_costs.unvalued(uow, [row.id for row in told_of.orders])
    without = f" {spoken_minutes(minutes)} of work have no hourly rate and are not in it." if minutes else ""
    return f"It cost {told(together(whole))}" + (f": {named}." if len(kinds) > 1 else ".") + without


def _bars(uow: UnitOfWork, told_of: History) -> list[tuple[str, str]]:
    """Return the hours down by what was wrong, the longest first, the rest as one bar."""
    hours: Counter[str] = Counter()
    for row in told_of.orders:
        if row.down_from is not None:
            end = row.down_until or told_of.window.end
            cut = max(row.down_from, told_of.window.start)
            mode = failure_lists.words_of(uow.plant, "mode", row.failure_mode) or "Not yet known"
            hours[mode] += max(int((end - cut).total_seconds()), 0)
    ranked = hours.most_common()
    rest = sum(spent for _, spent in ranked[BARS - 1 :])
    ranked = [*ranked[: BARS - 1], ("Other", rest)] if len(ranked) > BARS else ranked
    return [(mode, f"{spent / 3600:.1f}") for mode, spent in ranked if spent]


def _rows(uow: UnitOfWork, told_of: History, *, money: bool) -> list[list[str]]:
    """Return a row for each order: failures first, then what was only cared for, each the newest first."""
    numbers = [row.id for row in told_of.orders]
    parts = work_order_costs.used(uow, numbers)
    minutes: Counter[int] = Counter()
    for row in uow.all(WorkOrderTime, _TIMES.c.work_order_id.in_(numbers)):
        minutes[row.work_order_id] += row.minutes or 0
    rows = []
    for order in sorted(told_of.orders, key=lambda each: each.task_type not in FAILURES):
        cost = told(together(told_of.costs[order.id])) if money and order.id in told_of.costs else ""
        spent = spoken_minutes(minutes[order.id]) if minutes[order.id] else ""
        rows.append([*_words(uow, order), spent, ", ".join(parts.get(order.id, ())), cost])
    return rows


def _words(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    """Say when it was, what it was, and what was done."""
    local = order.created_at.astimezone(uow.plant.zone)
    mode = failure_lists.words_of(uow.plant, "mode", order.failure_mode)
    done = order.remedy or (order.state.replace("_", " ") if order.completed_at is None else "done")
    return [
        f"{local.day}\u00a0{local:%b}\u00a0{local:%y}",
        f"{order.title} ({order.number})",
        f"{mode}; {done}" if mode else done,
    ]


def _table(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return head and rows without the columns in which nobody has anything."""
    kept = [place for place, _ in enumerate(HEAD) if any(row[place] for row in rows)]
    return {
        "head": [HEAD[place] for place in kept],
        "align": ["right" if HEAD[place] in AMOUNTS else "left" for place in kept],
        "rows": [[row[place] or NONE for place in kept] for row in rows],
    }
