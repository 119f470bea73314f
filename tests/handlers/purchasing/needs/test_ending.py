"""Needs that are not bought: turned down with a reason, not needed any more, or met from stock; whoever asked hears it."""

import json
from typing import Any

import pytest

from handlers import gathering, needs
from orders.stock import MovementKind
from storage import stock
from storage.stock import Movement
from storage.tables import StockMovement, WorkOrderPart


def test_a_buyer_says_no_with_a_reason_and_whoever_asked_hears_it(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    form = needing.press(needs.refuse, "buyer", need.id)
    assert form.modal is not None

    needing.desk.submit(needs.refused, needing.people["buyer"], need.id, reason="use the spare pump")

    ended = needing.needs()[0]
    assert (ended.state, ended.ending) == ("rejected", "use the spare pump")
    assert "use the spare pump" in needing.told("operator")
    assert "Not bought" in json.dumps(needing.desk.card(f"pr:{need.id}"))
    assert needing.groups() == []


def test_a_no_without_a_reason_is_refused(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")

    told = needing.desk.submit(needs.refused, needing.people["buyer"], need.id, reason=" ")

    assert told.errors == {"reason": "Say why in a few words."}
    assert needing.refused("buyer", f"reject {need.number}") == "ReasonMissing"
    assert needing.states() == ["open"]


def test_the_same_no_typed(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")

    needing.types("buyer", f"reject {need.number} because we have two")

    assert needing.needs()[0].ending == "we have two"


@pytest.mark.parametrize("who", ["technician", "storekeeper"])
def test_others_cannot_say_no(needing: Any, who: str) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")

    assert needing.refuses(needs.refuse, who, need.id) == "NotYours"
    assert needing.refused(who, f"reject {need.number} no") == "NotYours"
    assert needing.refused(who, f"cancel {need.number} no") == "NotYours"


def test_whoever_asked_takes_it_back(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")

    needing.types("operator", f"cancel {need.number} found one")

    assert (needing.needs()[0].state, needing.needs()[0].ending) == ("cancelled", "found one")
    assert needing.refused("operator", f"cancel {need.number} found one") == "NotPossible"


def test_a_second_press_of_not_needed_changes_nothing(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")

    first = needing.press(needs.not_needed, "operator", need.id)
    again = needing.press(needs.not_needed, "operator", need.id)

    assert first.private == again.private
    assert needing.desk.audited(need.number).count("not needed") == 1


def test_a_need_on_an_approved_order_is_past_dropping(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    needing.order_everything(supplier)

    assert needing.refuses(needs.not_needed, "operator", need.id) == "NotPossible"
    assert needing.refuses(needs.refuse, "buyer", need.id) == "NotPossible"
    assert needing.refuses(needs.from_stock, "buyer", need.id) == "NotPossible"


def test_a_buyer_takes_a_need_off_an_order_that_waits_for_approval(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    second = needing.need("technician", "need 3 P-10231 for 410")
    needing.gather(supplier)
    needing.request()

    needing.types("buyer", f"reject {second.number} not this year")

    order = needing.orders()[0]
    assert (order.state, order.total, needing.states()) == ("draft", 5 * 18400, ["open", "rejected"])


def found_in_store(needing: Any, quantity: int) -> None:
    movement = Movement(needing.buying.seal.id, "store 2", MovementKind.COUNT, quantity, 0, "EUR")
    needing.desk.writes(lambda uow: stock.move(uow, movement))


def test_stock_that_turned_up_meets_a_need_and_goes_out_to_whoever_asked(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    found_in_store(needing, 8000)

    told = needing.press(needs.from_stock, "storekeeper", need.id)

    out = needing.desk.all(StockMovement)[-1]
    assert (needing.states(), out.kind, out.quantity) == (["from_stock"], "issue", -5000)
    assert "5 pieces from stock" in told.private
    assert "met from stock" in needing.told("operator")


def test_part_of_it_from_stock_leaves_the_rest_to_be_bought(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)
    found_in_store(needing, 2000)

    needing.types("storekeeper", f"issue {need.number}")

    first, second = needing.needs()
    assert (first.quantity, first.state, first.asked) == (3000, "open", 5000)
    assert (second.quantity, second.state, second.split_from_id) == (2000, "from_stock", need.id)
    assert [(line.quantity, needing.traced(line)) for line in needing.lines()] == [(3000, {need.id: 3000})]
    assert needing.orders()[0].total == 3 * 18400


def test_what_is_kept_for_others_is_not_taken(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    found_in_store(needing, 2000)
    needing.desk.writes(lambda uow: stock.reserve(uow, needing.buying.seal.id, "store 2", 2000))

    assert needing.refuses(needs.from_stock, "storekeeper", need.id) == "Unlawful"
    assert needing.states() == ["open"]


def test_a_service_cannot_come_from_stock(needing: Any) -> None:
    need = needing.need("operator", "need service 8 h crane with driver")

    assert needing.refuses(needs.from_stock, "storekeeper", need.id) == "Unlawful"


def test_an_operator_cannot_take_from_stock(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    found_in_store(needing, 8000)

    assert needing.refuses(needs.from_stock, "operator", need.id) == "NotYours"


def test_a_job_s_shortage_is_met_from_stock_and_kept_for_the_job(needing: Any) -> None:
    job = needing.buying.job
    row = {"work_order_id": job.id, "part_id": needing.buying.seal.id, "needed": 2000, "store": "store 2"}
    needing.desk.writes(lambda uow: uow.add(WorkOrderPart, reserved=0, issued=0, **row))
    short = needing.buying.short(2000)
    found_in_store(needing, 2000)

    needing.press(needs.from_stock, "storekeeper", short)

    assert needing.desk.one(WorkOrderPart).reserved == 2000
    assert needing.states() == ["from_stock"]
    assert needing.orders()[0].state == "cancelled"


def test_an_unknown_number_is_said_to_be_unknown(needing: Any) -> None:
    assert needing.refused("buyer", "reject PR-77 no") == "NotKnown"
    assert needing.refused("buyer", "cancel PR-77") == "NotKnown"


def test_a_need_that_ended_is_not_gathered(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    needing.types("operator", f"cancel {need.number}")

    told = needing.press(gathering.gather, "buyer", supplier.id)

    assert "Nothing is left to order" in told.private
    assert needing.refuses(gathering.place, "buyer", need.id) == "Unlawful"
    assert needing.orders() == []
