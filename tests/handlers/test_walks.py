"""Random walks of everybody over the real handlers: whatever is pressed by whom and when, every sum and every right holds."""

import itertools
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing as closed_after
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from bot import verification
from handlers import (
    absences,
    approval_times,
    approvals,
    assigning,
    closing,
    completing,
    declining,
    holds,
    mail_buttons,
    needs,
    order_outcomes,
    parts,
    passing_on,
    purchase_orders,
    receiving,
    reducing,
    reports,
    supplier_mail,
    supplier_replies,
)
from handlers.budget_bookings import dues
from handlers.happenings import Sent
from handlers.order_authors import authors_of
from handlers.order_content import opened
from orders.purchase_orders import RECEIVABLE, OrderState, content_hash
from storage.database import Database
from storage.tables import (
    Approval,
    ApprovalTask,
    BudgetEntry,
    InboundMail,
    Outgoing,
    PurchaseOrder,
    Receipt,
    Requisition,
    Stock,
    WorkOrder,
    WorkOrderPart,
)
from storage.unit_of_work import UnitOfWork
from tests.handlers.walking import LIMIT, SMALL, STAFF, Told, World, furnish
from tests.handlers.walking_corrections import Corrections

S = OrderState
NOT_YET = {S.DRAFT, S.PENDING_APPROVAL, S.CANCELLED}
NOTHING_PROMISED = NOT_YET | {S.REJECTED_BY_SUPPLIER}

number, one_of_many = some.integers(1, 6), some.integers(0, 999)
amounts = some.sampled_from(["0", "1", "2", "3", "5", "8", "20", "-1", "1.5", "1e999999"])


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Makes a fresh world for each walk, from one that was furnished once."""
    furnished, opened_now = tmp_path / "furnished.db", []
    first = Database(f"sqlite:///{furnished}")
    first.create()
    World(first, keys=itertools.count(10**6)).does(furnish)
    first.close()
    with closed_after(sqlite3.connect(furnished)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh() -> World:
        for old in opened_now:
            old.close()
        name = tmp_path / f"walk{len(opened_now)}.db"
        shutil.copy(furnished, name)
        opened_now.append(Database(f"sqlite:///{name}"))
        event.listen(opened_now[-1].engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        return World(opened_now[-1])

    yield fresh
    for database in opened_now:
        database.close()


class Walk(Corrections, RuleBasedStateMachine):
    """Everybody presses everything, mostly in a sensible order, often not."""

    fresh: Callable[[], World]

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).fresh()

    @initialize(steps=some.lists(some.integers(0, 12), min_size=2, max_size=4))
    def begin(self, steps: list[int]) -> None:
        """Let a few jobs need parts, and let each of the orders come some way before anybody strays."""
        for at, many in enumerate(steps):
            asset = ("P-410", "P-420")[at % 2]
            report = reports.Report(f"Seal leaking on {asset}", "C0FAULTS")
            self.world.does(lambda uow, report=report: reports.open_order(uow, report), "Ana")
            job = self.world.all(WorkOrder)[-1].id
            self.world.press(assigning.take, "Luis", job)
            self.world.does(lambda uow, job=job, at=at: parts.need(uow, job, 1 + at % 2, 4000 + at * 3000), "Luis")
            if many % 3 == 0:
                self.world.submit(purchase_orders.edited, "Tom", self.world.all(Requisition)[-1].id, quantity="9")
            for step in range(many):
                self.sensible(3 * (many + step))

    @rule(at=one_of_many)
    def sensible(self, at: int) -> None:
        """Do the next sensible thing about one of the newest orders."""
        order = self.one(PurchaseOrder, at)
        state = S(order.state)
        if state is S.DRAFT:
            self.world.does(lambda uow: approvals.submit(uow, order.id), "Luis")
        elif state is S.PENDING_APPROVAL:
            self.approve_as_asked(at)
        elif state is S.APPROVED and at % 5 == 1 and self.world.all(ApprovalTask, state="approved"):
            self.undo_as_approver(0)
        elif state is S.APPROVED and self.world.all(Outgoing, wire="mail", state="due"):
            self.relay("accepted", True)
        elif state in RECEIVABLE and self.world.all(Receipt, order_id=order.id, state="proposed"):
            receipt = self.world.all(Receipt, order_id=order.id, state="proposed")[-1]
            self.world.press(receiving.as_listed, "Priya", receipt.id)
        elif state in RECEIVABLE:
            self.mail_about(order, "2", f"N{at}", "despatch", ("propose", "verified"))

    @rule(at=one_of_many)
    def sensible_again(self, at: int) -> None:
        self.sensible(at)

    @rule(at=one_of_many)
    def sensible_once_more(self, at: int) -> None:
        self.sensible(at)

    anybody = some.sampled_from([name for name, _ in STAFF])
    workers = some.sampled_from(["Luis", "Tom", "Bo", "Ana"])

    def one(self, kind: Any, at: int, **where: Any) -> Any:
        """Return one row of a kind, the newest one most often; None when there is none."""
        rows = self.world.all(kind, **where)
        return rows[-1 - at % min(len(rows), 3)] if rows else None

    # -- work

    @rule(by=workers, at=one_of_many, step=some.sampled_from(["take", "resume", "close", "not_a_fault", "give_back"]))
    def move_job(self, by: str, at: int, step: str) -> None:
        handlers = {
            "take": assigning.take, "resume": holds.resume, "close": closing.close, "not_a_fault": closing.not_a_fault,
            "give_back": declining.cannot_take,
        }  # fmt: skip
        self.world.press(handlers[step], by, self.one(WorkOrder, at).id)

    @rule(by=workers, at=one_of_many, step=some.sampled_from(["start", "hold", "go_on", "done", "cancel", "reopen"]))
    def form_of_job(self, by: str, at: int, step: str) -> None:
        handlers = {
            "start": assigning.started, "hold": holds.held, "go_on": holds.resumed, "done": completing.completed,
            "cancel": closing.cancelled, "reopen": closing.reopened,
        }  # fmt: skip
        fields = {
            "safety": "confirmed",
            "reason": "material",
            "note": "x",
            "mode": "wear",
            "minutes": "1400",
            "parts_used": "1 x P-1; 1 x P-2",
        }
        self.world.submit(handlers[step], by, self.one(WorkOrder, at).id, **fields)

    @rule(by=workers, at=one_of_many, part=some.integers(1, 2), many=number, what=some.sampled_from("nnniib"))
    def parts_of_job(self, by: str, at: int, part: int, many: int, what: str) -> None:
        handler = {"n": parts.need, "i": parts.issue, "b": parts.bring_back}[what]
        job = self.one(WorkOrder, at).id
        self.world.does(lambda uow: handler(uow, job, part, many * 1000), by)

    # -- buying

    @precondition(lambda self: self.world.all(Requisition))
    @rule(by=anybody, at=one_of_many, drop=some.sampled_from([False, False, False, True]))
    def request(self, by: str, at: int, drop: bool) -> None:
        need = self.one(Requisition, at)
        self.world.press(needs.not_needed if drop else approvals.request, by, need.id)

    @precondition(lambda self: self.world.all(Requisition))
    @rule(by=anybody, at=one_of_many, quantity=amounts, price=amounts, supplier=some.sampled_from(["", "1", "2"]))
    def edit(self, by: str, at: int, quantity: str, price: str, supplier: str) -> None:
        fields = {"quantity": quantity, "price": price, "supplier": supplier, "cost_centre": str(at % 3 or "")}
        self.world.submit(purchase_orders.edited, by, self.one(Requisition, at).id, **fields)

    @precondition(lambda self: self.world.all(ApprovalTask, state="pending"))
    @rule(at=one_of_many)
    def approve_as_asked(self, at: int) -> None:
        task = self.one(ApprovalTask, at, state="pending")
        self._decide(approvals.approve, task, STAFF[task.person_id - 1][0])

    @precondition(lambda self: self.world.all(ApprovalTask))
    @rule(by=anybody, at=one_of_many, what=some.sampled_from(["approve", "undo", "reject"]))
    def decide(self, by: str, at: int, what: str) -> None:
        task = self.one(ApprovalTask, at)
        if what == "reject":
            order = self._order_of(task)
            self.world.submit(approvals.rejected, by, order, task.id, words="no")
        else:
            self._decide({"approve": approvals.approve, "undo": approvals.undo}[what], task, by)

    @precondition(lambda self: self.world.all(ApprovalTask, state="approved"))
    @rule(at=one_of_many)
    def undo_as_approver(self, at: int) -> None:
        task = self.one(ApprovalTask, at, state="approved")
        self._decide(approvals.undo, task, STAFF[task.person_id - 1][0])

    @precondition(lambda self: self.world.all(ApprovalTask, state="pending"))
    @rule(at=one_of_many, to=anybody, stray=some.sampled_from([False, False, True]), by=anybody)
    def pass_on(self, at: int, to: str, stray: bool, by: str) -> None:
        task = self.one(ApprovalTask, at, state="pending")
        person = next(number for number, (name, _) in enumerate(STAFF, 1) if name == to)
        who = by if stray else STAFF[task.person_id - 1][0]
        self.world.submit(
            passing_on.passed_on, who, self._order_of(task), task.id, person=str(person), words="you know"
        )

    @precondition(lambda self: self.world.all(ApprovalTask, state="pending"))
    @rule(
        at=one_of_many,
        left=some.lists(amounts, min_size=1, max_size=4),
        stray=some.sampled_from([False, True]),
        by=anybody,
    )
    def approve_less(self, at: int, left: list[str], stray: bool, by: str) -> None:
        task = self.one(ApprovalTask, at, state="pending")
        order = self._order_of(task)
        lines = self.world.looks(lambda uow: opened(uow, order)).lines
        fields = {f"line_{line.id}": left[number % len(left)] for number, line in enumerate(lines)}
        who = by if stray else STAFF[task.person_id - 1][0]
        self.world.submit(reducing.reduced, who, order, task.id, words="less will do", **fields)

    @rule(
        by=some.sampled_from(["Bo", "Tom", "Ines", "Ola"]), to=anybody, days=some.integers(0, 3), home=some.booleans()
    )
    def be_away(self, by: str, to: str, days: int, home: bool) -> None:
        if home:
            self.world.does(absences.back, by)
            return
        today = self.world.now.date()
        fields = {"first": today.isoformat(), "last": (today + timedelta(days=days)).isoformat()}
        self.world.submit(absences.planned, by, 0, **fields, stand_in=f"U{to.upper()}")

    @rule(hours=some.sampled_from([0, 5, 9, 30, 200]))
    def time_passes(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)
        for order in self.world.looks(approval_times.open_orders):
            self.world.does(lambda uow, order=order: approval_times.tend(uow, order))

    def _order_of(self, task: Any) -> int:
        return int(self.world.looks(lambda uow: uow.get(Approval, task.approval_id)).order_id)

    def _decide(self, handler: Any, task: Any, by: str) -> None:
        self.world.press(handler, by, self._order_of(task), task.id)

    # -- mail out

    @precondition(lambda self: self.world.all(Outgoing, wire="mail", state="due"))
    @rule(outcome=some.sampled_from(["accepted", "accepted", "accepted", "refused", "unknown"]), gate=some.booleans())
    def relay(self, outcome: str, gate: bool) -> None:
        row = self.world.all(Outgoing, wire="mail", state="due")[0]
        if gate:
            self.world.looks(lambda uow: purchase_orders.document_for(uow, json.loads(row.body)))
        states = {"leaving": "transmitting", "accepted": "sent", "refused": "dead", "unknown": "unknown"}
        for each in ("leaving", outcome):
            told = Sent("", row.id, each)
            self.world.does(lambda uow, to=states[each]: uow.change(Outgoing, row.id, state=to))
            self.world.does(lambda uow, told=told: purchase_orders.outcome(uow, told))

    @precondition(lambda self: self.world.all(PurchaseOrder))
    @rule(
        by=some.sampled_from(["Mei", "Mei", "Luis"]), at=one_of_many, what=some.sampled_from(["again", "out", "bounce"])
    )
    def after_the_mail(self, by: str, at: int, what: str) -> None:
        order = self.one(PurchaseOrder, at)
        if what == "bounce":
            self.world.does(lambda uow: order_outcomes.bounced(uow, order.id, "no such mailbox"))
        else:
            handler = {"again": order_outcomes.send_again, "out": order_outcomes.it_went_out}[what]
            self.world.press(handler, by, order.id)

    # -- mail in

    @precondition(lambda self: self._numbered())
    @rule(
        at=one_of_many, many=some.sampled_from(["0", "1", "2", "3", "5", "20", "NaN"]), note=some.sampled_from(["A", "B", ""]),
        what=some.sampled_from(["despatch", "despatch", "delivery", "accepted", "changed", "rejected", "delay"]),
        action=some.sampled_from(["propose", "propose", "ask"]), trust=some.sampled_from(["verified", "verified", "known"]),
    )  # fmt: skip
    def supplier_writes(self, at: int, many: str, note: str, what: str, action: str, trust: str) -> None:
        order = self._numbered()[-1 - at % min(len(self._numbered()), 3)]
        self.mail_about(order, many, note, what, (action, trust), line=1 + (at % 7 == 0), supplier=0 if at % 9 else 2)

    def mail_about(  # what a mail says
        self, order: Any, many: str, note: str, what: str, judged: tuple[str, str], *, line: int = 1, supplier: int = 0
    ) -> None:
        kind = "order_response" if what in {"accepted", "changed", "rejected"} else what
        row = {"order": order.number, "line": line, "quantity": many, "unit": "C62", "sku": "x"}
        sender = {"supplier": f"S-{supplier or order.supplier_id}", "trust": judged[1], "address": "a@s-1.example"}
        said = {
            "kind": kind, "response": what if kind == "order_response" else None, "document": {"number": note}, "orders": [order.number], "lines": [row],
            "shipment": {}, "sender": sender, "decision": {"action": judged[0], "reasons": ["x"], "rule": "x"}, "problems": [],
        }  # fmt: skip
        place = ("purchasing", "INBOX", 1, next(self.world.keys))
        self.world.does(lambda uow: supplier_mail.take(uow, *place, repr(place).encode(), self.world.now))
        mail = self.world.all(InboundMail)[-1].id
        self.world.does(lambda uow: supplier_mail.settle(uow, mail_id=mail, reading=Told(said)))

    def _numbered(self) -> list[Any]:
        return [order for order in self.world.all(PurchaseOrder) if order.number]

    @precondition(lambda self: self.world.all(InboundMail))
    @rule(by=some.sampled_from(["Mei", "Priya", "Ana"]), at=one_of_many, what=some.sampled_from("cctri"))
    def decide_on_mail(self, by: str, at: int, what: str) -> None:
        handlers = {
            "c": mail_buttons.claim,
            "t": mail_buttons.take_over,
            "r": supplier_replies.refuse,
            "i": mail_buttons.ignore,
        }
        self.world.press(handlers[what], by, self.one(InboundMail, at).id)

    # -- goods in

    @precondition(lambda self: self.world.all(Receipt))
    @rule(
        by=some.sampled_from(["Priya", "Priya", "Mei", "Luis"]),
        at=one_of_many,
        here=amounts,
        damaged=some.one_of(amounts, amounts.map("{} torn".format), amounts.map("hold {}".format)),
        listed=some.booleans(),
    )
    def take_in(self, by: str, at: int, here: str, damaged: str, listed: bool) -> None:
        receipt = self.one(Receipt, at)
        if listed:
            self.world.press(receiving.as_listed, by, receipt.id)
            return
        lines = self.world.looks(lambda uow: opened(uow, receipt.order_id)).lines
        fields = {f"line_{line.id}": here for line in lines}
        self.world.submit(receiving.counted, by, receipt.id, damaged=damaged if at % 2 else "", **fields)

    @precondition(lambda self: self._numbered())
    @rule(
        by=some.sampled_from(["Priya", "Mei", "Ana"]), at=one_of_many, here=some.lists(amounts, min_size=1, max_size=2)
    )
    def type_a_count(self, by: str, at: int, here: list[str]) -> None:
        order = self._numbered()[-1 - at % min(len(self._numbered()), 3)]
        self.world.does(lambda uow: receiving.count_named(uow, order.number, ", ".join(here)), by)

    # -- what holds whatever happened

    @invariant()
    def every_sum_agrees_and_the_chain_is_whole(self) -> None:
        assert self.world.looks(verification.damage) == []

    @invariant()
    def nothing_is_negative_and_nothing_is_kept_twice(self) -> None:
        for row in self.world.all(Stock):
            assert 0 <= row.reserved <= row.on_hand, row
        over = {job.id for job in self.world.all(WorkOrder) if job.state in {"closed", "cancelled"}}
        for row in self.world.all(WorkOrderPart):
            assert row.needed >= row.reserved + row.issued >= row.issued >= 0, row
            assert not (row.work_order_id in over and row.reserved), row

    @invariant()
    def every_order_is_as_it_may_be(self) -> None:
        self.world.looks(check_orders)


def check_orders(uow: UnitOfWork) -> None:
    """Hold each order against its approvals, its mails, its receipts and the budget ledger."""
    for order in uow.all(PurchaseOrder):
        dossier = opened(uow, order.id)
        assert order.total == dossier.total.minor
        assert all(0 <= line.accepted <= line.quantity for line in dossier.lines)
        assert all(
            line.received == line.accepted + line.rejected + line.held >= line.held >= 0 for line in dossier.lines
        )
        open_runs = uow.all(Approval, order_id=order.id, state="open")
        assert len(open_runs) == (dossier.state is S.PENDING_APPROVAL)
        waiting = [row for row in uow.all(Outgoing, subject=f"order:{order.id}") if row.state == "due"]
        assert len(waiting) <= (dossier.state in {S.APPROVED, S.SENDING})
        check_budget(uow, dossier)
        if dossier.state not in NOT_YET:
            check_approved(uow, dossier)


def check_budget(uow: UnitOfWork, dossier: Any) -> None:
    """The ledger says of an order what its lines promise and what has come of them."""
    sums = {"committed": 0, "actual": 0}
    for entry in uow.all(BudgetEntry, order_id=dossier.order.id):
        sums[entry.kind] += entry.amount
    promises = [(due.promise, due.line.accepted) for due in dues(dossier)]
    promised = 0 if dossier.state in NOTHING_PROMISED else sum(each.leftover(come) for each, come in promises)
    assert sums == {"committed": promised, "actual": sum(each.cost(come) for each, come in promises)}


def check_approved(uow: UnitOfWork, dossier: Any) -> None:
    """Exactly one run over exactly this content is approved, each step by people of its own, none of them an author."""
    (run,) = uow.all(Approval, order_id=dossier.order.id, state="approved")
    assert run.content_hash == dossier.order.content_hash == content_hash(dossier.content)
    said_yes = [task for task in uow.all(ApprovalTask, approval_id=run.id) if task.state == "approved"]
    voices = [{task.person_id, task.instead_of_id or task.person_id} for task in said_yes]
    approvers = [person for voice in voices for person in voice]
    for step, need in enumerate(json.loads(run.needs)):
        spared = dossier.total <= LIMIT and all(
            task.state == "not_needed" and task.rule == "dear"
            for task in uow.all(ApprovalTask, approval_id=run.id, step=step)
        )
        assert spared or sum(task.step == step for task in said_yes) == need
    assert len(set(approvers)) == len(approvers)
    assert authors_of(uow, dossier.order).isdisjoint(approvers)
    assert len({task.rule for task in said_yes} & {"dear"}) >= (dossier.total > LIMIT)
    assert bool(said_yes) != bool(run.rule), "people decide, or a rule that says so, and never nobody"
    if run.rule == "small":
        assert dossier.total <= SMALL
        assert dossier.order.requested_by_id is not None
    for receipt in uow.all(Receipt, order_id=dossier.order.id, state="posted"):
        assert receipt.posted_by_id not in approvers


def test_whatever_is_pressed_by_whom_and_when_every_sum_and_every_right_holds(worlds: Callable[[], World]) -> None:
    class Bounded(Walk):
        fresh = staticmethod(worlds)

    bounds = settings(
        max_examples=25,
        stateful_step_count=45,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(Bounded, settings=bounds)
