"""A shortage of a part that is on an agreement becomes a release from it, where enough is left."""

import json
from typing import Any

from storage.tables import PurchaseOrder, PurchaseOrderLine


def test_a_shortage_of_an_agreed_part_is_drafted_as_a_release_at_the_agreed_price(agreeing: Any) -> None:
    order = agreeing.active(price="170.00")

    requisition = agreeing.buying.short(2000)

    release, line = agreeing.buying.order(), agreeing.buying.line()
    card = json.dumps(agreeing.desk.card(f"pr:{requisition}"), ensure_ascii=False)
    assert (release.kind, release.parent_id, line.price) == ("release", order.id, 1_700_000)
    assert "A release from PO-2026-00001, a blanket order: EUR 0.00 of EUR 5,000.00 used" in card
    assert agreeing.used(order) == (0, 0)


def test_it_is_requested_and_numbered_as_a_release(agreeing: Any) -> None:
    order = agreeing.active(price="170.00")
    requisition = agreeing.buying.short(2000)

    agreeing.buying.request(requisition)
    agreeing.buying.approve()

    assert agreeing.buying.order().number == "PO-2026-00001-R01"
    assert agreeing.used(order) == (2000, 34_000)


def test_a_shortage_of_more_than_is_left_is_an_order_like_any_other(agreeing: Any) -> None:
    agreeing.active("planned", quantity="10", price="170.00")

    agreeing.buying.short(11_000)

    assert (agreeing.buying.order().kind, agreeing.buying.line().price) == ("standard", 1_840_000)


def test_a_shortage_below_the_minimum_of_a_release_is_an_order_like_any_other(agreeing: Any) -> None:
    agreeing.active(minimum="500")

    agreeing.buying.short(2000)

    assert agreeing.buying.order().kind == "standard"


def test_what_is_on_no_agreement_is_ordered_as_before(agreeing: Any, bearing: Any) -> None:
    agreeing.active()

    agreeing.buying.short(2000, bearing)

    assert (agreeing.buying.order().kind, agreeing.buying.order().parent_id) == ("standard", None)


def test_a_second_part_on_no_agreement_gets_an_order_of_its_own(agreeing: Any, bearing: Any) -> None:
    agreeing.active()

    agreeing.buying.short(2000)
    agreeing.buying.short(1000, bearing)

    drafts = agreeing.desk.all(PurchaseOrder, state="draft")
    assert [each.kind for each in drafts] == ["release", "standard"]


def test_more_of_the_same_shortage_raises_the_release(agreeing: Any) -> None:
    agreeing.active()

    agreeing.buying.short(2000)
    agreeing.buying.short(3000)

    release = agreeing.buying.order()
    (line,) = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)
    assert (release.kind, line.quantity, line.price) == ("release", 5000, 1_840_000)


def test_a_suspended_agreement_offers_nothing(agreeing: Any) -> None:
    from handlers import agreement_life

    order = agreeing.active()
    agreeing.desk.submit(agreement_life.suspended, agreeing.buyer, order.id, words="quality complaint")

    agreeing.buying.short(2000)

    assert agreeing.buying.order().kind == "standard"
