"""Numbers of documents, as they are printed and as people shorten them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.numbering import PATTERNS, counter, number, shortened

IN_2026, IN_2027 = datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("pattern", list(PATTERNS.values()), ids=list(PATTERNS))
@given(value=st.integers(1, 10**9 - 1))
def test_every_number_reads_back_as_its_letters_year_and_value(pattern: str, value: int) -> None:
    printed = number(pattern, value, IN_2026)

    assert shortened(printed) == (pattern[:2], 2026, value)
    assert shortened(f" {printed.lower()} ") == (pattern[:2], 2026, value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("412", (None, None, 412)),
        ("wo412", ("WO", None, 412)),
        ("PO 118", ("PO", None, 118)),
        ("#00118", (None, None, 118)),
        ("po-2026-00118", ("PO", 2026, 118)),
        ("2026-118", (None, 2026, 118)),
        ("0", (None, None, 0)),
    ],
)
def test_people_may_shorten_a_number(written: str, read: tuple[str | None, int | None, int]) -> None:
    assert shortened(written) == read


@pytest.mark.parametrize("written", ["", "P-101", "pump", "WO-", "PO-2026-", "1234567890", "412 and 413", "WO 4 12"])
def test_what_is_no_number_is_not_taken_for_one(written: str) -> None:
    assert shortened(written) is None


def test_the_counter_of_a_pattern_with_a_year_begins_anew_each_year() -> None:
    assert counter("PO-{year}-{number:05}", IN_2026) != counter("PO-{year}-{number:05}", IN_2027)
    assert counter("PO-{number:05}", IN_2026) == counter("PO-{number:05}", IN_2027)


def test_no_two_kinds_of_document_share_their_letters() -> None:
    letters = [pattern[:2] for pattern in PATTERNS.values()]

    assert len(letters) == len(set(letters))
