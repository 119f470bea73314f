"""Anybody asks for anything, typed or in a form: it gets a number, the buyers see it, and no cost is ever shown."""

import json
from datetime import date
from typing import Any

import pytest

from handlers import asking
from storage.tables import Card, PurchaseOrder, Requisition


def test_an_operator_needs_a_part_by_a_day_for_a_cost_centre_and_says_why(needing: Any) -> None:
    told = needing.types("operator", "need 5 P-10231 by fri for 410 because the last one is fitted")

    need = needing.needs()[-1]
    assert (need.quantity, need.asked, need.state, need.origin) == (5000, 5000, "open", "person")
    assert (need.needed_by, need.reason) == (date(2026, 11, 27), "the last one is fitted")
    assert need.requested_by_id == needing.people["operator"].id
    assert told.private == (
        f"{need.number}: 5 pieces Mechanical seal 45 mm, needed by Fri 27 Nov, for 410. The buyers have it on their list."
    )
    assert needing.desk.all(PurchaseOrder) == []


def test_the_buyers_see_it_in_their_channel_without_a_cost(needing: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 by fri for 410 because the last one is fitted")

    card = needing.desk.card(f"pr:{need.id}")
    told = json.dumps(card, ensure_ascii=False)
    assert card["channel"] == "C0BUYING"
    assert card["text"] == f"{need.number}: Ana Ruiz needs 5 pieces Mechanical seal 45 mm by Fri 27 Nov."
    assert "the last one is fitted" in told
    assert "Hartmann Seals" in told
    assert "EUR" not in told
    assert "184" not in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('need 2 "Laser alignment set" by 27 Nov', (2000, "C62", "Laser alignment set", False, "person")),
        ("need 12 m drain pipe 110", (12000, "MTR", "drain pipe 110", False, "person")),
        ("need service 8 h crane with driver by tomorrow", (8000, "HUR", "crane with driver", True, "person")),
        ("need service crane with driver", (1000, "C62", "crane with driver", True, "person")),
        ("need 3 safety signs for project Line 3", (3000, "C62", "safety signs", False, "project")),
        (
            "brauche 3 Warnschilder bis freitag für projekt Halle 2 weil neu",
            (3000, "C62", "Warnschilder", False, "project"),
        ),
        ("need 3 warning lamps by Osram", (3000, "C62", "warning lamps by Osram", False, "person")),
    ],
)
def test_what_the_register_does_not_know_is_kept_in_words(needing: Any, text: str, expected: tuple[Any, ...]) -> None:
    need = needing.need("operator", text)

    assert need.part_id is None
    assert (need.quantity, need.unit, need.description, need.service, need.origin) == expected


def test_a_project_and_a_cost_centre_may_both_be_named(needing: Any) -> None:
    need = needing.need("operator", "need 3 safety signs for 410 project Line 3")

    assert (need.project, need.origin, needing.desk.all(Requisition)[0].cost_centre_id) == ("Line 3", "project", 1)


def test_a_purpose_in_words_becomes_the_reason_of_a_part(needing: Any) -> None:
    need = needing.need("operator", "need 2 P-10231 for the spare pump for 410 because it leaks")

    assert (need.part_id, need.cost_centre_id, need.reason) == (
        needing.buying.seal.id,
        1,
        "for the spare pump; it leaks",
    )


def test_whoever_belongs_to_one_cost_centre_need_not_name_it(needing: Any, hire: Any) -> None:
    needing.people  # noqa: B018  # the plant is set up first
    needing.buying.people["mate"] = hire("Ravi Anand", "technician", cost_centres="410")

    assert needing.need("mate", "need 2 P-10231").cost_centre_id == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("need seal", "QuantityUnclear"),
        ("need 0 P-10231", "QuantityUnclear"),
        ("need -3 P-10231", "QuantityUnclear"),
        ("need 1,200 P-10231", "QuantityUnclear"),
        ("need 100001 P-10231", "QuantityUnclear"),
        ("need 1.5 P-10231", "WholePiecesOnly"),
        ("need 2 m P-10231", "Unlawful"),
        ("need 2 mechanical sael 45", "NotKnown"),
        ("need 2 P-10231 for 999", "NotKnown"),
        ("need 2 P-10231 by 2026-11-01", "Unlawful"),
        ("need 2 P-10231 by 31.2.2027", "Unlawful"),
        ("need 2 P-10231 by 12/24", "Unlawful"),
        ("need 2 P-10231 for project", "Unlawful"),
        ("need 2 ???", "Unlawful"),
        (f"need 2 {'very ' * 60}long thing", "Unlawful"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_written(needing: Any, text: str, refusal: str) -> None:
    assert needing.refused("operator", text) == refusal
    assert needing.needs() == []


def test_a_part_that_could_be_several_is_asked_about_and_quotes_settle_it(needing: Any, add_part: Any) -> None:
    add_part("P-10232", "Mechanical seal 50 mm")

    assert needing.refused("operator", "need 2 mechanical seal") == "NotKnown"
    assert needing.need("operator", 'need 2 "mechanical seal"').description == "mechanical seal"


def test_whoever_could_have_it_from_store_is_told_so(needing: Any, add_part: Any) -> None:
    add_part("P-30001", "Deep groove bearing", 4000)

    told = needing.types("operator", "need 2 P-30001")

    assert "4 pieces are free in store; ask the storekeeper first." in told.private


def test_a_stranger_gets_no_number(needing: Any) -> None:
    needing.buying.people["stranger"] = type("Stranger", (), {"slack_id": "U0NOBODY"})()

    assert needing.refused("stranger", "need 2 P-10231") == "Stranger"


def test_the_word_alone_opens_the_form(needing: Any) -> None:
    told = needing.types("operator", "need")

    assert told.modal is not None
    assert told.modal["callback_id"] == "ask_need"


def test_the_form_writes_the_same_as_the_sentence(needing: Any) -> None:
    fields = {"part": str(needing.buying.seal.id), "quantity": "5", "needed_by": "2026-11-27", "cost_centre": "1"}

    told = needing.desk.submit(asking.asked, needing.people["operator"], words="it leaks", **fields)

    need = needing.needs()[-1]
    assert (need.part_id, need.quantity, need.reason, need.cost_centre_id) == (
        needing.buying.seal.id,
        5000,
        "it leaks",
        1,
    )
    assert need.number in told.private


def test_the_form_takes_a_service_in_hours(needing: Any) -> None:
    needing.desk.submit(asking.asked, needing.people["operator"], words="Crane with driver", quantity="8 h")

    need = needing.needs()[-1]
    assert (need.description, need.quantity, need.unit, need.service) == ("Crane with driver", 8000, "HUR", True)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"quantity": "2"}, "part"),
        ({"words": "Crane", "quantity": "none"}, "quantity"),
        ({"words": "Crane", "quantity": "2 bananas"}, "quantity"),
        ({"words": "Crane", "quantity": "2", "needed_by": "2026-11-01"}, "needed_by"),
        ({"words": "…", "quantity": "2"}, "words"),
        ({"part": "99", "quantity": "2"}, "part"),
    ],
)
def test_the_form_says_at_the_field_what_is_wrong(needing: Any, fields: dict[str, str], wrong: str) -> None:
    told = needing.desk.submit(asking.asked, needing.people["operator"], **fields)

    assert wrong in told.errors
    assert needing.needs() == []


def test_in_a_job_s_thread_the_word_asks_for_a_part_of_the_job(needing: Any) -> None:
    needing.types("technician", "need WO-1 2 P-10231")

    need = needing.needs()[-1]
    assert (need.origin, need.work_order_id) == ("work_order", needing.buying.job.id)


def test_whoever_asked_sees_where_each_need_stands(needing: Any) -> None:
    needing.need("operator", "need 5 P-10231")

    assert "5 pieces Mechanical seal 45 mm is still to be ordered" in needing.listed("operator")
    assert needing.desk.one(Card, key="pr:1").channel == "C0BUYING"


def test_where_says_how_far_a_need_is(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 by fri for 410 because it leaks")
    needing.gather(supplier)

    told = json.dumps(needing.types("operator", f"where {need.number}").blocks, ensure_ascii=False)

    assert "5 pieces Mechanical seal 45 mm is still to be ordered" in told
    assert "Needed by Fri 27 Nov" in told
    assert "On DR-2026-00001" in told
    assert "EUR" not in told
    assert needing.refused("operator", "where PR-99") == "NotKnown"


def test_a_buyer_finds_what_is_to_be_ordered_among_what_waits(needing: Any) -> None:
    needing.need("operator", "need 5 P-10231 by fri for 410")

    assert "Hartmann Seals: 1 to order" in needing.listed("buyer", "waiting")
