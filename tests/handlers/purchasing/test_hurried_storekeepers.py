"""What goes wrong in a hurry at the gate: one delivery told twice, by two people, by card and by sentence; old lots."""

from typing import Any

import pytest

from handlers import receiving
from handlers.happenings import Click, Command, Submission
from handlers.ids import value
from handlers.sentences import command
from storage.tables import Part, Receipt
from tests.handlers.purchasing.goods import counters, noticed, on_hand, types, wrong


def refused_to_type(buying: Any, text: str, by: str = "storekeeper") -> str:
    person = buying.people[by]
    what = Command(buying.desk.key("command"), person.slack_id, "C0STORES", "/chargehand", text)
    return str(buying.refused(command, what))


def states(buying: Any) -> list[str]:
    return [row.state for row in buying.desk.all(Receipt)]


def test_a_sentence_about_an_announced_delivery_takes_its_place(buying: Any) -> None:
    buying.sent(10_000)
    noticed(buying, 4000)

    types(buying, "storekeeper", f"arrived {buying.order().number} 4 seals")

    assert states(buying) == ["discarded", "proposed"]
    first, second = buying.desk.all(Receipt)
    assert second.notice_id == first.notice_id
    buying.desk.click(receiving.as_listed, buying.people["storekeeper"], second.id)
    assert (on_hand(buying), counters(buying)) == (4000, (4000, 4000, 0, 0))
    click = Click(buying.desk.key("click"), buying.people["storekeeper"].slack_id, "", value(first.id))
    assert buying.refused(receiving.as_listed, click) == "Unlawful"
    assert wrong(buying) == []


def test_two_people_who_say_the_same_delivery_take_it_in_once(buying: Any) -> None:
    buying.sent(10_000)
    number = buying.order().number
    for by in ("storekeeper", "storekeeper"):
        types(buying, by, f"arrived {number} 4 seals")
    first, second = buying.desk.all(Receipt)

    assert states(buying) == ["discarded", "proposed"]
    buying.desk.click(receiving.as_listed, buying.people["storekeeper"], second.id)
    assert refused_to_type(buying, f"arrived {number} 4 seals") == "Unlawful"
    assert refused_to_type(buying, f"count {number} 4") == "Unlawful"
    assert on_hand(buying) == 4000
    types(buying, "storekeeper", f"arrived {number} 4 seals, again")
    buying.desk.click(receiving.as_listed, buying.people["storekeeper"], buying.desk.all(Receipt)[-1].id)
    assert on_hand(buying) == 8000
    assert first.number != second.number


def test_a_sentence_about_one_line_leaves_what_was_announced_of_others(buying: Any) -> None:
    buying.sent(10_000)
    noticed(buying, 4000)
    noticed(buying, 3000, number="LS-2")

    types(buying, "storekeeper", f"arrived {buying.order().number} 4 seals")

    assert states(buying) == ["proposed", "proposed", "proposed"]


@pytest.mark.parametrize(("words", "taken"), [("", False), ("2 expired", True), ("hold 2", True)])
def test_82_what_kept_until_yesterday_is_never_taken_in_as_good(buying: Any, words: str, taken: bool) -> None:
    buying.desk.writes(lambda uow: uow.change(Part, buying.seal.id, tracked="lot", expires=True))
    buying.sent(2000)
    noticed(buying, 2000)
    form = {"line_1": "2", "lots": "1: L-42 2 2026-11-01", "damaged": words}

    if taken:
        buying.count_lines(**form)
    else:
        line = {f"line_{buying.line().id}": "2"} | {name: text for name, text in form.items() if name != "line_1"}
        receipt = buying.desk.one(Receipt)
        what = Submission(buying.desk.key("view"), buying.people["storekeeper"].slack_id, "", value(receipt.id), line)
        assert buying.refused(receiving.counted, what) == "Unlawful"

    assert on_hand(buying) == 0
    assert counters(buying)[0] == (2000 if taken else 0)


def test_82_a_serial_number_that_was_repaired_by_its_supplier_comes_again_and_no_other_does(buying: Any) -> None:
    buying.desk.writes(lambda uow: uow.change(Part, buying.seal.id, tracked="serial"))
    buying.sent(2000)
    noticed(buying, 1000)
    buying.count_lines(line_1="1", lots="1: 88-1", damaged="1 torn")
    noticed(buying, 1000, number="LS-2")
    line = {f"line_{buying.line().id}": "1", "lots": "1: 88-1"}
    receipt = buying.desk.all(Receipt)[-1].id
    what = Submission(buying.desk.key("view"), buying.people["storekeeper"].slack_id, "", value(receipt), line)
    assert buying.refused(receiving.counted, what) == "Unlawful"

    types(buying, "buyer", "return RT-1 replacement")
    types(buying, "storekeeper", "return RT-1 sent")
    buying.count_lines(line_1="1", lots="1: 88-1")

    assert (on_hand(buying), counters(buying)) == (1000, (2000, 1000, 1000, 1000))
    assert wrong(buying) == []
