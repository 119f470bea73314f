"""A supplier would deliver something else: a buyer says what it is and who says that it fits, and the order names it from then on."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handlers import approvals, mail_buttons, parts, supplier_replies
from handlers.ids import Callback
from storage import stock
from storage.tables import (
    AuditEntry,
    InboundMail,
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    Requisition,
    Stock,
    SupplierPart,
    WorkOrderHold,
    WorkOrderPart,
)

FITS = "Priya checked drawing 45-E: same seal, other make"


@pytest.fixture
def offered(buying: Any, amendment: Any, mailbox: Any) -> int:
    """The mail in which the supplier would send something else in place of four seals."""
    buying.sent(4000)
    return offers(amendment, mailbox)


def offers(amendment: Any, mailbox: Any, **more: Any) -> int:
    settled = mailbox.reading

    def reading(*given: Any, **values: Any) -> Any:
        found = settled(*given, **values)
        found.values["lines"][0] |= {"substitute_for": "P-10231", "substitute": "HS-46-SSE"}
        found.values["decision"]["rule"] = "substitute"
        return found

    mailbox.reading = reading
    try:
        number: int = amendment.answered(mailbox, "accepted", "4", action="ask", **more)
    finally:
        mailbox.reading = settled
    return number


def submits(buying: Any, mail: int, by: str = "buyer", **fields: str) -> Any:
    given = {"number_1": "HS-46-SSE", "item_1": "Seal 46", "part_1": "P-10231", "words": FITS} | fields
    return buying.desk.submit(mail_buttons.SUBMISSIONS[Callback.SUBSTITUTE], buying.people[by], mail, **given)


def test_a_substitute_is_put_before_the_buyer_and_agreeing_asks_what_it_is(buying: Any, offered: int) -> None:
    order = buying.order()
    card = json.dumps(buying.desk.card(f"po:{order.id}:answer"), ensure_ascii=False)

    form = json.dumps(buying.desk.click(mail_buttons.take_over, buying.people["buyer"], offered).modal)

    assert order.state == "change_proposed"
    assert "of HS-46-SSE instead" in card
    assert "once it is approved anew" in card
    assert "Kept as our part" in form
    assert '"initial_value": "HS-46-SSE"' in form
    assert buying.line().supplier_part != "HS-46-SSE"


def test_the_line_names_the_substitute_once_it_is_approved_and_our_yes_has_gone_out(
    buying: Any, amendment: Any, offered: int
) -> None:
    told = submits(buying, offered)
    asked = amendment.question()
    before = buying.line()

    buying.approve()
    body = buying.body()
    buying.relay("leaving", "accepted")

    line = buying.line()
    assert "something else instead" in told.private
    assert "HS-46-SSE" in asked
    assert before.supplier_part != "HS-46-SSE"
    assert (line.supplier_part, line.description, line.part_id) == ("HS-46-SSE", "Seal 46", before.part_id)
    assert (buying.order().state, buying.order().revision) == ("accepted", 2)
    assert "HS-46-SSE" in body["text"]
    assert any(FITS in row.note for row in buying.desk.all(AuditEntry))


def test_the_substitute_is_received_into_stock_under_the_number_it_came_by(
    buying: Any, mailbox: Any, offered: int
) -> None:
    submits(buying, offered)
    buying.approve()
    buying.relay("leaving", "accepted")

    mail = mailbox.brings(mailbox.table(buying.order(), (1, "4", "4")))
    buying.take_in()

    assert mail.state == "proposed"
    assert buying.desk.one(Stock).on_hand == 4000
    assert buying.order().state == "closed"


def test_kept_as_another_part_the_need_and_the_job_that_waits_move_with_it(
    buying: Any, offered: int, add_part: Callable[..., Part]
) -> None:
    other = add_part("P-10999", "Seal 46")
    submits(buying, offered, part_1="P-10999")
    buying.approve()
    buying.relay("leaving", "accepted")

    needs = buying.desk.all(WorkOrderPart, part_id=other.id)
    assert buying.line().part_id == other.id
    assert [row.part_id for row in buying.desk.all(Requisition)] == [other.id]
    assert [row.needed for row in needs] == [4000]


def test_a_part_that_the_supplier_already_sells_us_is_filled_in(
    buying: Any, amendment: Any, mailbox: Any, add_part: Callable[..., Part]
) -> None:
    other = add_part("P-10999", "Seal 46")
    rows = buying.desk.all(SupplierPart, part_id=other.id)
    buying.desk.writes(lambda uow: uow.change(SupplierPart, rows[0].id, supplier_part="HS-46-SSE"))
    buying.sent(4000)

    form = json.dumps(
        buying.desk.click(mail_buttons.take_over, buying.people["buyer"], offers(amendment, mailbox)).modal
    )

    assert '"initial_value": "P-10999"' in form


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number_1": ""}, "number_1"),
        ({"item_1": " "}, "item_1"),
        ({"part_1": "P-404"}, "part_1"),
        ({"words": "ok"}, "words"),
    ],
)
def test_what_is_left_out_or_unknown_is_said_at_its_field_and_nothing_moves(
    buying: Any, offered: int, fields: dict[str, str], wrong: str
) -> None:
    answer = submits(buying, offered, **fields)

    assert list(answer.errors) == [wrong]
    assert buying.order().state == "change_proposed"


def test_several_lines_are_said_in_one_field_each(buying: Any, offered: int) -> None:
    few = buying.desk.submit(
        mail_buttons.SUBMISSIONS[Callback.SUBSTITUTE], buying.people["buyer"], offered, line_1="HS-46-SSE", words=FITS
    )

    buying.desk.submit(
        mail_buttons.SUBMISSIONS[Callback.SUBSTITUTE], buying.people["buyer"], offered,
        line_1="HS-46-SSE; Seal 46; P-10231", words=FITS,
    )  # fmt: skip
    buying.approve()
    buying.relay("leaving", "accepted")

    assert list(few.errors) == ["line_1"]
    assert (buying.line().supplier_part, buying.line().description) == ("HS-46-SSE", "Seal 46")


def test_another_unit_cannot_take_its_place(buying: Any, offered: int, add_part: Callable[..., Part]) -> None:
    hose = add_part("P-10998", "Hose", unit="MTR")

    answer = submits(buying, offered, part_1=hose.code)

    assert "is counted in pieces and P-10998 in metres" in answer.errors["part_1"]


@pytest.mark.parametrize("by", ["technician", "storekeeper", "approver"])
def test_only_a_buyer_takes_a_substitute(buying: Any, offered: int, by: str) -> None:
    assert buying.refuses(mail_buttons.take_over, by, offered) == "NotYours"


def test_a_substitute_is_taken_once_and_one_that_was_refused_not_at_all(
    buying: Any, amendment: Any, mailbox: Any, offered: int
) -> None:
    buying.desk.submit(supplier_replies.replied, buying.people["buyer"], offered, 0, text="Please deliver as ordered.")
    refused = buying.refuses(mail_buttons.take_over, "buyer", offered)
    newer = offers(amendment, mailbox)
    submits(buying, newer)
    buying.approve()
    buying.relay("leaving", "accepted")

    assert refused == "AlreadyDone"
    assert buying.refuses(mail_buttons.take_over, "buyer", newer) == "AlreadyDone"
    assert buying.order().revision == 2


def test_an_approver_who_refuses_a_substitute_leaves_the_order_as_it_was(buying: Any, offered: int) -> None:
    before = buying.line()
    submits(buying, offered)
    task = buying.task()

    buying.desk.submit(approvals.rejected, buying.people["approver"], buying.order().id, task.id, words="Not for food")

    assert (buying.line().supplier_part, buying.line().part_id) == (before.supplier_part, before.part_id)
    assert buying.order().revision == 1


def test_a_mail_of_which_more_is_doubtful_shows_the_mail_itself(buying: Any, amendment: Any, mailbox: Any) -> None:
    buying.sent(4000)

    mail = offers(amendment, mailbox, trust="unverified")

    assert buying.desk.one(InboundMail, id=mail).state == "asked"
    assert buying.desk.one(PurchaseOrder).state == "sent"


def test_a_row_that_names_a_substitute_is_read_with_its_number(buying: Any, mailbox: Any) -> None:
    order = buying.sent(10_000)
    ours = buying.desk.all(PurchaseOrderLine, order_id=order.id)[0].supplier_part
    head = "<tr><th>Pos</th><th>Article</th><th>Ordered</th><th>Confirmed</th></tr>"
    row = f"<tr><td>1</td><td>HX-77-B (substitute for {ours})</td><td>10</td><td>10</td></tr>"
    words = f"<p>Order confirmation AB-1. We accept your order {order.number} as follows:</p>"

    mail = mailbox.brings(f"{words}<table>{head}{row}</table>", Subject=f"Order confirmation {order.number}")

    assert (mail.state, buying.order().state) == ("settled", "change_proposed")
    assert "of HX-77-B instead" in json.dumps(buying.desk.card(f"po:{order.id}:answer"))


def test_the_job_that_waited_for_the_ordered_part_gets_the_other_one_when_it_comes(
    buying: Any, amendment: Any, mailbox: Any, add_part: Callable[..., Part]
) -> None:
    other = add_part("P-10999", "Seal 46")
    form = {"part": str(buying.seal.id), "quantity": "4"}
    buying.desk.submit(parts.needed, buying.people["technician"], buying.job.id, **form)
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    waited = buying.desk.one(WorkOrderHold)
    submits(buying, offers(amendment, mailbox), part_1="P-10999")
    buying.approve()
    buying.relay("leaving", "accepted")

    mailbox.brings(mailbox.table(buying.order(), (1, "4", "4")))
    buying.take_in()

    needs = {row.part_id: (row.needed, row.reserved) for row in buying.desk.all(WorkOrderPart)}
    assert (waited.reason, waited.released_at) == ("material", None)
    assert needs == {buying.seal.id: (0, 0), other.id: (4000, 4000)}
    assert buying.desk.one(WorkOrderHold).released_at is not None
    assert [row.state for row in buying.desk.all(Requisition)] == ["fulfilled"]
    assert buying.desk.reads(stock.differences) == []


def test_a_change_that_an_approver_refused_still_names_the_substitute_when_the_buyer_asks_for_less(
    buying: Any, amendment: Any, mailbox: Any, offered: int
) -> None:
    submits(buying, offered)
    task = buying.task()
    buying.desk.submit(approvals.rejected, buying.people["approver"], buying.order().id, task.id, words="Three will do")

    amendment.change(quantity_1="3")
    buying.approve()
    (line,) = amendment.document()["lines"]
    buying.relay("leaving", "accepted")
    before = buying.line().supplier_part
    amendment.answered(mailbox, "accepted", "3")

    assert (line["supplier_part"], line["quantity"]) == ("HS-46-SSE", "3")
    assert before != "HS-46-SSE"
    assert (buying.line().supplier_part, buying.line().quantity) == ("HS-46-SSE", 3000)
