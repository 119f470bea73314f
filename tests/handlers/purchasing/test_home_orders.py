"""The Home tab of people who decide and people who buy, and the order that its buttons show."""

import json
from datetime import date
from typing import Any

import pytest

from handlers import absences, approvals, asking, home, order_lists, order_views, passing_on
from handlers.happenings import Click, HomeOpened
from handlers.ids import value
from storage.tables import PurchaseOrder, PurchaseOrderLine
from templates import habits


def home_of(buying: Any, who: str) -> dict[str, Any]:
    desk, person = buying.desk, buying.people[who]
    view: dict[str, Any] = desk.does(home.opened, HomeOpened(desk.key("home"), person.slack_id)).home
    assert habits.view_habits(view) == []
    return view


def said(buying: Any, who: str) -> str:
    return json.dumps(home_of(buying, who), ensure_ascii=False)


def shown(buying: Any, who: str, order_id: int | None = None) -> str:
    """Press Show order; return the card."""
    answer = buying.desk.click(order_views.shown, buying.people[who], order_id or buying.order().id)
    return json.dumps(answer.blocks, ensure_ascii=False) + answer.private


# -- approvers


def test_an_approver_sees_who_asked_and_when_and_can_look_before_deciding(buying: Any) -> None:
    buying.short()
    buying.request()

    view = said(buying, "approver")

    assert "Hartmann Seals: approve EUR 368.00? `approve DR-2026-00001` Asked by Luis Moreno, today 10:12." in view
    assert "purchase_order.show" in view
    assert "EUR 368.00" in shown(buying, "approver")


def test_an_approver_sees_what_was_decided_and_where_it_stands_now(buying: Any) -> None:
    order = buying.sent()

    view = said(buying, "approver")

    assert f"You approved EUR 368.00 to Hartmann Seals, today 10:12. {order.number}: sent, not answered yet." in view
    assert "Nothing waits for you." in view


def test_a_yes_can_be_taken_back_from_the_tab_while_the_order_has_not_left(buying: Any) -> None:
    buying.short()
    buying.request()
    buying.approve()
    leaving = said(buying, "approver")
    buying.relay("leaving", "accepted")

    assert "approval.undo" in leaving
    assert "approval.undo" not in said(buying, "approver")


def test_what_is_to_be_ordered_stands_on_the_tab_once(buying: Any) -> None:
    buying.desk.writes(lambda uow: asking.typed(uow, "5 P-10231 for 410"), buying.people["technician"])

    view = said(buying, "buyer")

    assert view.count("1 to order") == 1


def test_a_decision_for_somebody_else_says_for_whom(buying: Any, finance: Any) -> None:
    buying.people["finance"] = finance
    buying.short()
    buying.request()
    buying.desk.submit(passing_on.passed_on, buying.people["approver"], 1, 1, person=str(finance.id), words="away")
    buying.desk.click(approvals.approve, finance, 1, buying.task("finance").id)

    assert "You approved EUR 368.00 to Hartmann Seals for Bo Lindqvist" in said(buying, "finance")
    assert "You approved" not in said(buying, "approver")


def test_an_approver_who_is_here_is_told_so_and_sets_and_ends_an_absence(buying: Any, finance: Any) -> None:
    bo = buying.people["approver"]
    here = said(buying, "approver")
    buying.desk.submit(absences.planned, bo, first="2026-11-23", last="2026-12-31", stand_in=finance.slack_id)
    away = said(buying, "approver")

    assert "You are here, so questions about orders come to you." in here
    assert "person.away" in here
    assert "Ines Vogt" in away
    assert "person.back" in away
    assert "person.away" not in away


def test_somebody_who_neither_decides_nor_buys_sees_no_orders_of_others(buying: Any) -> None:
    buying.sent()

    view = said(buying, "technician")

    assert "EUR" not in view
    assert "What you decided" not in view
    assert "Your orders" not in view


# -- buyers


def test_a_buyer_with_nothing_to_do_is_told_so_in_words(buying: Any) -> None:
    view = said(buying, "buyer")

    assert (
        "No draft waits to be requested. Every order is answered. Nothing is late. No agreement is near its end."
        in view
    )
    assert "Nothing is to be ordered." in view


def test_a_buyer_sees_drafts_with_what_each_lacks(buying: Any) -> None:
    buying.short()
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, cost_centre_id=None))

    view = said(buying, "buyer")

    assert "*1 draft*\\nDR-2026-00001 to Hartmann Seals, EUR 368.00, since today 10:12, lacks" in view


def test_a_buyer_sees_what_nobody_answered_and_what_is_late(buying: Any) -> None:
    order = buying.sent()
    first = said(buying, "buyer")
    buying.desk.later(days=9)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="accepted"))
    second = said(buying, "buyer")

    assert f"*1 order is unanswered*\\n{order.number} to Hartmann Seals, EUR 368.00, sent today 10:12" in first
    assert "Nothing is late." in first
    assert "*1 order is late*" in second
    assert "due Fri 27 Nov, 5 days late" in second
    assert "Every order is answered." in second


def test_what_came_or_was_given_up_is_not_late(buying: Any) -> None:
    buying.sent()
    line = buying.line()
    buying.desk.later(days=9)

    for values in ({"accepted": 2000}, {"accepted": 0, "cancelled": 2000}):
        buying.desk.writes(lambda uow, values=values: uow.change(PurchaseOrderLine, line.id, **values))
        assert "Nothing is late." in said(buying, "buyer")


def test_a_promise_that_is_broken_makes_late_and_a_later_promise_does_not(buying: Any) -> None:
    buying.sent()
    line = buying.line()
    buying.desk.later(days=9)

    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, promised_on=date(2026, 12, 24)))

    assert "Nothing is late." in said(buying, "buyer")


def test_a_list_shows_each_order_with_its_button_and_only_to_buyers(buying: Any) -> None:
    order = buying.sent()

    opened = buying.desk.click(order_lists.listed, buying.people["buyer"], 2).modal
    refused = buying.refuses(order_lists.listed, "technician", 2)

    assert opened["blocks"][0]["accessory"]["value"] == value(order.id)
    assert refused == "NotYours"


@pytest.mark.parametrize("number", [0, 5, 999])
def test_a_list_that_there_is_not_is_refused_as_an_old_card(buying: Any, number: int) -> None:
    assert buying.refuses(order_lists.listed, "buyer", number) == "OldCard"
    assert buying.refuses(order_views.shown, "buyer", 999) == "OldCard"


def test_hundreds_of_late_orders_stay_within_the_blocks(buying: Any) -> None:
    buying.sent()
    row, line = buying.order(), buying.line()

    def work(uow: Any) -> None:
        for number in range(2, 302):
            names = {"draft_number": f"DR-{number}", "number": f"PO-2026-{number:05}"}
            copied = {n: getattr(row, n) for n in ("kind", "state", "supplier_id", "currency", "total", "sent_at")}
            order = uow.add(
                PurchaseOrder, **names, **copied, changed_at=uow.now, created_at=uow.now, deliver_by=date(2026, 11, 2)
            )
            uow.add(PurchaseOrderLine, order_id=order, line=1, description=line.description, quantity=1000, unit="C62")

    buying.desk.writes(work)

    view = said(buying, "buyer")
    opened = buying.desk.click(order_lists.listed, buying.people["buyer"], 3).modal
    assert "300 orders are late" in view
    assert len(opened["blocks"]) == 31
    assert "and 270 more" in json.dumps(opened)


# -- one order


def test_an_order_that_was_never_changed_lists_no_revisions(buying: Any) -> None:
    buying.sent()

    assert "Revision 1" not in shown(buying, "buyer")


def test_a_draft_leads_a_buyer_on_to_working_on_it(buying: Any) -> None:
    buying.short()

    assert "need.draft" in shown(buying, "buyer")
    assert "need.draft" not in shown(buying, "technician")


def test_a_question_on_home_that_is_stale_is_refused(buying: Any) -> None:
    buying.short()
    buying.request()
    order = buying.order()
    old = value(order.id, buying.task().id)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, content_hash="other"))

    bo = buying.people["approver"]
    refused = buying.refused(approvals.approve, Click(buying.desk.key("click"), bo.slack_id, "", old))

    assert refused == "Superseded"
