"""Questions in words, answered to the asker alone."""

import html
import json
from typing import Any

import pytest

from handlers import closing, completing, grammar, parts, questions, sentences
from handlers.happenings import Command


def asks(desk: Any, by: Any, text: str) -> str:
    what = Command(desk.key("command"), by.slack_id, "C0FAULTS", "/chargehand", text)
    answer = desk.does(sentences.command, what)
    return html.unescape(answer.private + json.dumps(answer.blocks, ensure_ascii=False))


def test_stock_is_four_figures_and_a_place(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-10231", "Mechanical seal 45 mm", on_hand=3000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 1000), technician)

    said = asks(desk, technician, "stock seal 45")

    assert "3 in stock, 1 kept, 2 free, 0 on order" in said
    assert "Lies in store 2, bin B14" in said


@pytest.mark.parametrize(
    "written", ["P-10231", "p10231", "P 10231", "seal 45", "mechanical seal", "45 seal mechanical"]
)
def test_a_part_is_found_by_code_or_words(desk: Any, technician: Any, seal: Any, written: str) -> None:
    assert "Mechanical seal 45 mm (P-10231)" in asks(desk, technician, f"stock {written}")


def test_several_parts_are_proposed_instead_of_guessed(desk: Any, technician: Any, add_part: Any) -> None:
    add_part("P-1", "Seal 45 mm")
    add_part("P-2", "Seal 50 mm")

    said = asks(desk, technician, "stock seal")

    assert "I know no part “seal”. Did you mean P-1 (Seal 45 mm) or P-2 (Seal 50 mm)?" in said


def test_where_a_work_order_is(desk: Any, job: Any, technician: Any, seal: Any) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    said = asks(desk, technician, "where 1")

    assert "On hold: material (Luis Moreno has it)" in said
    assert "2 pieces Mechanical seal 45 mm, 2 pieces missing" in said
    assert "DR-2026-00001: Mechanical seal 45 mm, draft" in said


def test_where_a_purchase_order_is(desk: Any, job: Any, technician: Any, seal: Any) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    said = asks(desk, technician, "where DR-1")

    assert "State: Draft" in said
    assert "Supplier: Hartmann Seals" in said


def test_where_a_part_is(desk: Any, technician: Any, seal: Any) -> None:
    assert "Lies in store 2" in asks(desk, technician, "where seal 45")


def test_where_nothing_is_gets_a_proposal(desk: Any, technician: Any, seal: Any) -> None:
    assert "Did you mean P-10231" in asks(desk, technician, "where P-10213")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("where PO-1", "I know no order PO-1. Type `waiting` to see what is open."),
        ("where dr 9", "I know no order DR-9. Type `waiting` to see what is open."),
        ("where WO-77", "I know no work order WO-77. Type `waiting` to see what is open."),
        ("where", "Which one? For example `where PO-118` or `where seal 45`."),
        ("stock", "Which part? For example `stock seal 45`."),
        ("asset", "Which asset? For example `asset P-101`."),
        ("thanks", "You are welcome."),
        ("Danke!", "You are welcome."),
    ],
)
def test_a_question_that_has_no_answer_yet_says_what_to_type(
    desk: Any, technician: Any, seal: Any, written: str, said: str
) -> None:
    assert asks(desk, technician, written).startswith(said)


def test_three_proposals_are_read_as_a_list(desk: Any, technician: Any, add_part: Any) -> None:
    for number in (1, 2, 3):
        add_part(f"P-{number}", f"Seal {number}0 mm")

    assert "P-1 (Seal 10 mm), P-2 (Seal 20 mm) or P-3 (Seal 30 mm)?" in asks(desk, technician, "stock seal")


def test_mine_names_jobs_and_reports(desk: Any, job: Any, technician: Any, operator: Any) -> None:
    assert f"{job.number}: Seal leaking on P-101" in asks(desk, technician, "mine")
    assert f"You reported {job.number}" in asks(desk, operator, "mine")


def test_an_asset_tells_what_is_open_and_what_was_done(desk: Any, job: Any, technician: Any, supervisor: Any) -> None:
    before = asks(desk, technician, "asset p101")
    desk.submit(completing.completed, technician, job.id, mode="ELP", remedy="REP", minutes="40")
    desk.click(closing.close, supervisor, job.id)
    after = asks(desk, technician, "asset CIP return pump")

    assert f"Open: {job.number}" in before
    assert "Nothing is open." in after
    assert f"Seal leaking on P-101, Replaced a part ({job.number})" in after


def test_an_unknown_asset_is_proposed(desk: Any, technician: Any, pump: Any) -> None:
    assert "I know no asset “P-1O1”. Did you mean P-101 (CIP return pump)?" in asks(desk, technician, "asset P-1O1")


def test_waiting_is_empty_in_words(desk: Any, technician: Any) -> None:
    assert "Nothing waits for you." in asks(desk, technician, "waiting")


@pytest.mark.parametrize("role", [role.value for role in questions.HELP])
def test_help_is_short_and_for_the_askers_role(desk: Any, hire: Any, role: str) -> None:
    person = hire("Kim Berg", role)

    said = asks(desk, person, "help")

    own = next(commands for each, commands in questions.HELP.items() if each.value == role)
    assert all(questions.SHOWN_AS[command][1] in said for command in own)
    assert said.count("\\n") <= 8


@pytest.mark.parametrize("command", sorted(grammar.COMMANDS))
def test_help_explains_every_command(desk: Any, technician: Any, command: str) -> None:
    assert questions.SHOWN_AS[command][1] in asks(desk, technician, f"help {command}")
