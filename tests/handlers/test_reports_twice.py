"""The same fault reported twice: shown before a second order is made, joined or told apart by one click, and lost never."""

import json
from datetime import timedelta
from typing import Any

import pytest

from handlers import photos, requests, triage
from storage.tables import Enclosure, Outgoing, Request, WorkOrder

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def request(desk: Any) -> Any:
    return desk.all(Request)[-1]


def test_the_same_fault_twice_is_asked_about_before_a_second_order_is_made(
    desk: Any, says: Any, operator: Any, hire: Any, conveyor: Any
) -> None:
    sofia = hire("Sofia Marin", "operator")
    says(operator, "C-20 makes a loud noise")
    says(sofia, "The infeed conveyor rattles")
    (order,) = desk.all(WorkOrder)
    kept, shown = request(desk), desk.card(f"rq:{request(desk).id}")["text"]

    told = desk.click(triage.join, sofia, kept.id, order.id)

    assert kept.state == "new"
    assert "Is it the same as" in shown
    assert len(desk.all(WorkOrder)) == 1
    assert (request(desk).state, request(desk).work_order_id) == ("duplicate", order.id)
    assert any("Sofia Marin reported it again: The infeed conveyor rattles" in line for line in desk.lines())
    assert order.number in told.private


def test_one_click_says_that_it_is_another_fault(desk: Any, says: Any, operator: Any, hire: Any, conveyor: Any) -> None:
    sofia = hire("Sofia Marin", "operator")
    says(operator, "C-20 makes a loud noise")
    says(sofia, "C-20 rattles")

    desk.click(triage.another, sofia, request(desk).id)

    first, second = desk.all(WorkOrder)
    assert (second.reported_by_id, second.root_ts) == (sofia.id, request(desk).root_ts)
    assert request(desk).state == "accepted"
    assert first.id != second.id


def test_a_question_that_nobody_answers_becomes_an_order_of_its_own(
    desk: Any, says: Any, operator: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")
    says(operator, "C-20 rattles")
    early = desk.reads(requests.due)
    desk.later(minutes=31)

    for one in desk.reads(requests.due):
        desk.writes(lambda uow, one=one: requests.tend(uow, one))

    assert early == []
    assert len(desk.all(WorkOrder)) == 2
    assert desk.reads(requests.due) == []


@pytest.mark.parametrize(
    "text",
    ["C-20 leaks oil", "The belt of C-21 rattles", "C-20 needs lubrication, please grease"],
)
def test_another_way_of_failing_or_another_asset_is_no_duplicate(
    desk: Any, says: Any, operator: Any, conveyor: Any, add_asset: Any, text: str
) -> None:
    add_asset("C-21", "Outfeed conveyor", criticality="B")
    says(operator, "C-20 makes a loud noise")

    says(operator, text)

    assert len(desk.all(WorkOrder)) == 2
    assert desk.all(Request) == []


def test_what_is_long_ago_or_ended_is_no_duplicate(
    desk: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    from handlers import closing

    says(operator, "C-20 makes a loud noise")
    desk.now += timedelta(hours=25)
    says(operator, "C-20 makes a loud noise")
    desk.click(closing.not_a_fault, supervisor, desk.all(WorkOrder)[-1].id)

    says(operator, "C-20 makes a loud noise")

    assert len(desk.all(WorkOrder)) == 3


def test_a_stopped_line_is_made_at_once_also_when_it_is_likely_the_same_and_joining_cancels_it(
    desk: Any, says: Any, operator: Any, conveyor: Any
) -> None:
    says(operator, "C-20 stands still")
    says(operator, "C-20 stands still again, nothing moves")
    first, second = desk.all(WorkOrder)

    desk.click(triage.join, operator, request(desk).id, first.id)

    assert second.state == "ready"
    assert desk.one(WorkOrder, id=second.id).state == "cancelled"
    assert desk.one(WorkOrder, id=first.id).state == "ready"


def test_joining_an_order_that_ended_meanwhile_is_refused(
    desk: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    from handlers import closing

    says(operator, "C-20 makes a loud noise")
    says(operator, "C-20 rattles")
    (order,) = desk.all(WorkOrder)
    desk.click(closing.not_a_fault, supervisor, order.id)

    told = desk.click(triage.join, operator, request(desk).id, order.id)

    assert "is not open any more" in told.private
    assert request(desk).state == "new"


def test_a_joined_reporter_hears_when_the_work_is_done_with(
    desk: Any, says: Any, operator: Any, hire: Any, supervisor: Any, conveyor: Any
) -> None:
    from handlers import closing

    sofia = hire("Sofia Marin", "operator")
    says(operator, "C-20 makes a loud noise")
    says(sofia, "C-20 rattles")
    (order,) = desk.all(WorkOrder)
    desk.click(triage.join, sofia, request(desk).id, order.id)

    desk.submit(closing.cancelled, supervisor, order.id, reason="It was the radio.")

    assert any(f"<@{sofia.slack_id}>: {order.number} was cancelled" in line for line in desk.lines())


def test_what_a_joined_reporter_tells_and_shows_later_reaches_the_other_work_order(
    desk: Any, says: Any, operator: Any, hire: Any, conveyor: Any
) -> None:
    sofia = hire("Sofia Marin", "operator")
    says(operator, "C-20 makes a loud noise")
    says(sofia, "C-20 rattles")
    (order,) = desk.all(WorkOrder)
    joined = request(desk)
    desk.click(triage.join, sofia, joined.id, order.id)

    says(sofia, "it is the left bearing", thread_ts=joined.root_ts)
    says(sofia, "thanks!", thread_ts=joined.root_ts)
    desk.writes(lambda uow: photos.keep(uow, joined.number, "left.png", PNG))

    assert [line for line in desk.lines() if "reported it again" in line][1:] == [
        "Sofia Marin reported it again: it is the left bearing"
    ]
    assert [row.subject for row in desk.all(Enclosure, subject=order.number)] == [order.number]
    (shown,) = desk.all(Outgoing, wire="file")
    assert json.loads(shown.body)["thread_ts"] == order.root_ts
