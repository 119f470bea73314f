"""Steps of the random walks in which goods come, are counted, inspected, taken back, used, and go back to their supplier."""

from hypothesis import strategies as some
from hypothesis.stateful import initialize, precondition, rule

from handlers import (
    approvals,
    assigning,
    cancelling,
    inspecting,
    over_deliveries,
    parts,
    purchase_orders,
    receipt_reversal,
    receipt_sentences,
    receiving,
    reports,
    short_closing,
    supplier_returns,
)
from handlers.happenings import Sent
from handlers.order_content import opened
from orders.purchase_orders import RECEIVABLE, OrderState
from storage.tables import (
    ApprovalTask,
    DeliveryNotice,
    DeliveryNoticeLine,
    Outgoing,
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Requisition,
    SupplierReturn,
    WorkOrder,
)
from storage.unit_of_work import UnitOfWork
from tests.handlers.walking import STAFF, Room, World

anybody = some.sampled_from([name for name, _ in STAFF])
keepers = some.sampled_from(["Priya", "Priya", "Priya", "Mei", "Tom", "Luis"])
one_of_many = some.integers(0, 999)
amounts = some.sampled_from(["0", "1", "2", "3", "4", "5", "9", "30", "-1", "1.5"])
wrong = some.sampled_from(
    ["", "", "1 torn", "2 bent", "hold 1", "hold 2", "1 torn; hold 1", "instead another make", "1", "at gate 4"]
)


def order_for_two_jobs(world: World) -> None:
    """Let two jobs be short of a part each, and both orders be with their suppliers."""
    for at in range(2):
        report = reports.Report("Seal leaking on P-410", "C0FAULTS")
        world.does(lambda uow, report=report: reports.open_order(uow, report), "Ana")
        job = world.all(WorkOrder)[-1].id
        world.press(assigning.take, "Luis", job)
        world.does(lambda uow, job=job, at=at: parts.need(uow, job, 1 + at, 7000 + at * 30_000), "Luis")
        world.press(approvals.request, "Luis", world.all(Requisition)[-1].id)
        for name in ("Bo", "Ines", "Ola"):
            for task in world.all(ApprovalTask, state="pending"):
                world.press(approvals.approve, name, world.all(PurchaseOrder)[-1].id, task.id)
        for row in world.all(Outgoing, wire="mail", state="due"):
            for outcome in ("leaving", "accepted"):
                told = Sent(f"sent:{row.id}:{outcome}", row.id, outcome, "", {})
                world.does(lambda uow, told=told: purchase_orders.outcome(uow, told))
            world.does(lambda uow, row=row: uow.change(Outgoing, row.id, state="sent"))
    assert all(order.state == "sent" for order in world.all(PurchaseOrder)), "both are with their suppliers"


class Goods(Room):
    """What everybody may do with what comes on orders; mixed into the walk."""

    @initialize(inspected=some.booleans(), under=some.sampled_from([None, 30]))
    def parts_are_as_they_are(self, inspected: bool, under: int | None) -> None:
        self.world.does(lambda uow: uow.change(Part, 2, inspected=inspected, under_percent=under))

    @rule(at=one_of_many, quantity=some.sampled_from([1000, 2000, 4000, 9000]))
    def notice(self, at: int, quantity: int) -> None:
        order = self.one(PurchaseOrder, at)
        if OrderState(order.state) in RECEIVABLE:
            self.world.does(lambda uow: self._noticed(uow, order, quantity, at))

    @staticmethod
    def _noticed(uow: UnitOfWork, order: PurchaseOrder, quantity: int, at: int) -> None:
        head = {"supplier_id": order.supplier_id, "kind": "despatch", "number": f"N{uow.key}{at}", "state": "matched"}
        notice = uow.add(DeliveryNotice, revision=1, created_at=uow.now, **head)
        for line in uow.all(PurchaseOrderLine, order_id=order.id):
            uow.add(DeliveryNoticeLine, notice_id=notice, order_line_id=line.id, quantity=quantity)
        receiving.propose(uow, notice)

    @precondition(lambda self: self.world.all(Receipt, state="proposed"))
    @rule(by=keepers, at=one_of_many, here=amounts, damaged=wrong, extra=some.booleans(), straight=some.booleans())
    def count(self, by: str, at: int, here: str, damaged: str, extra: bool, straight: bool) -> None:
        receipt = self.one(Receipt, at, state="proposed")
        lines = self.world.looks(lambda uow: opened(uow, receipt.order_id)).lines
        fields = {f"line_{line.id}": here for line in lines} | {"damaged": damaged}
        jobs = [f"job:{line.work_order_id}" for line in lines if straight]
        self.world.submit(receiving.counted, by, receipt.id, also=",".join(["extra"] * extra + jobs), **fields)

    @rule(by=keepers, at=one_of_many)
    def as_listed(self, by: str, at: int) -> None:
        receipt = self.one(Receipt, at)
        if receipt is not None:
            self.world.press(receiving.as_listed, by, receipt.id)

    @rule(by=keepers, at=one_of_many, here=amounts, more=some.sampled_from(["", " extra", " again", " extra again"]))
    def type_a_count(self, by: str, at: int, here: str, more: str) -> None:
        order = self.one(PurchaseOrder, at)
        self.world.does(lambda uow: receiving.count_named(uow, order.number, here + more), by)

    @rule(
        by=keepers,
        at=one_of_many,
        here=amounts,
        more=some.sampled_from(["", ", 1 torn", ", 2 hold", ", extra", ", 1 wet and 1 hold"]),
    )
    def say_what_is_here(self, by: str, at: int, here: str, more: str) -> None:
        order = self.one(PurchaseOrder, at)
        self.world.does(lambda uow: receipt_sentences.said(uow, order.number, here + more), by)

    @precondition(lambda self: self.world.all(Receipt))
    @rule(by=anybody, at=one_of_many, all_of_it=some.booleans())
    def decide_on_more(self, by: str, at: int, all_of_it: bool) -> None:
        asked = self.one(Receipt, at, state="asked") or self.one(Receipt, at)
        self.world.press(over_deliveries.keep_all if all_of_it else over_deliveries.keep_ordered, by, asked.id)

    @precondition(lambda self: self.world.all(Receipt))
    @rule(
        by=anybody,
        at=one_of_many,
        found=some.sampled_from(["good", "bad torn", "1 good", "1 bad torn", "1 good, 1 bad torn"]),
    )
    def inspect(self, by: str, at: int, found: str) -> None:
        receipt = self.one(Receipt, at)
        self.world.does(lambda uow: inspecting.inspect_named(uow, receipt.number, found), by)

    @precondition(lambda self: self.world.all(Receipt))
    @rule(by=some.sampled_from(["Tom", "Tom", "Mei", "Ines", "Priya", "Luis"]), at=one_of_many)
    def take_back(self, by: str, at: int) -> None:
        receipt = self.one(Receipt, at)
        self.world.submit(receipt_reversal.reversed_, by, receipt.id, reason="It was counted twice.")

    @precondition(lambda self: self.world.all(SupplierReturn))
    @rule(
        by=some.sampled_from(["Mei", "Mei", "Mei", "Priya", "Ines", "Luis"]),
        at=one_of_many,
        what=some.sampled_from(
            ["replacement", "credit", "sent", "sent JJD1", "credit CN-1", "none because it is cheap"]
        ),
    )
    def send_back(self, by: str, at: int, what: str) -> None:
        back = self.one(SupplierReturn, at)
        self.world.does(lambda uow: supplier_returns.typed(uow, back.number, what), by)

    @rule(by=some.sampled_from(["Mei", "Luis"]), at=one_of_many, again=some.booleans(), needed=some.booleans())
    def close_or_reopen(self, by: str, at: int, again: bool, needed: bool) -> None:
        order = self.one(PurchaseOrder, at)
        fields = {"reason": "It is not made any more.", "lines": "", "needed": "yes" if needed else "no"}
        self.world.submit(short_closing.reopened if again else short_closing.closed_short, by, order.id, **fields)

    @rule(by=some.sampled_from(["Mei", "Priya"]), at=one_of_many, forced=some.booleans())
    def cancel(self, by: str, at: int, forced: bool) -> None:
        order = self.one(PurchaseOrder, at)
        fields = {"reason": "We found one.", "number": order.number}
        self.world.submit(cancelling.cancelled, by, order.id, int(forced), **fields)

    @rule(at=one_of_many, part=some.integers(1, 2), many=some.integers(1, 6), back=some.booleans())
    def use(self, at: int, part: int, many: int, back: bool) -> None:
        job = self.one(WorkOrder, at).id
        self.world.does(lambda uow: (parts.bring_back if back else parts.issue)(uow, job, part, many * 1000), "Luis")

    @rule(at=one_of_many)
    def go_on(self, at: int) -> None:
        """Do the next sensible thing about the newest delivery or return."""
        asked, back = self.one(Receipt, at, state="asked"), self.one(SupplierReturn, at)
        if asked is not None:
            handler = over_deliveries.keep_all if at % 2 else over_deliveries.keep_ordered
            for name in ("Bo", "Ines", "Ola"):
                self.world.press(handler, name, asked.id)
        elif at % 3 == 0 and self.world.all(Receipt):
            self.inspect("Tom", 0, "good" if at % 2 else "bad torn")
        elif back is not None:
            what = {"proposed": ("replacement", "credit")[at % 2], "announced": "sent", "sent": "credit CN-1"}
            self.world.does(lambda uow: supplier_returns.typed(uow, back.number, what.get(back.state, "sent")), "Mei")
        elif self.world.all(Receipt, state="proposed"):
            self.count("Priya", at, "2", ("", "1 torn", "hold 1")[at % 3], False, False)
        else:
            self.notice(at, 2000)

    @rule(at=one_of_many)
    def go_on_again(self, at: int) -> None:
        self.go_on(at)
