"""Requests apart from work orders: triage in the planners' channel, what is asked first when it is likely the same, and files."""

import json
import threading
from typing import Any

import pytest

from handlers import faults, people, photos, requests, triage
from handlers.happenings import PostedFile
from storage.happenings import Deed, perform
from storage.tables import Enclosure, Outgoing, Person, Request, WorkOrder

PLANNING, FAULTS = "C0PLAN", "C0FAULTS"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
PHOTO = PostedFile("F1", "leak.png", "image/png", 1000, "https://files.slack.example/leak.png")


def request(desk: Any) -> Any:
    return desk.all(Request)[-1]


def test_a_report_waits_for_the_planners_and_becomes_a_work_order_in_the_same_thread(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise", files=(PHOTO,))
    waits, number = planners.all(WorkOrder) == [], request(planners).number
    planners.writes(lambda uow: photos.keep(uow, number, "leak.png", PNG))

    told = planners.click(triage.accept, supervisor, request(planners).id)

    order, kept = planners.one(WorkOrder), request(planners)
    assert waits
    assert (kept.state, kept.work_order_id, kept.decided_by_id) == ("accepted", order.id, supervisor.id)
    assert (order.channel, order.root_ts) == (kept.channel, kept.root_ts)
    assert (order.reported_by_id, order.asset_id, order.description) == (operator.id, conveyor.id, kept.description)
    assert [row.subject for row in planners.all(Enclosure)] == [kept.number, order.number]
    assert order.number in told.private
    assert "Accepted by Tom Okafor" in json.dumps(planners.card(f"rq:{kept.id}:triage"))
    assert planners.audited(kept.number) == ["reported", "photo kept", "accept"]


def test_a_file_that_is_still_on_its_way_reaches_the_order_that_was_made_meanwhile(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise", files=(PHOTO,))
    planners.click(triage.accept, supervisor, request(planners).id)
    number = request(planners).number

    planners.writes(lambda uow: photos.keep(uow, number, "leak.png", PNG))

    assert {row.subject for row in planners.all(Enclosure)} == {number, planners.one(WorkOrder).number}


def test_the_line_stands_so_the_order_is_made_at_once_and_looked_at_afterwards(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 stands still")
    order, first = planners.one(WorkOrder), request(planners)
    shown = json.dumps(planners.said(PLANNING))

    planners.click(triage.accept, supervisor, first.id)

    assert (first.state, order.state) == ("to_review", "ready")
    assert "was made at once" in shown
    assert request(planners).state == "accepted"
    assert len(planners.all(WorkOrder)) == 1


def test_a_critical_asset_waits_for_nobody(planners: Any, says: Any, operator: Any, pump: Any) -> None:
    says(operator, "P-101 drips a little")

    assert request(planners).state == "to_review"
    assert planners.one(WorkOrder).asset_id == pump.id


def test_rejecting_needs_a_reason_and_tells_the_reporter(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")
    empty = planners.submit(triage.rejected, supervisor, request(planners).id, reason=" ")

    planners.submit(triage.rejected, supervisor, request(planners).id, reason="It is cleaned on Friday anyway.")

    assert empty.errors
    assert request(planners).state == "rejected"
    assert f"<@{operator.slack_id}>: Tom Okafor has rejected" in planners.lines()[-1]
    assert "It is cleaned on Friday anyway." in planners.lines()[-1]
    assert planners.all(WorkOrder) == []


def test_rejecting_afterwards_cancels_the_order_unless_somebody_has_worked_on_it(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 stands still")

    planners.submit(triage.rejected, supervisor, request(planners).id, reason="It was switched off on purpose.")

    assert planners.one(WorkOrder).state == "cancelled"
    assert request(planners).state == "rejected"


def test_rejecting_afterwards_is_refused_where_somebody_works_on_it(
    planners: Any, says: Any, operator: Any, supervisor: Any, technician: Any, conveyor: Any
) -> None:
    from handlers import assigning

    says(operator, "C-20 stands still")
    planners.click(assigning.take, technician, planners.one(WorkOrder).id)
    planners.click(assigning.start, technician, planners.one(WorkOrder).id)

    told = planners.submit(triage.rejected, supervisor, request(planners).id, reason="Not ours.")

    assert told.private or told.errors
    assert request(planners).state == "to_review"
    assert planners.one(WorkOrder).state == "in_progress"


def test_a_question_is_put_in_the_thread_and_the_answer_brings_the_request_back(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "Something makes a loud noise in hall 2")
    planners.submit(triage.asked, supervisor, request(planners).id, reason="Which one is it?")
    asked = request(planners)

    told = says(operator, "it is C-20", thread_ts=asked.root_ts)

    back = request(planners)
    assert asked.state == "needs_information"
    assert any("asks about" in line and "Which one is it?" in line for line in planners.lines())
    assert (back.state, back.asset_id) == ("new", conveyor.id)
    assert "it is C-20" in back.description
    assert "written down" in told.private


def test_whoever_asked_does_not_answer_the_own_question(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")
    planners.submit(triage.asked, supervisor, request(planners).id, reason="Since when?")

    says(supervisor, "anybody?", thread_ts=request(planners).root_ts)

    assert request(planners).state == "needs_information"


def test_only_the_reporter_takes_a_request_back_and_only_before_it_is_accepted(
    planners: Any, says: Any, operator: Any, supervisor: Any, hire: Any, conveyor: Any
) -> None:
    other = hire("Sofia Marin", "operator")
    says(operator, "C-20 makes a loud noise")
    refused = planners.click(triage.withdraw, other, request(planners).id)
    still = request(planners).state

    planners.click(triage.withdraw, operator, request(planners).id)
    late = planners.click(triage.accept, supervisor, request(planners).id)

    assert "Ana Ruiz can" in refused.private
    assert (still, request(planners).state) == ("new", "withdrawn")
    assert "is withdrawn" in late.private
    assert planners.all(WorkOrder) == []


def test_a_double_click_on_accept_makes_one_order(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")

    planners.click(triage.accept, supervisor, request(planners).id)
    again = planners.click(triage.accept, supervisor, request(planners).id)

    assert "is accepted, so it cannot be accepted" in again.private
    assert len(planners.all(WorkOrder)) == 1


@pytest.mark.parametrize("role", ["operator", "technician", "buyer"])
def test_nobody_but_a_planner_decides(
    planners: Any, says: Any, operator: Any, supervisor: Any, hire: Any, conveyor: Any, role: str
) -> None:
    somebody = hire("Sofia Marin", role)
    says(operator, "C-20 makes a loud noise")

    told = planners.click(triage.accept, somebody, request(planners).id)

    assert "Ask Tom Okafor" in told.private
    assert request(planners).state == "new"


def test_typed_words_do_what_the_buttons_do(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")
    listed = planners.writes(lambda uow: triage.typed(uow, ""), by=supervisor)
    number = request(planners).number

    planners.writes(lambda uow: triage.typed(uow, f"{number} ask since when?"), by=supervisor)
    asked = request(planners)
    planners.writes(lambda uow: triage.typed(uow, "1 reject because nobody hears it"), by=supervisor)

    assert number in json.dumps(listed.blocks)
    assert (asked.state, asked.reason) == ("needs_information", "since when?")
    assert (request(planners).state, request(planners).reason) == ("rejected", "nobody hears it")


def test_two_planners_who_decide_at_once_decide_once(
    planners: Any, says: Any, operator: Any, supervisor: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")
    number, ready = request(planners).id, threading.Barrier(8)
    answers: list[Any] = []

    def decides(at: int) -> None:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, supervisor.slack_id)
            kept = requests.locked_request(uow, number)
            (requests.accept(uow, kept) if at % 2 else requests.reject(uow, kept, "not ours"))
            return {}

        ready.wait(10)
        answers.append(
            perform(planners.database, planners.plant, Deed(f"race:{at}", "race", str(at), planners.now), work)
        )

    threads = [threading.Thread(target=decides, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(str(answer.get("refused")) for answer in answers) == ["None", *["NotPossible"] * 7]
    assert len(planners.all(WorkOrder)) == (request(planners).state == "accepted")


# -- from anywhere


def test_a_fault_told_to_the_bot_in_any_channel_is_taken_with_its_photo_from_anybody(
    desk: Any, says: Any, pump: Any
) -> None:
    stranger = Person(slack_id="U0NEW")

    told = says(stranger, "P-101 is leaking", channel="C0CANTEEN", addressed=True, files=(PHOTO,))

    order = desk.one(WorkOrder)
    (row,) = desk.all(Outgoing, wire="file")
    assert (order.asset_id, order.channel) == (pump.id, FAULTS)
    assert row.key == f"file:{order.number}:F1"
    assert "You find it in the channel for faults" in told.private


def test_a_photo_posted_later_in_the_thread_of_a_request_is_kept_with_it(
    planners: Any, says: Any, operator: Any, conveyor: Any
) -> None:
    says(operator, "C-20 makes a loud noise")

    says(operator, "", thread_ts=request(planners).root_ts, files=(PHOTO,))

    assert [row.key for row in planners.all(Outgoing, wire="file")] == [f"file:{request(planners).number}:F1"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90\x00" + b"\x00" * 60, "only pictures and PDF are kept"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "only pictures and PDF are kept"),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40, "only pictures and PDF are kept"),
        (b"", "only pictures and PDF are kept"),
    ],
)
def test_a_file_is_judged_by_its_content_and_the_report_stands(
    desk: Any, says: Any, operator: Any, conveyor: Any, content: bytes, why: str
) -> None:
    says(operator, "C-20 makes a loud noise", files=(PHOTO,))
    order = desk.one(WorkOrder)

    desk.writes(lambda uow: photos.keep(uow, order.number, "leak.png", content))

    assert why in desk.lines()[-1]
    assert "The report stands" in desk.lines()[-1]
    assert desk.all(Enclosure) == []
    assert desk.one(WorkOrder).state == "ready"


def test_the_form_leads_to_a_request_as_well(planners: Any, operator: Any, conveyor: Any) -> None:
    told = planners.submit(faults.reported, operator, text="C-20 makes a loud noise")

    assert "The planners decide on it" in told.private
    assert planners.card(f"rq:{request(planners).id}")["channel"] == FAULTS
