"""Ordering from an agreement, judged by pure rules: one unit, one price table, one limit."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.agreement_terms import PriceBasis
from orders.agreements import AgreementState
from orders.call_offs import (
    Agreed,
    AgreedLine,
    CallOff,
    Drawn,
    Measure,
    Watch,
    call_off_price,
    check_call_off,
    check_left,
    price_in,
    recounted_in,
    share_left,
    warnings,
)
from orders.errors import (
    AgreementNotOpen,
    BelowTheMinimum,
    MoreThanAgreed,
    NoConversion,
    NotAsAgreed,
    OutsideItsDays,
    OverTheLimit,
)
from orders.price_breaks import Break
from orders.purchase_orders import OrderKind

PIECE, BOX = Measure("C62"), Measure("BX", 10_000)
TODAY = date(2026, 6, 1)
PLANNED = AgreedLine(1, PIECE, planned=100_000, released=90_000)
ONE = Agreed(
    "PO-1", OrderKind.PLANNED, AgreementState.ACTIVE, "Hartmann", "EUR", date(2026, 1, 1), date(2026, 12, 31),
    amount_limit=1_000_000, minimum_release=10_000, released=500_000, lines=(PLANNED,),
)  # fmt: skip
WANTED = CallOff("Hartmann", "EUR", TODAY, 50_000, (Drawn(1, 10_000, 50_000),))


def test_what_fits_is_let_through() -> None:
    check_call_off(ONE, WANTED)


REFUSED: list[tuple[dict[str, Any], dict[str, Any], type[Exception]]] = [
    ({}, {"supplier": "Nordic"}, NotAsAgreed),
    ({}, {"supplier": ""}, NotAsAgreed),
    ({}, {"currency": "USD"}, NotAsAgreed),
    ({}, {"day": date(2025, 12, 31)}, OutsideItsDays),
    ({}, {"day": date(2027, 1, 1)}, OutsideItsDays),
    ({}, {"amount": 9_999}, BelowTheMinimum),
    ({}, {"amount": -1}, BelowTheMinimum),
    ({}, {"drawn": (Drawn(1, 10_001, 50_000),)}, MoreThanAgreed),
    ({}, {"drawn": (Drawn(1, 6_000, 1), Drawn(1, 6_000, 1))}, MoreThanAgreed),
    ({}, {"drawn": (Drawn(1, 1_000, 500_001),)}, OverTheLimit),
    *(({"state": state}, {}, AgreementNotOpen) for state in AgreementState if state is not AgreementState.ACTIVE),
]


@pytest.mark.parametrize(("agreed", "wanted", "refusal"), REFUSED)
def test_what_is_not_covered_is_refused_by_name(
    agreed: dict[str, Any], wanted: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal) as refused:
        check_call_off(replace(ONE, **agreed), replace(WANTED, **wanted))

    assert "PO-1" in str(refused.value)


def test_the_first_and_the_last_day_count() -> None:
    for day in (date(2026, 1, 1), date(2026, 12, 31)):
        check_call_off(ONE, replace(WANTED, day=day))


def test_an_agreement_without_days_and_limits_covers_any_of_them() -> None:
    open_ended = replace(ONE, first=None, last=None, amount_limit=0, minimum_release=0, lines=(AgreedLine(1, PIECE),))

    check_call_off(open_ended, replace(WANTED, drawn=(Drawn(1, 10**9, 10**9),)))

    assert (open_ended.left, open_ended.days_left(TODAY), share_left(open_ended), open_ended.is_used_up()) == (
        None,
        None,
        None,
        False,
    )


def test_packs_are_converted_first_and_exactly() -> None:
    assert BOX.count(2500) == 25_000
    assert recounted_in(25_000, PIECE, BOX) == 2500
    assert price_in(500_000, BOX, PIECE) == 50_000
    assert price_in(50_000, PIECE, BOX) == 500_000


def test_what_does_not_come_out_even_is_refused() -> None:
    with pytest.raises(NoConversion):
        price_in(500_000, Measure("BX", 7000), PIECE)
    with pytest.raises(NoConversion):
        recounted_in(1, PIECE, Measure("BX", 7000))


STEPS = (Break(50_000, 1_700_000), Break(100_000, 1_600_000))


@pytest.mark.parametrize(
    ("basis", "released", "quantity", "price"),
    [
        ("per_release", 0, 49_999, 1_840_000), ("per_release", 0, 50_000, 1_700_000), ("per_release", 99_000, 1000, 1_840_000),
        ("cumulative", 0, 49_999, 1_840_000), ("cumulative", 49_000, 1000, 1_700_000), ("cumulative", 60_000, 40_000, 1_600_000),
        ("cumulative", 500_000, 1000, 1_600_000),
    ],
)  # fmt: skip
def test_the_price_comes_from_the_table_by_the_quantity_that_was_agreed(
    basis: str, released: int, quantity: int, price: int
) -> None:
    assert call_off_price(1_840_000, STEPS, PriceBasis(basis), released=released, quantity=quantity) == price


@pytest.mark.parametrize(
    ("more", "used_up"),
    [({}, False), ({"released": 1_000_000}, True), ({"released": 2_000_000}, True),
     ({"lines": (replace(PLANNED, released=100_000),)}, True), ({"lines": (replace(PLANNED, released=100_000), AgreedLine(2, PIECE, 5))}, False),
     ({"lines": (replace(PLANNED, released=100_000), AgreedLine(2, PIECE))}, False), ({"lines": ()}, False)],
)  # fmt: skip
def test_an_agreement_is_used_up_when_nothing_can_be_ordered_any_more(more: dict[str, Any], used_up: bool) -> None:
    assert replace(ONE, **more).is_used_up() is used_up


@pytest.mark.parametrize(
    ("more", "today", "told"),
    [
        ({}, TODAY, ()), ({}, date(2026, 12, 2), ("ending",)), ({}, date(2026, 12, 1), ()), ({"released": 910_000}, TODAY, ("low",)),
        ({"released": 900_000}, TODAY, ()), ({"released": 910_000}, date(2026, 12, 31), ("ending", "low")),
        ({"lines": (replace(PLANNED, released=95_000),)}, TODAY, ("low",)), ({"state": AgreementState.SUSPENDED}, date(2026, 12, 31), ()),
        ({"state": AgreementState.EXHAUSTED, "released": 1_000_000}, TODAY, ()),
    ],
)  # fmt: skip
def test_a_buyer_is_warned_of_the_end_and_of_little_left(
    more: dict[str, Any], today: date, told: tuple[str, ...]
) -> None:
    assert warnings(replace(ONE, **more), today, Watch(30, 10)) == told


def test_warnings_can_be_switched_off() -> None:
    assert warnings(replace(ONE, released=999_999), date(2026, 12, 31), Watch(0, 0)) == ()


def test_the_last_day_is_a_day() -> None:
    assert [ONE.days_left(day) for day in (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1))] == [2, 1, 0]


@given(some.lists(some.integers(1, 40_000), max_size=30), some.integers(1, 200_000))
def test_releases_never_exceed_their_agreement(wishes: list[int], planned: int) -> None:
    line = AgreedLine(1, PIECE, planned)
    for wish in wishes:
        try:
            check_left(replace(ONE, amount_limit=0, lines=(line,)), [Drawn(1, wish, 0)])
        except MoreThanAgreed:
            assert wish > planned - line.released
        else:
            line = replace(line, released=line.released + wish)

    assert line.released <= planned


@given(some.integers(0, 10**9), some.integers(1, 10**6), some.integers(1, 10**6))
def test_counting_there_and_back_loses_nothing(quantity: int, one: int, other: int) -> None:
    source, target = Measure("BX", one), Measure("PK", other)
    try:
        counted = recounted_in(quantity, source, target)
    except NoConversion:
        assert quantity * one % other
    else:
        assert recounted_in(counted, target, source) == quantity


@pytest.mark.parametrize(
    ("percent", "quantity", "fits"),
    [
        (0, 10_000, True),
        (0, 10_001, False),
        (5, 15_000, True),
        (5, 15_001, False),
        (100, 110_000, True),
        (100, 110_001, False),
    ],
)
def test_the_last_release_may_go_beyond_what_is_planned_by_the_tolerance_and_no_thousandth_more(
    percent: int, quantity: int, *, fits: bool
) -> None:
    one = replace(ONE, lines=(replace(PLANNED, tolerance_percent=percent),))

    if fits:
        check_left(one, [Drawn(1, quantity, 1)])
    else:
        with pytest.raises(MoreThanAgreed):
            check_left(one, [Drawn(1, quantity, 1)])


def test_the_tolerance_does_not_open_what_is_used_up_and_is_rounded_down() -> None:
    used = replace(PLANNED, released=100_000, tolerance_percent=5)

    assert replace(ONE, lines=(used,)).is_used_up()
    assert (used.left, used.at_most) == (0, 5_000)
    assert AgreedLine(1, PIECE, planned=3, tolerance_percent=50).at_most == 4
    assert AgreedLine(1, PIECE, tolerance_percent=50).at_most is None
