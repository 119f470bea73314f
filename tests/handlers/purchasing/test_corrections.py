"""A person corrects what was read of a mail: checked strictly, taken in their name, and the misreading is put away."""

import json
from typing import Any

import pytest

from handlers import mail_corrections, people, receiving, supplier_mail
from handlers.happenings import Answer, Submission
from storage.happenings import Deed, perform
from storage.tables import DeliveryNotice, InboundMail, Person, PurchaseOrder, PurchaseOrderLine, Receipt, ReceiptLine

HEADS = "<tr><th>Pos</th><th>Article</th><th>Qty</th><th>Raus</th></tr>"


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


def unclear(buying: Any, order: PurchaseOrder, quantity: str = "6", note: str = "LS-55120") -> str:
    """A note with a column of figures that the reader does not understand."""
    part = buying.desk.all(PurchaseOrderLine, order_id=order.id)[0].supplier_part
    row = f"<tr><td>1</td><td>{part}</td><td>10</td><td>{quantity}</td></tr>"
    head = f"<p>Delivery note {note} for your order {order.number}. The goods left today with DHL.</p>"
    return f"{head}<table>{HEADS}{row}</table>"


class Desk:
    """The form that corrects a mail, as people fill it in."""

    def __init__(self, buying: Any) -> None:
        self.buying, self.desk = buying, buying.desk

    def opens(self, mail: InboundMail, by: str = "buyer") -> dict[str, Any]:
        answer = self.desk.click(mail_corrections.correct, self.buying.people[by], mail.id)
        assert answer.modal, answer
        return answer.modal

    def submits(self, form: dict[str, Any], by: str = "buyer", **fields: str) -> Answer:
        """Submit the form: what it holds from the start, and what is written over that; a refusal is its name in ``private``."""
        given = self.initial(form) | fields
        person = self.buying.people[by]
        what = Submission(self.desk.key("view"), person.slack_id, "correct_mail", form["private_metadata"], given)
        return self._does(what)

    def _does(self, what: Submission) -> Answer:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, what.by)
            return mail_corrections.corrected(uow, what).to_json()

        told = perform(self.desk.database, self.desk.plant, Deed(what.key, "x", str(what), self.desk.now), work)
        if "refused" in told:
            return Answer(private=f"{told['refused']}: {told['private']}")
        return Answer(private=told.get("private", ""), errors=told.get("errors", {}))

    @staticmethod
    def initial(form: dict[str, Any]) -> dict[str, str]:
        held = {}
        for block in form["blocks"]:
            element = block.get("element", {})
            start = element.get("initial_option", {}).get("value") or element.get("initial_value")
            held |= {block["block_id"]: start or element.get("initial_date") or ""} if element else {}
        return held


@pytest.fixture
def form(buying: Any) -> Desk:
    return Desk(buying)


@pytest.fixture
def asked(buying: Any, mailbox: Any, order: PurchaseOrder) -> InboundMail:
    """A mail that the reader asks about."""
    mail = mailbox.brings(unclear(buying, order))
    assert mail.state == "asked"
    return mail


def test_the_form_shows_what_was_read_and_every_line_that_was_not(
    buying: Any, form: Desk, mailbox: Any, order: PurchaseOrder
) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))
    shown = form.opens(mail)

    line = buying.desk.all(PurchaseOrderLine, order_id=order.id)[0]
    assert form.initial(shown) == {
        "kind": "despatch",
        "row_0_line": str(line.id),
        "row_0_quantity": "6",
        "day": json.loads(mail.reading)["shipment"]["expected_on"] or "",
    }
    assert "10 | 6" in json.dumps(shown)


def test_an_asked_mail_that_is_corrected_becomes_a_proposal_with_the_corrected_figures(
    buying: Any, form: Desk, asked: InboundMail, order: PurchaseOrder
) -> None:
    answer = form.submits(form.opens(asked), row_0_quantity="6")

    mail, notice = buying.desk.one(InboundMail), buying.desk.one(DeliveryNotice)
    receipt, line = buying.desk.one(Receipt), buying.desk.one(ReceiptLine)
    assert answer.private == f"Thank you, the delivery of {order.number} waits in the store to be counted."
    assert (mail.state, mail.kind, mail.order_id, notice.number) == ("proposed", "despatch", order.id, "LS-55120")
    assert (receipt.state, line.claimed) == ("proposed", 6000)
    kept = json.loads(mail.correction)
    assert kept["lines"] == [{"order": order.number, "line": 1, "quantity": "6", "expected_on": None}]
    assert (kept["kind"], kept["by"]) == ("despatch", buying.people["buyer"].id)
    assert "correct" in buying.desk.audited(f"MAIL-{mail.id}")
    assert "Mei Chen corrected it: goods were shipped" in json.dumps(buying.desk.card(f"mail:{mail.id}"))


def test_a_misread_delivery_is_put_away_and_proposed_anew(
    buying: Any, form: Desk, mailbox: Any, order: PurchaseOrder
) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))
    wrong = buying.desk.one(Receipt)
    shown = buying.desk.click(mail_corrections.misread, buying.people["storekeeper"], wrong.id).modal

    form.submits(shown, "storekeeper", row_0_quantity="4")

    receipts, notices = buying.desk.all(Receipt), buying.desk.all(DeliveryNotice)
    assert [receipt.state for receipt in receipts] == ["discarded", "proposed"]
    assert [notice.state for notice in notices] == ["superseded", "matched"]
    assert buying.desk.all(ReceiptLine)[-1].claimed == 4000
    assert buying.desk.one(InboundMail).state == "proposed"
    assert "Priya Nair corrected it" in json.dumps(buying.desk.card(f"gr:{wrong.id}"))
    assert buying.refuses(mail_corrections.misread, "storekeeper", wrong.id) == "Unlawful"
    assert mail.state == "proposed"


def test_a_misreading_that_is_nothing_for_us_leaves_no_proposal(
    buying: Any, form: Desk, mailbox: Any, order: PurchaseOrder
) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))

    form.submits(form.opens(mail), kind="nothing")

    assert buying.desk.one(Receipt).state == "discarded"
    assert buying.desk.one(InboundMail).state == "ignored"
    assert json.loads(buying.desk.one(InboundMail).lessons)["became"] == "nothing"


def test_what_was_taken_in_meanwhile_is_not_corrected_any_more(
    buying: Any, form: Desk, mailbox: Any, order: PurchaseOrder
) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))
    shown = form.opens(mail)
    buying.take_in()

    answer = form.submits(shown, row_0_quantity="4")

    assert "was already taken in" in answer.private
    assert buying.desk.one(Receipt).state == "posted"
    assert buying.refuses(mail_corrections.correct, "buyer", mail.id) == "Unlawful"


def test_a_correction_to_an_answer_is_taken_over_by_a_buyer_alone(
    buying: Any, form: Desk, asked: InboundMail, order: PurchaseOrder
) -> None:
    fields = {"kind": "order_response", "row_0_quantity": "10"}
    shown = form.opens(asked, "storekeeper")

    by_the_store = form.submits(shown, "storekeeper", **fields)
    by_the_buyer = form.submits(shown, "buyer", **fields)

    assert by_the_store.private.startswith("NotYours")
    assert by_the_buyer.private == f"Thank you, the answer to {order.number} is taken over."
    assert buying.order().supplier_answer == "accepted"
    assert buying.desk.one(InboundMail).state == "settled"
    assert buying.desk.all(Receipt) == []


def test_a_later_date_is_kept_for_every_line_that_is_named(
    buying: Any, form: Desk, asked: InboundMail, order: PurchaseOrder
) -> None:
    shown = form.opens(asked)

    without = form.submits(shown, kind="delay", row_0_quantity="")
    form.submits(shown, kind="delay", row_0_quantity="", day="2027-03-04")

    assert without.errors == {"day": "Choose the new day"}
    assert str(buying.order().promised_on) == "2027-03-04"
    assert buying.order().supplier_answer in {"later", "postponed"}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"row_0_quantity": "11"}, "row_0_quantity", "from 0 to 10"),
        ({"row_0_quantity": "-1"}, "row_0_quantity", "from 0 to 10"),
        ({"row_0_quantity": "1.5"}, "row_0_quantity", "from 0 to 10"),
        ({"row_0_quantity": "six"}, "row_0_quantity", "from 0 to 10"),
        ({"row_0_quantity": ""}, "row_0_quantity", "at least one line"),
        ({"row_0_quantity": "0"}, "row_0_quantity", "at least one line"),
        ({"row_0_quantity": "6", "row_0_line": ""}, "row_0_line", "Choose our line"),
        ({"row_0_quantity": "6", "row_0_line": "999"}, "row_0_line", "not open any more"),
        ({"row_0_quantity": "6", "row_0_line": "1; drop"}, "row_0_line", "not open any more"),
        ({"row_0_quantity": "6", "kind": "invoice"}, "kind", "Choose what it says"),
    ],
)
def test_what_cannot_be_stands_as_an_error_at_its_field(
    buying: Any, form: Desk, asked: InboundMail, fields: dict[str, str], field: str, words: str
) -> None:
    answer = form.submits(form.opens(asked), **fields)

    assert words in answer.errors[field]
    assert buying.desk.all(DeliveryNotice) == []
    assert buying.desk.one(InboundMail).correction == ""


def test_the_line_of_another_supplier_is_never_taken(buying: Any, form: Desk, asked: InboundMail, mailbox: Any) -> None:
    from storage.tables import Supplier

    other = buying.desk.writes(lambda uow: uow.add(Supplier, code="S-9", name="Other", email_domains="other.example"))
    line = buying.desk.all(PurchaseOrderLine)[0]
    shown = form.opens(asked)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, line.order_id, supplier_id=other))

    answer = form.submits(shown, row_0_line=str(line.id), row_0_quantity="6")

    assert "not open any more" in answer.errors["row_0_line"]


@pytest.mark.parametrize("by", ["technician", "approver"])
def test_only_the_store_and_the_buyer_correct(buying: Any, form: Desk, asked: InboundMail, by: str) -> None:
    shown = form.opens(asked)

    answer = form.submits(shown, by, row_0_quantity="6")

    assert buying.refuses(mail_corrections.correct, by, asked.id) == "NotYours"
    assert answer.private.startswith("NotYours")


def test_a_form_that_is_submitted_twice_is_taken_once(buying: Any, form: Desk, asked: InboundMail) -> None:
    shown = form.opens(asked)

    form.submits(shown, row_0_quantity="6")
    again = form.submits(shown, "storekeeper", row_0_quantity="4")

    assert "read again or corrected meanwhile" in again.private
    assert buying.desk.one(ReceiptLine).claimed == 6000


def test_a_form_of_a_mail_that_was_decided_meanwhile_gets_a_clear_answer(
    buying: Any, form: Desk, asked: InboundMail
) -> None:
    from handlers import mail_buttons

    shown = form.opens(asked)
    buying.desk.click(mail_buttons.ignore, buying.people["buyer"], asked.id)

    assert form.submits(shown, row_0_quantity="6").private.startswith("AlreadyDone")


def test_a_stranger_and_a_mail_that_was_held_back_cannot_be_corrected(buying: Any, mailbox: Any, order: Any) -> None:
    unknown = mailbox.brings(f"Your order {order.number} is on its way.", From="a@stranger.example")
    forged = mailbox.brings(
        mailbox.table(order, (1, "10", "6")),
        Authentication_Results="mx.halden.example; dmarc=fail header.from=hartmann.example",
    )

    assert (unknown.state, forged.state) == ("asked", "quarantined")
    assert "mail.correct" not in json.dumps(buying.desk.card(f"mail:{unknown.id}"))
    assert buying.refuses(mail_corrections.correct, "buyer", unknown.id) == "Unlawful"
    assert buying.refuses(mail_corrections.correct, "buyer", forged.id) == "AlreadyDone"


def test_a_mail_that_could_not_be_read_is_corrected_by_hand(
    buying: Any, form: Desk, mailbox: Any, order: PurchaseOrder
) -> None:
    mailbox.put(mailbox.letter(unclear(buying, order)))
    mail = buying.desk.one(InboundMail)
    supplier = buying.desk.all(PurchaseOrder)[0].supplier_id
    buying.desk.writes(lambda uow: supplier_mail.failed(uow, mail_id=mail.id, problem="it broke"))
    buying.desk.writes(lambda uow: uow.change(InboundMail, mail.id, supplier_id=supplier))
    line = buying.desk.all(PurchaseOrderLine, order_id=order.id)[0]

    answer = form.submits(form.opens(mail), row_0_line=str(line.id), row_0_quantity="3")

    assert "waits in the store" in answer.private
    assert buying.desk.one(ReceiptLine).claimed == 3000


def test_a_delivery_the_store_proposed_itself_was_read_from_no_mail(buying: Any, order: PurchaseOrder) -> None:
    buying.desk.writes(lambda uow: receiving.from_store(uow, order.id), by=buying.people["storekeeper"])

    assert buying.refuses(mail_corrections.misread, "storekeeper", buying.desk.one(Receipt).id) == "Unlawful"


def test_all_the_same_people_count_what_was_corrected(buying: Any, form: Desk, asked: InboundMail) -> None:
    form.submits(form.opens(asked), row_0_quantity="6")

    buying.take_in()

    assert buying.desk.one(Receipt).state == "posted"
    assert buying.line().accepted == 6000
    assert buying.desk.one(Person, name="Priya Nair").id == buying.desk.one(Receipt).posted_by_id


def test_a_line_far_down_the_order_can_still_be_chosen(buying: Any, mailbox: Any, order: PurchaseOrder) -> None:
    from handlers import mail_correcting

    rows = [{"line": str(number)} for number in range(80, 100)]
    lines = [_Line(number) for number in range(100)]

    chosen = mail_correcting._choices(rows, lines)

    assert {row["line"] for row in rows} < {number for number, _ in chosen}
    assert len(chosen) * len(rows) <= mail_correcting.MOST_CHOICES


class _Line:
    """An order line with nothing but its number."""

    def __init__(self, number: int) -> None:
        self.line, self.label = self, f"line {number}"
        self.id = number
