"""Trigger ids: three seconds, one use, one person."""

from dataclasses import dataclass

from sandbox.timing import Timing, fresh
from sandbox.wire import Refused


@dataclass
class Trigger:
    """Whose act it was, when (seconds since 1970), from which view if any, and whether it was used."""

    person: str
    at: float
    view: str = ""
    used: bool = False


class Triggers:
    """The trigger ids given lately."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self._given: dict[str, Trigger] = {}

    def give(self, person: str, view: str = "") -> str:
        """A new trigger id for one act of a person."""
        if len(self._given) > MOST:
            self._forget_old()
        number = fresh("")
        trigger = f"{int(self.timing.now() * 1000)}.{number}"
        self._given[trigger] = Trigger(person, self.timing.now(), view)
        return trigger

    def exchange(self, trigger: str) -> Trigger:
        """Use a trigger id; raises invalid_trigger_id, exchanged_trigger_id or expired_trigger_id."""
        found = self._given.get(trigger)
        if found is None:
            raise Refused("invalid_trigger_id")
        if found.used:
            raise Refused("exchanged_trigger_id")
        if self.timing.now() - found.at > self.timing.trigger:
            raise Refused("expired_trigger_id")
        found.used = True
        return found

    def _forget_old(self) -> None:
        # Kept for a minute so that a late use hears "expired" rather than "invalid".
        edge = self.timing.now() - 60
        self._given = {name: one for name, one in self._given.items() if one.at > edge}


MOST = 10_000
