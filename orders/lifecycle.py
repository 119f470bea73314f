"""A lifecycle is a table of steps; this walks any such table and refuses in a sentence what it does not hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from orders.errors import NotPossible, NotYours
from orders.people import Actor, Role


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a lifecycle: from a state, by an event, to a state, by whoever has one of the roles."""

    source: StrEnum
    event: StrEnum
    target: StrEnum
    roles: frozenset[Role]


class Lifecycle:
    """The steps that one kind of document may take."""

    def __init__(self, kind: str, steps: Iterable[Step]) -> None:
        self.kind = kind
        self.steps = tuple(steps)
        self._by_key = {(step.source, step.event): step for step in self.steps}

    def step(self, state: StrEnum, event: StrEnum) -> Step | None:
        """Return the row for this state and event, if there is one."""
        return self._by_key.get((state, event))

    def follow(self, state: StrEnum, event: StrEnum, actor: Actor, *, subject: str) -> StrEnum:
        """Return the state after the event; raises ``NotPossible`` or ``NotYours`` with what is possible instead."""
        found = self.step(state, event)
        if found is None:
            raise NotPossible(
                subject=subject, state=said(state), event=past(event), possible=self._possible(state, actor)
            )
        if not actor.has(*found.roles):
            raise NotYours(roles=people_with(found.roles), what=f"{VERBS.get(event.value, 'do this')}", who="")
        return found.target

    def events(self, state: StrEnum, actor: Actor) -> tuple[StrEnum, ...]:
        """Return the events that the actor may cause from this state, in table order."""
        return tuple(step.event for step in self.steps if step.source == state and actor.has(*step.roles))

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram."""
        rows = [f"    {step.source} --> {step.target}: {step.event}" for step in self.steps]
        return "\n".join(["stateDiagram-v2", *rows])

    def _possible(self, state: StrEnum, actor: Actor) -> str:
        words = [said(event) for event in self.events(state, actor)]
        return ", ".join(dict.fromkeys(words)) or "nothing for you"


def people_with(roles: Iterable[Role]) -> str:
    """Name those who have one of the roles: ``technicians and supervisors``."""
    named = [PLURALS.get(role, f"{role.value}s") for role in Role if role in roles and role is not Role.SYSTEM]
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


PLURALS = {Role.FINANCE: "finance people", Role.ADMIN: "administrators"}


def said(word: StrEnum) -> str:
    """Return a state, event or role as people read it: ``in_progress`` is "in progress"."""
    return word.value.replace("_", " ")


VERBS = {
    "schedule": "take a job", "unschedule": "give a job back", "start": "start a job", "hold": "pause a job",
    "resume": "resume a job", "need_parts": "ask for parts", "log": "log time", "check": "answer its steps", "complete": "finish a job",
    "reopen": "reopen this", "close": "close this", "cancel": "cancel this", "withdraw": "take this back",
    "issue": "take parts out", "bring_back": "bring parts back", "change_scope": "correct this", "approve": "approve this", "reject": "reject this",
    "take_from_stock": "take it from stock", "submit": "request this", "agree": "agree to a change", "refuse": "refuse a change", "take_back": "undo this",
}  # fmt: skip
"""What somebody wanted to do, as it is said after "can"; anything else is "do this"."""

PAST = {
    "submit": "submitted", "schedule": "assigned", "unschedule": "taken off", "cancel": "cancelled", "begin": "begun",
    "send": "sent", "withdraw": "withdrawn", "hold": "put on hold", "buy": "bought", "amend": "amended",
    "need parts": "given parts", "bring back": "given parts back", "issue": "given parts", "log": "charged with time", "change scope": "corrected",
    "check": "checked", "use up": "used up", "run out": "ended", "flow back": "given back",
    "take back": "taken back", "server took it": "called sent", "sending failed": "called not sent",
    "take from stock": "taken from stock", "fulfil": "called arrived", "release": "freed", "order": "ordered",
    "ask": "asked about", "leave": "sent back", "settle": "settled", "unsettle": "opened again", "drop": "dropped",
    "reverse": "taken back", "expect again": "expected again",
    "propose change": "changed by the supplier", "reject by supplier": "rejected by the supplier",
}  # fmt: skip


def past(event: StrEnum) -> str:
    """Return an event as it is said after "cannot be": ``start`` is "started"."""
    word = said(event)
    return PAST.get(word) or (f"{word}d" if word.endswith("e") else f"{word}ed")


def rows(sources: Iterable[StrEnum], event: StrEnum, target: StrEnum | None, roles: Iterable[Role]) -> tuple[Step, ...]:
    """Write one row a source; a target of None keeps the state."""
    who = frozenset(roles)
    return tuple(Step(source, event, target or source, who) for source in sources)
