"""``chargehand budget``: what cost centres have, have spent and will have spent; and the end of a year."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bot.opening import FINE, FOUND, opened, settings
from bot.options import AsJson, ConfigFile, looked_up

if TYPE_CHECKING:
    from handlers.budget_years import Open
    from storage.unit_of_work import UnitOfWork

SHOW = "show"


class ShownByDefault(TyperGroup):
    """A group of commands in which what names none of them is a cost centre to be shown."""

    by_default = SHOW

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word for showing before arguments that begin with no command."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [self.by_default, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=ShownByDefault,
    help="Show what cost centres have and will have spent, or end a year.\n\nExample: chargehand budget 410 --year 2027",
)


@app.command()
def show(
    centre: Annotated[str, typer.Argument(help="A cost centre's code or name; without one all are shown.")] = "",
    *,
    year: Annotated[int, typer.Option(min=0, max=2200, help="The year; 0 for the present one.")] = 0,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Print what a cost centre has, what is promised and spent, and what the year comes to by month.

    Example: chargehand budget 410 --year 2027
    """
    from bot import printing
    from handlers import budget_listing

    found = looked_up(config, lambda uow: budget_listing.listed(uow, centre, year))
    if json:
        printing.as_json([budget_listing.as_json(one) for one in found])
    elif centre:
        _print_one(found[0])
    else:
        rows = [budget_listing.row(one) for one in found]
        printing.table(("Cost centre", "Budget", "Pending", "Committed", "Actual", "Left", "Forecast"), rows)


def _print_one(found: Any) -> None:
    from bot import printing
    from handlers import budget_reports
    from orders.budgets import sentence

    printing.say(sentence(found.figures))
    printing.say(found.sentence())
    printing.table(budget_reports.heads(found), budget_reports.rows(found))
    for line in found.besides():
        printing.say(line)


@app.command()
def carry(
    year: Annotated[int, typer.Argument(min=2000, max=2200, help="The year that is over.")],
    *,
    write: Annotated[bool, typer.Option("--write", help="Do it; without this it is only shown.")] = False,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Move what orders still promise in a year that is over into the next one, or let it lapse, as the settings say.

    Example: chargehand budget carry 2026 --write
    """
    from bot import printing

    settled = settings(config)
    lapses = settled.budget.carry == "lapse"
    found = _ended(settled, year) if write else looked_up(config, _still_open(year))
    if json:
        rows = [{"order": one.order, "cost_centre": one.cost_centre, "amount": str(one.amount)} for one in found]
        printing.as_json({"year": year, "how": settled.budget.carry, "written": write, "orders": rows})
        raise typer.Exit(FINE)
    if found:
        printing.table(
            ("Order", "Cost centre", "Still promised"), [(one.order, one.cost_centre, str(one.amount)) for one in found]
        )
    printing.say(_carried(found, year, lapses=lapses, write=write))


def _carried(found: "list[Open]", year: int, *, lapses: bool, write: bool) -> str:
    if not found:
        return f"Nothing is promised in {year} any more."
    one, into = len(found) == 1, "" if lapses else f" in {year + 1}"
    does = ("lapses" if one else "lapse") if lapses else ("counts" if one else "count")
    what = "1 promise" if one else f"{len(found)} promises"
    if write:
        return f"{what} {does}{into} now."
    return f"{what} would {does.removesuffix('s') if one else does}{into}. Nothing was written: add --write to do it."


def _still_open(year: int) -> "Callable[[UnitOfWork], list[Open]]":
    from handlers import budget_years

    return lambda uow: budget_years.still_open(uow, year)


def _ended(settled: Any, year: int) -> "list[Open]":
    """End the year in one transaction; a refusal is said and ends the command."""
    from handlers import budget_years
    from storage.happenings import Deed, perform

    now = datetime.now(UTC)
    moved: list[Open] = []

    def work(uow: "UnitOfWork") -> dict[str, Any]:
        moved[:] = budget_years.end_year(uow, year)
        return {}

    with opened(settled) as database:
        key = f"budget {settled.budget.carry} {year} {now.isoformat()}"
        told = perform(database, settled.plant(), Deed(key, "budget", str(year), now), work)
    if "refused" in told:
        sys.stderr.write(f"{told['private']}\n")
        raise typer.Exit(FOUND)
    return moved
