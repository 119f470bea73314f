"""Tax: what may be written, what may not, and sums that are right to the minor unit."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.errors import TaxRateMissing, TaxReasonMissing, TaxUnknown
from orders.taxes import BY_CATEGORY, RATE_SCALE, TREATMENTS, Tax, TaxCategory, TaxRow, tax_named, tax_rows

STANDARD, REDUCED = Tax(TaxCategory.STANDARD, 19_000), Tax(TaxCategory.STANDARD, 7_000)


@pytest.mark.parametrize(
    ("written", "category", "rate", "kept"),
    [
        ("19", "S", 19_000, "19 %"),
        (" 19 % ", "S", 19_000, "19 %"),
        ("7,7 %", "S", 7_700, "7.7 %"),
        ("8.875", "S", 8_875, "8.875 %"),
        ("100", "S", 100_000, "100 %"),
        ("S 19", "S", 19_000, "19 %"),
        ("0", "Z", 0, "0 %"),
        ("Reverse Charge", "AE", 0, "reverse charge"),
        ("AE", "AE", 0, "reverse charge"),
        ("eu", "K", 0, "intra-community"),
        ("export", "G", 0, "export"),
        ("exempt: training", "E", 0, "exempt: training"),
        ("reverse charge: section 13b", "AE", 0, "reverse charge: section 13b"),
    ],
)
def test_a_tax_is_read_and_kept_in_one_form(written: str, category: str, rate: int, kept: str) -> None:
    tax = tax_named(written)

    assert (tax.category, tax.rate, tax.written()) == (category, rate, kept)
    assert tax_named(kept) == tax


@pytest.mark.parametrize(
    "written", ["-19", "-0.5 %", "101", "nineteen", "19 %%", "", "VAT", "X: because", "19.1234", "1e3"]
)
def test_what_is_no_tax_is_refused(written: str) -> None:
    with pytest.raises(TaxUnknown):
        tax_named(written)


@pytest.mark.parametrize("written", ["S", "standard", "Standard: as usual"])
def test_a_missing_rate_is_never_zero(written: str) -> None:
    with pytest.raises(TaxRateMissing):
        tax_named(written)


@pytest.mark.parametrize("written", ["exempt", "E", "outside:", "steuerfrei : "])
def test_an_exemption_needs_its_reason(written: str) -> None:
    with pytest.raises(TaxReasonMissing):
        tax_named(written)


def test_every_category_is_either_rated_or_has_one_treatment() -> None:
    rated = {TaxCategory.STANDARD, TaxCategory.ZERO}

    assert set(BY_CATEGORY) == set(TaxCategory) - rated
    assert len(TREATMENTS) == len(BY_CATEGORY)
    assert {each.category for each in TREATMENTS if each.both_ids} == {TaxCategory.REVERSE, TaxCategory.COMMUNITY}


def test_tax_is_rounded_once_for_each_rate_and_not_line_by_line() -> None:
    # Three times 0.19 of 0.13 is 0.0741; by line it would be 0.02 each, 0.06 in all.
    assert tax_rows([(STANDARD, 13)] * 3) == (TaxRow(STANDARD, 39, 7),)
    assert tax_rows([(STANDARD, 50)]) == (TaxRow(STANDARD, 50, 10),)  # 9.5 cents, half up
    assert tax_rows([(STANDARD, -50)]) == (TaxRow(STANDARD, -50, -10),)


def test_the_highest_rate_comes_first_and_reasons_of_one_category_stand_together() -> None:
    free = [Tax(TaxCategory.EXEMPT, reason=reason) for reason in ("training", "books", "training")]

    rows = tax_rows([(free[0], 1_00), (REDUCED, 2_00), (free[1], 3_00), (STANDARD, 4_00), (free[2], 5_00)])

    assert [(row.tax.percent, row.base, row.amount) for row in rows] == [
        ("19", 4_00, 76),
        ("7", 2_00, 14),
        ("0", 9_00, 0),
    ]
    assert rows[-1].tax.reason == "training; books"


def test_nothing_has_no_tax() -> None:
    assert tax_rows([]) == ()


@given(some.lists(some.tuples(some.integers(0, 100_000), some.integers(-(10**9), 10**9)), max_size=12))
def test_every_minor_unit_rests_on_one_rate_and_is_rounded_half_up(parts: list[tuple[int, int]]) -> None:
    taxes = [(Tax(TaxCategory.STANDARD if rate else TaxCategory.ZERO, rate), minor) for rate, minor in parts]

    rows = tax_rows(taxes)

    assert sum(row.base for row in rows) == sum(minor for _, minor in parts)
    for row in rows:
        exact = Decimal(row.base) * row.tax.rate / (100 * RATE_SCALE)
        assert row.amount == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
