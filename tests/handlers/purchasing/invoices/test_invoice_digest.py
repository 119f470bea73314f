"""What finance is told once a day about invoices."""

import json
from datetime import timedelta
from typing import Any

from handlers import invoice_digest
from storage.tables import Invoice, Outgoing, Supplier


def told(charging: Any) -> str:
    """Return the digest of now, empty where nothing is told."""
    before = len(charging.desk.all(Outgoing))
    charging.desk.writes(invoice_digest.tell_day)
    rows = charging.desk.all(Outgoing)[before:]
    return "\n".join(json.dumps(json.loads(row.body), ensure_ascii=False) for row in rows)


def test_a_day_without_invoices_tells_nothing(charging: Any) -> None:
    charging.received()

    assert told(charging) == ""


def test_84_the_day_tells_what_waits_to_be_released_the_earliest_due_first(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("1", "184.00"), number="R-1")
    charging.comes(order, ("1", "184.00"), number="R-2")
    second = charging.invoice().id
    due = charging.desk.now.date() - timedelta(days=2)
    charging.desk.writes(lambda uow: uow.change(Invoice, second, due_on=due))

    said = told(charging)

    assert "Invoices today: 2 to release" in said
    assert "To release: EUR 368.00" in said
    assert said.index("R-2 of Hartmann Seals, EUR 184.00: was due") < said.index("R-1 of Hartmann Seals")
    assert '"channel": "' + charging.finance.slack_id in said


def test_85_the_day_tells_what_is_held_and_why(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("1", "220.00"), number="R-1")
    charging.comes(order, ("3", "184.00"), number="R-2")

    said = told(charging)

    assert "2 to decide" in said
    assert "1 price too high" in said
    assert "R-2 of Hartmann Seals, EUR 552.00: More than ordered" in said


def test_86_the_day_tells_which_disputes_are_unanswered_and_for_how_long(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "220.00"), number="R-1")
    charging.writes("answer")
    charging.desk.now += timedelta(days=3)

    said = told(charging)

    assert "1 without an answer" in said
    assert "R-1 of Hartmann Seals, EUR 440.00: disputed 3 days ago" in said


def test_84_the_day_tells_what_was_released_and_never_exported(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"), number="R-1")
    charging.release()
    charging.desk.writes(lambda uow: uow.change(Supplier, 1, held=True))

    said = told(charging)

    assert "1 not with the ERP" in said
    assert "R-1 of Hartmann Seals, EUR 368.00 (held back: somebody may be pretending to be the supplier)" in said


def test_a_mail_whose_invoice_nobody_wrote_down_is_told_and_one_that_is_done_is_not(charging: Any) -> None:
    order = charging.received()
    body = charging.bill(order, ("2", "184.00"), number="R-1").replace("Total amount EUR 368.00", "Total amount 368.00")
    charging.mailbox.brings(body, Subject="Invoice R-1")

    assert "1 mail asks what an invoice says" in told(charging)
