"""A small plant to measure with: its people, a pump, three parts with a supplier, and a desk where things happen."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handlers import people
from handlers.happenings import Answer
from orders.approvals import Rule
from orders.plant import Address, Channels, MailIdentity, Plant, Terms
from storage import migration
from storage.database import Database
from storage.happenings import Deed, perform, reading
from storage.tables import Asset, Budget, CostCentre, Part, Person, Supplier, SupplierPart
from storage.unit_of_work import UnitOfWork

FAULTS, STORES, PURCHASING = "C0FAULTS", "C0STORES", "C0BUYING"
DOMAIN, AUTHSERV, SECRET = "halden.example", "mx.halden.example", "benchmarks need a secret, not a good one"
SUPPLIER, SUPPLIER_ADDRESS = "Hartmann Seals", "orders@hartmann.example"
PEOPLE = {
    "operator": "Ana Ruiz",
    "technician": "Luis Moreno",
    "supervisor": "Tom Okafor",
    "storekeeper": "Priya Nair",
    "buyer": "Mei Chen",
    "approver": "Bo Lindqvist",
}
PARTS = (("P-10231", "Mechanical seal 45 mm"), ("P-10240", "Deep groove bearing 6204"), ("P-10255", "Filter cartridge"))


def slack_id(role: str) -> str:
    """Return the Slack id of whoever has a role."""
    return f"U0{role.upper()}"


def plant() -> Plant:
    return Plant(
        name="Halden Works",
        channels=Channels((FAULTS,), STORES, PURCHASING),
        address=Address("Halden Works", "Dock Road 4", "1777", "Halden", "NO"),
        deliver_to=Address("Halden Works, store 2", "Dock Road 4", "1777", "Halden", "NO"),
        terms=Terms(incoterm_place="Halden"),
        mail=MailIdentity(f"purchasing@{DOMAIN}", DOMAIN, SECRET, (AUTHSERV,)),
        approval_rules=(Rule("cost centre owner", ("owner",)),),
        # Thousands of reports in the same words are reports here, and no second report of the first.
        duplicate_hours=0,
    )


@dataclass
class Desk:
    """Where happenings are performed the way the wires do it: one transaction and one durable commit each."""

    database: Database
    plant: Plant = field(default_factory=plant)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def does(self, role: str, work: Callable[[UnitOfWork], Any]) -> Any:
        """Perform one happening of whoever has this role; a refusal ends the measurement."""
        kept: list[Any] = []

        def inside(uow: UnitOfWork) -> dict[str, Any]:
            uow.actor = people.known(uow, slack_id(role)) if role else uow.actor
            kept[:] = [work(uow)]
            return kept[0].to_json() if isinstance(kept[0], Answer) else {}

        told = perform(self.database, self.plant, Deed(self.key(), "bench", role, datetime.now(UTC)), inside)
        if "refused" in told:
            raise RuntimeError(told["private"])
        return kept[0]

    def reads(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run something that only reads."""
        return reading(self.database, self.plant, datetime.now(UTC), work)

    def key(self) -> str:
        return f"bench:{next(self.numbers)}"


@contextmanager
def desk(url: str = "") -> Iterator[Desk]:
    """Yield a desk over a fresh database with the plant in it: a file of its own unless there is an address."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'chargehand.db'}")
        migration.migrate(database)
        made = Desk(database)
        made.does("", furnish)
        yield made
        database.close()


def furnish(uow: UnitOfWork) -> None:
    """Write the plant's people, assets, parts and supplier."""
    hired = {role: _person(uow, role, name) for role, name in PEOPLE.items()}
    centre = uow.add(CostCentre, code="410", name="Packaging", owner_id=hired["approver"])
    uow.add(Budget, cost_centre_id=centre, year=uow.now.year, amount=10**12, currency="EUR")
    pump = {"criticality": "A", "location": "Packaging hall", "cost_centre_id": centre}
    uow.add(Asset, code="P-101", plain_code="p101", name="CIP return pump", **pump)
    supplier = uow.add(
        Supplier, code="S-1", name=SUPPLIER, email_orders=SUPPLIER_ADDRESS, email_domains="hartmann.example",
        currency="EUR", language="en", payment="30 days net", incoterm="DAP", incoterm_place="Halden",
        tax_id="DE123456789", country="DE", contact="Jana Hartmann",
    )  # fmt: skip
    for code, name in PARTS:
        _part(uow, supplier, code, name)


def _person(uow: UnitOfWork, role: str, name: str) -> int:
    address = f"{name.split(maxsplit=1)[0].lower()}@{DOMAIN}"
    return uow.add(Person, name=name, email=address, slack_id=slack_id(role), roles=role)


def _part(uow: UnitOfWork, supplier: int, code: str, name: str) -> None:
    plain, price = code.replace("-", "").lower(), {"price": 184_000, "currency": "EUR", "unit": "C62"}
    part = uow.add(Part, code=code, plain_code=plain, name=name, store="store 2", bin="B14", **price)
    offer = {"supplier_part": f"HS-{code[2:]}", "lead_days": 4, "preferred": True}
    uow.add(SupplierPart, supplier_id=supplier, part_id=part, **offer, **price)
