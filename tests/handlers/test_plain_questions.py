"""Questions in plain words: every example of the table is asked, in both languages, and answered by its own function."""

import html
import json
from datetime import date, timedelta
from typing import Any

import pytest

from handlers import (
    grammar,
    messages,
    parts,
    plain_questions,
    question_shapes,
    sentences,
)
from handlers.happenings import Command, Message
from storage.tables import PurchaseOrder, PurchaseOrderLine, Shift, WorkOrder, WorkOrderCost, WorkOrderTime

EXAMPLES = [(question.name, example) for question in question_shapes.questions() for example in question.examples]
PROMISED = date(2026, 11, 27)


def asks(desk: Any, by: Any, text: str) -> str:
    """Ask in a direct message; return the answer's words."""
    what = Message(desk.key("message"), by.slack_id, f"D0{by.slack_id}", "1.1", text, direct=True)
    answer = desk.does(messages.message, what, known=False)
    return html.unescape(answer.private + json.dumps(answer.blocks, ensure_ascii=False))


@pytest.fixture
def shop(
    desk: Any, job: Any, technician: Any, supervisor: Any, buyer: Any, seal: Any, add_part: Any, supplier: Any
) -> Any:
    """A plant in which every example of the table has something to answer."""
    add_part("P-10232", "Dichtung 45 mm", on_hand=4000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    def work(uow: Any) -> None:
        uow.add(Shift, name="Early", plain="early", begins="06:00", ends="14:00", days="mon+tue+wed+thu+fri")
        uow.add(
            PurchaseOrder, draft_number="DR-2026-00118", number="PO-2026-00118", kind="standard", state="accepted",
            receipt_state="none", supplier_id=supplier.id, currency="EUR", deliver_by=PROMISED, promised_on=PROMISED,
            delivery_place="", total=52_760, changed_at=desk.now, created_at=desk.now,
        )  # fmt: skip
        uow.add(WorkOrderCost, work_order_id=job.id, amount=12_345, currency="EUR", what="crane", at=uow.now)

    desk.writes(work)
    return desk


@pytest.fixture
def done(desk: Any, technician: Any, pump: Any) -> None:
    """A seal that was changed in 40 minutes."""
    said = {
        "title": "Seal of P-101 changed",
        "description": "Dichtung undicht",
        "task_type": "repair",
        "impact": "none",
    }
    when = {"created_at": desk.now, "due_at": desk.now, "completed_at": desk.now, "started_at": desk.now}

    def work(uow: Any) -> None:
        number = uow.add(
            WorkOrder, number="WO-2026-00099", asset_id=pump.id, priority="normal", state="completed",
            responsible_id=technician.id, channel="C0FAULTS", remedy="REP", **said, **when,
        )  # fmt: skip
        uow.add(WorkOrderTime, work_order_id=number, person_id=technician.id, minutes=40, ended_at=desk.now)

    desk.writes(work)


def test_the_table_and_the_answers_name_the_same_questions() -> None:
    names = [question.name for question in question_shapes.questions()]

    assert sorted(names) == sorted(plain_questions.ANSWERS)
    assert len(names) == len(set(names))
    assert all(question.examples and question.shapes and question.says for question in question_shapes.questions())


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_example_is_its_own_question_and_no_command(name: str, example: str) -> None:
    found = question_shapes.asked(example)

    assert found is not None
    assert found.question.name == name
    assert grammar.parse(example).command == "ask"


def test_every_example_is_answered(shop: Any, done: None, supervisor: Any) -> None:
    answers = {example: asks(shop, supervisor, example) for _, example in EXAMPLES}

    for example, said in answers.items():
        assert "I did not understand" not in said, example
        assert "I know no" not in said, (example, said)
        assert "Something broke" not in said, (example, said)
        assert "[]" not in said[-3:], (example, said)


ANSWERED = (
    ("what is open on P-101?", "Open: WO-2026-00001"),
    ("Was ist offen an der P-101?", "Open: WO-2026-00001"),
    ("what's wrong with the CIP return pump", "P-101 CIP return pump"),
    ("when is PO 118 due?", "Comes about 27 Nov (the supplier says)"),
    ("Wann kommt die Bestellung PO-118?", "Comes about 27 Nov"),
    ("hey, can you tell me who has WO 1, please?", "Luis Moreno has WO-2026-00001"),
    ("Wer hat 1?", "Luis Moreno has WO-2026-00001"),
    ("what waits for parts?", "Seal leaking on P-101: waits for material (not ordered yet), Luis Moreno has it"),
    ("Was hat Luis zu tun?", "Luis Moreno has"),
    ("how many seals do we have?", "0 in stock, 0 kept, 0 free"),
    ("Wie viele Dichtungen haben wir?", "4 in stock, 0 kept, 4 free"),
    ("what comes this week?", "Fri 27 Nov: PO-2026-00118 from Hartmann Seals (promised)"),
    ("who is on shift?", "Early"),
    ("Who works on what?", "Nobody works on a job now."),
    ("What is overdue?", "Nothing is overdue."),
)
TAKEN = (
    "how long did the last seal change take?",
    "Wie lange hat der letzte Dichtungswechsel gedauert?",
    "how long does a seal change on P-101 take?",
)
NEAR = (
    ("what is overdu?", "What is overdue?"),
    ("who own WO 1?", "I did not understand"),
    ("wie lange dauert es?", "Ask for instance"),
    ("why is the moon round?", "I did not understand"),
)
ABSURD = ("what" * 400, "who has " + "x" * 5000, "?", "what is open on ?", "was ist an los?", "how many ' do we have?")


def test_a_question_gets_its_answer_in_either_language(shop: Any, technician: Any) -> None:
    for written, said in ANSWERED:
        assert said in asks(shop, technician, written), written


def test_how_long_the_last_one_took(shop: Any, done: None, technician: Any) -> None:
    for written in TAKEN:
        assert "The last one took 40 min of work" in asks(shop, technician, written), written


def test_a_word_that_only_begins_alike_is_another_thing(shop: Any, done: None, technician: Any) -> None:
    (order,) = [row for row in shop.all(WorkOrder) if row.number == "WO-2026-00099"]
    values = {"title": "Sealing bar too hot", "description": "", "remedy": ""}
    shop.writes(lambda uow: uow.change(WorkOrder, order.id, **values))

    assert "I know no finished work" in asks(shop, technician, TAKEN[0])


def test_what_was_done_last_is_told_without_its_cost(shop: Any, done: None, operator: Any) -> None:
    said = asks(shop, operator, "When was P-101 last repaired?")

    assert "Mon 23 Nov" in said
    assert "EUR" not in said


def test_costs_are_told_to_those_alone_who_may_know(shop: Any, operator: Any, supervisor: Any) -> None:
    refused = asks(shop, operator, "how much did WO 1 cost?")

    assert "123.45" not in refused
    assert "Only" in refused or "see what work costs" in refused
    assert "123.45" in asks(shop, supervisor, "how much did WO 1 cost?")


def test_no_answer_shows_an_amount_to_an_operator(shop: Any, done: None, operator: Any) -> None:
    for _, example in EXAMPLES:
        assert "EUR" not in asks(shop, operator, example), example


def test_what_is_overdue_is_listed_with_the_longest_late_first(shop: Any, fault: Any, supervisor: Any) -> None:
    shop.later(days=20)

    assert "Seal leaking on P-101" in asks(shop, supervisor, "what is overdue?")


def test_late_parts_are_told_with_the_promised_day(shop: Any, supervisor: Any, seal: Any) -> None:
    def work(uow: Any) -> None:
        (line,) = uow.all(PurchaseOrderLine)
        order = uow.find(PurchaseOrder, number="PO-2026-00118")
        uow.change(PurchaseOrderLine, line.id, order_id=order.id, promised_on=PROMISED + timedelta(days=3))

    shop.writes(work)

    assert "(PO-2026-00118 is promised for Mon 30 Nov)" in asks(shop, supervisor, "was wartet auf Teile?")


def test_what_was_not_understood_gets_the_nearest_examples(shop: Any, technician: Any) -> None:
    for written, near in NEAR:
        assert near in asks(shop, technician, written), written
    assert len(shop.all(WorkOrder)) == 1


def test_a_question_in_the_channel_for_faults_opens_no_work_order(shop: Any, operator: Any, write: Any) -> None:
    what = write(operator, "What is open on P-101?")

    told = shop.does(messages.message, what, known=False)

    assert "WO-2026-00001" in json.dumps(told.blocks)
    assert len(shop.all(WorkOrder)) == 1


def test_a_question_under_a_job_is_about_that_job_once_the_bot_is_named(shop: Any, job: Any, operator: Any) -> None:
    def said(*, addressed: bool) -> str:
        key = shop.key("message")
        what = Message(key, operator.slack_id, "C0FAULTS", "2.2", "who has this?", job.root_ts, addressed=addressed)
        return json.dumps(shop.does(messages.message, what, known=False).blocks)

    assert said(addressed=False) == "[]"
    assert "Luis Moreno has WO-2026-00001" in said(addressed=True)


def test_the_slash_command_answers_questions_too(shop: Any, technician: Any) -> None:
    what = Command(shop.key("command"), technician.slack_id, "C0FAULTS", "/chargehand", "what is open on P-101?")

    assert "WO-2026-00001" in json.dumps(shop.does(sentences.command, what).blocks)


def test_absurd_questions_are_answered_all_the_same(shop: Any, technician: Any) -> None:
    for written in ABSURD:
        assert asks(shop, technician, written) != "[]", written[:40]
