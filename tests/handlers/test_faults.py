"""Reports in people's own words: which become work orders, how they are read, and which are mere talk."""

import json
from typing import Any

import pytest

from handlers import closing, correcting, faults, people
from handlers.happenings import Click, Command, OptionsAsked, PostedFile, Shortcut, Submission
from storage.tables import Card, Outgoing, Person, WorkOrder, WorkOrderChange

TALK = (
    "B-12 is good for you",
    "Good morning everybody",
    "thanks a lot!",
    "Thanks for fixing P-101 so fast",
    "fyi P-101 stops for cleaning at 5",
    "FYI: seal on P-101 leaking since yesterday, Luis knows",
    "who has the key to the tool room?",
    "P-101 is running again",
    ":thumbsup: :tada:",
    "👍",
    "https://example.com/menu",
    "<@U0LUIS> lunch?",
    "   ",
    "danke, alles gut",
    "Guten Morgen zusammen",
)
REPORTS = (
    ("Seal leaking on pump P-101", "reduced", "high", "repair"),
    ("p 101 stopped", "stands", "line_stopped", "repair"),
    ("P101 makes a loud noise", "reduced", "high", "repair"),
    ("the guard is missing on p-101", "safety", "line_stopped", "emergency"),
    ("CIP return pump won't start", "stands", "line_stopped", "repair"),
    ("Pumpe P-101 ist undicht", "reduced", "high", "repair"),
    ("P-101 steht still", "stands", "line_stopped", "repair"),
    ("please lubricate P-101", "none", "normal", "service"),
    ("P-101 needs calibration, please calibrate", "none", "normal", "calibration"),
    ("Is anybody looking at P-101?", "none", "normal", "repair"),
    ("Good morning, P-101 is leaking", "reduced", "high", "repair"),
    ("thanks, but P-101 leaks again", "reduced", "high", "repair"),
)


@pytest.mark.parametrize("text", TALK)
def test_talk_creates_nothing_and_says_nothing(desk: Any, operator: Any, pump: Any, write: Any, text: str) -> None:
    answer = desk.does(faults.message, write(operator, text), known=False)

    assert answer.to_json() == {}
    assert desk.all(WorkOrder) == []
    assert desk.said() == []


def test_a_mistyped_code_is_a_report_whose_asset_is_asked_for(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    desk.does(faults.message, write(operator, "P-110 puts its labels on crooked"), known=False)

    (order,) = desk.all(WorkOrder)
    assert (order.state, order.asset_id) == ("draft", None)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report[0])
def test_a_report_is_read_into_asset_impact_priority_and_kind(
    desk: Any, operator: Any, pump: Any, write: Any, report: Any
) -> None:
    text, impact, priority, task = report

    desk.does(faults.message, write(operator, text), known=False)

    order = desk.one(WorkOrder)
    assert (order.asset_id, order.impact, order.priority, order.task_type) == (pump.id, impact, priority, task)
    assert order.state == "ready"
    assert order.due_at > order.created_at
    assert order.due_reason
    assert order.guessed == "asset,priority"


def test_a_fault_word_without_an_asset_opens_a_draft_that_asks(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    desk.does(faults.message, write(operator, "something is leaking behind the big tank"), known=False)

    order = desk.one(WorkOrder)
    card = json.dumps(desk.card(f"wo:{order.id}"))
    assert (order.state, order.asset_id) == ("draft", None)
    assert "Which asset is it?" in card
    assert "find.asset" in card


def test_several_possible_assets_are_proposed_on_buttons(desk: Any, operator: Any, add_asset: Any, write: Any) -> None:
    one, other = add_asset("P-101", "CIP return pump"), add_asset("P-102", "CIP feed pump")

    desk.does(faults.message, write(operator, "the cip pump leaks"), known=False)

    order = desk.one(WorkOrder)
    buttons = [
        element["value"]
        for block in desk.card(f"wo:{order.id}")["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("action_id") == "work_order.choose_asset"
    ]
    assert buttons == [f"v1:{order.id}:{one.id}", f"v1:{order.id}:{other.id}"]


def test_a_proposed_asset_makes_the_draft_ready(desk: Any, operator: Any, add_asset: Any, write: Any) -> None:
    one, _ = add_asset("P-101", "CIP return pump", safety="LOTO-17"), add_asset("P-102", "CIP feed pump")
    desk.does(faults.message, write(operator, "the cip pump leaks"), known=False)
    order = desk.one(WorkOrder)

    desk.click(correcting.choose_asset, operator, order.id, one.id)

    order = desk.one(WorkOrder)
    assert (order.state, order.asset_id, order.safety, order.priority) == ("ready", one.id, "LOTO-17", "high")
    assert desk.one(WorkOrderChange).field == "asset"


def test_an_asset_looked_up_on_the_card_makes_the_draft_ready(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    desk.does(faults.message, write(operator, "something is leaking"), known=False)
    desk.posts_everything()
    order = desk.one(WorkOrder)
    ts = desk.one(Card, key=f"wo:{order.id}").ts

    click = Click(
        desk.key("click"), operator.slack_id, "find.asset", "", order.channel, ts, order.root_ts, chosen=str(pump.id)
    )
    desk.does(correcting.asset_found, click)

    assert (desk.one(WorkOrder).state, desk.one(WorkOrder).asset_id) == ("ready", pump.id)


def test_an_asset_that_is_in_no_list_is_a_fine_answer(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    desk.does(faults.message, write(operator, "the roof is leaking"), known=False)
    order = desk.one(WorkOrder)

    click = Click(desk.key("click"), operator.slack_id, "find.asset", "", order.channel, "", order.root_ts, chosen="0")
    desk.does(correcting.asset_found, click)

    assert (desk.one(WorkOrder).state, desk.one(WorkOrder).asset_id) == ("ready", None)


def test_the_typeahead_finds_by_code_name_and_place(desk: Any, pump: Any, conveyor: Any) -> None:
    def found(typed: str) -> list[str]:
        asked = OptionsAsked("options:1", "U0ANA", "find.asset", typed)
        return [value for _, value in desk.reads(lambda uow: correcting.find_assets(uow, asked)).options]

    assert found("p101")[0] == str(pump.id)
    assert found("infeed")[0] == str(conveyor.id)
    assert set(found("packaging hall")) == {str(pump.id), str(conveyor.id), "0"}
    assert found("P-1O1")[0] == str(pump.id)
    assert found("100%_")[-1] == "0"


def test_the_same_message_twice_is_one_work_order(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    message = write(operator, "P-101 leaks")

    desk.does(faults.message, message, known=False)
    desk.does(faults.message, message, known=False)

    assert len(desk.all(WorkOrder)) == 1
    assert len(desk.said()) == 1


def test_a_message_found_again_under_another_key_is_one_work_order(
    desk: Any, operator: Any, pump: Any, write: Any
) -> None:
    from dataclasses import replace

    message = write(operator, "P-101 leaks")

    desk.does(faults.message, message, known=False)
    desk.does(faults.message, replace(message, key="history:1"), known=False)

    assert len(desk.all(WorkOrder)) == 1


def test_files_are_queued_and_what_is_too_large_or_elsewhere_is_named_in_the_thread(
    desk: Any, operator: Any, pump: Any, write: Any
) -> None:
    photo = PostedFile("F1", "leak.jpg", "image/jpeg", 1_000_000, "https://files.slack.example/leak.jpg")
    elsewhere = PostedFile("F2", "plan.pdf", "application/pdf", 10, "")
    large = PostedFile("F3", "film.jpg", "image/jpeg", 30_000_000, "https://files.slack.example/film.jpg")

    desk.does(faults.message, write(operator, "P-101 leaks", files=(photo, elsewhere, large)), known=False)

    order = desk.one(WorkOrder)
    (row,) = desk.all(Outgoing, wire="file")
    assert json.loads(row.body) == {
        "file_id": "F1", "address": photo.address, "name": "leak.jpg", "media_type": "image/jpeg", "size": 1_000_000, "subject": order.number,
    }  # fmt: skip
    assert desk.lines() == [
        "The file plan.pdf was not kept: it lies outside of Slack. The report stands.",
        "The file film.jpg was not kept: it is larger than 25 MB. The report stands.",
    ]


def test_a_photo_without_words_is_a_report(desk: Any, operator: Any, pump: Any, write: Any) -> None:
    photo = PostedFile("F1", "leak.jpg", "image/jpeg", 1000, "https://files.slack.example/leak.jpg")

    desk.does(faults.message, write(operator, "", files=(photo,)), known=False)

    assert desk.one(WorkOrder).title == "Fault in a photo"


@pytest.mark.parametrize(
    "word", ["<!channel>", "!channel", "<script>alert(1)</script>", "<http://evil|P-101>", "& <b>"]
)
def test_markup_in_a_report_stays_words(desk: Any, operator: Any, pump: Any, write: Any, word: str) -> None:
    desk.does(faults.message, write(operator, f"{word} P-101 leaks"), known=False)

    said = json.dumps(desk.card(f"wo:{desk.one(WorkOrder).id}"), ensure_ascii=False)
    assert "<!channel>" not in said
    assert "<script>" not in said
    assert "<http" not in said
    assert desk.one(WorkOrder).asset_id == pump.id


def test_a_very_long_report_keeps_its_words_and_has_a_short_title(
    desk: Any, operator: Any, pump: Any, write: Any
) -> None:
    text = "P-101 leaks " + "and drips on the floor " * 400

    desk.does(faults.message, write(operator, text), known=False)

    order = desk.one(WorkOrder)
    assert len(order.title) <= 80
    assert len(order.description) == 4000


def test_anybody_may_report_and_is_written_down_as_an_operator(desk: Any, pump: Any, write: Any) -> None:
    desk.does(faults.message, write("U0NEWBIE", "P-101 leaks"), known=False)

    person = desk.one(Person, slack_id="U0NEWBIE")
    assert desk.one(WorkOrder).reported_by_id == person.id
    assert person.roles == "operator"


def test_a_bot_message_without_a_person_creates_nothing(desk: Any, pump: Any, write: Any) -> None:
    message = write("", "P-101 leaks")

    answer = desk.reads(lambda uow: faults.message(uow, message))

    assert answer.to_json() == {}
    assert desk.all(WorkOrder) == []


def test_the_reporter_takes_back_what_was_no_fault(desk: Any, fault: Any, operator: Any) -> None:
    desk.click(closing.not_a_fault, operator, fault.id)

    assert desk.one(WorkOrder).state == "cancelled"
    assert "is not a fault" in desk.lines()[-1]
    assert all(block["type"] != "actions" for block in desk.card(f"wo:{fault.id}")["blocks"])


def test_an_operator_cannot_take_back_somebody_elses_report(desk: Any, fault: Any, hire: Any) -> None:
    other = hire("Kim Berg", "operator")

    answer = desk.click(closing.not_a_fault, other, fault.id)

    assert "Ana Ruiz can." in answer.private
    assert desk.one(WorkOrder).state == "ready"


def test_the_form_opens_a_work_order_whose_card_is_the_root(desk: Any, operator: Any, pump: Any) -> None:
    fields = {"text": "Coupling worn", "asset": str(pump.id), "impact": "reduced"}
    answer = desk.does(faults.reported, Submission(desk.key("view"), operator.slack_id, "", "D0ANA", fields))

    order = desk.one(WorkOrder)
    card = desk.card(f"wo:{order.id}")
    assert (order.asset_id, order.root_ts, order.guessed) == (pump.id, None, "")
    assert card["channel"] == "C0FAULTS"
    assert "thread_ts" not in card
    assert order.number in answer.private


def test_the_form_asks_for_words(desk: Any, operator: Any) -> None:
    answer = desk.does(faults.reported, Submission(desk.key("view"), operator.slack_id, "", "", {"text": "  "}))

    assert answer.errors == {"text": "Write what is wrong, a few words are enough."}


def test_a_message_shortcut_uses_the_message_as_the_root_once(
    desk: Any, operator: Any, technician: Any, pump: Any
) -> None:
    def pressed() -> Shortcut:
        return Shortcut(
            desk.key("shortcut"),
            technician.slack_id,
            "report_message",
            "C0FAULTS",
            "1.1",
            "",
            "P-101 leaks",
            operator.slack_id,
        )

    desk.does(faults.from_message, pressed())
    again = desk.does(faults.from_message, pressed())

    order = desk.one(WorkOrder)
    assert order.root_ts == "1.1"
    assert order.number in again.private


def test_a_shortcut_elsewhere_is_shown_in_the_channel_for_faults(desk: Any, technician: Any, pump: Any) -> None:
    what = Shortcut(desk.key("shortcut"), technician.slack_id, "report_message", "C0OTHER", "1.1", "", "P-101 leaks")

    answer = desk.does(faults.from_message, what)

    order = desk.one(WorkOrder)
    assert (order.channel, order.root_ts) == ("C0FAULTS", None)
    assert "channel for faults" in answer.private


def test_the_command_without_words_opens_the_form(desk: Any, operator: Any) -> None:
    answer = desk.does(faults.command, Command(desk.key("command"), operator.slack_id, "C0FAULTS", "/fault", ""))

    assert answer.modal["callback_id"] == "report_fault"


def test_without_a_channel_for_faults_a_report_is_refused_in_words(database: Any, desk: Any, operator: Any) -> None:
    from orders.plant import Plant

    desk.plant = Plant()

    answer = desk.does(
        faults.command, Command(desk.key("command"), operator.slack_id, "D0ANA", "/fault", "P-101 leaks")
    )

    assert "No channel for faults" in answer.private


def test_a_former_employee_cannot_report_in_somebodys_name(desk: Any, hire: Any, pump: Any, write: Any) -> None:
    gone = hire("Old Hand", "operator", active=False)

    desk.does(faults.message, write(gone, "P-101 leaks"), known=False)

    assert desk.one(WorkOrder).reported_by_id is None
    assert people.CHARGEHAND.person_id is None
