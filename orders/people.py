"""Who takes part: roles in the words of the trade, and what each of them may be called."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does for the plant; one person may have several roles."""

    OPERATOR = "operator"
    """Reports faults and asks for work."""
    TECHNICIAN = "technician"
    """Does the work."""
    SUPERVISOR = "supervisor"
    """Plans work, assigns it and closes it."""
    STOREKEEPER = "storekeeper"
    """Counts, receives and issues parts."""
    BUYER = "buyer"
    """Orders from suppliers."""
    APPROVER = "approver"
    """Decides on spending."""
    FINANCE = "finance"
    """Matches invoices and owns the books."""
    ADMIN = "admin"
    """Sets Chargehand up."""
    SYSTEM = "system"
    """Chargehand itself, acting by a rule."""
    SUPPLIER = "supplier"
    """Somebody who writes from an authenticated supplier's address."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with roles, or Chargehand itself (``person_id`` None)."""

    person_id: int | None
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    slack_id: str | None = None

    def has(self, *roles: Role) -> bool:
        """Say whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)


CHARGEHAND = Actor(None, "Chargehand", frozenset({Role.SYSTEM}))
"""The bot itself, when a rule and no person acts."""


def roles_named(written: str) -> frozenset[Role]:
    """Read ``"technician+supervisor"``; raises ``ValueError`` for an unknown word."""
    return frozenset(Role(word.strip().lower()) for word in written.split("+") if word.strip())
