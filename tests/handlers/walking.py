"""A small plant for random walks: its people, parts and suppliers, and a world in which things happen one after another."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers import people
from handlers.happenings import Click, Submission
from handlers.ids import value
from orders.approvals import Rule
from orders.money import Money
from orders.people import CHARGEHAND
from orders.plant import Address, Channels, MailIdentity, Plant, Terms
from orders.stock import MovementKind
from storage import stock
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.stock import Movement
from storage.tables import Asset, CostCentre, Part, Person, Supplier, SupplierPart
from storage.unit_of_work import UnitOfWork

BOX = "purchasing@halden.example"
LIMIT, SMALL = Money.of("500", "EUR"), Money.of("100", "EUR")
PLANT = Plant(
    name="Halden Works",
    channels=Channels(faults=("C0FAULTS",), stores="C0STORES", purchasing="C0BUYING"),
    address=Address("Halden Works", "Dock Road 4", "1777", "Halden", "NO"),
    terms=Terms(incoterm_place="Halden"),
    mail=MailIdentity(BOX, "halden.example", "a secret of forty characters or so", ("mx.halden.example",)),
    approval_rules=(
        Rule("owner", ("owner",)),
        Rule("dear", ("role:finance",), LIMIT),
        Rule("told", ("role:buyer",), notify=True),
        Rule("small", up_to=SMALL, kinds=("standard",), automatic=True, instead=("owner",)),
    ),
    approval_fallback=("ola@halden.example",),
)
STAFF = (
    ("Ana", "operator"), ("Luis", "technician"), ("Tom", "supervisor+approver"), ("Priya", "storekeeper"),
    ("Mei", "buyer+storekeeper"), ("Bo", "approver+technician"), ("Ines", "finance+approver"), ("Ola", "approver"),
)  # fmt: skip
OWNERS = {"410": "Bo", "420": "Tom"}


def furnish(uow: UnitOfWork) -> None:
    """Set up people, two cost centres with an asset each, two suppliers, and two parts, one of them bought in boxes."""
    staff = {}
    for name, roles in STAFF:
        email = f"{name.lower()}@halden.example"
        staff[name] = uow.add(Person, name=name, email=email, slack_id=f"U{name.upper()}", roles=roles)
    for code, owner in OWNERS.items():
        centre = uow.add(CostCentre, code=code, name=code, owner_id=staff[owner])
        named = {"code": f"P-{code}", "plain_code": f"p{code}", "name": f"Pump {code}"}
        uow.add(Asset, **named, criticality="A", location="Hall", cost_centre_id=centre)
    for at, (code, unit, pack) in enumerate((("seal", "C62", 0), ("hose", "BX", 10_000))):
        named = {"code": code, "plain_code": code, "name": code.title(), "store": "store 2", "unit": "C62"}
        part = uow.add(Part, **named, price=1_000_000, currency="EUR")
        stock.move(uow, Movement(part, "store 2", MovementKind.COUNT, 3000, 1_000_000, "EUR"))
        for supplier in ("S-1", "S-2"):
            known = uow.find(Supplier, code=supplier)
            domain = f"{supplier.lower()}.example"
            head = {"code": supplier, "name": supplier, "email_orders": f"o@{domain}", "email_domains": domain}
            supplier_id = known.id if known else uow.add(Supplier, **head, currency="EUR", payment="30 days")
            offer = {"unit": unit, "pack_unit": unit if pack else "", "pack_size": pack, "price": 990_000 + at}
            uow.add(SupplierPart, supplier_id=supplier_id, part_id=part, currency="EUR", supplier_part=code, **offer)


@dataclass(frozen=True)
class Told:
    """A reading with the values that the walk made up."""

    values: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return self.values


@dataclass
class World:
    """A plant in a database of its own, in which things happen one after another."""

    database: Database
    now: datetime = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
    keys: Any = field(default_factory=lambda: itertools.count(1))
    plant: Plant = PLANT

    def does(self, work: Callable[[UnitOfWork], Any], by: str = "") -> dict[str, Any]:
        """Let something happen; a refusal is an answer, everything else that is raised is a fault."""

        def acting(uow: UnitOfWork) -> dict[str, Any]:
            uow.actor = people.known(uow, f"U{by.upper()}") if by else CHARGEHAND
            work(uow)
            return {}

        self.now += timedelta(seconds=7)
        return perform(self.database, self.plant, Deed(f"walk:{next(self.keys)}", "walk", "", self.now), acting)

    def press(self, handler: Any, by: str, *ids: int) -> dict[str, Any]:
        key = f"click:{next(self.keys)}"
        return self.does(lambda uow: handler(uow, Click(key, f"U{by.upper()}", "", value(*ids), "C0FAULTS")), by)

    def submit(self, handler: Any, by: str, *ids: int, **fields: str) -> dict[str, Any]:
        key = f"view:{next(self.keys)}"
        return self.does(lambda uow: handler(uow, Submission(key, f"U{by.upper()}", "", value(*ids), fields)), by)

    def looks(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return reading(self.database, self.plant, self.now, work)

    def all(self, kind: Any, /, **where: Any) -> list[Any]:
        found: list[Any] = self.looks(lambda uow: uow.all(kind, **where))
        return found


class Room:
    """What one part of a walk stands on: its world, and rows in it."""

    world: World

    def one(self, kind: Any, at: int, /, **where: Any) -> Any:
        """Return one of the newest rows, or None where there is none."""
        rows = self.world.all(kind, **where)
        return rows[-1 - at % min(len(rows), 3)] if rows else None
