"""``chargehand policy``: why an order is asked of whom, and what an edited policy would change; both only read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.opening import FINE, FOUND
from bot.options import AsJson, ConfigFile, looked_up

if TYPE_CHECKING:
    from handlers.policy import Replayed, Why

app = typer.Typer(
    no_args_is_help=True,
    help="Look at the approval rules without changing anything.\n\nExample: chargehand policy explain PO-118",
)


@app.command()
def explain(
    number: Annotated[str, typer.Argument(help="A number such as PO-118 or DR-7.")],
    *,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Print who has to approve an order and by which rule, which rules do not hold, and who is left out.

    Example: chargehand policy explain DR-7
    """
    from bot import printing
    from handlers import policy

    why: Why = looked_up(config, lambda uow: policy.explain(uow, number))
    if json:
        printing.as_json(policy.as_json(why))
    else:
        _print_why(why)
    raise typer.Exit(FOUND if why.nobody else FINE)


def _print_why(why: "Why") -> None:
    from bot import printing

    printing.say(why.head)
    printing.table(
        ("Rule", "", "Who", "Because"), [(row.rule, row.does, row.who, "; ".join(row.because)) for row in why.rules]
    )
    for note in (*why.notes, *([why.nobody] if why.nobody else [])):
        printing.say(note)


@app.command("test")
def replay(
    *,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="The edited configuration file; without it ./config.toml.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days back orders are taken from.")] = 90,
    json: AsJson = False,
) -> None:
    """Hold past orders against an edited policy: what would be asked otherwise, and what nobody could approve.

    Example: chargehand policy test --config edited.toml --days 30
    """
    from bot import printing
    from handlers import policy

    found: list[Replayed] = looked_up(config, lambda uow: policy.replay(uow, days))
    if json:
        printing.as_json([policy.as_json(one) for one in found])
    else:
        _print_replayed(found, days)
    raise typer.Exit(FOUND if any(one.nobody for one in found) else FINE)


def _print_replayed(found: "list[Replayed]", days: int) -> None:
    from bot import printing

    changed = [one for one in found if one.changes]
    if changed:
        rows = [(one.order, one.total, "; ".join(one.then), one.nobody or "; ".join(one.now)) for one in changed]
        printing.table(("Order", "Total", "Was asked", "Would be asked"), rows)
    lost = sum(bool(one.nobody) for one in found)
    orders = "1 order" if len(found) == 1 else f"{len(found)} orders"
    printing.say(f"{orders} of the last {days} days: {len(changed)} would be asked otherwise.")
    if lost:
        printing.say(f"{lost} of them could not be approved by anybody.")
