"""What people taught about suppliers, as the mailroom shows it: each rule with its origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.tables import Person, ReadingRule, Supplier
from storage.unit_of_work import UnitOfWork

KINDS: Mapping[str, str] = {"column": "column", "dates": "dates", "unit": "unit word", "part": "part number"}
"""What each kind of rule is about."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """One rule: for which supplier, what it says and means, by whom and when it was taught, and from which mail."""

    number: int
    supplier: str
    kind: str
    said: str
    means: str
    by: str
    at: datetime
    mail: int | None

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        about = KINDS.get(self.kind, self.kind)
        return f"{about} “{self.said}” means {self.means}" if self.said != "*" else f"{about} are written {self.means}"

    @property
    def origin(self) -> str:
        """Who taught it, and from which mail."""
        return f"taught by {self.by}" + (f" from mail {self.mail}" if self.mail else "")


def learnt(uow: UnitOfWork) -> list[Learnt]:
    """Return the rules that are in force, supplier by supplier."""
    suppliers = {row.id: row.name for row in uow.all(Supplier)}
    people = {row.id: row.name for row in uow.all(Person)}
    rows = [
        Learnt(
            number=row.id,
            supplier=suppliers[row.supplier_id],
            kind=row.kind,
            said=row.said,
            means=row.means,
            by=people.get(row.made_by_id, "somebody"),
            at=row.made_at,
            mail=row.mail_id,
        )
        for row in uow.all(ReadingRule, state="active")
    ]
    return sorted(rows, key=lambda one: (one.supplier.casefold(), one.kind, one.said))
