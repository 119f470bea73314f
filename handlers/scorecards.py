"""A supplier's scorecard as people ask for it: ``supplier Hartmann`` shows its figures, a picture by month, and what stands against it."""

from datetime import date
from typing import Any

import templates
from handlers import supplier_contacts, supplier_figures, supplier_holds
from handlers.agreement_words import sees_money
from handlers.happenings import Answer
from handlers.ids import value
from handlers.order_content import today
from orders.errors import NotKnown
from orders.people import Role
from orders.supplier_figures import BY_NAME, FIGURES, Figure, FigureKind, Tally, figure_of, months_back, told
from storage.tables import Supplier
from storage.unit_of_work import UnitOfWork

MONTHS, LATELY = 12, 3
MOST = 6
DRAWN = ("on_time", "in_full")


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Answer ``supplier Hartmann``; without a name the suppliers are named."""
    if not rest.strip():
        names = ", ".join(row.name for row in uow.all(Supplier)[:MOST])
        raise NotKnown(kind="supplier", written="without a name", hint=f"I know {names}." if names else "")
    card = templates.card("scorecard", **facts(uow, named(uow, rest)))
    return Answer(private=card.text, blocks=card.blocks)


def named(uow: UnitOfWork, written: str) -> Supplier:
    """Find a supplier by its code or by its name, or by the beginning of either; raises ``NotKnown``."""
    wanted, every = written.strip().casefold(), uow.all(Supplier)
    exact = [row for row in every if wanted in {row.code.casefold(), row.name.casefold()}]
    near = [row for row in every if row.name.casefold().startswith(wanted) or row.code.casefold().startswith(wanted)]
    found = exact or near
    if len(found) == 1:
        return found[0]
    names = ", ".join(row.name for row in (found or every)[:MOST])
    hint = (f"Did you mean {names}?" if found else f"I know {names}.") if names else ""
    raise NotKnown(kind="supplier" if not found else "one supplier", written=written.strip(), hint=hint)


def facts(uow: UnitOfWork, supplier: Supplier) -> dict[str, Any]:
    """Return what the scorecard says."""
    day = today(uow)
    year = supplier_figures.over(uow, supplier.id, MONTHS, day)
    late = supplier_figures.over(uow, supplier.id, LATELY, day)
    seen = [figure for figure in FIGURES if figure.kind is not FigureKind.VARIANCE or sees_money(uow)]
    series = _series(uow, supplier)
    hold = supplier_holds.standing(uow, supplier.id)
    return {
        "supplier": supplier.name,
        "state": _state(supplier),
        "counted": bool(year),
        "said": _sentence(year),
        "head": ["Figure", f"{LATELY} months", f"{MONTHS} months", "Counted"],
        "rows": [_row(figure, late, year) for figure in seen],
        "series": [(name, [(_short(month), share) for month, share in points]) for name, points in series],
        "picture": _in_words(series),
        "contacts": supplier_contacts.listed(uow, supplier),
        "lift": value(hold.id) if hold is not None and uow.actor.has(Role.BUYER) else "",
    }


def _short(month: str) -> str:
    """Return a month as it stands below the picture, which never shows one twice: ``Nov`` for ``2026-11``."""
    return f"{date.fromisoformat(f'{month}-01'):%b}"


def _state(supplier: Supplier) -> str:
    if supplier.held:
        return "Held back until somebody has called them"
    return "Blocked" if supplier.blocked else "May be ordered from"


def _row(figure: Figure, late: dict[str, Tally], year: dict[str, Tally]) -> list[str]:
    counts = year.get(figure.name, Tally())
    shown = "-" if not counts.total else f"{counts.good} of {counts.total}"
    if figure.kind is not FigureKind.SHARE and counts.total:
        shown = f"{counts.total} orders" if figure.kind is FigureKind.AVERAGE else "by value"
    return [figure.words, told(figure, late.get(figure.name, Tally())), told(figure, counts), shown]


def _sentence(year: dict[str, Tally]) -> str:
    """Say in one sentence how a supplier delivers."""
    both = year.get("on_time_in_full", Tally())
    if not both.total:
        return "Nothing was received from them in the last twelve months."
    answer = year.get("answer", Tally())
    after = f" They answer an order after {told(BY_NAME['answer'], answer)} of working time." if answer.total else ""
    return f"{both.good} of {both.total} order lines came on time and in full: {told(BY_NAME['on_time_in_full'], both)}.{after}"


def _series(uow: UnitOfWork, supplier: Supplier) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the lines of the picture by month; a month in which nothing came is left out."""
    months = months_back(today(uow), MONTHS)
    sums = supplier_figures.sums(uow, supplier.id, months)
    drawn = []
    for name in DRAWN:
        figure = BY_NAME[name]
        found = [(month, figure_of(figure, sums.get((name, month, ""), Tally()))) for month in months]
        drawn.append((figure.words, [(month, str(share)) for month, share in found if share is not None]))
    return [each for each in drawn if each[1]]


def _in_words(series: list[tuple[str, list[tuple[str, str]]]]) -> str:
    """Say what the picture shows, for whoever does not see it."""
    told_ = [
        f"{name} {points[0][1]}% in {points[0][0]}"
        + (f", {points[-1][1]}% in {points[-1][0]}" if len(points) > 1 else "")
        for name, points in series
    ]
    return f"Percent by month: {'; '.join(told_)}." if told_ else ""
