"""Invoices from mails: written down once, never as a receipt, and asked about where anything is unclear."""

from typing import Any

from storage.tables import InboundMail, Invoice, Receipt


def test_an_invoice_by_mail_is_written_down_and_fits(charging: Any) -> None:
    order = charging.received()
    receipts = len(charging.desk.all(Receipt))

    mail = charging.comes(order, ("2", "184.00"))

    assert (mail.kind, mail.state) == ("invoice", "settled")
    invoice = charging.invoice()
    assert (invoice.number, invoice.state, invoice.total, invoice.currency) == ("R-7781", "matched", 36800, "EUR")
    assert str(invoice.due_on) == "2026-12-24"
    assert charging.line().billed == 2000
    assert len(charging.desk.all(Receipt)) == receipts
    charging.agrees()


def test_a_mail_that_is_an_invoice_never_becomes_a_receipt(charging: Any) -> None:
    order = charging.buying.sent(2000)

    charging.comes(order, ("2", "184.00"), words="The goods were delivered on 20 Nov 2026.")

    assert charging.desk.all(Receipt) == []


def test_an_invoice_that_does_not_add_up_is_asked_about_and_nothing_is_written(charging: Any) -> None:
    order = charging.received()

    text = charging.bill(order, ("2", "184.00")).replace("368.00</p>", "386.00</p>")
    mail = charging.mailbox.brings(text, Subject="Invoice R-7781")

    assert mail.state == "asked"
    assert charging.desk.all(Invoice) == []
    assert "386.00" in str(charging.cards()[-1])


def test_finance_writes_down_what_could_not_be_read(charging: Any) -> None:
    order = charging.received()
    mail = charging.mailbox.brings(
        f"INVOICE R-7790\nInvoice date: 24 Nov 2026\nYour order {order.number}\nas agreed, EUR 368.00\n",
        Subject="Invoice R-7790",
    )
    assert mail.state == "asked"

    told = charging.enter(
        mail, number="R-7790", issued_on="2026-11-24", lines=f"{order.number}/1: 2 x 184.00", total="EUR 368.00"
    )

    assert "written down" in told.private
    assert charging.invoice().state == "matched"
    assert charging.desk.one(InboundMail, id=mail.id).state == "settled"
