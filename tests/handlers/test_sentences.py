"""The typed grammar: the same words in a command, a direct message, a mention and a thread."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from handlers import assigning, faults, grammar, questions, sentences, wording
from handlers.happenings import Answer, Command, Message
from storage.tables import PurchaseOrder, WorkOrder, WorkOrderHold, WorkOrderPart, WorkOrderTime

PARSED = (
    ("take 412", None, ("take", "412", "")),
    ("412 take", None, ("take", "412", "")),
    ("Take WO 412", None, ("take", "WO-412", "")),
    ("take wo412", None, ("take", "wo412", "")),
    ("take WO-2026-00412", None, ("take", "WO-2026-00412", "")),
    ("nimm 412", None, ("take", "412", "")),
    ("done 412 40 min", None, ("done", "412", "40 min")),
    ("done 40 min", None, ("done", "", "40 min")),
    ("done 412", None, ("done", "412", "")),
    ("fertig 412 40", None, ("done", "412", "40")),
    ("done 40 min", "412", ("done", "", "40 min")),
    ("done 412", "412", ("done", "412", "")),
    ("done 40", "412", ("done", "", "40")),
    ("done wo413 40", "412", ("done", "wo413", "40")),
    ("hold waiting for crane", "412", ("hold", "", "waiting for crane")),
    ("hold 412 waiting for crane", None, ("hold", "412", "waiting for crane")),
    ("pause 412: crane", None, ("hold", "412:", "crane")),
    ("part 412 2 seal 45", None, ("part", "412", "2 seal 45")),
    ("part 2 seal 45", "412", ("part", "", "2 seal 45")),
    ("part 2 6206 bearing", "412", ("part", "", "2 6206 bearing")),
    ("part 2 seal 45", "2", ("part", "", "2 seal 45")),
    ("part 2 P-10231", "2", ("part", "", "2 P-10231")),
    ("part 2 1 seal 45", "2", ("part", "2", "1 seal 45")),
    ("part 2 seal 45 wo2", "2", ("part", "wo2", "2 seal 45")),
    ("assign 412 @luis", None, ("assign", "412", "@luis")),
    ("assign @luis", "412", ("assign", "", "@luis")),
    ("approve PO 118", None, ("approve", "PO-118", "")),
    ("PO-118 approve", None, ("approve", "PO-118", "")),
    ("count PO-118 2, 4, 0", None, ("count", "PO-118", "2, 4, 0")),
    ("where PO 118", None, ("where", "", "PO-118")),
    ("stock seal 45", None, ("stock", "", "seal 45")),
    ("report P-101 leaks", None, ("report", "", "P-101 leaks")),
    ("?", None, ("help", "", "")),
    ("", None, ("", "", "")),
    ("bananas are yellow", None, ("", "", "bananas are yellow")),
)
TALK = (
    "done with lunch?",
    "done!! great work everybody",
    "hold on a second",
    "hold it like that",
    "take care",
    "start with the left one",
    "close the door please",
    "cancel the lunch order",
    "part of it is wet",
    "need help here",
    "assign it to someone",
    "where are you?",
    "stock looks low",
    "approve it already",
    "resume tomorrow?",
    "I have done 40 min",
    "the seal is leaking badly",
    "reopen the window",
    "log book is in the office",
    "P-102 leaks too",
    "mine is broken",
)


@pytest.mark.parametrize(("text", "thread", "expected"), PARSED)
def test_a_sentence_is_command_number_and_rest(text: str, thread: str | None, expected: tuple[str, str, str]) -> None:
    read = grammar.parse(text, thread=thread)

    command, target, rest = expected
    assert (read.command, read.target, read.rest) == (command, target.strip(":"), rest)


@given(some.text(max_size=80), some.none() | some.just("412"))
@example("412", None)
@example("PO 118 PO 118", "412")
@example("take take", None)
def test_whatever_is_typed_can_be_read(text: str, thread: str | None) -> None:
    read = grammar.parse(text, thread=thread)

    assert read.command in {"", *grammar.COMMANDS}
    assert isinstance(grammar.meant_in_thread(read), bool)


@given(
    some.sampled_from(sorted(wording.command_words())),
    some.sampled_from(["412", "wo412", "WO-2026-00412", "wo-412", "#412", "PO-118"]),
    some.booleans(),
)
def test_number_and_word_may_change_places(word: str, number: str, word_first: bool) -> None:
    command = wording.command_words()[word]
    read = grammar.parse(f"{word} {number}" if word_first else f"{number} {word}")

    assert read.command == command
    if grammar.COMMANDS[command] == grammar.DOCUMENT:
        assert (read.target, read.rest) == (number, "")
    else:
        assert read.rest == number


@given(some.sampled_from(sorted(wording.command_words())), some.sampled_from([str.upper, str.title, str.lower]))
def test_case_does_not_matter(word: str, written: Any) -> None:
    assert grammar.command_of(written(word)) == wording.command_words()[word]


def test_every_command_has_a_handler_a_word_and_help() -> None:
    assert set(sentences.HANDLERS) == set(grammar.COMMANDS) == set(questions.SHOWN_AS)
    assert set(wording.command_words().values()) == set(grammar.COMMANDS)
    assert {command for commands in questions.HELP.values() for command in commands} <= set(grammar.COMMANDS)


def spoken(desk: Any, by: Any, text: str, thread_ts: str | None = None, channel: str = "C0FAULTS") -> Answer:
    """Say something the way a message does."""

    def handler(uow: Any, what: Message) -> Answer:
        told = sentences.spoken(uow, what.by, what.channel, what.thread_ts, what.text, what.key)
        return told or Answer(private="(nothing)")

    return desk.does(handler, Message(desk.key("message"), by.slack_id, channel, "1.1", text, thread_ts))


def typed(desk: Any, by: Any, text: str, word: str = "/chargehand", channel: str = "C0FAULTS") -> Answer:
    """Type the slash command; who it is, the handler finds out itself."""
    return desk.does(sentences.command, Command(desk.key("command"), by.slack_id, channel, word, text), known=False)


@pytest.mark.parametrize("text", TALK)
def test_talk_in_a_work_orders_thread_is_left_alone(desk: Any, job: Any, technician: Any, text: str) -> None:
    said = len(desk.said())

    answer = spoken(desk, technician, text, job.root_ts)

    assert answer.private == "(nothing)"
    assert len(desk.said()) == said
    assert desk.one(WorkOrder).version == job.version


def test_done_with_minutes_in_the_thread_ends_the_work(desk: Any, job: Any, technician: Any) -> None:
    answer = spoken(desk, technician, "done 40 min changed the leaking seal", job.root_ts)

    order = desk.one(WorkOrder)
    assert answer.private == ""
    assert (order.state, order.failure_mode, order.remedy) == ("completed", "ELP", "changed the leaking seal")
    assert desk.one(WorkOrderTime).minutes == 40


def test_done_without_minutes_offers_the_form_behind_a_button(desk: Any, job: Any, technician: Any) -> None:
    answer = spoken(desk, technician, "done", job.root_ts)

    button = answer.blocks[-1]["elements"][0]
    assert (button["action_id"], button["value"]) == ("work_order.done", f"v1:{job.id}")
    assert desk.one(WorkOrder).state == "in_progress"


def test_the_command_opens_the_form_itself(desk: Any, job: Any, technician: Any) -> None:
    answer = typed(desk, technician, "done 1")

    assert answer.modal["callback_id"] == "complete_work_order"


def test_hold_and_resume_in_the_thread(desk: Any, job: Any, technician: Any) -> None:
    spoken(desk, technician, "hold waiting for crane", job.root_ts)
    held = desk.one(WorkOrderHold)
    spoken(desk, technician, "resume", job.root_ts)

    assert (held.reason, held.note) == ("other", "waiting for crane")
    assert desk.one(WorkOrderHold).released_at is not None


def test_a_part_in_the_thread_is_requested(desk: Any, job: Any, technician: Any, seal: Any) -> None:
    spoken(desk, technician, "part 2 seal 45", job.root_ts)

    assert desk.one(WorkOrderPart).needed == 2000
    assert desk.one(PurchaseOrder).state == "draft"


def test_a_part_nobody_knows_is_answered_with_a_proposal(desk: Any, job: Any, technician: Any, seal: Any) -> None:
    answer = spoken(desk, technician, "part 2 seel 45 mm", job.root_ts)

    assert "I know no part “seel 45 mm”. Did you mean P-10231 (Mechanical seal 45 mm)?" in answer.private


def test_a_unit_beside_the_quantity_has_to_be_the_parts_own(
    desk: Any, job: Any, technician: Any, add_part: Any
) -> None:
    add_part("P-9", "Hose 12 mm", on_hand=10_000, unit="MTR")

    boxes = spoken(desk, technician, "part 2 boxes hose", job.root_ts)
    spoken(desk, technician, "part 2.5 m hose", job.root_ts)

    assert boxes.private == "Hose 12 mm is counted in metres. Write the quantity in metres."
    assert desk.one(WorkOrderPart).reserved == 2500


def test_taking_and_assigning_by_number(desk: Any, fault: Any, technician: Any, supervisor: Any) -> None:
    took = typed(desk, technician, "take 1")
    given_ = typed(desk, supervisor, f"assign WO-2026-00001 <@{technician.slack_id}>")

    assert took.private == "You have it."
    assert given_.private == "Luis Moreno has WO-2026-00001 already."
    assert desk.one(WorkOrder).responsible_id == technician.id


def test_without_a_number_the_only_job_is_meant(desk: Any, job: Any, technician: Any) -> None:
    spoken(desk, technician, "done 40 min", None, "D0LUIS")

    assert desk.card(f"wo:{job.id}:said:1")["text"] == (
        f"{job.number}: is this right? Leaks outside (read from the report); 40 min of Luis Moreno"
    )
    assert desk.one(WorkOrder).state == "in_progress"


def test_without_a_number_and_several_jobs_it_is_asked_which(
    desk: Any, job: Any, technician: Any, operator: Any, conveyor: Any, write: Any
) -> None:
    from handlers import faults

    desk.does(faults.message, write(operator, "C-20 jammed"), known=False)
    desk.click(assigning.start, technician, 2)

    answer = spoken(desk, technician, "done 40 min", None, "D0LUIS")

    assert answer.private == "Say which work order you mean, for instance `done 412`. Yours: 1, 2."


def test_an_unknown_number_is_said(desk: Any, technician: Any) -> None:
    assert typed(desk, technician, "take 999").private == "I know no work order 999. Type `mine` to see your own."


def test_a_mistyped_word_gets_the_nearest(desk: Any, technician: Any) -> None:
    answer = typed(desk, technician, "doen 412")

    assert "Did you mean `done`?" in json.dumps(answer.blocks, ensure_ascii=False)


def test_an_unknown_word_gets_the_commonest_of_the_role(desk: Any, storekeeper: Any) -> None:
    said = json.dumps(typed(desk, storekeeper, "xyzzy").blocks)

    assert "count PO-118 2, 4, 0" in said


def test_words_that_sound_like_a_fault_are_a_report(desk: Any, operator: Any, pump: Any) -> None:
    answer = typed(desk, operator, "P-101 leaks")

    assert "Thank you. WO-2026-00001 is open" in answer.private
    assert desk.one(WorkOrder).asset_id == pump.id


def test_the_short_command_for_faults_reports(desk: Any, operator: Any, pump: Any) -> None:
    typed(desk, operator, "P-101 take it apart, it leaks", word="/fault")

    assert desk.one(WorkOrder).title == "P-101 take it apart, it leaks"


def test_a_newcomer_may_report_but_nothing_else(desk: Any, pump: Any) -> None:
    newcomer = SimpleNamespace(slack_id="U0NEW")

    refused = desk.does(sentences.command, Command("command:x", "U0NEW", "C0FAULTS", "/wo", "mine"), known=True)
    told = typed(desk, newcomer, "report P-101 leaks")

    assert "I do not know you yet" in refused.private
    assert "is open" in told.private


def test_a_command_in_a_foreign_channel_is_refused_but_a_report_is_taken(desk: Any, technician: Any, pump: Any) -> None:
    refused = typed(desk, technician, "mine", channel="C0RANDOM")
    taken = typed(desk, technician, "report P-101 leaks", channel="C0RANDOM")

    assert "I do not answer in this channel" in refused.private
    assert "is open" in taken.private
    assert desk.one(WorkOrder).channel == "C0FAULTS"


@pytest.mark.parametrize("text", ["part 2 P-10231", "part 2 seal 45"])
def test_in_the_second_jobs_own_thread_two_is_how_many(
    desk: Any, job: Any, technician: Any, operator: Any, seal: Any, write: Any, text: str
) -> None:
    desk.does(faults.message, write(operator, "P-101 vibrates"), known=False)
    second = desk.one(WorkOrder, number="WO-2026-00002")
    desk.click(assigning.take, technician, second.id)

    spoken(desk, technician, text, second.root_ts)

    assert [row.needed for row in desk.all(WorkOrderPart, work_order_id=second.id)] == [2000]
    assert desk.all(WorkOrderPart, work_order_id=job.id) == []


def test_a_request_by_the_work_orders_number(
    desk: Any, job: Any, technician: Any, seal: Any, cost_centre: Any, buyer: Any
) -> None:
    spoken(desk, technician, "part 2 seal 45", job.root_ts)

    answer = typed(desk, technician, "request 1")

    assert answer.private != "Nothing waits to be requested here."
    assert desk.one(PurchaseOrder).state == "pending_approval"


def test_a_reason_has_to_stand_behind_a_typed_hold(desk: Any, job: Any, technician: Any) -> None:
    answer = typed(desk, technician, "hold 1")

    assert answer.modal["callback_id"] == "hold_work_order"


@pytest.mark.parametrize(
    "text", ["cancel 1", "reopen 1", "correct 1", "part 1", "issue 1", "log 1", "assign 1", "start 1"]
)
def test_no_typed_command_breaks(desk: Any, fault: Any, supervisor: Any, technician: Any, text: str) -> None:
    for person in (supervisor, technician):
        answer = typed(desk, person, text)
        assert answer.modal or answer.private


@pytest.mark.parametrize("command", sorted(grammar.COMMANDS))
def test_every_command_answers_even_when_nothing_stands_behind_it(desk: Any, supervisor: Any, command: str) -> None:
    answer = typed(desk, supervisor, command)

    assert answer.private or answer.modal or answer.blocks
    assert "Something broke" not in answer.private


@pytest.mark.parametrize("command", sorted(grammar.COMMANDS))
def test_every_command_survives_markup_and_sql(desk: Any, job: Any, supervisor: Any, command: str) -> None:
    for text in ("1 <!channel> & <script>", "'; DROP TABLE work_orders; --", "%_%", "\u202e" * 5, "9" * 40):
        answer = typed(desk, supervisor, f"{command} {text}")
        assert "<!channel>" not in json.dumps(answer.blocks)

    assert desk.all(WorkOrder)
