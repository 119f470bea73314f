"""Why a mail was read as it was: every kind, rule and way of matching has words, and every quotation finds its place."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from handlers import mail_reasons
from handlers.extraction import Known, read
from handlers.extraction.decision import RULES
from handlers.extraction.kinds import STRENGTH
from handlers.extraction.mime import take_apart
from handlers.extraction.shown import Quotation, Row, around, attached, marked, rows_of

MAILS = Path(__file__).parents[2] / "mails"
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))[::4]
"""Every fourth mail: what is told of a mail hangs on its form, and every form comes often."""


@cache
def reading_of(name: str) -> dict[str, Any]:
    case = json.loads((MAILS / f"{name}.json").read_text("utf-8"))
    known = Known.from_json(json.loads((MAILS / "plants" / f"{case['plant']}.json").read_text("utf-8")))
    told: dict[str, Any] = read((MAILS / f"{name}.eml").read_bytes(), known, source=name).to_json()
    return told


def test_every_kind_action_and_trust_has_its_words() -> None:
    assert set(STRENGTH) <= set(mail_reasons.KINDS)
    assert {rule.action for rule in RULES} == set(mail_reasons.ACTIONS)
    assert {reading_of(name)["sender"]["trust"] for name in NAMES} <= set(mail_reasons.TRUST)
    assert {reading_of(name)["kind"] for name in NAMES} <= set(mail_reasons.KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_the_reasons_of_a_mail_can_be_told(name: str) -> None:
    reading = reading_of(name)

    told = "\n".join(mail_reasons.sentences(reading))

    assert f"yes {reading['decision']['rule']} (" in told or reading["decision"]["rule"] == "fault"
    assert told.count("matched by ") >= len(reading["lines"])
    assert all(line.evidence for line in mail_reasons.lines(reading))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_line_was_read_from_is_marked_in_the_text(name: str) -> None:
    lines = mail_reasons.lines(reading_of(name))
    quoted = [Quotation(line.number, line.part, line.evidence) for line in lines]
    mail = take_apart((MAILS / f"{name}.eml").read_bytes())

    rows = marked(rows_of(mail, cited={one.part for one in quoted}), quoted)

    assert {number for row in rows for number in row.marks} == {line.number for line in lines}


def test_a_quotation_over_two_rows_marks_both() -> None:
    rows = [Row("1", "we have sent 12"), Row("1", "pieces today"), Row("1", "regards")]

    found = marked(rows, [Quotation(1, "1", "sent 12 pieces")])

    assert [row.marks for row in found] == [(1,), (1,), ()]


def test_a_quotation_of_another_part_is_looked_for_there_first() -> None:
    rows = [Row("1", "12 pieces"), Row("2", "12 pieces")]

    found = marked(rows, [Quotation(1, "2", "12 pieces")])

    assert [row.marks for row in found] == [(), (1,)]


def test_a_quotation_that_is_found_nowhere_is_shown_all_the_same() -> None:
    found = marked([Row("1", "hello")], [Quotation(1, "2", "LIN+1")])

    assert found[-1] == Row("2", "LIN+1", (1,))


def test_of_a_long_mail_the_marked_rows_and_their_neighbours_stay() -> None:
    rows = [Row("1", str(number), (1,) if number == 50 else ()) for number in range(100)]

    kept = [row.text for row in around(rows, 6)]

    assert kept == ["0", "…", "48", "49", "50", "51", "52"]
    assert around(rows, 100) == rows


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n"])
def test_any_bytes_can_be_shown(raw: bytes) -> None:
    mail = take_apart(raw)

    assert rows_of(mail) == [] or all(row.text for row in rows_of(mail))
    assert attached(mail) == []


def test_a_text_of_more_lines_than_are_read_is_shown_all_the_same() -> None:
    mail = take_apart(b"Content-Type: text/plain\r\n\r\n" + b"1  6204-2RS   12  pcs\r\n" * 30_000)

    assert len(rows_of(mail)) == 2_000


def test_where_the_reader_failed_nothing_is_said_about_the_sender() -> None:
    class Broken:
        """Bytes that nobody can read."""

    reading = read(Broken(), Known.nothing(), source="x").to_json()  # type: ignore[arg-type]

    told = list(mail_reasons.sentences(reading))

    assert told[:2] == ["Sender: Not looked at: the reader failed.", "Kind: Nobody knows: the reader failed."]


def test_a_mail_that_was_not_read_has_no_reasons() -> None:
    assert list(mail_reasons.sentences({})) == ["It was not read yet."]


def test_a_number_beyond_the_circled_ones_has_a_sign_too() -> None:
    assert (mail_reasons.mark(1), mail_reasons.mark(20), mail_reasons.mark(21)) == ("①", "⑳", "(21)")
