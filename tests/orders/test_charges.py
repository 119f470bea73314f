"""Charges: their kinds, who bears them, and that not one minor unit is lost, over two thousand lines as well."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.charges import (
    BY_WORD,
    CHARGES,
    Burden,
    Carrier,
    Charge,
    ChargeKind,
    Levy,
    Taxed,
    kind_named,
    spread,
    taxed,
    too_much_off,
)
from orders.errors import ChargeUnknown
from orders.money import Money
from orders.purchase_orders import OrderContent, OrderLine, canonical, content_hash, gaps, kept_total
from orders.taxes import Tax, TaxCategory, tax_rows

K = ChargeKind
SEAL = OrderLine(1, "Seal", 2_000, "C62", 1_840_000, "410")
GREASE = OrderLine(2, "Grease", 1_000, "CT", 960_000, "420")
FREIGHT = Charge(K.FREIGHT, 18_00)
ORDER = OrderContent(
    "S-01",
    "EUR",
    "Mill Road 4",
    "30 days",
    "30 days",
    "DAP",
    "Halden",
    None,
    (SEAL, GREASE),
    charges=(FREIGHT,),
)
LINES = [Carrier(1, "410", 368_00), Carrier(2, "420", 96_00)]
STANDARD, REDUCED = Tax(TaxCategory.STANDARD, 19_000), Tax(TaxCategory.STANDARD, 7_000)


def test_every_kind_has_one_rule_with_words_that_mean_it_and_a_code() -> None:
    assert [rule.kind for rule in CHARGES] == list(ChargeKind)
    assert len(BY_WORD) == sum(len(rule.words) for rule in CHARGES)
    assert len({rule.code for rule in CHARGES}) == len(CHARGES)
    for rule in CHARGES:
        assert all(kind_named(f" {word.upper()} ") is rule.kind for word in rule.words)


@pytest.mark.parametrize("written", ["", "freightage", "tip", "packing 12"])
def test_an_unknown_kind_is_refused_and_all_kinds_are_named(written: str) -> None:
    with pytest.raises(
        ChargeUnknown, match=r"freight, packing, handling, small quantity surcharge, customs, insurance, discount"
    ):
        kind_named(written)


def test_charges_count_towards_the_total_and_a_discount_against_it() -> None:
    order = replace(ORDER, charges=(FREIGHT, Charge(K.PACKING, 12_50), Charge(K.DISCOUNT, 24_50)))

    assert order.total() == Money(470_00, "EUR")


def test_each_charge_is_paid_by_whom_it_names_and_else_by_the_first_line() -> None:
    order = replace(
        ORDER,
        charges=(
            replace(FREIGHT, cost_centre="430"),
            Charge(K.PACKING, 12_50),
            Charge(K.CUSTOMS, 30_00, "430"),
            Charge(K.DISCOUNT, 6_00, "420"),
        ),
    )

    assert order.by_cost_centre() == {
        "410": Money(380_50, "EUR"),
        "420": Money(90_00, "EUR"),
        "430": Money(48_00, "EUR"),
    }


def test_an_order_without_charges_keeps_the_hash_it_was_approved_with() -> None:
    bare = replace(ORDER, charges=())

    assert '"charges"' not in canonical(bare)
    assert content_hash(ORDER) != content_hash(replace(ORDER, charges=(Charge(K.PACKING, 1),)))


def test_a_discount_beyond_what_it_is_taken_off_is_a_gap() -> None:
    def lacks(charge: Charge) -> list[str]:
        order = replace(ORDER, charges=(charge,))
        return [gap.words for gap in gaps(order, supplier_address="a@b.example") if gap.field == "charges"]

    assert lacks(Charge(K.DISCOUNT, 464_00)) == []
    assert lacks(Charge(K.DISCOUNT, 464_01)) == ["a discount of no more than what it is taken off"]
    assert lacks(Charge(K.DISCOUNT, 96_01, "420")) == ["a discount of no more than what it is taken off"]
    assert lacks(Charge(K.DISCOUNT, 1, "999")) == ["a discount of no more than what it is taken off"]


def test_several_discounts_are_taken_off_what_the_ones_before_left() -> None:
    twice = [Levy(None, 300_00, takes_off=True), Levy("410", 300_00, takes_off=True)]

    assert too_much_off(LINES, twice)
    assert not too_much_off(LINES, [Levy(None, 300_00, takes_off=True), Levy("410", 100_00, takes_off=True)])


def test_nothing_carries_nothing() -> None:
    assert spread([], [Levy(None, 5)]) == ()
    assert taxed([], []) == ()
    assert spread(LINES, []) == ()


def test_charges_go_with_the_first_line_whoever_pays() -> None:
    assert spread(LINES, [Levy(None, 18_00), Levy("420", 5_00), Levy(None, 1_00)]) == (
        Burden(1, "410", 19_00),
        Burden(1, "420", 5_00),
    )


payers = some.sampled_from([None, "410", "420", "430"])
levies = some.lists(some.builds(Levy, payers, some.integers(1, 10**7), some.booleans()), max_size=6)
amounts = some.lists(some.tuples(payers, some.integers(0, 10**7)), min_size=1, max_size=8)


@given(amounts, levies)
def test_no_minor_unit_is_lost_and_no_line_is_below_nothing(
    lines: list[tuple[str | None, int]], charged: list[Levy]
) -> None:
    carriers = [Carrier(number, payer, amount) for number, (payer, amount) in enumerate(lines, 1)]

    burdens = spread(carriers, charged)

    assert sum(burden.extra for burden in burdens) == sum(each.amount for each in charged if not each.takes_off)
    assert sum(burden.off for burden in burdens) <= sum(each.amount for each in charged if each.takes_off)
    costs = {each.line: each.amount for each in carriers}
    assert all(0 <= burden.off <= costs[burden.line] for burden in burdens)
    assert too_much_off(carriers, charged) == (
        sum(burden.off for burden in burdens) < sum(each.amount for each in charged if each.takes_off)
    )


def test_a_discount_is_taxed_as_the_lines_it_is_taken_off() -> None:
    lines = [(LINES[0], STANDARD), (LINES[1], REDUCED)]
    discount = (Levy(None, 46_40, takes_off=True), K.DISCOUNT, None)

    parts = taxed(
        lines,
        [
            (Levy("430", 18_00), K.FREIGHT, None),
            discount,
            (Levy(None, 12_50), K.PACKING, REDUCED),
            (Levy("430", 1_00), K.CUSTOMS, None),
        ],
    )

    assert parts[2:] == (
        Taxed(K.FREIGHT, STANDARD, 18_00),
        Taxed(K.DISCOUNT, STANDARD, -36_80),
        Taxed(K.DISCOUNT, REDUCED, -9_60),
        Taxed(K.PACKING, REDUCED, 12_50),
        Taxed(K.CUSTOMS, STANDARD, 1_00),
    )
    assert [(row.base, row.amount) for row in tax_rows((part.tax, part.amount) for part in parts)] == [
        (350_20, 66_54),
        (98_90, 6_92),
    ]


def test_two_thousand_lines_with_charges_and_rates_agree_to_the_minor_unit() -> None:
    lines = tuple(replace(SEAL, line=at, price=at * 137, cost_centre=f"4{at % 7}0") for at in range(1, 2_001))
    charges = (Charge(K.DISCOUNT, 999_99), Charge(K.PACKING, 33_33, "470"), Charge(K.DISCOUNT, 7, "430"))
    order = replace(ORDER, lines=lines, charges=charges)

    shares = order.by_cost_centre()
    parts = taxed(
        [(carrier, REDUCED if carrier.line % 3 else STANDARD) for carrier in order.carriers()],
        [(levy, charge.kind, None) for levy, charge in zip(order.levies(), charges, strict=True)],
    )

    assert sum(share.minor for share in shares.values()) == order.total().minor
    assert sum(part.amount for part in parts) == order.total().minor
    assert sum(row.base for row in tax_rows((part.tax, part.amount) for part in parts)) == order.total().minor


def test_what_was_kept_as_json_comes_to_the_same() -> None:
    order = replace(ORDER, charges=(FREIGHT, Charge(K.PACKING, 12_50), Charge(K.DISCOUNT, 24_50)))

    assert kept_total(json.loads(canonical(order))) == order.total()
