"""A sentence about finished work on one card: nothing is written before a yes, and nothing is lost whatever comes between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers import assigning, closing, completing, holds, messages, parts, proposing
from handlers.happenings import Answer, Click, Message
from handlers.ids import value
from storage.happenings import Deed, perform
from storage.tables import CompletionProposal, Stock, WorkOrder, WorkOrderHold, WorkOrderPart, WorkOrderTime

SENTENCE = "swapped bearing, it was dry, 40 min, used one 6204"


@pytest.fixture
def bearing(add_part: Any) -> Any:
    return add_part("P-10202", "Deep groove ball bearing 6204-2RS", on_hand=3000)


@pytest.fixture
def say(desk: Any, job: Any, technician: Any) -> Any:
    """Write a message, by default the technician's into the job's thread; the handlers find out who acts."""

    def said(text: str, by: Any = None, **more: Any) -> Answer:
        place = {
            "channel": desk.plant.channels.faults[0],
            "ts": "9.0",
            "thread_ts": desk.one(WorkOrder, id=job.id).root_ts,
        }
        what = Message(**({"key": desk.key("message"), "by": (by or technician).slack_id, "text": text} | place | more))
        deed = Deed(what.key, "message", str(what), desk.now)
        told = perform(desk.database, desk.plant, deed, lambda uow: messages.message(uow, what).to_json())
        return Answer(**{name: told[name] for name in ("private", "blocks", "modal") if name in told})

    return said


def card(desk: Any, job: Any, number: int = 1) -> dict[str, Any]:
    return desk.card(f"wo:{job.id}:said:{number}")


def words(card: dict[str, Any]) -> str:
    return str(card["blocks"])


def buttons(card: dict[str, Any]) -> list[str]:
    return [
        each["text"]["text"] for block in card["blocks"] if block["type"] == "actions" for each in block["elements"]
    ]


def test_one_sentence_and_one_click_end_the_work(desk: Any, job: Any, technician: Any, bearing: Any, say: Any) -> None:
    say(SENTENCE)
    shown, before = card(desk, job), desk.one(WorkOrder)
    desk.click(proposing.confirm, technician, job.id, 1)

    order = desk.one(WorkOrder)
    assert (before.state, desk.all(WorkOrderPart, work_order_id=job.id)[0].issued) == ("in_progress", 1000)
    for told in (
        "Leaks outside (read from the report)",
        "Too little lubrication",
        "Replaced a part",
        "40 min of Luis",
        "1 piece Deep groove",
    ):
        assert told in words(shown)
    assert buttons(shown) == ["Yes, done", "Put right", "Not done"]
    assert (order.state, order.failure_mode, order.failure_cause) == ("completed", "ELP", "LUB")
    assert order.remedy == f"Replaced a part. “{SENTENCE}”"
    assert desk.one(WorkOrderTime).minutes == 40
    assert desk.one(Stock).on_hand == 2000


def test_nothing_is_written_before_a_yes(desk: Any, job: Any, bearing: Any, say: Any) -> None:
    say(SENTENCE)

    assert desk.one(WorkOrder).version == job.version
    assert desk.one(Stock).on_hand == 3000
    assert desk.one(WorkOrderTime).ended_at is None
    assert not desk.all(WorkOrderPart)


def test_talk_in_the_thread_gets_no_card_and_no_answer(desk: Any, job: Any, say: Any) -> None:
    answers = [
        say(text) for text in ("did you swap the bearing?", "will swap it tomorrow, 40 min", "swapped it, still leaks")
    ]

    assert [answer.private for answer in answers] == ["", "", ""]
    assert not desk.all(CompletionProposal)


def test_one_click_sets_it_aside_and_the_work_goes_on(desk: Any, job: Any, technician: Any, say: Any) -> None:
    say(SENTENCE)
    desk.click(proposing.dismiss, technician, job.id, 1)
    late = desk.click(proposing.confirm, technician, job.id, 1)

    assert "Set aside" in words(card(desk, job))
    assert late.private == "Set aside by Luis Moreno at 09:12. You need not do anything."
    assert desk.one(WorkOrder).state == "in_progress"


def test_of_two_who_confirm_at_the_same_instant_one_writes_and_the_other_is_told(
    desk: Any, job: Any, technician: Any, supervisor: Any, bearing: Any, say: Any
) -> None:
    say(SENTENCE)
    clicks = [Click(f"click:race:{who.id}", who.slack_id, "", value(job.id, 1)) for who in (technician, supervisor)]

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda click: desk.does(proposing.confirm, click), clicks))

    assert sorted(bool(answer.private) for answer in answers) == [False, True]
    assert sum("Already written down by" in answer.private for answer in answers) == 1
    assert desk.audited(job.number).count("complete") == 1
    assert desk.one(Stock).on_hand == 2000
    assert desk.one(WorkOrderTime).person_id == technician.id


def test_a_supervisors_yes_writes_the_time_of_whoever_worked(
    desk: Any, job: Any, technician: Any, supervisor: Any, say: Any
) -> None:
    say("cleaned the strainer, 20 min")
    desk.click(proposing.confirm, supervisor, job.id, 1)
    closed = desk.click(closing.close, supervisor, job.id)

    assert (desk.one(WorkOrderTime).person_id, desk.one(WorkOrderTime).minutes) == (technician.id, 20)
    assert desk.one(WorkOrder).completed_by_id == technician.id
    assert closed.private == ""


def test_a_card_is_shown_anew_when_the_store_has_changed_since(
    desk: Any, job: Any, technician: Any, hire: Any, bearing: Any, say: Any
) -> None:
    say(SENTENCE)
    desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 3000), technician)

    first = desk.click(proposing.confirm, technician, job.id, 1)
    anew = card(desk, job)
    desk.click(proposing.confirm, technician, job.id, 1)

    assert first.private.startswith("Something has changed since.")
    assert "none free in the store by the books" in words(anew)
    assert desk.one(WorkOrder).state == "completed"
    assert desk.one(Stock).on_hand == 0
    assert any("was used and not taken out" in told for told in desk.lines())
    assert any("was used and not taken out" in told for told in desk.lines("C0STORES"))


def test_work_that_somebody_has_ended_meanwhile_overtakes_the_card(
    desk: Any, job: Any, technician: Any, say: Any
) -> None:
    say(SENTENCE)
    desk.submit(completing.completed, technician, job.id, mode="ELP", remedy="REP", minutes="5")
    late = desk.click(proposing.confirm, technician, job.id, 1)

    assert "Overtaken by something newer" in words(card(desk, job))
    assert late.private.startswith("Overtaken by Luis Moreno")
    assert desk.one(WorkOrderTime).minutes == 5


def test_a_second_sentence_overtakes_the_first(desk: Any, job: Any, technician: Any, say: Any) -> None:
    say("cleaned the strainer, 20 min")
    say("cleaned the strainer, 30 min")
    desk.click(proposing.confirm, technician, job.id, 2)

    assert [row.state for row in desk.all(CompletionProposal)] == ["overtaken", "confirmed"]
    assert desk.one(WorkOrderTime).minutes == 30


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("swapped the bearing, 30 h", "more than 24 h in one go"),
        ("swapped the bearing, 2 days", "more than 24 h in one go"),
        ("swapped the bearing, -40 min", "cannot be below nothing"),
        ("swapped the bearing, stopped at 23:00", "still to come"),
        ("swapped the bearing from 10:00 to 11:00", "still to come"),
    ],
)
def test_an_absurd_time_is_named_and_asked_for_and_nothing_is_lost(
    desk: Any, job: Any, technician: Any, say: Any, said: str, told: str
) -> None:
    say(said)
    shown = card(desk, job)
    form = desk.click(proposing.confirm, technician, job.id, 1)
    desk.submit(proposing.corrected, technician, job.id, 1, mode="NOI", remedy="REP", minutes="40")

    assert told in words(shown)
    assert buttons(shown) == ["Put right", "Not done"]
    assert form.modal["callback_id"] == "correct_completion"
    assert desk.one(WorkOrder).remedy == f"Replaced a part. “{said}”"
    assert desk.one(WorkOrderTime).minutes == 40


def test_every_guess_can_be_put_right_in_the_form(
    desk: Any, job: Any, technician: Any, bearing: Any, add_part: Any, say: Any
) -> None:
    seal = add_part("P-7", "Lip seal 30", on_hand=2000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    say(SENTENCE)

    form = desk.click(proposing.correct, technician, job.id, 1)
    fields = {block["block_id"]: block["element"] for block in form.modal["blocks"] if block["type"] == "input"}
    desk.submit(
        proposing.corrected, technician, job.id, 1, mode="NOI", cause="WEA", remedy="RPR", minutes="55",
        parts_used=f"2 x P-10202\n1 x P-7 ({seal.name})\n0 x P-9",
    )  # fmt: skip

    order = desk.one(WorkOrder)
    assert fields["mode"]["initial_option"]["value"] == "ELP"
    assert fields["cause"]["initial_option"]["value"] == "LUB"
    assert fields["remedy"]["initial_option"]["value"] == "REP"
    assert fields["minutes"]["initial_value"] == "40"
    assert fields["parts_used"]["initial_value"] == "1 x P-10202 (Deep groove ball bearing 6204-2RS)"
    assert (order.failure_mode, order.failure_cause, order.remedy) == ("NOI", "WEA", f"Repaired it. “{SENTENCE}”")
    assert {row.part_id: row.issued for row in desk.all(WorkOrderPart)} == {bearing.id: 2000, seal.id: 1000}
    assert desk.one(WorkOrderTime).minutes == 55
    assert desk.one(CompletionProposal).state == "confirmed"


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"minutes": "30 h"}, "minutes"),
        ({"minutes": "-5"}, "minutes"),
        ({"minutes": "soon"}, "minutes"),
        ({"parts_used": "40 x P-10202"}, "parts_used"),
        ({"parts_used": "1.5 x P-10202"}, "parts_used"),
        ({"parts_used": "1 x P-99999"}, "parts_used"),
        ({"parts_used": "some bearings"}, "parts_used"),
        ({"mode": ""}, "mode"),
    ],
)
def test_what_cannot_be_read_in_the_form_is_said_at_its_field(
    desk: Any, job: Any, technician: Any, bearing: Any, say: Any, fields: dict[str, str], at: str
) -> None:
    say(SENTENCE)
    usual = {"mode": "NOI", "remedy": "REP", "minutes": "40", "parts_used": "1 x P-10202"}

    answer = desk.submit(proposing.corrected, technician, job.id, 1, **(usual | fields))

    assert list(answer.errors) == [at]
    assert desk.one(CompletionProposal).state == "open"


def test_a_part_that_nobody_knows_is_named_and_the_rest_holds(
    desk: Any, job: Any, technician: Any, bearing: Any, say: Any
) -> None:
    say("swapped bearing, 40 min, used one 6999")
    shown = card(desk, job)
    desk.click(proposing.confirm, technician, job.id, 1)

    assert "I know no part “6999”: choose it with Put right" in words(shown)
    assert desk.one(WorkOrder).remedy.endswith("used one 6999”")
    assert desk.one(Stock).on_hand == 3000


def test_a_part_that_can_be_two_is_asked_about(
    desk: Any, job: Any, technician: Any, bearing: Any, add_part: Any, say: Any
) -> None:
    add_part("P-10203", "Deep groove ball bearing 6204-2RS C3", on_hand=1000)
    say(SENTENCE)

    assert "“6204” can be Deep groove ball bearing 6204-2RS (P-10202) or" in words(card(desk, job))


def test_without_a_time_the_timer_is_proposed(desk: Any, job: Any, technician: Any, say: Any) -> None:
    desk.later(minutes=35)
    say("cleaned the strainer, runs again")
    shown = card(desk, job)
    desk.later(minutes=9)
    desk.click(proposing.confirm, technician, job.id, 1)

    assert "35 min of Luis Moreno by the timer" in words(shown)
    assert desk.one(WorkOrderTime).minutes == 35


def test_time_beside_earlier_time_is_added_and_said(desk: Any, job: Any, technician: Any, say: Any) -> None:
    desk.later(minutes=60)
    desk.submit(holds.held, technician, job.id, reason="labour")
    desk.click(holds.resume, technician, job.id)
    say("cleaned the strainer, 20 min")
    shown = card(desk, job)
    desk.click(proposing.confirm, technician, job.id, 1)

    assert "1 h 20 min of Luis Moreno, with 1 h written down before" in words(shown)
    assert sum(row.minutes for row in desk.all(WorkOrderTime)) == 80


def test_without_words_for_it_the_assets_usual_failure_is_proposed(
    desk: Any, job: Any, technician: Any, pump: Any, say: Any
) -> None:
    earlier = {
        "asset_id": pump.id,
        "state": "closed",
        "failure_mode": "VIB",
        "due_at": desk.now,
        "created_at": desk.now,
    }
    desk.writes(lambda uow: uow.add(WorkOrder, number="WO-2025-00009", title="x", **earlier))
    desk.writes(lambda uow: uow.change(WorkOrder, job.id, title="P-101", description="P-101"))

    say("cleaned the strainer, 20 min")

    assert "Vibrates (usual here)" in words(card(desk, job))


def test_with_no_failure_to_propose_it_is_asked_for(desk: Any, job: Any, technician: Any, say: Any) -> None:
    desk.writes(lambda uow: uow.change(WorkOrder, job.id, title="P-101", description="P-101"))

    say("cleaned the strainer, 20 min")

    assert "What was wrong? Put it right" in words(card(desk, job))
    assert buttons(card(desk, job)) == ["Put right", "Not done"]


def test_work_that_nobody_had_started_goes_through_the_safety_steps_first(
    desk: Any, fault: Any, technician: Any, supervisor: Any, write: Any
) -> None:
    desk.click(assigning.take, technician, fault.id)
    what = write(technician, "swapped the seal, 40 min", thread_ts=desk.one(WorkOrder).root_ts)
    desk.does(messages.message, what)

    asked = desk.click(proposing.confirm, technician, fault.id, 1)
    desk.submit(assigning.started, technician, fault.id, safety="confirmed")
    desk.click(proposing.confirm, technician, fault.id, 1)

    assert asked.modal["callback_id"] == "start_work_order"
    assert desk.one(WorkOrder).state == "completed"
    assert desk.one(WorkOrderTime).minutes == 40


def test_work_without_safety_steps_that_nobody_started_begins_as_long_ago_as_it_took(
    desk: Any, operator: Any, conveyor: Any, technician: Any, write: Any
) -> None:
    from handlers import faults

    desk.does(faults.message, write(operator, "C-20 jammed"), known=False)
    order = desk.one(WorkOrder)
    desk.does(messages.message, write(technician, "cleared the jam, 10 min", thread_ts=order.root_ts))
    desk.click(proposing.confirm, technician, order.id, 1)

    ended = desk.one(WorkOrder)
    assert (ended.state, ended.failure_mode, ended.responsible_id) == ("completed", "PLU", technician.id)
    assert (ended.completed_at - ended.started_at).total_seconds() == 600
    assert ended.down_until == desk.now


def test_somebody_elses_job_is_left_alone_and_refused_when_the_bot_is_asked(
    desk: Any, job: Any, hire: Any, say: Any
) -> None:
    other = hire("Kim Berg", "technician")

    silent, told = say(SENTENCE, other), say(SENTENCE, other, addressed=True)

    assert silent.private == ""
    assert "Luis Moreno has it." in told.private
    assert not desk.all(CompletionProposal)


def test_somebody_else_cannot_say_yes(desk: Any, job: Any, hire: Any, say: Any) -> None:
    say(SENTENCE)

    told = desk.click(proposing.confirm, hire("Kim Berg", "technician"), job.id, 1)

    assert "Luis Moreno can." in told.private
    assert desk.one(WorkOrder).state == "in_progress"


def test_in_a_direct_message_the_only_job_is_meant(desk: Any, job: Any, technician: Any, say: Any) -> None:
    say("swapped the seal, was leaking, 40 min", channel="D0LUIS", thread_ts=None, direct=True)

    assert card(desk, job)["channel"] == "D0LUIS"
    assert len(desk.all(WorkOrder)) == 1


def test_by_its_number_a_job_is_meant_anywhere(desk: Any, job: Any, technician: Any, say: Any) -> None:
    say(f"{job.number}: swapped the seal, 40 min", thread_ts=None)
    say("1 swapped the seal, 50 min", channel="D0LUIS", thread_ts=None, direct=True)

    assert [row.minutes for row in desk.all(CompletionProposal)] == [40, 50]
    assert len(desk.all(WorkOrder)) == 1


def test_of_several_jobs_it_is_asked_which(
    desk: Any, job: Any, operator: Any, conveyor: Any, technician: Any, write: Any, say: Any
) -> None:
    from handlers import faults

    desk.does(faults.message, write(operator, "C-20 jammed"), known=False)
    desk.click(assigning.start, technician, 2)

    told = say("swapped the seal, 40 min", channel="D0LUIS", thread_ts=None, direct=True)

    assert told.private.startswith("Say which job that was: write its number before it (1, 2)")


def test_a_new_fault_in_a_direct_message_stays_a_fault(
    desk: Any, job: Any, technician: Any, conveyor: Any, say: Any
) -> None:
    say("C-20 is leaking oil", channel="D0LUIS", thread_ts=None, direct=True)

    assert len(desk.all(WorkOrder)) == 2


def test_what_is_done_waits_for_nothing_any_more(desk: Any, job: Any, technician: Any, seal: Any, say: Any) -> None:
    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="2")
    say("cleaned it instead, runs again, 40 min")
    desk.click(proposing.confirm, technician, job.id, 1)

    assert desk.one(WorkOrderHold).released_at == desk.now
    assert "waits to be closed" in words(desk.card(f"wo:{job.id}"))


def test_timers_of_others_stop_and_they_hear_of_it(desk: Any, job: Any, technician: Any, hire: Any, say: Any) -> None:
    kim = hire("Kim Berg", "technician")
    desk.writes(lambda uow: uow.add(WorkOrderTime, work_order_id=job.id, person_id=kim.id, started_at=desk.now))
    desk.later(minutes=30)
    say("cleaned the strainer, 20 min")
    desk.click(proposing.confirm, technician, job.id, 1)

    assert {row.person_id: row.minutes for row in desk.all(WorkOrderTime)} == {technician.id: 20, kim.id: 30}
    assert desk.lines("U0KIM")[0].startswith(f"Your timer on {job.number} was stopped")


def test_behind_the_word_done_less_is_needed_and_the_thread_gets_the_card(
    desk: Any, job: Any, technician: Any, say: Any
) -> None:
    from handlers import sentences
    from handlers.happenings import Command

    def typed(uow: Any, what: Any) -> Answer:
        return sentences.command(uow, what)

    what = Command(
        desk.key("command"),
        technician.slack_id,
        desk.plant.channels.faults[0],
        "/chargehand",
        "done 1 swapped the seal",
    )
    answer = desk.does(typed, what)

    assert answer.private == f"I have read it: one click in the thread of {job.number} writes it."
    assert card(desk, job)["thread_ts"] == job.root_ts


def test_whoever_has_the_job_confirms_what_a_helper_said(
    desk: Any, job: Any, technician: Any, supervisor: Any, say: Any
) -> None:
    say("cleaned the strainer, 20 min", supervisor)
    desk.click(proposing.confirm, technician, job.id, 1)

    assert desk.one(WorkOrder).state == "completed"
    assert {row.person_id: row.minutes for row in desk.all(WorkOrderTime)} == {technician.id: 0, supervisor.id: 20}
