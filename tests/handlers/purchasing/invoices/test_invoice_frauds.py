"""Ways to be paid twice, too much, or by the wrong hand: each is refused, held or asked about."""

from typing import Any

import pytest

from handlers import inspecting, invoice_deeds, invoice_export, receipt_reversal
from handlers.invoice_lines import charges_of, orders_of
from storage.tables import Invoice, Part, Receipt, Supplier, SupplierHold


def exported(charging: Any) -> list[str]:
    batch = charging.desk.writes(invoice_export.exported)
    return [one["number"] for one in batch.invoices] if batch is not None else []


@pytest.mark.parametrize("again", ["INV001", "INV-1", "inv-01", "INV/0001"])
def test_a_number_that_differs_by_a_dash_or_a_zero_is_used_before(charging: Any, again: str) -> None:
    order = charging.received()
    charging.comes(order, ("1", "184.00"), number="INV-001")

    charging.comes(order, ("1", "183.00"), number=again)

    assert charging.named() == ["duplicate_no"]
    assert charging.line().billed == 1000


def test_the_same_invoice_under_another_spelling_of_its_number_is_one_invoice(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"), number="INV-001")

    charging.comes(order, ("2", "184.00"), number="INV001")

    assert [row.number for row in charging.desk.all(Invoice)] == ["INV-001"]


def test_the_same_goods_under_a_second_number_are_never_paid_twice(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"), number="R-1")
    charging.release()

    charging.comes(order, ("2", "184.00"), number="R-2")

    assert charging.named() == ["closed_po"]
    assert charging.refusal(invoice_deeds.release) == "NotPossible"
    assert exported(charging) == ["R-1"]


def test_goods_that_were_credited_are_charged_again_only_after_the_credit_note_is_released(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"), number="R-1")
    charging.release()
    charging.comes(order, ("2", "184.00"), number="G-1", title="Credit note", words="For invoice R-1.")
    charging.comes(order, ("2", "184.00"), number="R-2")
    note, second = charging.desk.all(Invoice)[1:]

    assert (note.state, second.state) == ("matched", "matched")
    assert charging.refusal(invoice_deeds.release) == "Unlawful"
    assert exported(charging) == ["R-1"]
    charging.press(invoice_deeds.release, None, note)
    charging.release()
    assert exported(charging) == ["G-1", "R-2"]
    charging.agrees()


def test_what_is_too_dear_is_not_paid_before_the_credit_note_that_makes_it_right(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "202.40"))
    charging.comes(order, ("2", "18.40"), number="G-12", title="Credit note", words="For invoice R-7781.")
    invoice, note = charging.desk.all(Invoice)

    assert (invoice.state, note.state) == ("matched", "matched")
    assert charging.refused(invoice_deeds.release, charging.finance, *charging.carried(invoice)) == "Unlawful"
    charging.press(invoice_deeds.release, None, note)
    charging.press(invoice_deeds.release, None, invoice)
    assert exported(charging) == ["R-7781", "G-12"]


def test_a_credit_note_never_takes_the_place_of_a_disputed_invoice_with_its_number(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "220.00"), number="R-1")
    charging.writes("answer")

    charging.comes(order, ("1", "220.00"), number="R-1", title="Credit note", words="For invoice R-1.")

    first, note = charging.desk.all(Invoice)
    assert (first.state, note.kind, note.state, charging.named()) == (
        "disputed",
        "credit_note",
        "exception",
        ["duplicate_no"],
    )


def test_many_small_overcharges_use_up_one_tolerance(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("1", "193.00"), number="R-1")
    assert charging.invoice().state == "matched"

    charging.comes(order, ("1", "193.00"), number="R-2")

    assert charging.named() == ["price_over"]
    assert "too dear before" in charging.invoice().exceptions
    assert charging.spent() == 19_300 + 18_400


def test_an_overcharge_cut_into_rows_is_one_overcharge(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("1", "193.00"), ("1", "193.00"))

    assert charging.named() == ["price_over"]


def test_tax_that_no_country_asks_for_is_a_difference_even_where_no_rates_are_set(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "184.00"), tax="300.00")

    assert charging.named() == ["tax"]


def test_rejected_goods_are_not_paid_however_they_are_cut_up(charging: Any) -> None:
    order = charging.received(2000, "2", "1")
    charging.comes(order, ("1", "184.00"), number="R-1")
    assert charging.invoice().state == "matched"

    charging.comes(order, ("1", "184.00"), number="R-2")

    assert charging.named() == ["rejected_goods"]
    assert charging.refused(invoice_deeds.accept, charging.finance, *charging.carried()) == "NotAcceptable"


def test_a_line_that_names_an_order_we_do_not_know_is_not_charged_to_the_one_we_know(charging: Any) -> None:
    order = charging.received()
    item = charging.line().supplier_part
    line = {"items": [item], "line": "1", "units": [], "text": "Seal", "quantity": "1", "amount": "184.00"}
    line |= {"tax_rate": "", "evidence": ""}
    rows = [line | {"order": order.number}, line | {"order": "PO-2019-00007"}]
    bill = {"orders": [order.number, "PO-2019-00007"], "lines": rows, "currency": "EUR"}

    charges = charging.desk.reads(lambda uow: charges_of(bill, orders_of(uow, bill, {"orders": []})))

    assert [(one.order, one.order_line_id) for one in charges] == [
        (order.number, charging.line().id),
        ("PO-2019-00007", None),
    ]


def test_whoever_found_the_goods_good_releases_nothing_of_them(charging: Any, hire: Any) -> None:
    charging.desk.writes(lambda uow: uow.change(Part, charging.buying.seal.id, inspected=True))
    order = charging.received()
    judge = hire("Rosa Lind", "finance+supervisor")
    receipt = charging.desk.all(Receipt)[-1]
    charging.desk.click(inspecting.all_good, judge, receipt.id)
    charging.comes(order, ("2", "184.00"))

    assert charging.invoice().state == "matched"
    assert charging.refusal(invoice_deeds.release, judge) == "ReleaserTookPart"


def test_what_was_released_waits_when_its_supplier_is_held_back_before_the_erp_has_it(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    charging.release()
    charging.desk.writes(lambda uow: uow.change(Supplier, 1, held=True))

    assert exported(charging) == []
    assert charging.invoice().state == "released"
    charging.desk.writes(lambda uow: uow.change(Supplier, 1, held=False))
    assert exported(charging) == ["R-7781"]


def test_an_invoice_in_another_currency_is_held_whatever_its_figures(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "184.00"), currency="USD")

    assert "currency" in charging.named()
    assert charging.refused(invoice_deeds.accept, charging.finance, *charging.carried()) == "NotAcceptable"


def test_an_invoice_after_the_receipt_was_taken_back_is_not_received(charging: Any) -> None:
    order = charging.received()
    receipt = charging.desk.all(Receipt)[-1]
    reason = {"reason": "It was another order's parcel."}
    charging.desk.submit(receipt_reversal.reversed_, charging.buying.people["supervisor"], receipt.id, **reason)

    charging.comes(order, ("2", "184.00"))

    assert charging.named() == ["not_received"]
    charging.agrees()


def test_a_form_that_was_opened_before_a_credit_note_came_accepts_nothing(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "204.00"))
    old = charging.invoice()
    charging.comes(order, ("2", "10.00"), number="G-1", title="Credit note", words="For invoice R-7781.")

    refusal = charging.refusal_of_form(invoice_deeds.accepted, old, reason="agreed on the phone")

    assert refusal == "Outdated"


GOOD, OTHER = "DE02 1203 0000 0000 2020 51", "DE02 5001 0517 0137 0750 30"


def test_another_bank_account_holds_the_supplier_until_somebody_has_called(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("1", "184.00"), number="R-1", words=f"IBAN {GOOD}")
    assert not charging.desk.one(Supplier).held

    charging.comes(order, ("1", "184.00"), number="R-2", words=f"IBAN {OTHER}")

    hold = charging.desk.one(SupplierHold)
    assert charging.desk.one(Supplier).held
    assert hold.seen == "Invoice R-2 names the bank account DE02500105170137075030, and none before it did."
    assert charging.refusal(invoice_deeds.release) == "SupplierHeld"
    assert exported(charging) == []


def test_the_account_of_every_invoice_before_holds_nobody(charging: Any) -> None:
    order = charging.received()
    for number, words in (("R-1", f"IBAN {GOOD}"), ("R-2", f"IBAN {GOOD.replace(' ', '')}"), ("R-3", "")):
        charging.comes(order, ("1", "184.00"), number=number, words=words)

    assert [row.accounts for row in charging.desk.all(Invoice)] == ["DE02120300000000202051"] * 2 + [""]
    assert not charging.desk.one(Supplier).held


def test_the_account_of_a_void_invoice_is_known_no_more(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("1", "184.00"), number="R-1", words=f"IBAN {GOOD}")
    charging.comes(order, ("1", "184.00"), number="R-2", words=f"IBAN {OTHER}")
    charging.submit(invoice_deeds.voided, reason="it was none of theirs")
    charging.desk.writes(lambda uow: uow.change(Supplier, 1, held=False))
    hold = charging.desk.one(SupplierHold).id
    charging.desk.writes(lambda uow: uow.change(SupplierHold, hold, state="lifted"))

    charging.comes(order, ("1", "184.00"), number="R-3", words=f"IBAN {OTHER}")

    assert charging.desk.one(Supplier).held
