"""Rejected goods go back: proposed, announced with their note, sent, and settled by what comes for them."""

import email
import json
from dataclasses import replace
from email.policy import default
from typing import Any

import pytest

from handlers import over_deliveries, plain_letters, receipt_reversal, supplier_returns
from handlers.happenings import Click, Submission
from handlers.ids import value
from storage.tables import BudgetSum, InboundMail, Outgoing, Receipt, Requisition, SupplierReturn
from tests.handlers.purchasing.goods import counters, noticed, on_hand, types, wrong


@pytest.fixture
def rejected(buying: Any) -> Any:
    """An order for two seals of which one came torn."""
    from handlers import parts

    form = {"part": str(buying.seal.id), "quantity": "2"}
    buying.desk.submit(parts.needed, buying.people["technician"], buying.job.id, **form)
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    noticed(buying, 2000)
    buying.count_lines(line_1="2", damaged="1 torn at the lip")
    return buying


def back(buying: Any) -> SupplierReturn:
    return buying.desk.all(SupplierReturn)[-1]


def letters(buying: Any) -> list[dict[str, Any]]:
    rows = [row for row in buying.desk.all(Outgoing, wire="mail") if row.purpose == "supplier_return"]
    return [json.loads(row.body) for row in rows]


def test_79_a_rejection_makes_a_proposal_and_sends_nothing(rejected: Any) -> None:
    card = json.dumps(rejected.desk.card(f"rt:{back(rejected).id}"))

    assert back(rejected).state == "proposed"
    assert "torn at the lip" in card
    assert letters(rejected) == []
    assert (counters(rejected), rejected.line().cancelled) == ((2000, 1000, 1000, 0), 0)


def test_79_the_return_note_goes_by_mail_as_pdf_and_a_replacement_is_expected(rejected: Any) -> None:
    answer = rejected.desk.click(supplier_returns.want_replacement, rejected.people["buyer"], back(rejected).id)

    (body,) = letters(rejected)
    mail = email.message_from_bytes(plain_letters.compose(body), policy=default)
    (paper,) = mail.iter_attachments()
    assert "A replacement is expected" in answer.private
    assert mail["To"] == "orders@hartmann.example"
    assert "RT-2026-00001" in mail["Subject"]
    assert "torn at the lip" in mail.get_body(("plain",)).get_content()
    assert (paper.get_filename(), paper.get_content()[:5]) == ("RT-2026-00001.pdf", b"%PDF-")
    assert plain_letters.compose(body) == plain_letters.compose(body)
    assert "It has left" in json.dumps(rejected.desk.card(f"rt:{back(rejected).id}:store"))
    assert rejected.order().state == "sent"


def test_79_what_left_counts_as_returned_and_the_replacement_settles_it(rejected: Any) -> None:
    types(rejected, "buyer", "return RT-1 replacement")
    types(rejected, "storekeeper", "return RT-1 sent JJD0003")

    assert counters(rejected) == (2000, 1000, 1000, 1000)
    assert (back(rejected).state, back(rejected).tracking) == ("sent", "JJD0003")
    assert wrong(rejected) == []
    noticed(rejected, 1000, number="LS-2")
    rejected.take_in()
    assert (back(rejected).state, back(rejected).outcome) == ("settled", "replaced")
    assert counters(rejected) == (3000, 2000, 1000, 1000)
    assert (rejected.order().state, on_hand(rejected)) == ("closed", 2000)
    assert wrong(rejected) == []


def test_79_a_replacement_that_is_taken_back_is_awaited_again(rejected: Any) -> None:
    types(rejected, "buyer", "return RT-1 replacement")
    types(rejected, "storekeeper", "return RT-1 sent")
    noticed(rejected, 1000, number="LS-2")
    rejected.take_in()

    newest = rejected.desk.all(Receipt)[-1]
    reason = {"reason": "It was for another order."}
    rejected.desk.submit(receipt_reversal.reversed_, rejected.people["supervisor"], newest.id, **reason)

    assert back(rejected).state == "sent"
    assert (counters(rejected), rejected.order().state) == ((2000, 1000, 1000, 1000), "accepted")
    assert wrong(rejected) == []


def test_79_what_is_credited_is_not_expected_any_more_and_its_money_is_free(rejected: Any) -> None:
    rejected.desk.click(supplier_returns.want_credit, rejected.people["buyer"], back(rejected).id)

    sums = rejected.desk.one(BudgetSum)
    assert (sums.committed, sums.actual) == (0, 18_400)
    assert (rejected.order().state, rejected.line().cancelled) == ("closed", 1000)
    assert sorted(need.state for need in rejected.desk.all(Requisition)) == ["fulfilled", "open"]
    rejected.desk.click(supplier_returns.left, rejected.people["storekeeper"], back(rejected).id)
    assert _credits(rejected, "").errors == {"words": "Write the number of the credit note."}
    _credits(rejected, "CN-7781")
    assert (back(rejected).state, back(rejected).outcome) == ("settled", "CN-7781")
    assert wrong(rejected) == []


def _credits(buying: Any, words: str, by: str = "buyer") -> Any:
    return buying.desk.submit(supplier_returns.credited, buying.people[by], back(buying).id, words=words)


def test_79_nothing_is_sent_back_for_a_reason(rejected: Any) -> None:
    rejected.desk.submit(supplier_returns.kept, rejected.people["buyer"], back(rejected).id, words="They said: bin it.")

    assert (back(rejected).state, letters(rejected)) == ("dropped", [])
    assert counters(rejected) == (2000, 1000, 1000, 0)


def test_79_only_buyers_decide_and_nothing_happens_twice(rejected: Any) -> None:
    number = back(rejected).id

    assert rejected.refuses(supplier_returns.want_replacement, "storekeeper", number) == "NotYours"
    assert rejected.refuses(supplier_returns.left, "storekeeper", number) == "NotPossible"
    rejected.desk.click(supplier_returns.want_replacement, rejected.people["buyer"], number)
    assert rejected.refuses(supplier_returns.want_credit, "buyer", number) == "NotPossible"
    assert rejected.refuses(supplier_returns.left, "technician", number) == "NotYours"
    rejected.desk.click(supplier_returns.left, rejected.people["storekeeper"], number)
    assert rejected.refuses(supplier_returns.left, "storekeeper", number) == "NotPossible"
    what = Submission(
        rejected.desk.key("view"), rejected.people["buyer"].slack_id, "", value(number), {"words": "CN-1"}
    )
    assert rejected.refused(supplier_returns.credited, what) == "Unlawful"
    assert len(letters(rejected)) == 1
    assert counters(rejected) == (2000, 1000, 1000, 1000)


def test_79_a_receipt_of_which_the_supplier_was_told_is_not_taken_back(rejected: Any) -> None:
    receipt = rejected.desk.one(Receipt)
    types(rejected, "buyer", "return RT-1 replacement")

    what = Submission(
        rejected.desk.key("view"), rejected.people["supervisor"].slack_id, "", value(receipt.id), {"reason": "Twice."}
    )
    assert rejected.refused(receipt_reversal.reversed_, what) == "Unlawful"
    assert counters(rejected) == (2000, 1000, 1000, 0)


def test_79_what_came_beyond_the_order_is_never_replaced(buying: Any) -> None:
    buying.desk.plant = replace(buying.desk.plant, approval_rules=buying.desk.plant.approval_rules[:1])
    buying.sent(100_000)
    noticed(buying, 100_000)
    buying.count_lines(line_1="110", also="extra")
    buying.desk.click(over_deliveries.keep_ordered, buying.people["approver"], buying.desk.one(Receipt).id)
    back = buying.desk.one(SupplierReturn)

    card = json.dumps(buying.desk.card(f"rt:{back.id}"))

    assert "return.credit" in card
    assert "return.replacement" not in card
    assert "they are not replaced" in card
    assert buying.refuses(supplier_returns.want_replacement, "buyer", back.id) == "Unlawful"
    types(buying, "buyer", f"return {back.number} credit")
    assert (buying.desk.one(SupplierReturn).state, buying.line().cancelled) == ("announced", 0)
    assert wrong(buying) == []


def test_79_a_proposal_goes_with_the_receipt_that_is_taken_back(rejected: Any) -> None:
    reason = {"reason": "It was counted twice."}
    receipt = rejected.desk.one(Receipt)
    rejected.desk.submit(receipt_reversal.reversed_, rejected.people["supervisor"], receipt.id, **reason)

    assert (back(rejected).state, counters(rejected)) == ("dropped", (0, 0, 0, 0))
    assert wrong(rejected) == []


def test_08_21_the_rejected_is_neither_stock_nor_spent_nor_received_in_full(rejected: Any) -> None:
    sums = rejected.desk.one(BudgetSum)

    assert (on_hand(rejected), sums.actual, sums.committed) == (1000, 18_400, 18_400)
    assert (rejected.order().state, rejected.order().receipt_state) == ("sent", "partial")


def test_a_reason_in_letters_that_no_font_has_keeps_no_note_from_being_printed(buying: Any) -> None:
    buying.sent(2000)
    noticed(buying, 2000)
    buying.count_lines(line_1="2", damaged="1 torn 破損 \U0001f4a5")
    types(buying, "buyer", "return RT-1 replacement")

    mail = email.message_from_bytes(plain_letters.compose(letters(buying)[0]), policy=default)
    assert next(iter(mail.iter_attachments())).get_content().startswith(b"%PDF-")


def test_an_unknown_return_is_named_with_an_example(buying: Any) -> None:
    click = Click(buying.desk.key("typed"), buying.people["buyer"].slack_id, "", value(1))

    assert buying.refused(lambda uow, what: supplier_returns.typed(uow, "RT-9", "sent"), click) == "NotKnown"


def test_our_own_copy_of_a_return_note_is_no_delivery(rejected: Any, mailbox: Any) -> None:
    types(rejected, "buyer", "return RT-1 replacement")
    raw = plain_letters.compose(letters(rejected)[0])

    mailbox.put(raw)
    mailbox.put(raw.replace(b"supplier-return.", b"supplier-return.0000"))
    mailbox.reads()

    own, other = rejected.desk.all(InboundMail)
    assert (own.state, own.kind) == ("settled", "own copy")
    assert other.kind != "own copy"
