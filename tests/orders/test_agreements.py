"""The four kinds of order: the matrix of what each says, what stands under which, and the life of an agreement."""

from dataclasses import replace
from datetime import date

import pytest

from orders import purchase_orders
from orders.agreement_terms import LineTerms, PriceBasis, Terms
from orders.agreements import (
    AGREEMENT_KINDS,
    AGREEMENTS,
    CHILDREN,
    MATRIX,
    OF_LINES,
    AgreementEvent,
    AgreementState,
    Say,
    check_buys,
    check_child,
    due,
    missing,
    standing,
    state_words,
    wrong_terms,
)
from orders.errors import BuysNothing, NotPossible, NotUnderThis, NotYours
from orders.people import CHARGEHAND, Actor, Role
from orders.price_breaks import Break
from orders.purchase_orders import OrderContent, OrderKind, OrderLine, OrderState, content_hash

DAY = date(2026, 12, 31)
BUYER = Actor(1, "Mei Chen", frozenset({Role.BUYER}))
TECHNICIAN = Actor(2, "Luis Moreno", frozenset({Role.TECHNICIAN}))
LINE = OrderLine(1, "Seal", 2000, "C62", 1_840_000, "410", deliver_by=DAY)
EVERYTHING = {
    "supplier": "S-1",
    "payment_terms": "30 days net",
    "return_conditions": "30 days",
    "lines": (LINE,),
    "deliver_by": DAY,
}
TERMS = Terms(date(2026, 1, 1), DAY, 1_000_000, 20_000, PriceBasis.PER_RELEASE, "410", (LineTerms(1, 3000, (Break(50_000, 1),)),))  # fmt: skip
OF_TERMS = {"amount_limit": 0, "minimum_release": 0, "first": None, "last": None, "cost_centre": None}
DOMAIN = {
    # What is known at creation, for standard, planned, blanket, contract, and for a release.
    "supplier": "yes yes yes yes yes", "payment_terms": "yes yes yes yes yes", "lines": "yes yes yes no yes",
    "price": "yes yes yes maybe yes", "quantity": "yes yes no no yes", "deliver_by": "yes maybe no no yes",
    "cost_centre": "yes yes no no yes", "amount_limit": "no no yes yes no", "minimum_release": "no no maybe no no",
    "first": "no yes yes yes no", "last": "no yes yes yes no", "estimate": "no no maybe no no", "breaks": "no maybe maybe no no",
}  # fmt: skip


def content(kind: OrderKind, **more: object) -> OrderContent:
    """Return an order that says everything that can be said at all."""
    shared = {"currency": "EUR", "delivery_place": "store 2", "incoterm": "DAP", "incoterm_place": "Halden"}
    return OrderContent(**{**shared, **EVERYTHING, "kind": kind, "terms": TERMS, **more})  # type: ignore[arg-type]


def fields(kind: OrderKind, **more: object) -> set[str]:
    """Return the last words of what an order lacks or should not say."""
    found = missing(content(kind, **more), supplier_address="a@h.example")
    return {gap.field.rpartition(".")[2] for gap in found}


@pytest.mark.parametrize("field", list(DOMAIN))
def test_the_matrix_says_what_the_trade_says(field: str) -> None:
    (matter,) = [each for each in MATRIX if each.field == field]
    words = {"yes": Say.MUST, "maybe": Say.MAY, "no": Say.NOT}

    told = [words[word] for word in DOMAIN[field].split()]

    assert [matter.says(kind) for kind in OrderKind] == told


@pytest.mark.parametrize("kind", list(OrderKind))
def test_an_order_that_says_everything_is_told_what_its_kind_does_not_say(kind: OrderKind) -> None:
    not_said = {matter.field for matter in MATRIX if matter.says(kind) is Say.NOT}

    found = fields(kind)

    assert found == not_said


@pytest.mark.parametrize("kind", list(OrderKind))
def test_an_order_that_says_nothing_is_told_what_its_kind_must_say(kind: OrderKind) -> None:
    said = {matter.field for matter in MATRIX if matter.says(kind) is Say.MUST} - set(OF_LINES)

    found = fields(
        kind, supplier=None, payment_terms="", return_conditions="", lines=(), deliver_by=None, terms=Terms()
    )

    assert found >= said - {"email_orders"}
    assert not found & {matter.field for matter in MATRIX if matter.says(kind) is not Say.MUST}


@pytest.mark.parametrize("kind", list(OrderKind))
def test_a_line_that_says_nothing_is_told_what_its_kind_must_say_of_a_line(kind: OrderKind) -> None:
    bare = OrderLine(1, "Seal", 0, "C62", 0, None)
    due_of_lines = {matter.field for matter in MATRIX if matter.field in OF_LINES and matter.says(kind) is Say.MUST}

    found = fields(kind, lines=(bare,), deliver_by=DAY, terms=replace(TERMS, lines=()))

    assert found & set(OF_LINES) - {"deliver_by"} == due_of_lines - {"deliver_by"}


def test_a_contract_needs_no_address_for_orders_and_a_blanket_order_does() -> None:
    without = {kind: missing(content(kind), supplier_address=None) for kind in (OrderKind.CONTRACT, OrderKind.BLANKET)}

    named = {kind: "email_orders" in {gap.field for gap in found} for kind, found in without.items()}

    assert named == {OrderKind.CONTRACT: False, OrderKind.BLANKET: True}


def test_terms_that_cannot_be_are_named() -> None:
    odd = replace(
        TERMS, last=date(2025, 1, 1), minimum_release=2_000_000, lines=(LineTerms(1, 0, (Break(9, 5), Break(3, 4))),)
    )

    found = [gap.field for gap in wrong_terms(content(OrderKind.BLANKET, terms=odd))]

    assert found == ["last", "minimum_release", "lines.1.breaks"]
    assert wrong_terms(content(OrderKind.BLANKET)) == []
    assert wrong_terms(content(OrderKind.STANDARD, terms=None)) == []


def test_a_standard_order_needs_none_of_what_only_agreements_say() -> None:
    assert missing(content(OrderKind.STANDARD, terms=None), supplier_address="a@h.example") == []


ALLOWED = {("contract", "standard"), ("contract", "blanket"), ("blanket", "release"), ("planned", "release")}


@pytest.mark.parametrize("above", list(OrderKind))
@pytest.mark.parametrize("below", list(OrderKind))
def test_exactly_four_kinds_of_order_stand_under_another(above: OrderKind, below: OrderKind) -> None:
    if (above.value, below.value) in ALLOWED:
        check_child("PO-1", above, below)
        return
    with pytest.raises(NotUnderThis) as refused:
        check_child("PO-1", above, below)

    assert str(refused.value).startswith(("A ", "A"))
    assert "Possible there: " in str(refused.value)


def test_the_table_of_children_names_every_kind() -> None:
    assert set(CHILDREN) == set(OrderKind)


@pytest.mark.parametrize("kind", list(OrderKind))
def test_nothing_is_received_or_invoiced_on_what_buys_nothing(kind: OrderKind) -> None:
    if kind not in AGREEMENT_KINDS:
        check_buys("PO-1", kind, what="invoiced")
        return
    with pytest.raises(BuysNothing) as refused:
        check_buys("PO-1", kind, what="invoiced")

    assert "buys nothing by itself, so nothing can be invoiced on it." in str(refused.value)


def test_an_approval_holds_for_the_terms_of_an_agreement_as_well() -> None:
    one = content(OrderKind.BLANKET)

    hashes = {
        content_hash(each)
        for each in (
            one,
            replace(one, terms=replace(TERMS, amount_limit=1)),
            replace(one, terms=replace(TERMS, last=date(2030, 1, 1))),
            replace(one, terms=replace(TERMS, lines=(LineTerms(1, 3000, (Break(50_000, 2),)),))),
            replace(one, parent="PO-1"),
        )
    }

    assert len(hashes) == 5


def test_an_order_under_no_agreement_says_nothing_new_to_be_hashed() -> None:
    plain = content(OrderKind.STANDARD, terms=None)

    written = purchase_orders.canonical(plain)

    assert '"kind":"standard"' in written
    assert '"terms":' not in written
    assert '"parent":' not in written


def test_the_most_that_may_be_ordered_is_what_an_agreement_comes_to_and_spends_nothing() -> None:
    blanket, planned = content(OrderKind.BLANKET), content(OrderKind.PLANNED, terms=replace(TERMS, amount_limit=0))

    assert str(blanket.total()) == "EUR 10,000.00"
    assert str(planned.total()) == "EUR 368.00"
    assert blanket.by_cost_centre() == planned.by_cost_centre() == {}


PATH = (
    ("draft", "submit", "pending_approval"), ("pending_approval", "reject", "draft"), ("pending_approval", "approve", "approved"),
    ("approved", "activate", "active"), ("active", "hold", "suspended"), ("suspended", "resume", "active"),
    ("active", "use_up", "exhausted"), ("exhausted", "flow_back", "active"), ("active", "run_out", "expired"),
    ("suspended", "run_out", "expired"), ("exhausted", "run_out", "expired"), ("approved", "run_out", "expired"),
    ("active", "close", "closed"), ("expired", "close", "closed"), ("draft", "cancel", "cancelled"),
)  # fmt: skip


@pytest.mark.parametrize(("source", "event", "target"), PATH)
def test_an_agreement_goes_this_way(source: str, event: str, target: str) -> None:
    everybody = Actor(1, "x", frozenset(Role))

    assert AGREEMENTS.follow(AgreementState(source), AgreementEvent(event), everybody, subject="PO-1") == target


@pytest.mark.parametrize("state", list(AgreementState))
@pytest.mark.parametrize("event", list(AgreementEvent))
def test_every_other_step_is_refused(state: AgreementState, event: AgreementEvent) -> None:
    if AGREEMENTS.step(state, event) is not None:
        return
    with pytest.raises(NotPossible):
        AGREEMENTS.follow(state, event, CHARGEHAND, subject="PO-1")


def test_only_a_buyer_holds_resumes_and_closes() -> None:
    for state, event in (
        (AgreementState.ACTIVE, "hold"),
        (AgreementState.SUSPENDED, "resume"),
        (AgreementState.ACTIVE, "close"),
    ):
        AGREEMENTS.follow(state, AgreementEvent(event), BUYER, subject="PO-1")
        with pytest.raises(NotYours):
            AGREEMENTS.follow(state, AgreementEvent(event), TECHNICIAN, subject="PO-1")


@pytest.mark.parametrize(
    ("document", "own", "stands"),
    [
        ("draft", "", "draft"), ("pending_approval", "", "pending_approval"), ("approved", "approved", "approved"),
        ("sent", "active", "active"), ("accepted", "suspended", "suspended"), ("cancelled", "active", "cancelled"),
        ("rejected_by_supplier", "approved", "cancelled"), ("closed", "closed", "closed"), ("draft", "approved", "draft"),
        ("accepted", "", "approved"),
    ],
)  # fmt: skip
def test_an_agreement_stands_as_its_document_until_it_has_a_state_of_its_own(
    document: str, own: str, stands: str
) -> None:
    assert standing(OrderState(document), own) == stands


FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("kind", "document", "own", "today", "event"),
    [
        ("blanket", "accepted", "approved", FIRST, "activate"), ("blanket", "accepted", "approved", date(2025, 12, 31), ""),
        ("blanket", "sent", "approved", FIRST, ""), ("planned", "sent", "approved", FIRST, ""), ("contract", "approved", "approved", FIRST, "activate"),
        ("blanket", "accepted", "active", LAST, ""), ("blanket", "accepted", "active", date(2027, 1, 1), "run_out"),
        ("blanket", "sent", "approved", date(2027, 1, 1), "run_out"), ("blanket", "draft", "", date(2027, 1, 1), ""),
        ("contract", "approved", "closed", date(2027, 1, 1), ""), ("blanket", "accepted", "exhausted", date(2027, 1, 1), "run_out"),
    ],
)  # fmt: skip
def test_time_asks_for_this_and_nothing_else(kind: str, document: str, own: str, today: date, event: str) -> None:
    assert due(OrderKind(kind), OrderState(document), own, (FIRST, LAST), today) == event


def test_an_agreement_without_days_is_active_at_once_and_never_ends() -> None:
    assert due(OrderKind.CONTRACT, OrderState.APPROVED, "approved", (None, None), LAST) == "activate"
    assert due(OrderKind.CONTRACT, OrderState.APPROVED, "active", (None, None), LAST) == ""


def test_a_held_agreement_is_called_on_hold() -> None:
    assert [state_words(state) for state in (AgreementState.SUSPENDED, AgreementState.PENDING_APPROVAL)] == [
        "on hold",
        "pending approval",
    ]
