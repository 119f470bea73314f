"""Whatever people do to drafts of one part, and in whatever order: sum, least and price by quantity always fit each other."""

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from orders.money import line_amount
from orders.price_breaks import Break, price_for
from storage.tables import CostCentre

LIST = 1_840_000
BREAKS = {5000: 1_700_000, 10_000: 1_500_000}
STEPS = [Break(*each) for each in BREAKS.items()]
LEAST = 6000
WRITTEN = "163.21"


@pytest.fixture
def plants(needing: Any, supplier: Any, offers: Any, approver: Any) -> Any:
    offers(needing.buying.seal, BREAKS, minimum_quantity=LEAST)
    needing.desk.writes(lambda uow: uow.add(CostCentre, code="430", name="Workshop", owner_id=approver.id))
    needing.supplier = supplier
    return needing


class Edits(RuleBasedStateMachine):
    """The walk over one plant; each example ends what the one before left."""

    needing: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        for need in self.needing.needs():
            if need.state == "open":
                self.needing.types("buyer", f"reject {need.number} a fresh start")

    def open(self) -> list[Any]:
        return [need for need in self.needing.needs() if need.state == "open"]

    @rule(quantity=st.integers(1, 12), centre=st.sampled_from(["410", "430"]))
    def somebody_needs(self, quantity: int, centre: str) -> None:
        self.needing.need("operator", f"need {quantity} P-10231 for {centre}")
        self.needing.gather(self.needing.supplier)

    @rule(which=st.integers(0, 9), quantity=st.integers(1, 14))
    def the_buyer_writes_a_quantity(self, which: int, quantity: int) -> None:
        for need in self.open()[which : which + 1]:
            self.needing.changes("buyer", need, quantity=str(quantity))

    @rule(which=st.integers(0, 9), price=st.sampled_from([WRITTEN, "184.00", "150.00"]))
    def the_buyer_writes_a_price(self, which: int, price: str) -> None:
        for need in self.open()[which : which + 1]:
            self.needing.changes("buyer", need, price=price)

    @rule(which=st.integers(0, 9))
    def a_need_goes(self, which: int) -> None:
        for need in self.open()[which : which + 1]:
            self.needing.types("buyer", f"reject {need.number} not today")

    @invariant()
    def sum_least_and_price_fit(self) -> None:
        for order in self.needing.orders("draft"):
            lines = self.needing.lines(order)
            whole = sum(line.quantity for line in lines)
            assert order.total == sum(line_amount(line.quantity, line.price, "EUR").minor for line in lines)
            assert {line.price for line in lines if line.listed} <= {price_for(whole, LIST, STEPS)}
            assert whole >= LEAST or all(line.filled is None for line in lines)
            assert sum(line.filled or 0 for line in lines) <= LEAST
            for line in lines:
                assert line.quantity - (line.filled or 0) >= sum(self.needing.traced(line).values())


def test_40_any_order_of_edits_leaves_sum_least_and_price_in_step(plants: Any) -> None:
    found = settings(
        max_examples=12,
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )

    class Here(Edits):
        needing = plants

    run_state_machine_as_test(Here, settings=found)  # type: ignore[no-untyped-call]
