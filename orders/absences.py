"""Who is away and who decides instead: chains that end, never run in a circle, and never reach whom the order bars."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

MOST_STAND_INS = 3
"""How many people a question may be handed along before it stays where it was."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from the first to the last day, both included; ``stand_in`` decides meanwhile, None: nobody does."""

    person: int
    stand_in: int | None
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Say whether the person is away on a day."""
        return self.first <= day <= self.last


def away_on(day: date, absences: Collection[Absence]) -> dict[int, int | None]:
    """Return who is away on a day, and who stands in for each; of several absences the one that began last counts."""
    ordered = sorted(absences, key=lambda absence: absence.first)
    return {absence.person: absence.stand_in for absence in ordered if absence.holds(day)}


def stand_in_for(person: int, away: Mapping[int, int | None], barred: Collection[int]) -> int | None:
    """Return who decides instead of somebody who is away; None when they are here, or the chain leads to nobody.

    A link that is away itself hands on to its own stand-in; a link that is barred ends the chain, because whoever asked
    for an order must not reach its approval through a detour.
    """
    seen, at = {person}, person
    for _ in range(MOST_STAND_INS):
        following = away.get(at)
        if at not in away or following is None or following in seen or following in barred:
            return None
        if following not in away:
            return following
        seen.add(following)
        at = following
    return None


def stand_ins(
    steps: Collection[Collection[int]], away: Mapping[int, int | None], barred: Collection[int]
) -> dict[int, int]:
    """Return for the people of a plan who decides instead of each; nobody who is named already gets a second voice."""
    taken = {person for group in steps for person in group}
    found: dict[int, int] = {}
    for person in dict.fromkeys(person for group in steps for person in group):
        instead = stand_in_for(person, away, barred)
        if instead is not None and instead not in taken:
            found[person] = instead
            taken.add(instead)
    return found
