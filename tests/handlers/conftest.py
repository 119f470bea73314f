"""A small plant with its people, one pump and one part, and a desk at which things happen as they do over the wires."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers import messages, people
from handlers.happenings import Answer, Click, Message, PostedFile, Submission
from handlers.ids import value
from orders.approvals import Rule
from orders.plant import Address, Channels, Plant, Terms
from orders.stock import MovementKind
from storage import stock
from storage.database import Database
from storage.happenings import Deed, perform
from storage.stock import Movement
from storage.tables import (
    Asset,
    AuditEntry,
    Budget,
    Card,
    CostCentre,
    Outgoing,
    Part,
    Person,
    Supplier,
    SupplierPart,
    WorkOrder,
)
from storage.unit_of_work import UnitOfWork, table

FAULTS, STORES, PURCHASING = "C0FAULTS", "C0STORES", "C0BUYING"
MONDAY = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


@dataclass
class Desk:
    """Where happenings are performed in transactions of their own, by people, one after another."""

    database: Database
    plant: Plant
    now: datetime = MONDAY
    count: Any = field(default_factory=itertools.count)

    def does(self, handler: Callable[..., Answer], what: Any, *, known: bool = True) -> Answer:
        """Perform one happening the way the wires do, and return what is answered at once."""

        def work(uow: UnitOfWork) -> dict[str, Any]:
            uow.actor = people.known(uow, what.by) if known else people.reporter(uow, what.by)
            return handler(uow, what).to_json()

        told = perform(self.database, self.plant, Deed(what.key, handler.__name__, str(what), self.now), work)
        kept = {name: told[name] for name in ("private", "blocks", "modal", "update", "errors", "home") if name in told}
        return Answer(**kept)

    def writes(self, work: Callable[[UnitOfWork], Any], by: Person | None = None) -> Any:
        """Run something that writes, outside of any happening of a person."""
        given: list[Any] = []

        def wrapped(uow: UnitOfWork) -> dict[str, Any]:
            uow.actor = people.actor(by) if by else uow.actor
            given.append(work(uow))
            return {}

        told = perform(self.database, self.plant, Deed(self.key("deed"), "test", "", self.now), wrapped)
        assert "refused" not in told, told
        return given[0]

    def reads(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run something that reads."""
        with self.database.engine.connect() as connection, connection.begin() as transaction:
            found = work(UnitOfWork(connection, plant=self.plant, now=self.now, key=""))
            transaction.rollback()
            return found

    def key(self, kind: str = "key") -> str:
        return f"{kind}:{next(self.count)}"

    def later(self, **ago: float) -> None:
        """Let time pass."""
        self.now += timedelta(**ago)

    def click(self, handler: Callable[..., Answer], by: Person, *numbers: int, **more: Any) -> Answer:
        """Press a button that carries these numbers."""
        return self.does(handler, Click(self.key("click"), by.slack_id, "", value(*numbers), FAULTS, **more))

    def submit(self, handler: Callable[..., Answer], by: Person, *numbers: int, **fields: str) -> Answer:
        """Submit a form that carries these numbers."""
        return self.does(handler, Submission(self.key("view"), by.slack_id, "", value(*numbers), fields))

    def all(self, kind: Any, *conditions: Any, **where: Any) -> list[Any]:
        """Return rows."""
        return self.reads(lambda uow: uow.all(kind, *conditions, **where))

    def one(self, kind: Any, **where: Any) -> Any:
        """Return the only row with these values."""
        (row,) = self.all(kind, **where)
        return row

    def said(self, channel: str | None = None) -> list[dict[str, Any]]:
        """Return what is queued for Slack, oldest first, as it would be sent."""
        bodies = [json.loads(row.body) for row in self.all(Outgoing, wire="slack")]
        return [body for body in bodies if channel is None or body["channel"] == channel]

    def lines(self, channel: str = FAULTS) -> list[str]:
        """Return the one-line messages that are queued for a channel or person."""
        return [body["text"] for body in self.said(channel) if "blocks" not in body]

    def card(self, key: str) -> dict[str, Any]:
        """Return the newest content of a card."""
        return [body for body in self.said() if body.get("card") == key][-1]

    def audited(self, subject: str) -> list[str]:
        """Return what was done to a document, oldest first."""
        return [row.action for row in self.all(AuditEntry, subject=subject)]

    def posts_everything(self) -> None:
        """Let the relay have sent everything, so that each card stands somewhere."""

        def work(uow: UnitOfWork) -> None:
            uow.run(table(Outgoing).update().where(table(Outgoing).c.state == "due").values(state="sent"))
            for number, card in enumerate(uow.all(Card)):
                if card.ts is None:
                    ts = f"1790000000.{number:06}"
                    uow.run(table(Card).update().where(table(Card).c.key == card.key).values(ts=ts))

        self.writes(work)


@pytest.fixture
def plant() -> Plant:
    return Plant(
        name="Halden Works",
        channels=Channels(faults=(FAULTS,), stores=STORES, purchasing=PURCHASING),
        address=Address("Halden Works", "Dock Road 4", "1777", "Halden", "NO"),
        deliver_to=Address("Halden Works, store 2", "Dock Road 4", "1777", "Halden", "NO"),
        terms=Terms(incoterm_place="Halden"),
        approval_rules=(Rule("cost centre owner", ("owner",)),),
    )


@pytest.fixture
def desk(database: Database, plant: Plant) -> Desk:
    return Desk(database, plant)


@pytest.fixture
def hire(desk: Desk) -> Callable[..., Person]:
    """Take somebody on: ``hire("Luis Moreno", "technician")``."""

    def hired(name: str, roles: str, **more: Any) -> Person:
        first = name.split(maxsplit=1)[0].lower()
        values = {"email": f"{first}@halden.example", "slack_id": f"U0{first.upper()}", "roles": roles} | more
        number = desk.writes(lambda uow: uow.add(Person, name=name, **values))
        return desk.one(Person, id=number)

    return hired


@pytest.fixture
def operator(hire: Callable[..., Person]) -> Person:
    return hire("Ana Ruiz", "operator")


@pytest.fixture
def technician(hire: Callable[..., Person]) -> Person:
    return hire("Luis Moreno", "technician")


@pytest.fixture
def supervisor(hire: Callable[..., Person]) -> Person:
    return hire("Tom Okafor", "supervisor")


@pytest.fixture
def storekeeper(hire: Callable[..., Person]) -> Person:
    return hire("Priya Nair", "storekeeper")


@pytest.fixture
def buyer(hire: Callable[..., Person]) -> Person:
    return hire("Mei Chen", "buyer")


@pytest.fixture
def approver(hire: Callable[..., Person]) -> Person:
    return hire("Bo Lindqvist", "approver")


@pytest.fixture
def cost_centre(desk: Desk, approver: Person) -> CostCentre:
    def work(uow: UnitOfWork) -> int:
        number = uow.add(CostCentre, code="410", name="Packaging", owner_id=approver.id)
        uow.add(Budget, cost_centre_id=number, year=2026, amount=1_200_000, currency="EUR")
        return number

    return desk.one(CostCentre, id=desk.writes(work))


@pytest.fixture
def add_asset(desk: Desk, cost_centre: CostCentre) -> Callable[..., Asset]:
    """Set up an asset: ``add_asset("P-101", "CIP return pump")``."""

    def added(code: str, name: str, **more: Any) -> Asset:
        plain = code.replace("-", "").replace(" ", "").lower()
        values = {"criticality": "A", "location": "Packaging hall", "cost_centre_id": cost_centre.id} | more
        number = desk.writes(lambda uow: uow.add(Asset, code=code, plain_code=plain, name=name, **values))
        return desk.one(Asset, id=number)

    return added


@pytest.fixture
def pump(add_asset: Callable[..., Asset]) -> Asset:
    return add_asset("P-101", "CIP return pump", safety="LOTO-17")


@pytest.fixture
def conveyor(add_asset: Callable[..., Asset]) -> Asset:
    return add_asset("C-20", "Infeed conveyor", criticality="B")


@pytest.fixture
def supplier(desk: Desk) -> Supplier:
    number = desk.writes(
        lambda uow: uow.add(
            Supplier, code="S-1", name="Hartmann Seals", email_orders="orders@hartmann.example",
            email_domains="hartmann.example", currency="EUR", language="en", payment="30 days net", incoterm="DAP",
            incoterm_place="Halden", tax_id="DE123456789", country="DE", contact="Jana Hartmann",
        )
    )  # fmt: skip
    return desk.one(Supplier, id=number)


@pytest.fixture
def add_part(desk: Desk, supplier: Supplier) -> Callable[..., Part]:
    """Set up a part, with so many thousandths in stock and a price at the supplier."""

    def added(code: str, name: str, on_hand: int = 0, **more: Any) -> Part:
        plain = code.replace("-", "").lower()
        values = {"unit": "C62", "store": "store 2", "bin": "B14", "price": 1_840_000, "currency": "EUR"} | more

        def work(uow: UnitOfWork) -> int:
            number = uow.add(Part, code=code, plain_code=plain, name=name, **values)
            uow.add(
                SupplierPart, supplier_id=supplier.id, part_id=number, supplier_part=f"HS-{plain}", price=1_840_000,
                currency="EUR", unit="C62", lead_days=4, preferred=True,
            )  # fmt: skip
            if on_hand:
                stock.move(uow, Movement(number, "store 2", MovementKind.COUNT, on_hand, 1_840_000, "EUR"))
            return number

        return desk.one(Part, id=desk.writes(work))

    return added


@pytest.fixture
def seal(add_part: Callable[..., Part]) -> Part:
    return add_part("P-10231", "Mechanical seal 45 mm")


@pytest.fixture
def write(desk: Desk) -> Callable[..., Message]:
    """Write a plain message in the fault channel (or a thread of it)."""

    def written(
        by: Person | str, text: str, *, thread_ts: str | None = None, files: tuple[PostedFile, ...] = ()
    ) -> Message:
        ts = f"1795425120.{next(desk.count):06}"
        slack_id = by if isinstance(by, str) else by.slack_id
        return Message(f"message:{FAULTS}:{ts}", slack_id, FAULTS, ts, text, thread_ts, files)

    return written


@pytest.fixture
def fault(desk: Desk, operator: Person, pump: Asset, write: Callable[..., Message]) -> WorkOrder:
    """A work order that an operator has opened with one plain message."""
    from handlers import faults

    desk.does(faults.message, write(operator, "Seal leaking on P-101"), known=False)
    return desk.one(WorkOrder)


@pytest.fixture
def job(desk: Desk, fault: WorkOrder, technician: Person, supervisor: Person) -> WorkOrder:
    """A work order that a technician works on."""
    from handlers import assigning

    desk.click(assigning.take, technician, fault.id)
    desk.submit(assigning.started, technician, fault.id, safety="confirmed")
    return desk.one(WorkOrder)


@pytest.fixture
def planners(desk: Any) -> Any:
    """The same plant with planners who decide on requests."""
    desk.plant = replace(desk.plant, channels=Channels(faults=(FAULTS,), stores=STORES, planning="C0PLAN"))
    return desk


@pytest.fixture
def says(desk: Any) -> Any:
    """Writes a message the way the wire does; the handlers find out who acts."""

    def said(by: Any, text: str, thread_ts: str | None = None, **more: Any) -> Answer:
        ts = f"1795425120.{next(desk.count):06}"
        given = {"key": f"message:{ts}", "by": by.slack_id, "channel": FAULTS, "ts": ts, "text": text}
        what = Message(**given | {"thread_ts": thread_ts} | more)
        kept = {"private": ""}
        for handler in [messages.photos] * bool(what.files and what.thread_ts) + [messages.message]:
            deed = Deed(f"{what.key}:{handler.__name__}", handler.__name__, str(what), desk.now)
            kept |= perform(desk.database, desk.plant, deed, lambda uow, run=handler: run(uow, what).to_json())
        return Answer(private=kept["private"])

    return said
