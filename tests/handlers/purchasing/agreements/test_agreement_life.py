"""What becomes of an agreement: held and resumed, ended by a person or by its last day, warned about, and what stands under which."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import verification
from handlers import agreement_life, agreements, approvals, call_offs
from handlers.agreement_drafts import Head, draft, put_under
from handlers.approval_plans import staff
from orders.errors import NotUnderThis
from orders.purchase_orders import OrderKind
from storage.tables import Agreement, AgreementEntry, ApprovalTask, CostCentre, PurchaseOrder, Supplier
from storage.unit_of_work import table


def said(agreeing: Any, channel: str = "U0MEI") -> list[str]:
    return agreeing.desk.lines(channel)


def test_a_buyer_holds_an_agreement_and_resumes_it(agreeing: Any) -> None:
    order = agreeing.active()

    held = agreeing.desk.submit(agreement_life.suspended, agreeing.buyer, order.id, words="quality complaint")
    refused = agreeing.types("PO-1", "2 seal")
    card = json.dumps(agreeing.desk.card(f"agreement:{order.id}"))
    agreeing.desk.click(agreement_life.resume, agreeing.buyer, order.id)

    assert "PO-2026-00001 is on hold." in held.private
    assert "PO-2026-00001 is on hold, so nothing can be ordered from it. A buyer holds it; ask the buyer." in refused
    assert "On hold: quality complaint" in card
    assert agreeing.types("PO-1", "2 seal").startswith("Requested")


def test_nobody_but_a_buyer_makes_holds_or_ends_agreements(agreeing: Any) -> None:
    order = agreeing.active()

    for handler in (agreements.new, agreements.request, agreement_life.resume, *agreement_life.CLICKS.values()):
        assert agreeing.buying.refuses(handler, "technician", order.id) == "NotYours"
    assert agreeing.state(order) == "active"


def test_a_closed_agreement_ends_for_good_and_its_releases_go_on(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    release = agreeing.release(order, "5")

    agreeing.desk.submit(agreement_life.closed, agreeing.buyer, order.id, words="new supplier")

    assert agreeing.state(order) == "closed"
    assert "is closed, so nothing can be ordered from it." in agreeing.types("PO-1", "2 seal")
    agreeing.approve(release)
    assert agreeing.order(release).number == "PO-2026-00001-R01"
    assert agreeing.used(order)[0] == 5000


def test_closing_asks_why(agreeing: Any) -> None:
    order = agreeing.active()

    told = agreeing.desk.submit(agreement_life.closed, agreeing.buyer, order.id, words=" ")

    assert told.errors == {"words": "Say why in a few words."}
    assert agreeing.state(order) == "active"


def test_an_agreement_ends_with_its_last_day_and_its_buyer_is_told(agreeing: Any) -> None:
    order = agreeing.active(last="2026-11-30")

    agreeing.desk.now = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
    on_the_last_day = agreeing.types("PO-1", "2 seal")
    agreeing.desk.now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    agreeing.tend()
    agreeing.tend()

    assert on_the_last_day.startswith("Requested")
    assert agreeing.state(order) == "expired"
    assert len([line for line in said(agreeing) if "has ended" in line]) == 1
    assert "is expired, so nothing can be ordered from it." in agreeing.types("PO-1", "2 seal")


def test_the_day_after_the_last_refuses_even_before_the_bell_has_rung(agreeing: Any) -> None:
    order = agreeing.active(last="2026-11-30")
    agreeing.desk.now = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)

    refused = agreeing.types("PO-1", "2 seal")

    assert "AgreementNotOpen" in refused
    assert agreeing.used(order) == (0, 0)


def test_an_agreement_waits_for_its_first_day(agreeing: Any) -> None:
    order = agreeing.active(first="2026-12-01")
    early = agreeing.types("PO-1", "2 seal")
    agreeing.desk.now = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)

    agreeing.tend()

    assert "is approved, so nothing can be ordered from it." in early
    assert agreeing.state(order) == "active"
    assert any("can be ordered from now" in line for line in said(agreeing))


def test_a_buyer_is_warned_once_before_the_end_and_once_when_little_is_left(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="22", last="2026-12-10")
    agreeing.release(order, "20")

    for _ in range(3):
        agreeing.tend()

    lines = said(agreeing)
    assert len([line for line in lines if "ends soon" in line and "18 days left" in line]) == 1
    assert len([line for line in lines if "Little is left of PO-2026-00001" in line]) == 1


def test_an_exhausted_agreement_tells_its_buyer_once(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="20")
    agreeing.release(order, "20")

    for _ in range(2):
        agreeing.tend()

    assert agreeing.state(order) == "exhausted"
    assert len([line for line in said(agreeing) if "Everything agreed in PO-2026-00001" in line]) == 1


def test_a_contract_is_not_mailed_and_counts_from_its_first_day(agreeing: Any) -> None:
    order = agreeing.draft("contract")
    agreeing.request(order)

    told = agreeing.approve(order)
    agreeing.tend()

    assert told.private == "Approved: PO-2026-00001. It is not mailed; it counts from its first day."
    assert [row for row in agreeing.desk.said() if row.get("purpose") == "purchase_order"] == []
    assert agreeing.state(order) == "active"


def test_a_standard_order_under_a_contract_counts_in_money(agreeing: Any) -> None:
    order = agreeing.active("contract")

    told = agreeing.desk.submit(
        call_offs.ordered, agreeing.buying.people["technician"], order.id,
        part=str(agreeing.buying.seal.id), price="180.00", quantity="3", deliver_by="2026-12-01", cost_centre="1",
    )  # fmt: skip

    child = agreeing.desk.all(PurchaseOrder)[-1]
    assert told.private.startswith("Requested: DR-2026-00002 for EUR 540.00.")
    assert (child.kind, child.parent_id) == ("standard", order.id)
    assert agreeing.used(order) == (0, 54_000)
    agreeing.approve(child)
    assert agreeing.order(child).number == "PO-2026-00002"


def test_nothing_is_released_from_a_contract_directly(agreeing: Any) -> None:
    agreeing.active("contract")

    told = agreeing.types("PO-1", "3 seal")

    assert told.startswith("Unlawful")


def under(agreeing: Any, parent: PurchaseOrder, kind: str, **fields: Any) -> PurchaseOrder:
    """Draft an agreement and put it under another."""
    order = agreeing.draft(kind, **fields)
    agreeing.desk.writes(lambda uow: put_under(uow, order.id, OrderKind(kind), parent.id))
    return order


def test_releases_of_a_blanket_order_count_on_its_contract_too(agreeing: Any) -> None:
    contract = agreeing.active("contract", limit="4000")
    blanket = under(agreeing, contract, "blanket", limit="3000")
    agreeing.request(blanket)
    agreeing.approve(blanket)
    agreeing.buying.relay("leaving", "accepted")
    agreeing.accepted(blanket)

    release = agreeing.release(agreeing.order(blanket), "10")

    assert agreeing.used(blanket)[1] == 184_000
    assert agreeing.used(contract)[1] == 184_000
    task = agreeing.desk.all(ApprovalTask)[-1]
    agreeing.desk.submit(approvals.rejected, agreeing.buying.people["approver"], release.id, task.id, words="no")
    assert agreeing.used(contract)[1] == 0


def test_a_blanket_order_cannot_promise_more_than_its_contract(agreeing: Any) -> None:
    contract = agreeing.active("contract", limit="2000")
    blanket = under(agreeing, contract, "blanket", limit="3000")

    told = agreeing.request(blanket)

    assert "PO-2026-00001 has EUR 2,000.00 left of EUR 2,000.00, so EUR 3,000.00 cannot be ordered" in told.private
    assert agreeing.order(blanket).state == "draft"


def test_a_blanket_order_cannot_outlive_its_contract(agreeing: Any) -> None:
    contract = agreeing.active("contract")
    blanket = under(agreeing, contract, "blanket", limit="3000", last="2028-10-31")

    told = agreeing.request(blanket)

    assert "was agreed with a last day of 31 Oct 2027, and this order says a last day of 31 Oct 2028" in told.private


@pytest.mark.parametrize(
    ("above", "below"),
    [("blanket", "blanket"), ("blanket", "standard"), ("planned", "standard"), ("contract", "planned"), ("contract", "release")],
)  # fmt: skip
def test_what_cannot_stand_under_an_agreement_is_refused(agreeing: Any, above: str, below: str) -> None:
    parent = agreeing.draft(above)

    def puts(uow: Any) -> None:
        with pytest.raises(NotUnderThis):
            draft(uow, Head(OrderKind(below), 1, "EUR", parent_id=parent.id), staff(uow))

    agreeing.desk.writes(puts, by=agreeing.buyer)


def test_an_agreement_is_taken_back_changed_and_requested_again(agreeing: Any) -> None:
    order = agreeing.draft()
    agreeing.request(order)

    while_asked = agreeing.buying.refuses(agreements.terms, "buyer", order.id)
    agreeing.desk.click(agreements.take_back, agreeing.buyer, order.id)
    agreeing.terms(order, limit="4000", minimum="100")
    told = agreeing.request(order)

    assert while_asked == "Unlawful"
    assert told.private.startswith(f"Requested: {order.draft_number} for EUR 4,000.00.")
    first = agreeing.desk.all(ApprovalTask)[0]
    assert first.state == "voided"
    assert agreeing.buying.refuses(approvals.approve, "approver", order.id, first.id) == "Superseded"


def test_a_change_after_the_request_voids_the_approval_of_the_former_terms(agreeing: Any) -> None:
    order = agreeing.draft()
    agreeing.request(order)
    task = agreeing.desk.all(ApprovalTask)[-1]

    agreeing.desk.writes(lambda uow: uow.change(Agreement, 1, amount_limit=90_000_000))

    assert agreeing.buying.refuses(approvals.approve, "approver", order.id, task.id) == "Superseded"


def test_whoever_wrote_into_an_agreement_does_not_approve_it(agreeing: Any, hire: Any) -> None:
    owner = hire("Eva Lund", "buyer+approver")
    agreeing.desk.writes(lambda uow: uow.change(CostCentre, agreeing.centre.id, owner_id=owner.id))
    order = agreeing.draft()
    part = str(agreeing.buying.seal.id)
    agreeing.desk.submit(agreements.line_added, owner, order.id, part=part, price="900.00")

    told = agreeing.request(order)

    assert "Nobody may approve" in told.private
    assert agreeing.order(order).state == "draft"


def test_whoever_requests_what_was_imported_does_not_approve_it(agreeing: Any, hire: Any) -> None:
    owner = hire("Eva Lund", "buyer+approver")
    agreeing.desk.writes(lambda uow: uow.change(CostCentre, agreeing.centre.id, owner_id=owner.id))
    order = agreeing.draft()
    agreeing.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, requested_by_id=None))

    told = agreeing.desk.click(agreements.request, owner, order.id)

    assert "Nobody may approve" in told.private
    assert agreeing.order(order).state == "draft"


def test_a_dropped_draft_burns_its_number(agreeing: Any) -> None:
    order = agreeing.draft()

    agreeing.desk.click(agreements.drop, agreeing.buyer, order.id)

    assert agreeing.state(order) == "cancelled"
    assert agreeing.buying.refuses(agreements.request, "buyer", order.id) == "NotPossible"


def test_a_blocked_supplier_gets_neither_agreement_nor_release(agreeing: Any) -> None:
    order = agreeing.active()
    agreeing.desk.writes(lambda uow: uow.change(Supplier, 1, blocked=True))

    made = agreeing.make("blanket", limit="100")
    agreeing.types("PO-1", "2 seal")

    assert made.errors == {} or "supplier" in made.errors
    assert agreeing.used(order) == (0, 0)
    assert agreeing.desk.all(PurchaseOrder)[-1].state in {"active", "draft", "accepted"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"limit": "-5"}, "limit"), ({"limit": "0"}, "limit"), ({"limit": "a lot"}, "limit"), ({"limit": "1e30"}, "limit"),
        ({"last": "2026-10-31"}, "last"), ({"last": "never"}, "last"), ({"kind": "standard"}, "kind"),
        ({"kind": "planned", "limit": "100"}, "limit"), ({"supplier": "999"}, "supplier"), ({"supplier": "x"}, "supplier"),
    ],
)  # fmt: skip
def test_absurd_agreements_are_answered_at_their_field(agreeing: Any, fields: dict[str, str], wrong: str) -> None:
    told = agreeing.make(**{"kind": "blanket"} | fields)

    assert list(told.errors) == [wrong]
    assert agreeing.desk.all(Agreement) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"price": "0"}, "price"), ({"price": "-1"}, "price"), ({"price": "free"}, "price"), ({"part": "99"}, "part"), ({"part": ""}, "part"),
        ({"breaks": "100: 160, 50: 170"}, "breaks"), ({"breaks": "cheaper later"}, "breaks"), ({"breaks": "50: 0"}, "breaks"),
        ({"quantity": "1.5"}, "quantity"), ({"quantity": "-2"}, "quantity"),
    ],
)  # fmt: skip
def test_absurd_lines_are_answered_at_their_field(agreeing: Any, fields: dict[str, str], wrong: str) -> None:
    agreeing.make("blanket", limit="1000")

    told = agreeing.line(agreeing.newest(), **{"part": str(agreeing.buying.seal.id), "price": "184.00"} | fields)

    assert list(told.errors) == [wrong]


def test_a_service_is_agreed_in_words_with_its_own_unit(agreeing: Any) -> None:
    agreeing.make("blanket", limit="1000")
    order = agreeing.newest()

    agreeing.line(order, description="Fitter on site", price="65.00", quantity="40 hours")

    asked = json.dumps(agreeing.desk.card(f"agreement:{order.id}"), ensure_ascii=False)
    assert "Fitter on site" in asked
    assert "about 40 hours" in asked


def test_two_thousand_lines_are_read_and_judged(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")

    def many(uow: Any) -> int:
        from storage import agreements as kept
        from storage.tables import AgreementLine, PurchaseOrderLine

        for number in range(2, 2001):
            line = uow.add(
                PurchaseOrderLine, order_id=order.id, line=number, description=f"Part {number}", unit="C62",
                quantity=1000, price=10_000, received=0, accepted=0, rejected=0, cancelled=0,
            )  # fmt: skip
            uow.add(AgreementLine, order_id=order.id, line_id=line)
        return len(kept.agreed(uow, order.id).lines)

    assert agreeing.desk.writes(many) == 2000
    assert "0 of 25 pieces" in json.dumps(agreeing.desk.click(call_offs.order, agreeing.buyer, order.id).modal)


def test_verify_finds_a_sum_that_was_changed_by_hand(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    agreeing.release(order, "5")
    before = agreeing.desk.reads(verification.damage)

    agreeing.desk.writes(lambda uow: uow.run(table(AgreementEntry).update().values(quantity=4000, amount=100)))

    damage = agreeing.desk.reads(verification.damage)
    assert before == []
    assert damage[0] == "PO-2026-00001 says 92000 ordered from it, its ledger 100."
    assert "says (5000, 92000) ordered from it, its ledger (4000, 100)" in damage[1]


def test_everybody_can_list_what_is_agreed(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")

    def asks(by: str) -> str:
        def work(uow: Any) -> Any:
            from handlers import people

            uow.actor = people.actor(agreeing.buying.people[by])
            return json.dumps(agreement_life.listed(uow).blocks, ensure_ascii=False)

        return str(agreeing.desk.reads(work))

    technician, buyer = asks("technician"), asks("buyer")
    assert f"{order.number} with Hartmann Seals, Active." in technician
    assert "0 of 25 pieces used" in technician
    assert "New agreement" in buyer
    assert "New agreement" not in technician
