"""``chargehand qr``: sheets of labels for assets, each with a code that opens a report about that asset."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.opening import FOUND
from bot.options import ConfigFile, looked_up

if TYPE_CHECKING:
    from orders.plant import Plant
    from storage.unit_of_work import UnitOfWork


class Opens(StrEnum):
    """What scanning a label opens."""

    MAIL = "mail"
    """A mail to the plant with the asset's number already in it."""
    SLACK = "slack"
    """The Slack channel in which faults are reported."""


class PerSheet(StrEnum):
    """How many labels stand on a page."""

    MANY = "24"
    FEW = "8"


def qr(
    assets: Annotated[list[str] | None, typer.Argument(help="Codes or names of assets; none: all of them.")] = None,
    *,
    out: Annotated[Path, typer.Option(help="File that is written.")] = Path("asset-labels.pdf"),
    per_sheet: Annotated[PerSheet, typer.Option(help="How many labels stand on a page.")] = PerSheet.MANY,
    opens: Annotated[
        Opens | None,
        typer.Option(help="What scanning opens; left out: mail where the plant has an address, else Slack."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Print labels for assets as a PDF: the number, a code to scan that reports a fault on it, and the name.

    Example: chargehand qr P-101 P-102 --out labels.pdf
    """
    from bot import printing

    content, count = looked_up(config, lambda uow: _sheets(uow, assets or [], int(per_sheet.value), opens))
    if not count:
        printing.say("There is no asset yet. Import some first.", stream=sys.stderr)
        raise typer.Exit(FOUND)
    out.write_bytes(content)
    printing.say(f"{out}: {count} {'label' if count == 1 else 'labels'}.")


def _sheets(uow: "UnitOfWork", wanted: list[str], each: int, opens: Opens | None) -> tuple[bytes, int]:
    """Return the PDF and how many labels it holds; raises ``NotKnown`` for an asset that is not there."""
    from handlers import finding
    from storage.tables import Asset
    from templates.asset_labels import Label, asset_labels_pdf

    rows: list[Any] = [finding.asset(uow, one) for one in wanted] if wanted else uow.all(Asset)
    named = {row.code: row for row in rows}
    plant = uow.plant
    labels = [Label(code, named[code].name, address(plant, code, opens)) for code in sorted(named)]
    if not labels:
        return b"", 0
    given = {"plant": plant.name, "language": plant.language, "paper": plant.paper}
    return asset_labels_pdf(labels, each=each, issued=uow.now, **given), len(labels)


def address(plant: "Plant", code: str, opens: Opens | None) -> str:
    """Return what the code on an asset's label opens; raises ``Unlawful`` where the plant has no such place."""
    from urllib.parse import quote

    from orders.errors import Unlawful

    mail, channels = plant.mail.address, plant.channels.faults
    if (opens or (Opens.MAIL if mail else Opens.SLACK)) is Opens.MAIL:
        if not mail:
            raise Unlawful(why="The plant has no mail address: set mail.address, or write --opens slack.")
        return f"mailto:{quote(mail, safe='@+')}?subject={quote(f'{code}: ')}"
    if not channels:
        raise Unlawful(why="No channel for faults is set: name one under channels.faults, or write --opens mail.")
    return f"https://slack.com/app_redirect?channel={channels[0]}"
