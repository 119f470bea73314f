"""Tells what a row counts that has no column of counts: its measure, its packs, or what so many packs of so much make."""

import re
from dataclasses import replace
from decimal import Decimal

from .blocks import Cell
from .claims import Claim
from .columns import QUANTITIES, Table
from .figures import Reader
from .units import PACKS, PARCELS, Figure

_WHOLE = re.compile(r"\d{1,3}(?:[.,'\u2019\u00a0\u202f ]?\d{3})*")
_MONEY = re.compile(
    r"[\u20ac$\u00a3%]|(?<![^\W_])(?:EUR|USD|GBP|CHF|net\w*|price|value|preis|wert|montant|importo?|importe|valor|bedrag|kwota)",
    re.IGNORECASE,
)


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


def settle_sums(table: Table) -> None:
    """'Labels in total' beside a column of packs, of whole figures, is what the packs hold together and no money."""
    if QUANTITIES & set(table.roles) or "packs" not in table.roles:
        return
    for column, role in enumerate(table.roles):
        below = [row[column].own.strip() for row in table.rows if column < len(row) and row[column].own.strip()]
        worded = len(re.findall(r"[^\W\d_]{4,}", table.heads[column])) > 1 and not _MONEY.search(table.heads[column])
        if role == "amount" and worded and below and all(_WHOLE.fullmatch(text) for text in below):
            table.roles[column] = "quantity"
            return


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
