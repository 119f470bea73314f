"""What an agreement gets back when its releases end by the hand of a buyer, and what it does not give twice."""

from dataclasses import replace
from typing import Any

import pytest

from handlers import amending, cancelling, order_content, receiving, short_closing
from handlers.call_off_rules import check_amended
from handlers.happenings import Answer, Command
from orders.errors import NotAsAgreed
from storage.tables import BudgetSum, OrderRevision, PurchaseOrder, PurchaseOrderLine


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


def changes(agreeing: Any, release: PurchaseOrder, **fields: str) -> Answer:
    """Let the buyer submit the form that changes a release which the supplier has."""
    modal = agreeing.desk.click(amending.amend, agreeing.buyer, release.id).modal
    carried = int(modal["private_metadata"].split(":")[2])
    said = {"reason": "The pump needs another one", **fields}
    told: Answer = agreeing.desk.submit(amending.amended, agreeing.buyer, release.id, carried, **said)
    return told


def test_a_release_is_not_raised_beyond_its_agreement(agreeing: Any) -> None:
    order, release = under_way(agreeing)

    told = changes(agreeing, release, quantity_1="26")

    assert "PO-2026-00001 has 5 of 25 pieces left on line 1, so 6 cannot be ordered from it." in told.private
    assert agreeing.desk.all(OrderRevision) == []
    assert agreeing.used(order)[0] == 20_000


def test_a_buyer_does_not_write_another_price_into_a_release(agreeing: Any) -> None:
    _, release = under_way(agreeing)

    told = changes(agreeing, release, price_1="190.00")

    assert told.errors == {"reason": "The price is the agreement's and stays"}


@pytest.mark.parametrize("more", [{"price": 1_900_000}, {"agreement_line_id": None}, {"part_id": 999}])
def test_a_release_is_not_made_dearer_or_for_something_else_by_any_way(agreeing: Any, more: dict[str, Any]) -> None:
    _, release = under_way(agreeing)

    def judged(uow: Any) -> None:
        now = order_content.opened(uow, release.id)
        wanted = replace(now, lines=tuple(replace(line, **more) for line in now.lines))
        with pytest.raises(NotAsAgreed):
            check_amended(uow, now, wanted)

    agreeing.desk.writes(judged)


def test_a_release_that_is_lowered_gives_back_when_the_change_is_in_force(agreeing: Any) -> None:
    order, release = under_way(agreeing)

    changes(agreeing, release, quantity_1="15")
    agreeing.buying.relay("leaving", "accepted")
    agreeing.desk.submit(amending.hand_accepted, agreeing.buyer, release.id, words="mail of Monday")

    assert agreeing.used(order)[0] == 15_000
