"""What a supplier is measured by, each figure reckoned by hand; and the rules that go by them."""

from datetime import date
from decimal import Decimal

import pytest

from orders.supplier_figures import (
    BY_NAME,
    FIGURES,
    Came,
    FigureKind,
    Gate,
    Tally,
    counted,
    failing,
    figure_of,
    months_back,
    told,
)

DUE = date(2026, 11, 27)


def came(**changed: object) -> Came:
    given: dict[str, object] = {
        "expected": 10_000, "is_first": True, "here": 10_000, "rejected": 0, "on": DUE, "due_on": DUE,
        "promised_on": None, "paid": 0, "listed": 0,
    }  # fmt: skip
    return Came(**{**given, **changed})  # type: ignore[arg-type]


GOOD, BAD = Tally(1, 1), Tally(0, 1)


@pytest.mark.parametrize(
    ("what", "figures"),
    [
        (came(), {"quality": GOOD, "on_time": GOOD, "in_full": GOOD, "on_time_in_full": GOOD}),
        (
            came(on=date(2026, 11, 28)),
            {"quality": GOOD, "on_time": BAD, "in_full": GOOD, "on_time_in_full": BAD},
        ),
        (came(here=4_000), {"quality": GOOD, "on_time": GOOD, "in_full": BAD, "on_time_in_full": BAD}),
        (came(is_first=False, here=6_000), {"quality": GOOD, "on_time": GOOD}),
        (came(rejected=1_000), {"quality": BAD, "on_time": GOOD, "in_full": BAD, "on_time_in_full": BAD}),
        (
            came(on=date(2026, 12, 1), promised_on=date(2026, 12, 1)),
            {"quality": GOOD, "on_time": BAD, "in_full": GOOD, "on_time_in_full": BAD, "promise_kept": GOOD},
        ),
        (came(due_on=None), {"quality": GOOD, "in_full": GOOD}),
        (
            came(paid=19_000, listed=18_400, due_on=None),
            {"quality": GOOD, "in_full": GOOD, "price": Tally(19_000, 18_400)},
        ),
    ],
)
def test_each_receipt_line_counts_as_the_definitions_say(what: Came, figures: dict[str, Tally]) -> None:
    assert counted(what) == figures


def test_three_deliveries_reckoned_by_hand() -> None:
    """Ten of ten on the day; four of ten a day late, the rest of it two days late with one torn; nine of nine, early.

    On time: first and last of four receipt lines, 50%. In full: two of three order lines, 66.7%. Both: two of three.
    Quality: three of four, 75%.
    """
    lines = [
        came(),
        came(here=4_000, on=date(2026, 11, 28)),
        came(is_first=False, here=6_000, rejected=1_000, on=date(2026, 11, 29)),
        came(expected=9_000, here=9_000, on=date(2026, 11, 20)),
    ]
    sums: dict[str, Tally] = {}
    for line in lines:
        for name, tally in counted(line).items():
            sums[name] = sums.get(name, Tally()) + tally

    said = {name: told(BY_NAME[name], tally) for name, tally in sums.items()}

    assert said == {"on_time": "50%", "in_full": "66.7%", "on_time_in_full": "66.7%", "quality": "75%"}


@pytest.mark.parametrize(
    ("name", "tally", "words"),
    [
        ("on_time", Tally(), "-"),
        ("on_time", Tally(2, 3), "66.7%"),
        ("answer", Tally(900, 2), "7.5 h"),
        ("answer", Tally(0, 3), "0 h"),
        ("price", Tally(19_000, 18_400), "3.3% above"),
        ("price", Tally(17_480, 18_400), "5% below"),
        ("price", Tally(18_400, 18_400), "as listed"),
    ],
)
def test_a_figure_is_told_as_people_read_it(name: str, tally: Tally, words: str) -> None:
    assert told(BY_NAME[name], tally) == words


def test_every_figure_states_what_it_counts() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES) == len(BY_NAME)
    assert all(figure.definition.endswith(".") and " of all " in figure.definition for figure in FIGURES
               if figure.kind is FigureKind.SHARE)  # fmt: skip


@pytest.mark.parametrize(
    ("gate", "tally", "fails"),
    [
        (Gate("on_time", Decimal(80)), Tally(7, 10), True),
        (Gate("on_time", Decimal(80)), Tally(8, 10), False),
        (Gate("on_time", Decimal(80)), Tally(0, 4), False),
        (Gate("on_time", Decimal(80)), Tally(), False),
        (Gate("answer", Decimal(16)), Tally(17 * 60 * 5, 5), True),
        (Gate("answer", Decimal(16)), Tally(16 * 60 * 5, 5), False),
        (Gate("price", Decimal(5)), Tally(10_600, 10_000), True),
        (Gate("price", Decimal(5)), Tally(9_000, 10_000), False),
    ],
)
def test_a_rule_fails_only_beyond_its_limit_and_with_enough_counted(
    gate: Gate, tally: Tally, fails: bool
) -> None:  # a column of the table
    assert gate.fails(tally) is fails


def test_each_rule_looks_at_its_own_months_and_says_what_it_wants() -> None:
    short, long = Gate("on_time", Decimal(80), months=3), Gate("on_time", Decimal(80), months=12)

    found = failing((short, long), {("on_time", 3): Tally(1, 10), ("on_time", 12): Tally(90, 100)})

    assert [gate for gate, _ in found] == [short]
    assert (
        short.sentence("Hartmann", Tally(1, 10)) == "Hartmann, on time in 3 months: 10%; your rule wants at least 80%."
    )


def test_months_are_counted_back_over_the_end_of_a_year() -> None:
    assert months_back(date(2026, 2, 3), 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert figure_of(BY_NAME["on_time"], Tally(1, 8)) == Decimal("12.5")
