"""Many needs, one press, one order a supplier: each need is traced to its line, and nothing is ordered twice."""

import json
import threading
from typing import Any

import pytest

from handlers import approvals, gathering, needs
from handlers.happenings import Click
from handlers.ids import value
from storage import budget
from storage.happenings import Deed, perform
from storage.tables import ApprovalTask, AuditEntry, PurchaseOrder, PurchaseOrderAuthor, Requisition, SupplierPart
from storage.unit_of_work import UnitOfWork


def test_needs_of_several_people_become_one_order_to_their_supplier(needing: Any, supplier: Any, hose: Any) -> None:
    first = needing.need("operator", "need 5 P-10231 by fri for 410")
    second = needing.need("technician", "need 3 P-10231 for 410")
    third = needing.need("operator", "need 12 P-20040 for 410")

    told = needing.gather(supplier)

    (order,) = needing.orders()
    seals, hoses = needing.lines(order)
    assert (order.state, order.supplier_id, order.requested_by_id) == ("draft", supplier.id, needing.people["buyer"].id)
    assert (seals.quantity, needing.traced(seals)) == (8000, {first.id: 5000, second.id: 3000})
    assert (hoses.quantity, needing.traced(hoses)) == (12000, {third.id: 12000})
    assert order.total == 8 * 18400 + 12 * 18400
    assert first.number in json.dumps(told.blocks)
    assert needing.states() == ["open", "open", "open"]


def test_the_buyers_list_groups_by_supplier_with_day_and_origin(needing: Any, add_supplier: Any, add_part: Any) -> None:
    needing.need("operator", "need 5 P-10231 by fri for 410")
    needing.need("operator", "need 2 safety signs for project Line 3")

    nobody, hartmann = needing.groups()
    told = needing.listed("buyer")
    assert (nobody.name, hartmann.name, hartmann.can_gather) == ("No supplier yet", "Hartmann Seals", True)
    assert "Hartmann Seals: 1 to order, first by Fri 27 Nov" in told
    assert "5 pieces Mechanical seal 45 mm, by Fri 27 Nov, for Ana Ruiz" in told
    assert "2 pieces safety signs, for Line 3, Ana Ruiz" in told
    assert "EUR" not in told
    assert "Gather into one order" in told


def test_a_storekeeper_sees_the_list_but_cannot_gather(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")

    assert "Gather" not in needing.listed("storekeeper")
    assert needing.refuses(gathering.gather, "storekeeper", supplier.id) == "NotYours"
    assert needing.orders() == []


def test_a_second_press_makes_no_second_order(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)

    again = needing.gather(supplier)

    assert len(needing.orders()) == 1
    assert needing.lines()[0].quantity == 5000
    assert needing.orders()[0].draft_number in again.private


def test_two_buyers_who_press_at_once_make_one_order(needing: Any, supplier: Any, hire: Any) -> None:
    needing.buying.people["colleague"] = hire("Nora Vik", "buyer")
    needing.need("operator", "need 5 P-10231 for 410")
    together = threading.Barrier(2)

    def press(who: str) -> None:
        person = needing.people[who]
        click = Click(f"race:{who}", person.slack_id, "", value(supplier.id), "D1")

        def work(uow: UnitOfWork) -> dict[str, Any]:
            from handlers import people

            uow.actor = people.known(uow, click.by)
            return gathering.gather(uow, click).to_json()

        together.wait()
        perform(
            needing.desk.database, needing.desk.plant, Deed(click.key, "gather", str(click), needing.desk.now), work
        )

    threads = [threading.Thread(target=press, args=(who,)) for who in ("buyer", "colleague")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(needing.orders()) == 1
    assert [needing.traced(line) for line in needing.lines()] == [{1: 5000}]


def test_what_comes_later_joins_the_draft_that_is_there(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)
    needing.need("technician", "need 2 P-10231 for 410")

    needing.gather(supplier)

    (line,) = needing.lines()
    assert (line.quantity, needing.traced(line)) == (7000, {1: 5000, 2: 2000})
    assert len(needing.orders()) == 1


def test_a_request_that_waits_for_approval_is_left_alone(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)
    needing.request()
    needing.need("operator", "need 2 P-10231 for 410")

    needing.gather(supplier)

    waiting, draft = needing.orders()
    assert (waiting.state, draft.state) == ("pending_approval", "draft")
    assert [line.quantity for line in needing.lines(waiting)] == [5000]


def test_other_cost_centres_pay_on_lines_of_their_own(needing: Any, supplier: Any, desk: Any) -> None:
    from storage.tables import CostCentre

    desk.writes(lambda uow: uow.add(CostCentre, code="420", name="Filling", owner_id=needing.people["approver"].id))
    needing.need("operator", "need 5 P-10231 for 410")
    needing.need("operator", "need 3 P-10231 for 420")

    needing.gather(supplier)

    assert sorted((line.quantity, line.cost_centre_id) for line in needing.lines()) == [(3000, 2), (5000, 1)]


def test_shortages_of_jobs_show_as_on_a_draft_and_join_the_buyers_order(needing: Any, supplier: Any) -> None:
    short = needing.buying.short(2000)
    needing.need("operator", "need 5 P-10231 for 410")
    assert f"(PR-2026-00001, on {needing.orders()[0].draft_number})" in needing.listed("buyer")

    needing.gather(supplier)

    dropped, order = needing.orders()
    (line,) = needing.lines(order)
    assert (dropped.state, order.state) == ("cancelled", "draft")
    assert (line.quantity, needing.traced(line)) == (7000, {short: 2000, 2: 5000})
    card = json.dumps(needing.desk.card(f"pr:{short}"), ensure_ascii=False)
    assert "Request" not in card.replace("requested", "")
    assert order.draft_number in card


def test_whoever_asked_for_any_of_it_cannot_approve_it(needing: Any, supplier: Any) -> None:
    needing.need("approver", "need 5 P-10231 for 410")
    needing.gather(supplier)

    told = needing.request()

    authors = {row.person_id for row in needing.desk.all(PurchaseOrderAuthor)}
    assert needing.people["approver"].id in authors
    assert "Nobody may approve" in told.private
    assert needing.desk.all(ApprovalTask) == []


def test_an_order_without_any_work_order_goes_the_whole_way(needing: Any, supplier: Any, mailbox: Any) -> None:
    first = needing.need("operator", "need 5 P-10231 by fri for 410 because the last one is fitted")
    second = needing.need("technician", "need 3 P-10231 by 2026-12-18 for 410")
    order = needing.order_everything(supplier)
    assert (order.state, needing.states()) == ("sent", ["on_order", "on_order"])
    assert f"Ordered with {order.number}: 5 pieces Mechanical seal 45 mm ({first.number})." in needing.told("operator")

    mailbox.brings(mailbox.table(order, (1, "8", "6")))
    needing.buying.take_in()

    assert needing.states() == ["fulfilled", "on_order"]
    assert f"Here now, with {order.number}: 5 pieces Mechanical seal 45 mm ({first.number})." in needing.told(
        "operator"
    )
    assert "Here now" not in needing.told("technician")

    mailbox.brings(mailbox.table(order, (1, "8", "2"), note="LS-55121"))
    needing.buying.take_in()

    assert needing.states() == ["fulfilled", "fulfilled"]
    assert f"({second.number})" in needing.told("technician")
    assert needing.orders()[0].state == "closed"
    assert needing.desk.reads(budget.differences) == []


def test_a_job_gets_its_share_of_a_line_that_serves_many(needing: Any, supplier: Any, mailbox: Any) -> None:
    from storage.tables import WorkOrderPart

    job = needing.buying.job
    row = {"work_order_id": job.id, "part_id": needing.buying.seal.id, "needed": 2000, "store": "store 2"}
    needing.desk.writes(lambda uow: uow.add(WorkOrderPart, reserved=0, issued=0, **row))
    needing.buying.short(2000)
    needing.need("operator", "need 5 P-10231 by 2026-12-24 for 410")
    order = needing.order_everything(supplier)

    mailbox.brings(mailbox.table(order, (1, "7", "3")))
    needing.buying.take_in()

    kept = needing.desk.one(WorkOrderPart)
    assert kept.reserved == 2000
    assert needing.states() == ["fulfilled", "on_order"]


def test_needs_that_are_taken_back_with_the_approval_are_open_again(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)
    needing.request()
    needing.approve()
    assert needing.states() == ["on_order"]

    task = needing.desk.all(ApprovalTask)[-1]
    needing.press(approvals.undo, "approver", needing.orders()[-1].id, task.id)

    assert needing.states() == ["open"]


def test_less_approved_turns_down_the_least_urgent_need(needing: Any, supplier: Any) -> None:
    from handlers import reducing

    needing.need("operator", "need 5 P-10231 by fri for 410")
    later = needing.need("technician", "need 3 P-10231 by 2026-12-18 for 410")
    needing.gather(supplier)
    needing.request()
    task = needing.desk.all(ApprovalTask)[-1]
    line = needing.lines()[-1]
    fields = {f"line_{line.id}": "6", "words": "two will do"}
    needing.desk.submit(reducing.reduced, needing.people["approver"], needing.orders()[-1].id, task.id, **fields)

    first, second, third = needing.needs()
    assert (first.quantity, second.quantity, third.quantity) == (5000, 1000, 2000)
    assert (third.state, third.split_from_id, third.ending) == ("rejected", later.id, "two will do")
    assert needing.traced(needing.lines()[-1]) == {1: 5000, 2: 1000}


def test_a_line_that_the_buyer_lowers_leaves_the_rest_on_the_list(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 by fri for 410")
    later = needing.need("technician", "need 3 P-10231 by 2026-12-18 for 410")
    needing.gather(supplier)

    needing.changes("buyer", later, quantity="6")

    rest = needing.needs()[-1]
    assert (rest.quantity, rest.state, rest.split_from_id) == (2000, "open", later.id)
    assert needing.traced(needing.lines()[0]) == {1: 5000, 2: 1000}
    assert [group.loose[0].number for group in needing.groups()] == [rest.number]


def test_one_need_is_taken_off_and_the_line_shrinks(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.need("technician", "need 3 P-10231 for 410")
    needing.gather(supplier)

    needing.press(needs.not_needed, "technician", 2)

    (line,) = needing.lines()
    assert (line.quantity, needing.traced(line), needing.states()) == (5000, {1: 5000}, ["open", "cancelled"])
    assert needing.orders()[0].total == 5 * 18400


def test_the_last_need_that_is_dropped_cancels_the_draft(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)

    needing.press(needs.not_needed, "operator", 1)

    assert needing.orders()[0].state == "cancelled"
    assert needing.groups() == []


def test_nobody_pulls_a_shared_request_back_for_one_need(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.need("technician", "need 3 P-10231 for 410")
    needing.gather(supplier)
    needing.request()

    assert needing.refuses(needs.not_needed, "operator", 1) == "Unlawful"
    assert needing.orders()[0].state == "pending_approval"


def test_a_blocked_supplier_gets_no_order(needing: Any, supplier: Any, desk: Any) -> None:
    from storage.tables import Supplier

    needing.need("operator", "need 5 P-10231 for 410")
    desk.writes(lambda uow: uow.change(Supplier, supplier.id, blocked=True))

    assert needing.refuses(gathering.gather, "buyer", supplier.id) == "Unlawful"
    assert "(blocked)" in needing.listed("buyer")
    assert needing.orders() == []


def test_another_offer_is_used_while_the_usual_supplier_is_blocked(
    needing: Any, supplier: Any, add_supplier: Any, desk: Any
) -> None:
    from storage.tables import Supplier

    other = add_supplier("NORD", "Nord Dichtung")
    offer = {"supplier_id": other.id, "part_id": needing.buying.seal.id, "price": 1_900_000, "currency": "EUR"}
    desk.writes(lambda uow: uow.add(SupplierPart, unit="C62", preferred=False, **offer))
    desk.writes(lambda uow: uow.change(Supplier, supplier.id, blocked=True))
    needing.need("operator", "need 5 P-10231 for 410")

    needing.gather(other)

    assert [(order.supplier_id, order.total) for order in needing.orders()] == [(other.id, 5 * 19000)]


def test_a_price_in_another_currency_is_left_to_be_filled_in(
    needing: Any, supplier: Any, hose: Any, offers: Any
) -> None:
    offers(hose, currency="NOK")
    needing.need("operator", "need 5 P-10231 for 410")
    needing.need("operator", "need 5 P-20040 for 410")

    told = needing.gather(supplier)

    assert [line.price for line in needing.lines()] == [1_840_000, 0]
    assert "the price of line 2" in json.dumps(told.blocks)


def test_what_only_words_describe_is_put_on_an_order_by_choosing_the_supplier(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need service 8 h crane with driver by fri for 410")
    form = needing.press(gathering.place, "buyer", need.id)
    assert form.modal is not None

    needing.desk.submit(gathering.placed, needing.people["buyer"], need.id, supplier=str(supplier.id))

    (line,) = needing.lines()
    assert (line.description, line.quantity, line.unit, line.price) == ("crane with driver", 8000, "HUR", 0)
    assert needing.traced(line) == {need.id: 8000}
    needing.changes("buyer", need, price="95.00")
    assert needing.orders()[0].total == 8 * 9500
    assert needing.refuses(gathering.place, "buyer", need.id) == "Unlawful"
    assert needing.refuses(gathering.place, "operator", need.id) == "NotYours"


def test_a_service_is_ordered_and_moves_no_stock(needing: Any, supplier: Any) -> None:
    from storage.tables import StockMovement

    need = needing.need("operator", "need service 8 h crane with driver by fri for 410")
    needing.desk.submit(gathering.placed, needing.people["buyer"], need.id, supplier=str(supplier.id))
    needing.changes("buyer", need, price="95.00")
    order = needing.order_everything(supplier)

    assert (order.state, needing.states()) == ("sent", ["on_order"])
    assert needing.desk.all(StockMovement) == []


@pytest.mark.parametrize("verb", ["cancel", "reject"])
def test_a_need_that_has_arrived_cannot_be_ended_any_more(needing: Any, supplier: Any, mailbox: Any, verb: str) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    order = needing.order_everything(supplier)
    mailbox.brings(mailbox.table(order, (1, "5", "5")))
    needing.buying.take_in()

    who = "operator" if verb == "cancel" else "buyer"
    assert needing.refused(who, f"{verb} PR-1 too late") == "NotPossible"


def test_what_the_supplier_will_not_deliver_is_looked_for_elsewhere(needing: Any, supplier: Any, mailbox: Any) -> None:
    from handlers import supplier_mail

    needing.need("operator", "need 5 P-10231 for 410")
    needing.need("technician", "need 3 P-10231 for 410")
    order = needing.order_everything(supplier)
    given = mailbox.reading(order, kind="order_response", quantity="8", response="rejected", action="ask")
    mailbox.put(mailbox.letter("We cannot deliver."))
    needing.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=given))

    needing.desk.click(supplier_mail.CLICKS["mail.accept_answer"], needing.people["buyer"], 1)

    again = needing.orders("draft")[-1]
    (line,) = needing.lines(again)
    assert (again.supplier_id, needing.traced(line), needing.states()) == (None, {1: 5000, 2: 3000}, ["open", "open"])
    assert needing.traced(needing.lines(order)[0]) == {}
    assert "Looked for elsewhere" in needing.told("operator")


def test_two_thousand_needs_are_gathered_by_one_press(needing: Any, supplier: Any, add_part: Any, desk: Any) -> None:
    def work(uow: UnitOfWork) -> None:
        from storage.tables import Part

        for number in range(400):
            part = uow.add(
                Part, code=f"X-{number}", plain_code=f"x{number}", name=f"Thing {number}", unit="C62", store="s"
            )
            uow.add(
                SupplierPart,
                supplier_id=supplier.id,
                part_id=part,
                price=10_000,
                currency="EUR",
                unit="C62",
                preferred=True,
            )
            for five in range(5):
                uow.add(
                    Requisition, number=f"PR-X-{number}-{five}", part_id=part, quantity=1000, asked=1000, state="open",
                    origin="person", cost_centre_id=1, created_at=uow.now,
                )  # fmt: skip

    desk.writes(work)

    needing.gather(supplier)

    (order,) = needing.orders()
    lines = needing.lines(order)
    assert (len(lines), {line.quantity for line in lines}, order.total) == (400, {5000}, 400 * 500)
    assert len(needing.listed("buyer")) < 6000


def test_a_buyer_reads_in_the_audit_what_became_of_each_press(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)

    assert "need" in needing.desk.audited(need.number)
    assert "gather" in [row.action for row in needing.desk.all(AuditEntry, subject=needing.orders()[0].draft_number)]


def test_a_draft_card_offers_each_line_to_be_changed(needing: Any, supplier: Any) -> None:
    need = needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)

    form = needing.press(gathering.change_line, "buyer", 0, chosen=value(need.id))
    shown = needing.press(gathering.draft, "buyer", needing.orders()[0].id)

    assert form.modal is not None
    assert form.modal["callback_id"] == "edit_purchase_order"
    assert "EUR 920.00" in json.dumps(shown.blocks)
    assert needing.refuses(gathering.draft, "operator", needing.orders()[0].id) == "NotYours"


def test_moving_a_line_to_another_supplier_takes_its_needs_along(
    needing: Any, supplier: Any, add_supplier: Any, hose: Any
) -> None:
    other = add_supplier("NORD", "Nord Dichtung")
    seal = needing.need("operator", "need 5 P-10231 for 410")
    needing.need("operator", "need 5 P-20040 for 410")
    needing.gather(supplier)

    needing.changes("buyer", seal, supplier=str(other.id), price="190.00")

    moved = needing.orders()[-1]
    assert (moved.supplier_id, [needing.traced(line) for line in needing.lines(moved)]) == (other.id, [{seal.id: 5000}])
    assert [order.id for order in needing.desk.all(PurchaseOrder)] == [1, 2]


def test_an_order_of_many_needs_is_requested_by_its_buyer_alone_and_shows_others_no_cost(
    needing: Any, supplier: Any
) -> None:
    short = needing.buying.short(2000)
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)

    old_card = needing.refuses(approvals.request, "technician", short)
    by_need = needing.refused("operator", "request PR-2")
    by_number = needing.refused("operator", f"request {needing.orders()[-1].draft_number}")

    assert (old_card, by_need, by_number) == ("NotYours", "NotYours", "NotYours")
    assert needing.orders()[-1].state == "draft"


def test_a_single_need_on_a_buyers_draft_is_not_requested_by_whoever_asked(needing: Any, supplier: Any) -> None:
    needing.need("operator", "need 5 P-10231 for 410")
    needing.gather(supplier)

    assert needing.refused("operator", "request PR-1") == "NotYours"
