"""Tells what a row counts that has no column of counts: its measure, its packs, or what so many packs of so much make."""

from dataclasses import replace
from decimal import Decimal

from .blocks import Cell
from .claims import Claim
from .columns import Table
from .figures import Reader
from .units import PACKS, PARCELS, Figure


def prove_packs(claim: Claim, row: list[Cell], table: Table, reader: Reader) -> None:
    """'20 boxes | 1.000 each | 20.000 in all': what is the product of the first two is the quantity."""
    said: dict[str, list[Figure]] = {"packs": [], "per": [], "amount": [], "": []}
    for role, cell in zip(table.roles, row, strict=False):
        figure = reader.cell(cell.own.strip()) if role in said and not cell.down else None
        if figure is not None and not figure.units and figure.content is None:
            said[role].append(figure)
    if len(said["packs"]) != 1 or len(said["per"]) != 1:
        return
    made = {one * each for one in _readings(said["packs"][0]) for each in _readings(said["per"][0])}
    sums = [one for one in said["amount"] + said[""] if set(_readings(one)) & made and not one.is_zero]
    if len(sums) == 1 and sums[0].number.value in made:
        claim.figures["quantity"] = sums
        claim.columns |= {"quantity"}
        claim.flags.discard("unsure_pack")


def _readings(figure: Figure) -> list[Decimal]:
    """What the number of a figure may be."""
    return [figure.number.value] if figure.number.other is None else [figure.number.value, figure.number.other]


def only_measures(claim: Claim) -> list[Figure]:
    """What counts in a row without any count: its measure, its packs with what they weigh, else its rolls or drums, but no parcels."""
    packs, weights = claim.measures.get("packs", []), claim.measures.get("weight", [])
    if len(packs) == len(weights) == 1 and set(packs[0].units) <= PACKS and not claim.measures.get("measure"):
        held, units = weights[0].number.value, weights[0].units
        said = f"{packs[0].text} {packs[0].word or 'packs'} ({held}"
        return [replace(packs[0], content=held, content_units=units, text=said)]
    packs = [one for one in packs if set(one.units) <= PACKS - PARCELS]
    return claim.measures.get("measure") or ([] if claim.per else packs)
