"""Where a message belongs: reports, words in threads, words to the bot by name, and photos that come later."""

from dataclasses import replace
from typing import Any

import pytest

from handlers import messages
from handlers.happenings import Answer, Message, PostedFile
from storage.happenings import Deed, perform
from storage.tables import Outgoing, Person, WorkOrder

PHOTO = PostedFile("F1", "seal.png", "image/png", 1000, "https://files.slack.com/F1/seal.png")


@pytest.fixture
def say(desk: Any) -> Any:
    """Writes a message as somebody; the handlers themselves find out who acts."""

    def perform_as_written(handler: Any, what: Message) -> Answer:
        deed = Deed(what.key, handler.__name__, str(what), desk.now)
        told = perform(desk.database, desk.plant, deed, lambda uow: handler(uow, what).to_json())
        return Answer(**{name: told[name] for name in ("private", "blocks", "modal") if name in told})

    def say(by: str, text: str, **more: Any) -> Answer:
        given = {"key": desk.key("message"), "by": by, "channel": desk.plant.channels.faults[0], "ts": "9.0"}
        what = Message(**(given | {"text": text} | more))
        if what.files:
            perform_as_written(messages.photos, replace(what, key=f"{what.key}:photos"))
        return perform_as_written(messages.message, what)

    return say


def _threads(desk: Any, fault: Any) -> dict[str, Any]:
    return {"thread_ts": desk.one(WorkOrder, id=fault.id).root_ts}


def test_a_photo_that_comes_later_is_kept_with_its_work_order(desk: Any, say: Any, fault: Any, technician: Any) -> None:
    answer = say(technician.slack_id, "", files=(PHOTO,), **_threads(desk, fault))

    (row,) = desk.all(Outgoing, wire="file")
    assert answer == Answer()
    assert row.key == f"file:{fault.number}:F1"


def test_a_photo_from_somebody_new_is_kept_too_and_talk_stays_talk(desk: Any, say: Any, fault: Any) -> None:
    answer = say("U0NEW", "here it is", files=(PHOTO,), **_threads(desk, fault))

    assert answer == Answer()
    assert len(desk.all(Outgoing, wire="file")) == 1
    assert desk.one(Person, slack_id="U0NEW").roles == "operator"


def test_a_photo_and_a_command_in_one_message_are_both_heeded(desk: Any, say: Any, fault: Any, technician: Any) -> None:
    say(technician.slack_id, "take", files=(PHOTO,), **_threads(desk, fault))

    assert len(desk.all(Outgoing, wire="file")) == 1
    assert desk.one(WorkOrder, id=fault.id).responsible_id == technician.id


@pytest.mark.parametrize("addressed", [False, True])
def test_talk_in_a_thread_is_answered_only_to_whoever_speaks_to_the_bot(
    desk: Any, say: Any, fault: Any, technician: Any, addressed: bool
) -> None:
    answer = say(technician.slack_id, "what a noise", addressed=addressed, **_threads(desk, fault))

    assert bool(answer.private) is addressed
    assert len(desk.all(WorkOrder)) == 1


@pytest.mark.parametrize("word", ["mine", "waiting", "help", "where P-101"])
def test_the_bot_answers_questions_by_its_name_in_a_thread(
    desk: Any, say: Any, fault: Any, technician: Any, word: str
) -> None:
    assert say(technician.slack_id, word, addressed=True, **_threads(desk, fault)).private


def test_talk_to_the_bot_in_a_fault_channel_gets_the_help_line_and_opens_nothing(
    desk: Any, say: Any, technician: Any
) -> None:
    answer = say(technician.slack_id, "good morning", addressed=True)

    assert "What you can write" in answer.private
    assert desk.all(WorkOrder) == []


def test_a_fault_said_to_the_bot_by_name_hangs_from_its_own_message(desk: Any, say: Any, pump: Any) -> None:
    say("U0NEW", "P-101 leaks, the line stands", addressed=True, ts="7.0")

    assert [order.root_ts for order in desk.all(WorkOrder)] == ["7.0"]


def test_a_command_to_the_bot_by_name_is_done_and_no_report(desk: Any, say: Any, technician: Any) -> None:
    assert say(technician.slack_id, "mine", addressed=True).private
    assert desk.all(WorkOrder) == []


def test_somebody_new_who_speaks_to_the_bot_in_a_thread_is_told_whom_to_ask(desk: Any, say: Any, fault: Any) -> None:
    assert "I do not know you yet" in say("U0NEW", "take", addressed=True, **_threads(desk, fault)).private
    assert say("U0NEW", "take", **_threads(desk, fault)).private == ""


def test_a_word_in_another_channel_or_thread_is_not_for_the_bot(desk: Any, say: Any, technician: Any) -> None:
    assert say(technician.slack_id, "P-101 leaks", channel="C0OTHER") == Answer()
    assert say(technician.slack_id, "take", thread_ts="1.5") == Answer()
    assert desk.all(WorkOrder) == []
