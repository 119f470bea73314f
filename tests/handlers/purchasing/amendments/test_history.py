"""The revisions that an order tells of itself: who, when, what changed, and why."""

import json
from typing import Any

from handlers import home, order_views
from handlers.happenings import HomeOpened


def home_of(buying: Any, who: str) -> str:
    desk, person = buying.desk, buying.people[who]
    return json.dumps(desk.does(home.opened, HomeOpened(desk.key("home"), person.slack_id)).home, ensure_ascii=False)


def shown(buying: Any, who: str, order_id: int | None = None) -> str:
    """Press Show order; return the card."""
    answer = buying.desk.click(order_views.shown, buying.people[who], order_id or buying.order().id)
    return json.dumps(answer.blocks, ensure_ascii=False) + answer.private


def test_a_decision_keeps_its_amount_when_the_order_is_changed_later(buying: Any, amendment: Any) -> None:
    buying.sent()
    amendment.change(quantity_1="3")

    view = home_of(buying, "approver")

    assert "Hartmann Seals: approve the change to EUR 552.00? `approve PO-2026-00001`" in view
    assert "Asked by Mei Chen" in view
    assert "You approved EUR 368.00" in view


def test_an_order_lists_its_revisions_with_who_when_what_and_why(buying: Any, amendment: Any, mailbox: Any) -> None:
    buying.sent()
    amendment.sent(quantity_1="3")
    amendment.answered(mailbox, "accepted", "3")
    buying.desk.later(hours=2)
    amendment.change(quantity_1="1", reason="Line 2 went")

    told = shown(buying, "buyer")

    assert "*Revision 3*: Mei Chen, today 12:12, approved, not sent yet. Line 1, quantity: 3 pieces → 1 piece." in told
    assert "Why: “Line 2 went”" in told
    assert (
        "*Revision 2*: Mei Chen, today 10:12, accepted by the supplier. Line 1, quantity: 2 pieces → 3 pieces." in told
    )
    assert "*Revision 1*: Luis Moreno, today 10:12, as it was ordered." in told


def test_revisions_tell_prices_only_to_those_who_deal_with_money(buying: Any, amendment: Any) -> None:
    buying.sent()
    amendment.change(quantity_1="3", price_1="190.55")

    buyers, technicians = shown(buying, "buyer"), shown(buying, "technician")

    assert "190.55" in buyers
    assert "190.55" not in technicians
    assert "EUR" not in technicians
    assert "Line 1, quantity: 2 pieces → 3 pieces" in technicians


def test_a_typed_order_lists_them_as_well(buying: Any, amendment: Any) -> None:
    buying.sent()
    amendment.change(quantity_1="3")

    told = buying.desk.writes(lambda uow: order_views.order(uow, "PO-1"), buying.people["buyer"])

    assert "*Revision 2*" in json.dumps(told.blocks)
