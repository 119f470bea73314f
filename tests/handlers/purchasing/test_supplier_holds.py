"""A supplier whose mail is suspicious is held back until a person has called them on a number of our own records."""

import json
from typing import Any

import pytest

from handlers import mail_buttons, order_mail, purchase_orders, supplier_holds
from handlers.ids import Action
from orders.errors import SupplierHeld
from storage.tables import AuditEntry, InboundMail, Outgoing, Receipt, Supplier, SupplierContact, SupplierHold

NEW_BANK = (
    "Dear customer, please note our new bank details for all payments from now on: "
    "IBAN DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX. This concerns your order {number}."
)


@pytest.fixture
def on_file(buying: Any) -> Supplier:
    """The supplier of the order, with numbers on file."""
    order = buying.sent()
    ute = {"supplier_id": order.supplier_id, "role": "quality", "name": "Ute Brandt", "phone": "+49 711 555031"}
    buying.desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, phone="+49 711 555020"))
    buying.desk.writes(lambda uow: uow.add(SupplierContact, **ute))
    return supplier_now(buying)


def supplier_now(buying: Any) -> Supplier:
    found: Supplier = buying.desk.all(Supplier, id=buying.order().supplier_id)[0]
    return found


def holds(buying: Any) -> list[SupplierHold]:
    return list(buying.desk.all(SupplierHold))


def card(buying: Any, key: str) -> dict[str, Any]:
    bodies = [json.loads(row.body) for row in buying.desk.all(Outgoing, wire="slack")]
    return [body for body in bodies if body.get("card") == key][-1]


def called(buying: Any, by: str = "buyer", **fields: str) -> Any:
    given = {"spoke_to": "Jana Hartmann", "phone": "+49 711 555020", "note": "It is theirs"} | fields
    return buying.desk.submit(supplier_holds.lifted, buying.people[by], holds(buying)[-1].id, **given)


SUSPICIOUS = {
    "bank": ({}, NEW_BANK, "new bank details"),
    "reply address": ({"Reply_To": "pay@free-mail.example"}, "{number}: goods left today.", "pay@free-mail.example"),
    "look-alike": (
        {"From": "Hartmann <versand@hartrnann.example>", "Authentication_Results": ""},
        "Your order {number} left today.",
        "hartrnann.example",
    ),
}


@pytest.mark.usefixtures("on_file")
@pytest.mark.parametrize("how", SUSPICIOUS)
def test_what_is_suspicious_holds_the_supplier_back_and_says_what_was_seen(buying: Any, mailbox: Any, how: str) -> None:
    head, text, seen = SUSPICIOUS[how]

    mailbox.brings(text.format(number=buying.order().number), **head)

    (hold,) = holds(buying)
    shown = card(buying, f"hold:{hold.id}")
    assert supplier_now(buying).held
    assert shown["channel"] == "C0BUYING"
    assert seen in json.dumps(shown)


def test_an_ordinary_mail_holds_nobody(buying: Any, mailbox: Any, on_file: Supplier) -> None:
    order = buying.order()

    mailbox.brings(mailbox.table(order, (1, "2", "2")))

    assert (holds(buying), supplier_now(buying).held) == ([], on_file.held)
    assert buying.desk.all(Receipt)


@pytest.mark.usefixtures("on_file")
def test_a_mail_that_only_fails_its_checks_is_put_aside_and_holds_nobody(buying: Any, mailbox: Any) -> None:
    failed = "mx.halden.example; dmarc=fail header.from=hartmann.example"

    mail = mailbox.brings(f"Your order {buying.order().number} left.", Authentication_Results=failed)

    assert (mail.state, holds(buying)) == ("quarantined", [])


@pytest.mark.usefixtures("on_file")
def test_while_a_supplier_is_held_no_figure_of_its_mails_is_taken_by_anybody(buying: Any, mailbox: Any) -> None:
    order = buying.order()
    mailbox.brings(NEW_BANK.format(number=order.number))

    mail = mailbox.brings(mailbox.table(order, (1, "2", "2")))

    assert (mail.state, buying.desk.all(Receipt)) == ("asked", [])
    assert buying.refuses(mail_buttons.claim, "storekeeper", mail.id) == "Unlawful"
    assert buying.desk.all(Receipt) == []


@pytest.mark.usefixtures("on_file")
def test_while_a_supplier_is_held_no_new_order_leaves(buying: Any, mailbox: Any) -> None:
    requisition = buying.short(3000)
    buying.request(requisition)
    buying.approve()
    mailbox.brings(NEW_BANK.format(number="PO-1"))

    def leaves(uow: Any) -> bool:
        with pytest.raises(SupplierHeld):
            order_mail.document_for(uow, body)
        return False

    body = buying.body()
    assert not buying.desk.reads(leaves)
    buying.relay("leaving", "refused")
    assert buying.refuses(purchase_orders.send_again, "buyer", buying.order().id) == "SupplierHeld"
    assert buying.order().state == "approved"


@pytest.mark.usefixtures("on_file")
def test_while_a_supplier_is_held_no_new_order_can_be_requested(buying: Any, mailbox: Any) -> None:
    mailbox.brings(NEW_BANK.format(number="PO-1"))

    requisition = buying.short(3000)
    told = buying.request(requisition)

    assert "hold is lifted" in json.dumps(told.to_json())
    assert buying.order().state == "draft"


@pytest.mark.usefixtures("on_file")
def test_a_call_back_lifts_the_hold_and_all_of_it_stays_on_record(buying: Any, mailbox: Any) -> None:
    mailbox.brings(NEW_BANK.format(number=buying.order().number))
    form = buying.desk.click(supplier_holds.CLICKS[Action.LIFT_HOLD], buying.people["buyer"], holds(buying)[0].id)

    called(buying)

    (hold,) = holds(buying)
    assert "+49 711 555031" in json.dumps(form.modal)
    assert (hold.state, hold.spoke_to, hold.phone) == ("lifted", "Jana Hartmann", "+49 711 555020")
    assert (hold.lifted_by_id, hold.lifted_at is not None) == (buying.people["buyer"].id, True)
    assert not supplier_now(buying).held
    assert any("lift hold" in entry.action for entry in buying.desk.all(AuditEntry))
    assert "called Jana Hartmann on +49 711 555020" in json.dumps(card(buying, f"hold:{hold.id}"))


@pytest.mark.usefixtures("on_file")
@pytest.mark.parametrize(
    "wrong",
    [{"phone": "+44 20 555999"}, {"phone": ""}, {"spoke_to": ""}, {"note": ""}],
    ids=lambda each: next(iter(each)),
)
def test_a_number_from_the_mail_or_a_missing_word_lifts_nothing(
    buying: Any, mailbox: Any, wrong: dict[str, str]
) -> None:
    mailbox.brings(NEW_BANK.format(number=buying.order().number))

    told = called(buying, **wrong)

    assert list(told.errors) == list(wrong)
    assert (holds(buying)[0].state, supplier_now(buying).held) == ("held", True)


@pytest.mark.usefixtures("on_file")
def test_only_a_buyer_lifts_a_hold_and_only_once(buying: Any, mailbox: Any) -> None:
    mailbox.brings(NEW_BANK.format(number=buying.order().number))
    number = holds(buying)[0].id

    first = buying.refuses(supplier_holds.lift, "storekeeper", number)
    called(buying)
    second = buying.refuses(supplier_holds.lift, "buyer", number)

    assert (first, second) == ("NotYours", "AlreadyDone")


def test_without_a_number_on_file_nobody_can_lift_it(buying: Any, mailbox: Any, on_file: Supplier) -> None:
    buying.desk.writes(lambda uow: uow.change(Supplier, on_file.id, phone=""))
    buying.desk.writes(lambda uow: uow.change(SupplierContact, 1, phone=""))
    mailbox.brings(NEW_BANK.format(number=buying.order().number))

    assert buying.refuses(supplier_holds.lift, "buyer", holds(buying)[0].id) == "NoNumberOnFile"


@pytest.mark.usefixtures("on_file")
def test_a_reply_address_that_was_cleared_holds_nobody_again_and_another_one_does(buying: Any, mailbox: Any) -> None:
    order = buying.order()
    first = f"{order.number}: we wish you a good day."
    mailbox.brings(first, Reply_To="desk@helper.example")
    called(buying)

    mailbox.brings(first + " Again.", Reply_To="desk@helper.example")
    again = len(holds(buying))
    mailbox.brings(first + " Once more.", Reply_To="pay@free-mail.example")

    assert (again, len(holds(buying))) == (1, 2)


@pytest.mark.usefixtures("on_file")
def test_new_bank_details_are_doubted_every_time_and_a_second_mail_adds_to_the_one_hold(
    buying: Any, mailbox: Any
) -> None:
    text = NEW_BANK.format(number=buying.order().number)
    mailbox.brings(text)
    mailbox.brings(text + " Kind regards.", Reply_To="pay@free-mail.example")
    added = holds(buying)[0].seen.splitlines()
    called(buying)

    mailbox.brings(text + " Best regards.")

    assert len(added) == 2
    assert [hold.state for hold in holds(buying)] == ["lifted", "held"]


def test_a_mail_never_changes_what_we_know_of_a_supplier(buying: Any, mailbox: Any, on_file: Supplier) -> None:
    mailbox.brings(NEW_BANK.format(number=buying.order().number), Reply_To="new@elsewhere.example")

    now = supplier_now(buying)
    kept = ("name", "email_orders", "email_domains", "phone", "street", "tax_id", "payment")
    assert [getattr(now, name) for name in kept] == [getattr(on_file, name) for name in kept]
    assert buying.desk.all(InboundMail)[-1].state == "asked"
