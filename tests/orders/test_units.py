"""Units by code and by word, typed quantities, and exact conversion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import NoConversion, QuantityUnclear, UnitUnknown, WholePiecesOnly
from orders.units import UNITS, converted, measured, quantity_of, quantity_text, unit_named, unit_word


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.code)
def test_every_unit_is_found_by_its_code_and_by_each_of_its_words(unit) -> None:  # type: ignore[no-untyped-def]
    for word in (unit.code, unit.one, unit.many, *unit.words):
        assert unit_named(word.upper()) == unit


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(UnitUnknown, match="furlong"):
        unit_named("furlong")


@pytest.mark.parametrize(
    ("written", "unit", "kept"),
    [("2", "C62", 2000), ("1.5", "MTR", 1500), ("1,5", "MTR", 1500), (" 12 ", "KGM", 12000)],
)
def test_a_typed_quantity_is_kept_in_thousandths(written: str, unit: str, kept: int) -> None:
    assert quantity_of(written, unit) == kept


@pytest.mark.parametrize(
    "written", ["-5", "0", "1e15", "NaN", "Infinity", "two", "", "1.2345", "1,200", "1.200,5", "1_000x"]
)
def test_an_absurd_or_ambiguous_quantity_is_refused(written: str) -> None:
    with pytest.raises(QuantityUnclear, match="number above 0"):
        quantity_of(written)


def test_half_a_piece_is_refused_and_half_a_metre_is_not() -> None:
    assert quantity_of("0.5", "MTR") == 500

    with pytest.raises(WholePiecesOnly, match="whole numbers"):
        quantity_of("0.5", "C62")


def test_an_unknown_unit_code_is_not_held_to_whole_numbers() -> None:
    assert quantity_of("0.5", "ZZZ") == 500
    assert unit_word("ZZZ") == "ZZZ"


@given(st.integers(1, 10**9))
def test_a_quantity_written_out_reads_back_the_same(quantity: int) -> None:
    assert quantity_of(quantity_text(quantity), "KGM") == quantity


def test_a_measure_is_said_as_people_say_it() -> None:
    assert measured(1000, "C62") == "1 piece"
    assert measured(2000, "C62") == "2 pieces"


def test_boxes_become_pieces_exactly() -> None:
    packs = {"BX": 10_000}

    assert converted(12_000, "BX", "C62", packs) == 120_000
    assert converted(5, "C62", "C62", {}) == 5


@pytest.mark.parametrize(("quantity", "packs"), [(1000, {}), (1, {"BX": 1})])
def test_an_unknown_or_inexact_conversion_is_refused(quantity: int, packs: dict[str, int]) -> None:
    with pytest.raises(NoConversion, match="pack size"):
        converted(quantity, "BX", "C62", packs)
