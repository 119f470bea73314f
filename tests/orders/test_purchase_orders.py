"""The content of an order: what it costs, what is missing, what an approval is bound to, and how much has arrived."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.agreement_terms import Terms
from orders.charges import Charge, ChargeKind
from orders.errors import Incomplete, NotYours
from orders.money import Money
from orders.people import CHARGEHAND, Actor, Role
from orders.purchase_orders import (
    HEADER_GAPS,
    LINE_GAPS,
    LIVE,
    RECEIVABLE,
    OrderContent,
    OrderKind,
    OrderLine,
    OrderState,
    ReceiptState,
    check_complete,
    check_own,
    content_hash,
    gaps,
    receipt_state,
    short_code,
)

SEAL = OrderLine(1, "Mechanical seal 45 mm", 2_000, "C62", 1_840_000, "410", "P-10231", "HS-45", date(2026, 11, 27))
GREASE = OrderLine(2, "Grease H1", 1_000, "CT", 960_000, "420")
ORDER = OrderContent(
    supplier="S-01",
    currency="EUR",
    delivery_place="Mill Road 4, Halden",
    payment_terms="30 days net",
    return_conditions="30 days",
    incoterm="DAP",
    incoterm_place="Halden",
    deliver_by=date(2026, 11, 27),
    lines=(SEAL, GREASE),
    charges=(Charge(ChargeKind.FREIGHT, 18_00),),
    warranty="24 months",
    terms_edition="2026-01",
)
CHANGED: dict[str, Any] = {
    "supplier": "S-02", "currency": "USD", "delivery_place": "Gate 2", "payment_terms": "now", "return_conditions": "no",
    "incoterm": "EXW", "incoterm_place": "Kiel", "deliver_by": date(2026, 11, 28), "lines": (SEAL,),
    "kind": OrderKind.RELEASE, "warranty": "none", "terms_edition": "2027-01", "terms": Terms(), "parent": "PO-2026-00100",
    "charges": (Charge(ChargeKind.PACKING, 12_50),),
}  # fmt: skip
CHANGED_LINE: dict[str, Any] = {
    "line": 3, "description": "Mechanical seal 46 mm", "quantity": 2_001, "unit": "PR", "price": 1_840_001,
    "cost_centre": "430", "part": "P-10232", "supplier_part": "HS-46", "deliver_by": None, "tax": "7 %",
}  # fmt: skip


def test_the_total_is_the_lines_and_the_freight() -> None:
    assert ORDER.total() == Money(482_00, "EUR")
    assert ORDER.amount(SEAL) == Money(368_00, "EUR")


def test_the_freight_goes_with_the_first_line_and_the_shares_are_the_total() -> None:
    shares = replace(ORDER, lines=(SEAL, GREASE, SEAL)).by_cost_centre()

    assert shares == {"410": Money(754_00, "EUR"), "420": Money(96_00, "EUR")}


def test_a_line_without_a_cost_centre_is_counted_under_none() -> None:
    assert replace(ORDER, lines=(replace(SEAL, cost_centre=None),)).by_cost_centre() == {"": Money(386_00, "EUR")}


def test_every_material_field_has_a_changed_value_to_try() -> None:
    assert set(CHANGED) == {field.name for field in fields(OrderContent)}
    assert set(CHANGED_LINE) == {field.name for field in fields(OrderLine)}


@pytest.mark.parametrize("field", list(CHANGED))
def test_each_change_of_the_order_gives_another_hash(field: str) -> None:
    assert content_hash(replace(ORDER, **{field: CHANGED[field]})) != content_hash(ORDER)


@pytest.mark.parametrize("field", list(CHANGED_LINE))
def test_each_change_of_a_line_gives_another_hash(field: str) -> None:
    changed = replace(ORDER, lines=(replace(SEAL, **{field: CHANGED_LINE[field]}), GREASE))

    assert content_hash(changed) != content_hash(ORDER)


@given(st.permutations([SEAL, GREASE, replace(SEAL, line=3)]))
def test_the_same_content_has_the_same_hash_and_the_order_of_lines_counts(lines: list[OrderLine]) -> None:
    twice = [content_hash(replace(ORDER, lines=tuple(lines))) for _ in range(2)]

    assert twice[0] == twice[1]
    assert len(twice[0]) == 64


def test_people_compare_eight_characters_of_the_hash() -> None:
    assert short_code("7f3a91c2" + "0" * 56) == "7F3A-91C2"


def test_a_complete_order_has_no_gaps() -> None:
    assert gaps(ORDER, supplier_address="orders@hartmann.example") == []
    check_complete([], "DR-1")


@pytest.mark.parametrize("gap", HEADER_GAPS, ids=lambda gap: gap.field)
def test_each_thing_an_order_may_lack_is_named(gap: Any) -> None:
    lacking = replace(ORDER, **{gap.field: () if gap.field == "lines" else ""})

    found = gaps(lacking, supplier_address="orders@hartmann.example")

    assert found == [gap]


@pytest.mark.parametrize("gap", LINE_GAPS, ids=lambda gap: gap.field)
def test_each_thing_a_line_may_lack_is_named_with_its_line(gap: Any) -> None:
    lacking = replace(
        ORDER, lines=(SEAL, replace(GREASE, **{gap.field: 0 if gap.field in {"quantity", "price"} else ""}))
    )

    (found,) = gaps(lacking, supplier_address="orders@hartmann.example")

    assert found.field == f"lines.2.{gap.field}"
    assert found.words == f"{gap.words} of line 2"


def test_a_supplier_needs_an_address_and_must_not_be_blocked() -> None:
    found = gaps(ORDER, supplier_address=None, supplier_blocked=True)

    assert [gap.field for gap in found] == ["email_orders", "blocked"]


def test_an_order_without_a_supplier_does_not_lack_the_suppliers_address_as_well() -> None:
    found = gaps(replace(ORDER, supplier=None), supplier_address=None)

    assert [gap.field for gap in found] == ["supplier"]


def test_all_gaps_are_said_in_one_sentence() -> None:
    with pytest.raises(Incomplete, match=r"DR-1 is not complete: it lacks a supplier, the delivery date\."):
        check_complete(gaps(replace(ORDER, supplier=None, deliver_by=None), supplier_address=None), "DR-1")


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([(2, 0), (4, 0)], ReceiptState.NONE),
        ([(2, 2), (4, 0)], ReceiptState.PARTIAL),
        ([(2, 1), (4, 4)], ReceiptState.PARTIAL),
        ([(2, 2), (4, 4)], ReceiptState.COMPLETE),
        ([(2, 3), (4, 0)], ReceiptState.OVER),
        ([(0, 0)], ReceiptState.COMPLETE),
    ],
)
def test_the_receipt_state_follows_from_the_lines(lines: list[tuple[int, int]], state: ReceiptState) -> None:
    assert receipt_state(lines) is state


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60)), min_size=1, max_size=6))
def test_the_receipt_state_is_derived_from_every_line(lines: list[tuple[int, int]]) -> None:
    state = receipt_state(lines)

    assert (state is ReceiptState.OVER) == any(received > ordered for ordered, received in lines)
    assert (state is ReceiptState.COMPLETE) == all(received == ordered for ordered, received in lines)
    if state is ReceiptState.NONE:
        assert not any(received for _, received in lines)


def test_what_can_be_received_counts_as_on_order_and_a_draft_does_not() -> None:
    assert RECEIVABLE < LIVE
    assert LIVE.isdisjoint({OrderState.DRAFT, OrderState.PENDING_APPROVAL, OrderState.CLOSED, OrderState.CANCELLED})


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_another_persons_draft_is_changed_only_by_who_buys_or_plans_for_everybody(role: Role) -> None:
    actor = Actor(5, "Kim Sato", frozenset({role}))
    check_own(actor, 5, who="Luis Moreno")
    check_own(CHARGEHAND, 9, who="Luis Moreno")

    if role in {Role.BUYER, Role.SUPERVISOR, Role.SYSTEM}:
        check_own(actor, 9, who="Luis Moreno")
    else:
        with pytest.raises(NotYours, match=r"Luis Moreno asked for it\."):
            check_own(actor, 9, who="Luis Moreno")
