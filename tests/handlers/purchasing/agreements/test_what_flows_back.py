"""What an agreement gets back when its releases end by the hand of a buyer, and what it does not give twice."""

from typing import Any

from handlers import cancelling, receiving, short_closing
from handlers.happenings import Answer, Command
from storage.tables import BudgetSum, PurchaseOrder, PurchaseOrderLine


def types(agreeing: Any, by: str, handler: Any, *words: str) -> Answer:
    """Let somebody type a sentence about an order."""
    said = Command(agreeing.desk.key("typed"), agreeing.buying.people[by].slack_id, "", "/chargehand", "")
    told: Answer = agreeing.desk.does(lambda uow, _: handler(uow, *words), said)
    return told


def under_way(agreeing: Any, planned: str = "25", quantity: str = "20") -> tuple[PurchaseOrder, PurchaseOrder]:
    """Return a planned order, and a release from it that the supplier has."""
    order = agreeing.active("planned", quantity=planned)
    release = agreeing.release(order, quantity)
    agreeing.approve(release)
    agreeing.buying.relay("leaving", "accepted")
    return order, agreeing.order(release)


def test_the_rest_of_a_release_that_is_closed_short_flows_back(agreeing: Any) -> None:
    order, release = under_way(agreeing)
    types(agreeing, "storekeeper", receiving.count_named, release.number, "8")

    types(agreeing, "buyer", short_closing.close_named, release.number, "because it is no longer made")

    sums = agreeing.desk.one(BudgetSum)
    assert agreeing.order(release).state == "closed"
    assert agreeing.used(order) == (8000, 147_200)
    assert (sums.committed, sums.actual) == (0, 147_200)


def test_a_release_that_is_opened_again_takes_again(agreeing: Any) -> None:
    order, release = under_way(agreeing)
    types(agreeing, "storekeeper", receiving.count_named, release.number, "8")
    types(agreeing, "buyer", short_closing.close_named, release.number, "because it is no longer made")

    types(agreeing, "buyer", short_closing.reopen_named, release.number, "they found the rest")

    assert agreeing.used(order) == (20_000, 368_000)


def test_it_is_not_opened_again_when_somebody_else_has_the_rest_by_now(agreeing: Any) -> None:
    order, release = under_way(agreeing)
    types(agreeing, "storekeeper", receiving.count_named, release.number, "8")
    types(agreeing, "buyer", short_closing.close_named, release.number, "because it is no longer made")
    agreeing.release(order, "6")

    told = types(agreeing, "buyer", short_closing.reopen_named, release.number, "they found the rest")

    assert "PO-2026-00001 has 11 of 25 pieces left on line 1, so 12 cannot be ordered from it." in told.private
    assert agreeing.order(release).state == "closed"
    assert agreeing.used(order)[0] == 14_000


def test_a_cancelled_release_flows_back_whole(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    release = agreeing.release(order, "20")
    agreeing.approve(release)

    types(agreeing, "buyer", cancelling.cancel_named, "PO-1-R1", "because the pump is scrapped")

    assert agreeing.order(release).state == "cancelled"
    assert agreeing.used(order) == (0, 0)
    assert agreeing.desk.one(BudgetSum).committed == 0


def test_the_next_release_takes_the_next_number_also_after_a_cancelled_one(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    first = agreeing.release(order, "5")
    agreeing.approve(first)
    types(agreeing, "buyer", cancelling.cancel_named, "PO-1-R1", "because the pump is scrapped")

    second = agreeing.release(order, "5")
    agreeing.approve(second)

    assert agreeing.order(second).number == "PO-2026-00001-R02"
    assert len(agreeing.desk.all(PurchaseOrderLine)) == 3


def test_an_agreement_is_ended_and_not_cancelled_once_it_was_approved(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")

    told = types(agreeing, "buyer", cancelling.cancel_named, "PO-1", "because we changed our mind")

    assert "PO-2026-00001 is an agreement." in told.private
    assert agreeing.state(order) == "active"
