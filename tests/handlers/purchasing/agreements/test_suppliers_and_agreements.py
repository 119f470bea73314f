"""What a supplier's mail does to an agreement, and a release that is asked for in a job's thread."""

import json
from typing import Any

import pytest

from handlers import call_offs, people, supplier_mail
from orders.agreements import AgreementState
from storage.tables import ApprovalTask, InboundMail, PurchaseOrder, PurchaseOrderLine, WorkOrder


@pytest.fixture
def mailed(agreeing: Any) -> PurchaseOrder:
    """A blanket order that the supplier has and has not answered."""
    order = agreeing.draft()
    agreeing.request(order)
    agreeing.approve(order)
    agreeing.buying.relay("leaving", "accepted")
    return agreeing.order(order)


def settles(agreeing: Any, mailbox: Any, order: PurchaseOrder, response: str) -> InboundMail:
    reading = mailbox.reading(order, kind="order_response", response=response, quantity="0")
    reading.values["lines"] = []
    mailbox.put(mailbox.letter("Our answer."))
    agreeing.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))
    return agreeing.desk.one(InboundMail)


def test_a_supplier_who_accepts_by_mail_brings_the_agreement_into_force(
    agreeing: Any, mailbox: Any, mailed: PurchaseOrder
) -> None:
    mail = settles(agreeing, mailbox, mailed, "accepted")

    agreeing.tend()

    assert (mail.state, agreeing.order(mailed).state) == ("settled", "accepted")
    assert agreeing.state(mailed) == "active"
    assert agreeing.types("PO-1", "2 seal").startswith("Requested")


def test_a_supplier_who_accepts_never_closes_a_blanket_order(
    agreeing: Any, mailbox: Any, mailed: PurchaseOrder
) -> None:
    settles(agreeing, mailbox, mailed, "accepted")

    assert agreeing.order(mailed).state == "accepted"


def test_a_supplier_who_refuses_ends_the_agreement(agreeing: Any, mailbox: Any, mailed: PurchaseOrder) -> None:
    settles(agreeing, mailbox, mailed, "rejected")

    agreeing.tend()

    assert agreeing.state(mailed) == AgreementState.CANCELLED
    assert "is cancelled, so nothing can be ordered from it." in agreeing.types("PO-1", "2 seal")
    card = json.dumps(agreeing.desk.card(f"agreement:{mailed.id}"))
    assert "agreement.order" not in card


def test_an_agreement_that_nobody_accepted_ends_with_its_last_day(agreeing: Any, mailed: PurchaseOrder) -> None:
    agreeing.desk.later(days=400)

    agreeing.tend()

    assert agreeing.state(mailed) == "expired"


def test_a_release_in_a_jobs_thread_is_for_that_job(agreeing: Any) -> None:
    agreeing.active()
    job: WorkOrder = agreeing.buying.job

    def asks(uow: Any) -> Any:
        uow.actor = people.actor(agreeing.buying.people["technician"])
        return call_offs.typed(uow, "PO-1", "2 seal by fri", uow.get(WorkOrder, job.id))

    agreeing.desk.writes(asks)

    release = agreeing.desk.all(PurchaseOrder)[-1]
    line = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)[0]
    assert (release.kind, line.work_order_id) == ("release", job.id)
    task = agreeing.desk.all(ApprovalTask)[-1]
    asked = json.dumps(agreeing.desk.card(f"po:{release.id}:task:{task.id}"))
    assert "CIP return pump P-101" in asked
