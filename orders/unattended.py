"""When a delivery may be taken in without a person: every gate of a table holds, or a storekeeper counts as always."""

from collections.abc import Callable
from dataclasses import dataclass

NOTES = {"": frozenset[str](), "delivery": frozenset({"delivery"}), "despatch": frozenset({"delivery", "despatch"})}
"""Which kinds of note count for a supplier, by what the plant has set for it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of one delivery that nobody has counted; amounts in minor units of the plant's currency."""

    allowed: str
    """What is set for the supplier: ``delivery``, ``despatch``, or empty."""
    kind: str
    trust: str
    decided: str
    """The name of the rule by which the reader was certain."""
    problems: int
    numbered: bool
    revision: int
    by_number: bool
    """Every line is named by an article number of its own order line."""
    same_units: bool
    within: bool
    """Every quantity is above nothing and within what is still to come."""
    looked_at: bool
    """Some line has to be inspected, or its maker's numbers are written down."""
    blind: str
    undisturbed: bool
    """The order is neither being changed nor asked to be cancelled."""
    value: int | None
    """What it is worth; None where a rate is missing."""
    limit: int | None


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition, and what is said where it does not hold."""

    name: str
    otherwise: str
    holds: Callable[[Arrival], bool]


GATES = (
    Gate("supplier", "a person counts what this supplier sends", lambda a: bool(NOTES.get(a.allowed))),
    Gate("limit", "no limit is set", lambda a: a.limit is not None),
    Gate("kind", "it is only announced", lambda a: a.kind in NOTES.get(a.allowed, frozenset())),
    Gate("sender", "its sender is not proven", lambda a: a.trust == "verified"),
    Gate(
        "certain", "it was not read line by line with certainty", lambda a: a.decided == "complete" and not a.problems
    ),
    Gate("note", "it bears no note number", lambda a: a.numbered),
    Gate("new", "it corrects an earlier note", lambda a: a.revision == 1),
    Gate("numbers", "a line is not named by its article number", lambda a: a.by_number),
    Gate("units", "its units are not the order's", lambda a: a.same_units),
    Gate("quantity", "it is more than is to come", lambda a: a.within),
    Gate("inspection", "some of it has to be looked at", lambda a: not a.looked_at),
    Gate("blind", "counting is blind here", lambda a: a.blind == "none"),
    Gate("order", "the order is being changed", lambda a: a.undisturbed),
    Gate("value", "it is worth more than the limit", lambda a: a.value is not None and a.value <= (a.limit or 0)),
)
"""All of them have to hold; the first that does not is named."""


def barred(arrival: Arrival) -> Gate | None:
    """Return the first gate that does not hold, None when a delivery may be taken in by itself."""
    return next((gate for gate in GATES if not gate.holds(arrival)), None)
