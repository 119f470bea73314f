"""Invoices against orders: what is payable, in which way, and every difference by its name."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orders.errors import NotPossible
from orders.invoices import (
    COUNTED,
    INVOICES,
    KINDS,
    PAYABLE,
    Difference,
    InvoiceEvent,
    InvoiceState,
    normalised,
)
from orders.matching import (
    WAYS,
    Bill,
    Charged,
    Credited,
    Order,
    Ordered,
    Policy,
    Required,
    Tolerance,
    Way,
    match,
    match_credit,
    required,
)
from orders.people import Actor, Role

ORDER = Order("PO-1", "EUR", freight_left=1800)
LINE = Ordered(7, "PO-1", 1, "C62", 1_840_000, ordered=10_000, received=10_000, accepted=10_000, rejected=0, billed=0)
POLICY = Policy(Tolerance(Decimal(2), 1000))


def bill(quantity: int = 10_000, amount: int = 184_000, **more: object) -> Bill:
    return Bill("EUR", (Charged(1, 7, quantity, amount),), **more)  # type: ignore[arg-type]


def names(found: list[object]) -> list[str]:
    return [one.difference.value for one in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("needs", "way"), WAYS.items())
def test_the_way_follows_from_what_a_line_requires(needs: Required, way: Way) -> None:
    assert WAYS[needs] is way


def test_goods_are_three_way_inspected_parts_four_way_and_services_as_the_plant_settled() -> None:
    told = [
        WAYS[required(service=service, inspected=inspected, accept_services=accept)]
        for service, inspected, accept in (
            (False, False, True),
            (False, True, True),
            (True, False, True),
            (True, False, False),
        )
    ]

    assert told == [Way.THREE, Way.FOUR, Way.THREE, Way.TWO]


def test_an_invoice_that_fits_has_no_difference() -> None:
    assert match(bill(charges=1800), [ORDER], [LINE], POLICY) == []


def test_08_05_an_invoice_for_500_on_a_receipt_of_50_is_an_exception() -> None:
    line = replace(LINE, ordered=500_000, received=50_000, accepted=50_000)

    (found,) = match(bill(500_000, 9_200_000), [ORDER], [line], POLICY)

    assert found.difference is Difference.QTY_OVER_RECEIVED
    assert not found.kind.acceptable
    assert found.words == ("500 pieces charged on line 1 of PO-1, 50 taken in. 450 pieces (EUR 82,800.00) too much.")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"ordered": 9_000}, "qty_over_ordered"),
        ({"received": 0, "accepted": 0}, "not_received"),
        ({"accepted": 8_000}, "not_inspected"),
        ({"accepted": 8_000, "rejected": 2_000}, "rejected_goods"),
        ({"received": 8_000, "accepted": 8_000}, "qty_over_received"),
        ({"billed": 4_000}, "qty_over_ordered"),
        ({"billed": 4_000, "ordered": 20_000}, "qty_over_received"),
    ],
)
def test_a_quantity_that_is_not_payable_is_named_by_its_reason(line: dict[str, int], expected: str) -> None:
    assert names(match(bill(), [ORDER], [replace(LINE, **line)], POLICY)) == [expected]


def test_08_21_rejected_goods_are_not_payable() -> None:
    line = replace(LINE, accepted=8_000, rejected=2_000)

    assert line.payable == 8_000
    assert match(bill(8_000, 147_200), [ORDER], [line], POLICY) == []


def test_a_line_that_is_charged_twice_on_one_invoice_is_held_against_both() -> None:
    twice = Bill("EUR", (Charged(1, 7, 6_000, 110_400), Charged(2, 7, 6_000, 110_400)))

    assert names(match(twice, [ORDER], [LINE], POLICY)) == ["qty_over_ordered"]


def test_what_may_be_received_beyond_the_order_may_be_billed_once_it_was_accepted() -> None:
    line = replace(LINE, tolerance_percent=10, received=11_000, accepted=11_000)

    assert match(bill(11_000, 202_400), [ORDER], [line], POLICY) == []


def test_a_two_way_line_needs_no_receipt_and_still_no_more_than_was_ordered() -> None:
    line = replace(LINE, way=Way.TWO, received=0, accepted=0)

    assert match(bill(), [ORDER], [line], POLICY) == []
    assert names(match(bill(11_000, 202_400), [ORDER], [line], POLICY)) == ["qty_over_ordered"]


@pytest.mark.parametrize(
    ("tolerance", "over", "fits"),
    [
        (Tolerance(Decimal(2), 1000), 3_680, True),
        (Tolerance(Decimal(2), 1000), 3_681, False),
        (Tolerance(Decimal("0.1"), 1000), 1_000, True),
        (Tolerance(Decimal(2), None), 1, False),
        (Tolerance(None, 1000), 1, False),
        (Tolerance(), 0, True),
        (Tolerance(), 1, False),
    ],
)
def test_a_price_may_be_higher_by_percent_or_amount_and_only_where_both_are_set(
    tolerance: Tolerance, over: int, fits: bool
) -> None:
    found = match(bill(amount=184_000 + over), [ORDER], [LINE], Policy(tolerance))

    assert names(found) == ([] if fits else ["price_over"])


def test_a_price_below_the_order_fits() -> None:
    assert match(bill(amount=100_000), [ORDER], [LINE], Policy()) == []


def test_an_invoice_without_an_order_of_another_supplier_or_in_another_money_is_named_so() -> None:
    foreign = replace(ORDER, same_supplier=False, currency="USD")

    assert names(match(bill(), [], [], POLICY)) == ["no_po"]
    assert names(match(bill(), [foreign], [LINE], POLICY)) == ["supplier_mismatch", "currency"]


def test_a_line_that_fits_none_of_the_order_is_no_po() -> None:
    assert names(match(bill(), [ORDER], [], POLICY)) == ["no_po"]


def test_a_cancelled_order_and_a_closed_one_that_was_billed_pay_nothing() -> None:
    done = replace(LINE, billed=10_000)

    assert "closed_po" in names(match(bill(), [replace(ORDER, cancelled=True)], [LINE], POLICY))
    assert names(match(bill(), [replace(ORDER, closed=True)], [done], POLICY)) == ["closed_po"]


def test_a_closed_order_pays_what_it_accepted_and_nobody_billed() -> None:
    assert match(bill(), [replace(ORDER, closed=True)], [LINE], POLICY) == []


def test_freight_beyond_what_was_agreed_is_a_difference() -> None:
    (found,) = match(bill(charges=2_000), [ORDER], [LINE], POLICY)

    assert (found.difference, found.amount) == (Difference.FREIGHT, 200)


@pytest.mark.parametrize(("tax", "expected"), [(34_960, []), (34_961, []), (35_960, ["tax"]), (0, ["tax"])])
def test_tax_is_held_against_the_rates_that_hold(tax: int, expected: list[str]) -> None:
    policy = replace(POLICY, tax_percents=(Decimal(19),))

    assert names(match(bill(tax=tax), [ORDER], [LINE], policy)) == expected


def test_a_rate_that_holds_nowhere_here_is_a_difference() -> None:
    strange = Bill("EUR", (Charged(1, 7, 10_000, 184_000, "21"),), tax=38_640)

    assert names(match(strange, [ORDER], [LINE], replace(POLICY, tax_percents=(Decimal(19),)))) == ["tax"]
    assert match(strange, [ORDER], [LINE], POLICY) == []


def test_what_was_kept_beyond_the_order_is_payable_and_not_a_piece_more() -> None:
    kept = replace(LINE, accepted=11_000, received=11_000, kept=11_000)

    assert match(bill(11_000, 202_400), [ORDER], [kept], POLICY) == []
    assert names(match(bill(12_000, 220_800), [ORDER], [kept], POLICY)) == ["qty_over_ordered"]
    assert names(match(bill(11_000, 202_400), [ORDER], [replace(kept, kept=0)], POLICY)) == ["qty_over_ordered"]


TWO_RATES = (Charged(1, 7, 5_000, 92_000, "19"), Charged(2, 7, 5_000, 92_000, "7"))
"""Tax of 174.80 and 64.40."""


@pytest.mark.parametrize(
    ("charges", "tax", "expected"),
    [
        (0, 23_920, []),
        (0, 23_924, ["tax"]),
        (1_800, 23_920 + 342, []),
        (1_800, 23_920 + 126, []),
        (1_800, 23_920 + 1_800, ["tax"]),
        (1_800, 23_920, ["tax"]),
        (1_800, 23_920 + 352, ["tax"]),
    ],
)
def test_with_several_rates_charges_bear_the_tax_of_one_of_them_and_no_more(
    charges: int, tax: int, expected: list[str]
) -> None:
    policy = replace(POLICY, tax_percents=(Decimal(19), Decimal(7)))

    assert names(match(Bill("EUR", TWO_RATES, charges, tax), [ORDER], [LINE], policy)) == expected


def test_tax_of_another_rate_than_the_line_names_is_a_difference() -> None:
    policy = replace(POLICY, tax_percents=(Decimal(19), Decimal(7)))
    line = Charged(1, 7, 10_000, 184_000, "7")

    assert names(match(Bill("EUR", (line,), 0, 34_960), [ORDER], [LINE], policy)) == ["tax"]
    assert match(Bill("EUR", (line,), 0, 12_880), [ORDER], [LINE], policy) == []


@pytest.mark.parametrize(("tax", "expected"), [(0, []), (49_680, []), (55_202, []), (55_203, ["tax"])])
def test_where_no_rates_are_known_tax_still_has_a_limit(tax: int, expected: list[str]) -> None:
    assert names(match(bill(tax=tax), [ORDER], [LINE], POLICY)) == expected


def test_the_tolerance_of_a_price_is_the_line_s_and_not_each_row_s() -> None:
    policy = replace(POLICY, tolerance=Tolerance(Decimal(0), 500))
    rows = [Charged(at, 7, 1_000, 18_900) for at in (1, 2)]

    assert match(Bill("EUR", rows[:1]), [ORDER], [LINE], policy) == []
    (found,) = match(Bill("EUR", rows), [ORDER], [LINE], policy)
    assert (found.line, found.amount) == (2, 500)
    assert "too dear before" in found.words
    assert names(match(Bill("EUR", rows[:1]), [ORDER], [replace(LINE, over=1)], policy)) == ["price_over"]


def test_a_credit_note_takes_goods_back_or_lowers_the_price_by_what_it_says() -> None:
    goods = Credited(Charged(1, 7, 2_000, 36_800), 10_000, 184_000)
    price = Credited(Charged(1, 7, 2_000, 3_680), 10_000, 184_000)

    assert (goods.quantity, price.quantity) == (2_000, 0)


def test_a_credit_note_for_an_unknown_invoice_or_beyond_it_is_asked_about() -> None:
    much = Credited(Charged(1, 7, 10_000, 200_000), 10_000, 184_000)
    told = {"bill": Bill("EUR", ()), "invoice_currency": "EUR"}

    assert names(match_credit([much], invoice="", **told)) == ["no_invoice"]
    assert names(match_credit([much], invoice="R-1", **told)) == ["credit_over"]
    assert names(match_credit([much], invoice="R-1", bill=Bill("USD", ()), invoice_currency="EUR")) == ["currency"]


def test_a_credit_note_whose_number_was_used_before_is_asked_about() -> None:
    goods = Credited(Charged(1, 7, 2_000, 36_800), 10_000, 184_000)
    again = Bill("EUR", (), duplicate_of="on 24 Nov 2026")

    assert names(match_credit([goods], bill=again, invoice="R-1", invoice_currency="EUR")) == ["duplicate_no"]


def test_every_difference_has_words_and_only_money_may_be_accepted() -> None:
    assert set(KINDS) == set(Difference)
    acceptable = {one for one, kind in KINDS.items() if kind.acceptable}
    assert acceptable == {Difference.PRICE_OVER, Difference.FREIGHT, Difference.TAX}
    assert all(len(kind.words) <= 24 and kind.instead.endswith(".") for kind in KINDS.values())


@pytest.mark.parametrize("state", InvoiceState)
@pytest.mark.parametrize("event", InvoiceEvent)
def test_the_table_of_states_is_walked_whole(state: InvoiceState, event: InvoiceEvent) -> None:
    everybody = Actor(1, "Everybody", frozenset(Role))
    step = INVOICES.step(state, event)

    if step is None:
        with pytest.raises(NotPossible):
            INVOICES.follow(state, event, everybody, subject="R-1")
    else:
        assert INVOICES.follow(state, event, everybody, subject="R-1") is step.target


def test_nothing_is_payable_that_does_not_count_as_billed_and_only_release_makes_it_so() -> None:
    ways = {
        (step.source, step.event) for step in INVOICES.steps if step.target in PAYABLE and step.source not in PAYABLE
    }

    assert PAYABLE <= COUNTED
    assert ways == {
        (InvoiceState.MATCHED, InvoiceEvent.RELEASE),
        (InvoiceState.VARIANCE_ACCEPTED, InvoiceEvent.RELEASE),
    }


@pytest.mark.parametrize(
    "written", ["R-7781", "r 7781", "R7781", "R/7781", " r_77-81 ", "R-007781", "R007781", "\uff32-\uff17781"]
)
def test_a_number_is_one_however_it_is_written(written: str) -> None:
    assert normalised(written) == "R7781"


def test_a_zero_that_counts_makes_another_number() -> None:
    assert [normalised(each) for each in ("R-100", "R-10", "R-0", "R-00", "2026-0012")] == [
        "R100",
        "R10",
        "R0",
        "R0",
        "202612",
    ]
