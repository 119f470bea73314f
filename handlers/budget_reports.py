"""A cost centre's money as people ask for it: ``budget``, ``budget 410``, ``report spend 410``, a table by month and a picture."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import templates
from handlers import budget_checks, budget_releases, people
from handlers.budget_forecast import forecast
from handlers.grammar import is_number
from handlers.happenings import Answer
from handlers.order_content import today
from orders.budgets import sentence
from orders.errors import NotKnown, NotYours
from orders.forecast import Forecast
from orders.money import Money
from storage.tables import CostCentre
from storage.unit_of_work import UnitOfWork

MOST = 15
"""How many cost centres an overview names."""
NONE = "-"
_YEARS = range(2000, 2100)
_BECAUSE = "because"


def typed(uow: UnitOfWork, rest: str) -> Answer:
    """Answer ``budget``, ``budget 410``, ``budget 410 2027``, and ``budget DR-7 because …`` of finance."""
    first, _, more = rest.strip().partition(" ")
    if first and is_number(first) and not first.strip("#").isdecimal():
        reason = more.strip()
        own = reason[len(_BECAUSE) :].strip() if reason.lower().startswith(_BECAUSE) else reason
        return budget_releases.release_named(uow, first, own)
    if not first:
        return _overview(uow)
    name, year = _read(uow, rest.strip())
    return shown(uow, centre_named(uow, name), year)


def report(uow: UnitOfWork, rest: str) -> Answer | None:
    """Answer ``report spend`` and ``report spend 410``; None for what reports a fault and only begins alike."""
    about, _, more = rest.strip().partition(" ")
    if about.casefold() != "spend":
        return None
    try:
        return typed(uow, more) if not is_number(more) or more.isdecimal() else None
    except NotKnown:
        return None


def _read(uow: UnitOfWork, written: str) -> tuple[str, int]:
    """Take a year from the end of what was written, where something stands before it."""
    name, _, last = written.rpartition(" ")
    if name and last.isdecimal() and int(last) in _YEARS:
        return name.strip(), int(last)
    return written, today(uow).year


def centre_named(uow: UnitOfWork, written: str) -> CostCentre:
    """Find a cost centre by its code or its name; raises ``NotKnown``."""
    wanted = written.strip().casefold()
    every = uow.all(CostCentre)
    found = [row for row in every if wanted in {row.code.casefold(), row.name.casefold()}]
    if len(found) != 1:
        codes = ", ".join(row.code for row in every[:6])
        raise NotKnown(kind="cost centre", written=written.strip(), hint=f"I know {codes}." if codes else "")
    return found[0]


def check_sees(uow: UnitOfWork, centre: CostCentre) -> None:
    """Refuse somebody who is not shown what a cost centre has."""
    if not budget_checks.sees_budget(uow, centre.id):
        who = f"Ask {people.name(uow, centre.owner_id)}." if centre.owner_id is not None else ""
        roles = "its owner, buyers, approvers and finance"
        raise NotYours(roles=roles, what=f"see the money of cost centre {centre.code}", who=who)


def shown(uow: UnitOfWork, centre: CostCentre, year: int) -> Answer:
    """Show a year of a cost centre: its sentence, what the year comes to, a table by month and a picture."""
    check_sees(uow, centre)
    card = templates.card("budget", **facts(centre, forecast(uow, centre, year)))
    return Answer(private=card.text, blocks=card.blocks)


def facts(centre: CostCentre, found: Forecast) -> dict[str, Any]:
    """Return what the card of a cost centre says."""
    figures, running = found.figures, found.running()
    return {
        "code": centre.code,
        "name": centre.name,
        "year": figures.year,
        "currency": figures.currency,
        "budget": sentence(figures),
        "outlook": found.sentence(),
        "besides": found.besides(),
        "head": heads(found),
        "rows": rows(found),
        "series": _series(found, running),
    }


def heads(found: Forecast) -> list[str]:
    """Return the heads of the table by month."""
    planned = ["Planned"] if found.planned else []
    return ["Month", "Spent", "Ordered", "Expected", "Year so far", *planned]


def rows(found: Forecast) -> list[list[str]]:
    """Return the table by month as words; a month without anything in it shows dashes."""
    told = [["Before", _plain(found, found.before), NONE, NONE, _plain(found, found.before)]] if found.before else []
    for place, (month, running) in enumerate(zip(found.months, found.running(), strict=True)):
        amounts = [
            _plain(found, amount) if amount else NONE for amount in (month.actual, month.committed, month.expected)
        ]
        told.append(
            [f"{date(month.year, month.month, 1):%b}", *amounts, _plain(found, running), *_planned(found, place)]
        )
    if found.planned and found.before:
        told[0].append(NONE)
    return told


def _planned(found: Forecast, place: int) -> list[str]:
    if not found.planned:
        return []
    amount = found.planned[place]
    return [_plain(found, amount) if amount is not None else NONE]


def _plain(found: Forecast, minor: int) -> str:
    return str(Money(minor, found.figures.currency)).partition(" ")[2]


def _series(found: Forecast, running: Sequence[int]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the lines of the picture: what the year will have cost by each month, and its budget."""
    names = [f"{date(month.year, month.month, 1):%b}" for month in found.months]
    lines = [("Spent, ordered and expected", list(running))]
    if found.figures.budget is not None:
        lines.append(("Budget", [found.figures.budget] * len(names)))
    money = found.figures.currency
    return [
        (name, [(month, Money(amount, money).plain()) for month, amount in zip(names, amounts, strict=True)])
        for name, amounts in lines
    ]


def _overview(uow: UnitOfWork) -> Answer:
    """Name the cost centres that somebody is shown, each with its sentence."""
    seen = [row for row in uow.all(CostCentre) if budget_checks.sees_budget(uow, row.id)]
    if not seen:
        raise NotYours(roles="owners of cost centres, buyers, approvers and finance", what="see budgets", who="")
    said = [sentence(budget_checks.figures_now(uow, row.id)) for row in seen[:MOST]]
    more = [f"and {len(seen) - MOST} more: `budget 410` shows one"] if len(seen) > MOST else []
    card = templates.card(
        "answer", heading="Budgets", rows=[*said, *more], foot=f"`budget {seen[0].code}` shows one by month"
    )
    return Answer(private=card.text, blocks=card.blocks)
