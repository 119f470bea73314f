"""Readings by mail: a line each from colleagues and devices, proven, answered, and refused line by line."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import staff_letters
from storage.tables import InboundMail, Meter, MeterReading, Outgoing, WorkOrder

FORGED = "mx.halden.example; dmarc=fail header.from=halden.example"
LOGGER = "Logger 7 <logger@halden.example>"


@pytest.fixture
def meters(desk: Any, pump: Any) -> Any:
    def work(uow: Any) -> None:
        for code, name, unit, kind, high in (
            ("P101-H", "Hours", "h", "counter", None),
            ("P101-T", "Bearing", "°C", "gauge", 80_000),
        ):
            fields = {"plain_code": code.replace("-", ""), "name": name, "unit": unit, "kind": kind, "high": high}
            uow.add(Meter, code=code, asset_id=pump.id, **fields)

    desk.writes(work)


@pytest.fixture
def device(desk: Any) -> None:
    desk.plant = replace(desk.plant, reading_senders=("logger@halden.example",))


def answers(desk: Any) -> list[Any]:
    return [json.loads(row.body) for row in desk.all(Outgoing, purpose=staff_letters.READING)]


def values(desk: Any) -> list[int]:
    return [row.value for row in desk.all(MeterReading)]


def test_34_a_colleagues_mail_brings_readings_a_line_each_and_is_answered(
    desk: Any, colleague: Any, meters: Any, writes: Any
) -> None:
    text = "Good morning,\n\nP101-H 1240,5 h\nP-101 bearing: 85.2 °C 2026-11-23 08:00\nP101-H 2026-11-01 08:00\n\nRegards, Erik\n-- \nTel 12 34\n"
    mail = writes(text, Subject="Readings")

    (answer,) = answers(desk)
    (order,) = desk.all(WorkOrder)
    assert (mail.state, mail.kind) == ("settled", "readings")
    assert values(desk) == [1_240_500, 85_200]
    assert {row.source for row in desk.all(MeterReading)} == {"mail"}
    assert {row.by_id for row in desk.all(MeterReading)} == {colleague.id}
    assert order.title == "Bearing of 85.2 °C is above 80"
    assert "P101-H 1240.5 h" in answer["text"]
    assert "P101-H 2026-11-01 08:00: " in answer["text"]
    assert (answer["to"], answer["answers"], answer["subject"]) == (
        ["erik@halden.example"],
        mail.message_id,
        "Re: Readings",
    )


def test_one_reading_stands_in_the_subject_alone_and_german_words_do_as_well(
    desk: Any, colleague: Any, meters: Any, writes: Any
) -> None:
    writes("", Subject="Zählerstand P101-H 1240")
    desk.later(minutes=1)
    writes("P101-H: 1241,5 h", Subject="AW: Zählerstände", Message_ID="<2@halden.example>")

    assert values(desk) == [1_240_000, 1_241_500]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("P101-X 12", "I know no meter"),
        ("P101-H nan", "I cannot read"),
        ("P101-H 12.34567", "I cannot read"),
        ("P101-H 99", "99 is below the last reading, 100"),
        ("P101-H 120 2026-11-01 08:00", "readings come in their order"),
        ("P101-H 120 2027-11-01 08:00", "still to come"),
        ("P101-H 120 1889-11-01 08:00", "before 1990"),
        ("P101-H 120 2026-13-41 08:00", "write the moment like"),
        ("P101-H 3 reset", "Only technicians and supervisors"),
        ("3 pumps were read today, all of them", "Write the meter and its figure"),
        ("Nothing to tell", "There is no reading in it"),
    ],
)
def test_a_line_that_cannot_be_taken_is_answered_with_why_and_keeps_nothing(
    desk: Any, colleague: Any, meters: Any, writes: Any, line: str, why: str
) -> None:
    writes("P101-H 100", Subject="Readings")
    desk.later(minutes=1)

    writes(line, Subject="Readings", Date="Mon, 23 Nov 2026 11:00:00 +0000")

    assert why in answers(desk)[-1]["text"]
    assert values(desk) == [100_000]


def test_a_devices_mail_is_taken_without_an_answer_and_what_is_wrong_in_it_is_shown(
    desk: Any, device: Any, meters: Any, writes: Any
) -> None:
    machine = {"From": LOGGER, "Subject": "Readings", "Auto-Submitted": "auto-generated"}
    fine = writes("P101-H 100\nP101-T 40", **machine)
    desk.later(minutes=5)
    wrong = writes("P101-H 110\nP101-X 40", **machine)

    assert values(desk) == [100_000, 40_000, 110_000]
    assert (fine.state, wrong.state) == ("settled", "asked")
    assert answers(desk) == []
    assert "I know no meter" in json.dumps(desk.said())


@pytest.mark.parametrize(
    "head",
    [
        {"Authentication-Results": FORGED},
        {"Authentication-Results": ""},
        {"From": "Somebody <somebody@elsewhere.example>"},
        {"From": LOGGER},
        {"Auto-Submitted": "auto-replied"},
    ],
)
def test_what_is_not_proven_or_from_a_stranger_brings_no_reading(
    desk: Any, colleague: Any, meters: Any, writes: Any, head: dict[str, str]
) -> None:
    mail = writes("P101-H 100", **{"Subject": "Readings", **head})

    assert values(desk) == []
    assert answers(desk) == []
    assert mail.kind != "readings"


def test_the_same_mail_again_and_the_same_reading_again_count_once(
    desk: Any, colleague: Any, meters: Any, writes: Any
) -> None:
    for name in ("<1@halden.example>", "<1@halden.example>", "<2@halden.example>"):
        writes("P101-H 100 2026-11-23 08:00", Subject="Readings", Message_ID=name)

    assert values(desk) == [100_000]
    assert [row.state for row in desk.all(InboundMail)] == ["settled", "duplicate", "settled"]
    assert "kept already" in answers(desk)[-1]["text"]
