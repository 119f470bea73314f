"""What people do with invoices: within their limits, never on what they approved or took in themselves, once."""

import json
from dataclasses import replace
from typing import Any

from handlers import invoice_deeds
from storage.tables import Invoice, Outgoing, Person, PurchaseOrderLine, SupplierFact, SupplierReturn


def test_finance_accepts_within_the_limit_and_another_step_releases(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))

    said = charging.accept()
    assert "accepted as it is" in said.private
    assert (charging.invoice().state, charging.spent()) == ("variance_accepted", 40480)

    charging.release()

    invoice = charging.invoice()
    assert (invoice.state, invoice.released_by_id) == ("released", charging.finance.id)
    charging.agrees()


def test_more_than_the_limit_is_refused_with_who_may(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "300.00"))

    assert charging.refusal(invoice_deeds.accept) == "VarianceTooLarge"
    assert charging.invoice().state == "exception"


def test_without_a_limit_nothing_may_be_accepted(charging: Any) -> None:
    charging.desk.plant = replace(
        charging.desk.plant, invoices=replace(charging.desk.plant.invoices, accept_limit=None)
    )
    order = charging.received()
    charging.comes(order, ("2", "202.40"))

    assert charging.refusal(invoice_deeds.accept) == "VarianceTooLarge"


def test_whoever_approved_the_order_neither_accepts_nor_releases_its_invoice(charging: Any, hire: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))
    approver = charging.buying.people["approver"]
    charging.desk.writes(lambda uow: uow.change(Person, approver.id, roles="approver+finance"))

    assert charging.refusal(invoice_deeds.accept, approver) == "ReleaserTookPart"
    charging.accept()
    assert charging.refusal(invoice_deeds.release, approver) == "ReleaserTookPart"


def test_whoever_took_the_goods_in_does_not_release_the_invoice(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    keeper = charging.buying.people["storekeeper"]
    charging.desk.writes(lambda uow: uow.change(Person, keeper.id, roles="storekeeper+finance"))

    assert charging.refusal(invoice_deeds.release, keeper) == "ReleaserTookPart"
    charging.desk.plant = replace(charging.desk.plant, invoices=replace(charging.desk.plant.invoices, distinct=False))
    charging.release(keeper)

    assert charging.invoice().state == "released"


def test_people_without_the_role_are_told_whom_to_ask_and_see_nothing(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    technician = charging.buying.people["technician"]

    told = [
        charging.refusal(each, technician)
        for each in (invoice_deeds.show, invoice_deeds.release, invoice_deeds.accept, invoice_deeds.void)
    ]

    assert told == ["NotYours"] * 4


def test_a_double_click_releases_once(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    carried = charging.carried()
    charging.release()

    assert charging.refused(invoice_deeds.release, charging.finance, *carried) == "AlreadyDone"
    assert charging.desk.audited(f"INV-{charging.invoice().id}").count("release") == 1


def test_a_button_from_before_a_change_is_too_old(charging: Any) -> None:
    order = charging.buying.sent(2000)
    charging.comes(order, ("2", "184.00"))
    carried = charging.carried()
    charging.arrives(order, "2")

    assert charging.refused(invoice_deeds.dispute, charging.finance, *carried) == "Outdated"


def test_a_dispute_is_drafted_from_what_differs_and_sent_by_a_person(charging: Any) -> None:
    order = charging.received(2000, "2", "1")
    charging.comes(order, ("2", "184.00"))
    assert charging.letters() == []

    charging.writes("answer")

    (letter,) = charging.letters()
    assert letter["to"] == ["orders@hartmann.example"]
    assert f"[{order.number}]" in letter["subject"]
    assert "R-7781" in letter["text"]
    assert charging.invoice().state == "disputed"


def test_credit_is_asked_for_and_the_credit_note_settles_it(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))
    charging.writes("credit")
    assert charging.invoice().state == "credit_expected"

    charging.comes(order, ("2", "18.40"), number="G-12", title="Credit note", words="For invoice R-7781.")

    invoice, note = charging.desk.all(Invoice)
    assert (note.kind, note.state, note.refers_to_id) == ("credit_note", "matched", invoice.id)
    assert invoice.state == "matched"
    assert (charging.line().billed, charging.spent()) == (2000, 36800)
    charging.agrees()


def test_a_credit_note_for_goods_lets_the_rest_be_paid(charging: Any) -> None:
    order = charging.received(2000, "2", "1")
    charging.comes(order, ("2", "184.00"))

    charging.comes(order, ("1", "184.00"), number="G-13", title="Credit note", words="For invoice R-7781.")

    assert [row.state for row in charging.desk.all(Invoice)] == ["matched", "matched"]
    assert (charging.line().billed, charging.spent()) == (1000, 18400)
    charging.agrees()


def test_a_credit_note_for_nothing_known_is_held(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "18.40"), number="G-14", title="Credit note", words="For invoice R-9999.")

    assert charging.named() == ["no_invoice"]
    assert charging.line().billed == 0


def test_a_credit_note_that_is_too_small_leaves_the_invoice_held(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))

    charging.comes(order, ("2", "1.00"), number="G-15", title="Credit note", words="For invoice R-7781.")

    invoice, note = charging.desk.all(Invoice)
    assert (invoice.state, note.state) == ("exception", "captured")
    charging.agrees()


def test_an_invoice_on_which_a_credit_note_stands_is_not_voided(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))
    charging.comes(order, ("2", "18.40"), number="G-12", title="Credit note", words="For invoice R-7781.")
    invoice = charging.desk.all(Invoice)[0]

    assert charging.refusal_of_form(invoice_deeds.voided, invoice, reason="wrong plant") == "Unlawful"


def test_a_voided_invoice_counts_for_nothing_and_its_number_may_come_again(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "187.00"))
    charging.submit(invoice_deeds.voided, reason="meant for another plant")
    assert (charging.invoice().state, charging.line().billed, charging.spent()) == ("voided", 0, 36800)

    charging.comes(order, ("2", "184.00"))

    assert (charging.invoice().state, charging.line().billed) == ("matched", 2000)
    charging.agrees()


def test_a_corrected_invoice_replaces_the_disputed_one_of_the_same_number(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))
    charging.writes("answer")

    charging.comes(order, ("2", "184.00"))

    assert [row.state for row in charging.desk.all(Invoice)] == ["voided", "matched"]
    charging.agrees()


def test_release_looks_once_more_and_holds_what_no_longer_fits(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    line = charging.line()
    charging.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, accepted=1000, rejected=1000))

    charging.release()

    assert charging.invoice().state == "exception"
    assert order.number


def test_a_dispute_mail_that_did_not_arrive_is_told_to_finance(charging: Any) -> None:
    from handlers import invoice_letters
    from handlers.happenings import Sent

    order = charging.received(2000, "2", "1")
    charging.comes(order, ("2", "184.00"))
    charging.writes("answer")
    row = charging.desk.one(Outgoing, wire="mail", purpose="invoice_dispute")
    told = Sent(charging.desk.key("outcome"), row.id, "refused", "550 no such user", {})

    charging.desk.writes(lambda uow: invoice_letters.outcome(uow, told))

    assert "may not have reached" in charging.cards()[-1]["text"]
    assert json.loads(row.body)["order_id"] == order.id


def test_the_list_names_what_is_to_be_released_first(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"), number="R-1000")
    charging.comes(order, ("2", "184.00"), number="R-2000")

    told = charging.typed("invoices")

    assert told.private == "2 invoices wait: 1 to release, 1 held."
    assert str(told.blocks).index("R-2000") < str(told.blocks).index("R-1000")


def test_an_invoice_is_shown_by_its_number_however_it_is_typed(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))

    assert "Release EUR 368.00 to" in str(charging.typed("invoice r 7781").blocks)


def test_a_right_and_a_wrong_invoice_are_counted_in_the_supplier_s_figures(charging: Any) -> None:
    order = charging.received(4000, "4")
    charging.comes(order, ("2", "184.00"))
    charging.comes(order, ("2", "284.00"), number="R-7782")

    facts = charging.desk.all(SupplierFact, figure="invoice")

    assert [(fact.good, fact.total) for fact in facts] == [(1, 1), (0, 1)]


def test_a_credit_note_settles_the_return_that_waits_for_it(charging: Any) -> None:
    order = charging.received(2000, "2", "1")
    (back,) = charging.desk.all(SupplierReturn)
    charging.desk.writes(lambda uow: uow.change(SupplierReturn, back.id, state="sent", wanted="credit"))
    charging.comes(order, ("2", "184.00"))

    charging.comes(order, ("1", "184.00"), number="G-13", title="Credit note", words="For invoice R-7781.")

    (back,) = charging.desk.all(SupplierReturn)
    assert (back.state, back.outcome) == ("settled", "G-13")
