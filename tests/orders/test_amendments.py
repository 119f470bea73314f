"""What may be changed of a sent order, what is different, and when it is approved anew."""

import json
from dataclasses import replace
from datetime import date

import pytest

from orders.amendments import (
    AMENDABLE,
    EDITED_BY,
    HELD,
    MATERIAL,
    WAITING,
    LineStand,
    Tolerance,
    check_alone,
    check_amendable,
    check_revised,
    differences,
    little,
    material,
    within,
)
from orders.charges import Charge, ChargeKind
from orders.errors import (
    BelowReceived,
    NothingChanged,
    NothingLeft,
    NotPossible,
    PriceIsInvoiced,
    RevisionWaits,
    Unlawful,
)
from orders.purchase_orders import RECEIVABLE, OrderContent, OrderKind, OrderLine, OrderState, canonical

FIRST = OrderLine(1, "Seal 45", 4_000, "C62", 1_840_000, "410", "P-1", "S45", date(2026, 12, 4))
SECOND = OrderLine(2, "Bearing", 2_000, "C62", 100_000, "410")
FREIGHT = Charge(ChargeKind.FREIGHT, 10_00)
ORDER = OrderContent(
    "S-1", "EUR", "Store 2", "30 days", "none", "DAP", "Halden", date(2026, 12, 4), (FIRST, SECOND), charges=(FREIGHT,)
)

PACKING, DISCOUNT = Charge(ChargeKind.PACKING, 12_50, "420", "7 %"), Charge(ChargeKind.DISCOUNT, 5_00)


def changed(**of_first: object) -> OrderContent:
    return replace(ORDER, lines=(replace(FIRST, **of_first), SECOND))  # type: ignore[arg-type]


def test_the_editable_matrix_names_every_state_and_agrees_with_what_may_be_amended() -> None:
    assert set(EDITED_BY) == set(OrderState)
    assert {state for state, how in EDITED_BY.items() if how == "a revision"} == AMENDABLE == RECEIVABLE
    assert HELD < WAITING


@pytest.mark.parametrize("state", sorted(set(OrderState) - AMENDABLE))
def test_an_order_that_the_supplier_does_not_have_is_not_amended(state: OrderState) -> None:
    with pytest.raises(NotPossible):
        check_amendable("PO-1", state, OrderKind.STANDARD)


@pytest.mark.parametrize("kind", [OrderKind.PLANNED, OrderKind.BLANKET, OrderKind.CONTRACT])
def test_an_agreement_is_not_amended_like_an_order(kind: OrderKind) -> None:
    with pytest.raises(Unlawful, match="agreement"):
        check_amendable("PO-1", OrderState.ACCEPTED, kind)


@pytest.mark.parametrize("state", sorted(WAITING))
def test_one_change_waits_at_a_time(state: OrderState) -> None:
    check_alone("PO-1", None)

    with pytest.raises(RevisionWaits, match="revision 2"):
        check_alone("PO-1", (2, state))


CASES = [
    ("a later date", changed(deliver_by=date(2027, 1, 4)), ()),
    ("less of a line", changed(quantity=3_000), ()),
    ("a dropped line", replace(ORDER, lines=(FIRST,)), ()),
    ("less and later", changed(quantity=1_000, deliver_by=date(2027, 1, 4)), ()),
    ("more of a line", changed(quantity=5_000), ("the total rises", "a quantity rises")),
    ("a higher price", changed(price=1_900_000), ("the total rises", "another price")),
    ("a lower price", changed(price=1_800_000), ("another price",)),
    ("another cost centre", changed(cost_centre="420"), ("another cost centre",)),
    ("an earlier date", changed(deliver_by=date(2026, 12, 1)), ("an earlier date",)),
    ("a date where none was", replace(ORDER, lines=(FIRST, replace(SECOND, deliver_by=date(2026, 12, 1)))), ("an earlier date",)),
    ("more freight", replace(ORDER, charges=(replace(FREIGHT, amount=2000),)), ("the total rises", "other charges")),
    ("less freight", replace(ORDER, charges=()), ("other charges",)),
    ("packing", replace(ORDER, charges=(PACKING,)), ("the total rises", "other charges")),
    ("a discount", replace(ORDER, charges=(DISCOUNT,)), ("other charges",)),
    ("something else instead", changed(supplier_part="HS-46-SSE"), ("something else instead",)),
    ("another part of ours instead", changed(part="P-2"), ("something else instead",)),
    ("another tax", changed(tax="7 %"), ("another tax",)),
    ("another place", replace(ORDER, delivery_place="Gate 7"), ("another delivery place or other terms",)),
    ("another supplier", replace(ORDER, supplier="S-2"), ("another supplier or currency",)),
    ("another currency", replace(ORDER, currency="USD"), ("another supplier or currency",)),
    ("a new line", replace(ORDER, lines=(FIRST, SECOND, replace(SECOND, line=3))), ("the total rises", "a line is new")),
    ("one for another", replace(ORDER, lines=(replace(FIRST, quantity=1_000), replace(SECOND, quantity=4_000))), ("a quantity rises",)),
]  # fmt: skip


@pytest.mark.parametrize(("after", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_rules_are_asked_again_unless_it_is_only_later_or_less(
    after: OrderContent, reasons: tuple[str, ...]
) -> None:
    assert material(ORDER, after) == reasons
    assert differences(ORDER, after)


def test_every_reason_has_a_case() -> None:
    named = {reason for _, _, reasons in CASES for reason in reasons}

    assert named == {why for why, _ in MATERIAL}


def test_charges_are_compared_as_people_read_them() -> None:
    before, after = replace(ORDER, charges=(DISCOUNT,)), replace(ORDER, charges=(DISCOUNT, PACKING))

    assert [each.words() for each in differences(before, after)] == ["Packing: EUR 12.50 on 420 taxed 7 % (new)"]


def test_differences_are_said_with_both_values() -> None:
    after = replace(changed(quantity=3_000, price=1_800_000, deliver_by=None), charges=(), delivery_place="Gate 7")

    assert [each.words() for each in differences(ORDER, after)] == [
        "Delivery place: Store 2 → Gate 7",
        "Freight: EUR 10.00 → nothing",
        "Line 1, quantity: 4 pieces → 3 pieces",
        "Line 1, price: EUR 184.00 → EUR 180.00",
        "Line 1, deliver by: 2026-12-04 → nothing",
    ]


def test_dropped_and_new_lines_are_said_whole() -> None:
    after = replace(ORDER, lines=(FIRST, replace(SECOND, line=3)))

    assert [each.words() for each in differences(ORDER, after)] == [
        "Line 2, dropped: 2 pieces Bearing → nothing",
        "Line 3, added: 2 pieces Bearing at EUR 10.00",
    ]


def test_a_revision_has_to_fit_what_has_happened_on_each_line() -> None:
    with pytest.raises(NothingChanged):
        check_revised("PO-1", ORDER, ORDER, ())
    with pytest.raises(NothingLeft):
        check_revised("PO-1", ORDER, replace(ORDER, lines=()), ())
    with pytest.raises(BelowReceived, match="3 pieces"):
        check_revised("PO-1", ORDER, changed(quantity=2_000), [LineStand(1, "C62", 3_000)])
    with pytest.raises(BelowReceived):
        check_revised("PO-1", ORDER, replace(ORDER, lines=(FIRST,)), [LineStand(2, "C62", 1)])
    with pytest.raises(PriceIsInvoiced):
        check_revised("PO-1", ORDER, changed(price=1), [LineStand(1, "C62", invoiced=True)])
    check_revised("PO-1", ORDER, changed(quantity=3_000), [LineStand(1, "C62", 3_000, invoiced=True)])


@pytest.mark.parametrize(
    ("after", "percent", "fits"),
    [
        (changed(quantity=3_000), 0, True),
        (changed(price=1_800_000), 0, True),
        (changed(deliver_by=date(2027, 1, 4)), 0, True),
        (changed(price=1_840_001), 0, False),
        (changed(price=1_932_000), 5, True),
        (changed(price=1_932_001), 5, False),
        (changed(quantity=5_000), 24, False),
        (changed(quantity=5_000), 25, True),
        (changed(cost_centre="420"), 100, False),
        (replace(ORDER, charges=()), 100, False),
        (replace(ORDER, currency="USD"), 100, False),
        (replace(ORDER, delivery_place="x"), 100, False),
        (replace(ORDER, lines=(*ORDER.lines, replace(SECOND, line=3))), 100, False),
    ],
)
def test_a_suppliers_change_is_agreed_to_alone_only_within_the_tolerance(
    after: OrderContent, percent: int, *, fits: bool
) -> None:
    assert within(ORDER, after, percent) is fits


@pytest.mark.parametrize(
    ("after", "tolerance", "near"),
    [
        (ORDER, Tolerance(), True),
        (changed(price=FIRST.price + FIRST.price // 20), Tolerance(price=5), True),
        (changed(price=FIRST.price + FIRST.price // 20 + 1), Tolerance(price=5), False),
        (changed(price=FIRST.price - FIRST.price // 20), Tolerance(price=5), True),
        (changed(price=FIRST.price + 1), Tolerance(quantity=20), False),
        (changed(quantity=FIRST.quantity * 19 // 20), Tolerance(quantity=5), True),
        (changed(quantity=FIRST.quantity * 18 // 20), Tolerance(quantity=5), False),
        (replace(ORDER, lines=(*ORDER.lines, replace(SECOND, line=3))), Tolerance(20, 20), False),
    ],
)
def test_what_is_little_is_counted_from_what_was_approved_in_both_directions(
    after: OrderContent, tolerance: Tolerance, near: bool
) -> None:
    approved = json.loads(canonical(ORDER))

    assert little(approved, after, tolerance) is near


def test_nothing_is_taken_over_unasked_unless_a_plant_says_so() -> None:
    assert not Tolerance().is_any
    assert Tolerance(price=1).is_any
    assert Tolerance(quantity=1).is_any
