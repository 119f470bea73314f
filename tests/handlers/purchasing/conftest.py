"""What tests of buying share: a plant with a mailbox, an order at every step of its way, and suppliers who write."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers import approvals, mailroom, purchase_orders, receiving, supplier_mail
from handlers.happenings import Answer, Click, MailTaken, Sent
from handlers.ids import value
from handlers.mailroom_rows import place
from orders.approvals import Rule
from orders.money import Money
from orders.plant import Address, Channels, MailIdentity, Plant, Terms
from storage.happenings import Deed, perform
from storage.tables import (
    ApprovalTask,
    InboundMail,
    Outgoing,
    Part,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Receipt,
    WorkOrder,
)
from templates import habits

BOX = "purchasing@halden.example"
PASS = "mx.halden.example; dmarc=pass header.from=hartmann.example"


@pytest.fixture
def plant() -> Plant:
    return Plant(
        name="Halden Works",
        zone=ZoneInfo("Europe/Oslo"),
        channels=Channels(faults=("C0FAULTS",), stores="C0STORES", purchasing="C0BUYING"),
        address=Address("Halden Works", "Dock Road 4", "1777", "Halden", "NO"),
        deliver_to=Address("Halden Works, store 2", "Dock Road 4", "1777", "Halden", "NO"),
        terms=Terms(incoterm_place="Halden"),
        mail=MailIdentity(BOX, "halden.example", "a secret of forty characters or so", ("mx.halden.example",)),
        approval_rules=(
            Rule("cost centre owner", ("owner",)),
            Rule("above EUR 5,000", ("role:finance",), Money.of("5000", "EUR")),
        ),
    )


@pytest.fixture
def finance(hire: Callable[..., Person]) -> Person:
    return hire("Ines Vogt", "finance+approver")


@dataclass
class Buying:
    """An order on its way, with words for each step of it."""

    desk: Any
    people: dict[str, Person]
    job: WorkOrder
    seal: Part
    count: Any = field(default_factory=itertools.count)

    def short(self, quantity: int = 2000, part: Part | None = None, by: str = "technician") -> int:
        """Let a part be short for the job; returns the requisition's id."""
        part = part or self.seal
        need = {"work_order_id": self.job.id, "part_id": part.id, "quantity": quantity}
        return int(self.desk.writes(lambda uow: purchase_orders.shortage(uow, **need), by=self.people[by]))

    def request(self, requisition: int = 1, by: str = "technician") -> Any:
        return self.desk.click(approvals.request, self.people[by], requisition)

    def order(self) -> PurchaseOrder:
        """Return the newest order as it stands."""
        return self.desk.all(PurchaseOrder)[-1]

    def line(self) -> PurchaseOrderLine:
        return self.desk.all(PurchaseOrderLine)[-1]

    def task(self, by: str = "approver") -> ApprovalTask:
        """Return the newest question to somebody."""
        return self.desk.all(ApprovalTask, person_id=self.people[by].id)[-1]

    def press(self, handler: Any, by: str = "approver", task: ApprovalTask | None = None, **more: Any) -> Any:
        """Press a button of the newest approval card."""
        task = task or self.desk.all(ApprovalTask)[-1]
        return self.desk.click(handler, self.people[by], self.order().id, task.id, **more)

    def approve(self, by: str = "approver", **more: Any) -> Any:
        return self.press(approvals.approve, by, **more)

    def mail(self) -> Outgoing:
        """Return the newest queued mail."""
        return [row for row in self.desk.all(Outgoing, wire="mail") if row.purpose == "purchase_order"][-1]

    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.mail().body)
        return found

    def relay(self, *outcomes: str, **facts: Any) -> None:
        """Let the relay report what became of the newest mail."""
        row = self.mail()
        states = {"leaving": "transmitting", "accepted": "sent", "refused": "dead", "unknown": "unknown"}
        for outcome in outcomes:
            told = Sent(self.desk.key("outcome"), row.id, outcome, str(facts.pop("words", "")), facts)
            self.desk.writes(lambda uow, told=told: purchase_orders.outcome(uow, told))
            self.desk.writes(lambda uow, to=states[outcome]: uow.change(Outgoing, row.id, state=to))

    def sent(self, quantity: int = 2000, part: Part | None = None) -> PurchaseOrder:
        """Return an order that the supplier has."""
        requisition = self.short(quantity, part)
        self.request(requisition)
        self.approve()
        self.relay("leaving", "accepted")
        return self.order()

    def behind(self, line: PurchaseOrderLine) -> list[int]:
        """Return the needs that a line stands for."""
        rows = self.desk.all(PurchaseOrderNeed, line_id=line.id)
        return [row.requisition_id for row in rows if row.quantity]

    def take_in(self, by: str = "storekeeper", receipt: int | None = None) -> Any:
        number = receipt or self.desk.all(Receipt)[-1].id
        return self.desk.click(receiving.as_listed, self.people[by], number)

    def count_lines(self, by: str = "storekeeper", **fields: str) -> Any:
        """Submit the count of the newest receipt; ``line_1="2"`` is by the order line's number."""
        receipt = self.desk.all(Receipt)[-1]
        lines = {line.line: line.id for line in self.desk.all(PurchaseOrderLine, order_id=receipt.order_id)}
        written = {
            f"line_{lines[int(name.removeprefix('line_'))]}" if name.startswith("line_") else name: text
            for name, text in fields.items()
        }
        return self.desk.submit(receiving.counted, self.people[by], receipt.id, **written)

    def refused(self, handler: Any, what: Any) -> str:
        """Return the name of the refusal that a happening is answered with."""
        from handlers import people

        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, what.by)
            return handler(uow, what).to_json()

        told = perform(self.desk.database, self.desk.plant, Deed(what.key, "x", str(what), self.desk.now), work)
        return str(told.get("refused", ""))

    def refuses(self, handler: Any, by: str, *numbers: int, **more: Any) -> str:
        """Return the name of the refusal that a button is answered with, empty when it was not refused."""
        click = Click(self.desk.key("click"), self.people[by].slack_id, "", value(*numbers), **more)
        return self.refused(handler, click)


@pytest.fixture
def buying(
    desk: Any, job: WorkOrder, seal: Part, technician: Any, supervisor: Any, storekeeper: Any, buyer: Any, approver: Any
) -> Buying:
    people = {
        "technician": technician,
        "supervisor": supervisor,
        "storekeeper": storekeeper,
        "buyer": buyer,
        "approver": approver,
    }
    return Buying(desk, people, job, seal)


@dataclass
class Mailbox:
    """The plant's mailbox, into which suppliers write."""

    desk: Any
    uids: Any = field(default_factory=lambda: itertools.count(1))

    def letter(self, text: str, **more: str) -> bytes:
        """Write a mail: plain text, or HTML when it holds a table."""
        head = {
            "Authentication-Results": PASS,
            "From": "Hartmann Versand <versand@hartmann.example>",
            "To": BOX,
            "Subject": "Your order",
            "Message-ID": f"<{abs(hash(text))}@hartmann.example>",
            "Date": "Mon, 23 Nov 2026 10:00:00 +0000",
            "Content-Type": f"text/{'html' if '<table' in text else 'plain'}; charset=utf-8",
        } | {name.replace("_", "-"): written for name, written in more.items()}
        lines = [f"{name}: {written}" for name, written in head.items() if written]
        return "\r\n".join([*lines, "", text]).encode()

    def table(
        self, order: PurchaseOrder, *rows: tuple[int, str, str], note: str = "LS-55120", head: str = "Shipped"
    ) -> str:
        """Write a despatch of these (line, ordered, shipped) as suppliers' shops do."""
        parts = {line.line: line.supplier_part for line in self.desk.all(PurchaseOrderLine, order_id=order.id)}
        told = "".join(
            f"<tr><td>{line}</td><td>{parts[line]}</td><td>{ordered}</td><td>{shipped}</td></tr>"
            for line, ordered, shipped in rows
        )
        return (
            f"<p>Delivery note {note} of 23 Nov 2026 for your order {order.number}. The goods left today with DHL.</p>"
            f"<table><tr><th>Pos</th><th>Article</th><th>Ordered</th><th>{head}</th></tr>{told}</table>"
        )

    def put(self, raw: bytes, uid: int | None = None, uidvalidity: int = 1) -> None:
        """Put a mail into the mailbox without reading it."""
        place = ("purchasing", "INBOX", uidvalidity, uid or next(self.uids))
        self.desk.writes(lambda uow: supplier_mail.take(uow, *place, raw, self.desk.now))

    def reads(self) -> None:
        """Read everything that waits."""
        for mail_id in self.desk.reads(supplier_mail.waiting):
            what = MailTaken(self.desk.key("read"), mail_id)
            self.desk.writes(lambda uow, what=what: supplier_mail.read(uow, what))

    def brings(self, text: str, **more: str) -> InboundMail:
        """Put a mail in, read it, and return what became of it."""
        self.put(self.letter(text, **more))
        self.reads()
        return self.desk.all(InboundMail)[-1]

    def reading(self, order: PurchaseOrder, *, kind: str, quantity: str, **more: Any) -> "Given":
        """Return a reading of one line as the reader would give it."""
        line = {
            "order": order.number,
            "line": more.pop("line", 1),
            "sku": "x",
            "quantity": quantity,
            "unit": "C62",
            "expected_on": "2026-12-04",
            "outstanding": more.pop("outstanding", None),
            "evidence": {"part": "1", "text": "as written"},
        }
        shipment = {"carrier": "DHL", "tracking": [], "expected_on": None, "despatched_on": None}
        return Given(
            {
                "schema": "chargehand.reading/1",
                "kind": kind,
                "document": {"number": more.pop("number", "LS-1"), "issued_on": None},
                "orders": more.pop("orders", [order.number]),
                "response": more.pop("response", None),
                "shipment": shipment | more.pop("shipment", {}),
                "lines": [line],
                "sender": {"address": "a@hartmann.example", "supplier": "S-1", "trust": more.pop("trust", "verified")},
                "decision": {"action": more.pop("action", "propose"), "reasons": ["read"], "rule": "x"},
                "problems": [],
            }
        )


@dataclass(frozen=True)
class Given:
    """A reading with the values that a test states."""

    values: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return self.values


@pytest.fixture
def mailbox(desk: Any) -> Mailbox:
    return Mailbox(desk)


@pytest.fixture
def bearing(add_part: Callable[..., Part]) -> Part:
    return add_part("P-62062", "Bearing 6206-2RS C3")


class Room:
    """The mailroom as one person sees it; every view is held against our habits."""

    def __init__(self, desk: Any, person: Any) -> None:
        self.desk, self.person = desk, person

    def press(self, handler: Any, *numbers: int, chosen: str = "") -> Answer:
        key = self.desk.key("click")
        return self.desk.does(handler, Click(key, self.person.slack_id, "", value(*numbers), chosen=chosen))

    def list(self, filter_name: str = "waiting", supplier: int = 0, page: int = 0) -> str:
        return self.said(self.press(mailroom.open_list, place(filter_name), supplier, page).modal)

    def mail(self, number: int) -> str:
        return self.said(self.press(mailroom.open_mail, number).modal)

    def does(self, action: str, number: int) -> str:
        answer = self.press(mailroom.CLICKS[f"mailroom.{action}"], number, 0, 0, 0)
        return self.said(answer.update or answer.modal) or answer.private

    @staticmethod
    def said(view: Any) -> str:
        """Return a view's words."""
        if not view:
            return ""
        assert habits.view_habits(view) == []
        return json.dumps(view, ensure_ascii=False)


@pytest.fixture
def room(buying: Any) -> Room:
    return Room(buying.desk, buying.people["storekeeper"])


@pytest.fixture
def office(buying: Any) -> Room:
    return Room(buying.desk, buying.people["buyer"])


OWN_PASS = "mx.halden.example; dmarc=pass header.from=halden.example"


@pytest.fixture
def colleague(hire: Any) -> Any:
    """Somebody of the offices, without Slack."""
    return hire("Erik Dahl", "operator", slack_id=None)


@pytest.fixture
def writes(desk: Any, mailbox: Any) -> Any:
    """Lets somebody write to the plant's address, as its own mail server hands it over."""

    def written(text: str, *files: tuple[str, bytes], **head: str) -> InboundMail:
        mail = EmailMessage(policy=SMTP)
        given = {
            "Authentication-Results": OWN_PASS,
            "From": "Erik Dahl <erik@halden.example>",
            "To": "purchasing@halden.example",
            "Subject": "Seal leaking on P-101",
            "Message-ID": f"<{len(desk.all(InboundMail))}.erik@halden.example>",
            "Date": "Mon, 23 Nov 2026 10:00:00 +0000",
        } | {name.replace("_", "-"): said for name, said in head.items()}
        for name, said in given.items():
            if said:
                mail[name] = said
        mail.set_content(text)
        for name, content in files:
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        mailbox.put(mail.as_bytes())
        mailbox.reads()
        last: InboundMail = desk.all(InboundMail)[-1]
        return last

    return written
