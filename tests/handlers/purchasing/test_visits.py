"""A job goes to a contractor by mail, their answers come into its thread, and accepting the work is its receipt."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from handlers import plain_letters, visits
from storage.tables import (
    Asset,
    Enclosure,
    InboundMail,
    Outgoing,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Supplier,
    Visit,
    WorkOrderHold,
    WorkOrderTime,
)
from tests.handlers.purchasing.conftest import PASS

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order that the supplier has, with a service beside its goods."""
    order = buying.sent()
    centre = buying.line().cost_centre_id
    buying.desk.writes(
        lambda uow: uow.add(
            PurchaseOrderLine, order_id=order.id, line=2, description="Align the shaft", quantity=4000, unit="HUR",
            price=950_000, cost_centre_id=centre,
        )
    )  # fmt: skip
    buying.desk.writes(lambda uow: uow.change(Asset, buying.job.asset_id, safety="LOTO-17: lock out Q3"))
    return buying.order()


def goes_out(buying: Any, order: Any, words: str = "", by: str = "supervisor") -> Any:
    given = f"{order.number} {words}"
    return buying.desk.writes(lambda uow: visits.typed(uow, buying.job.number, given), by=buying.people[by])


def refused(buying: Any, order: Any, by: str = "supervisor") -> str:
    """Return the refusal of sending the job out."""
    from orders.errors import Refusal

    def works(uow: Any) -> str:
        try:
            visits.typed(uow, buying.job.number, order.number or "")
        except Refusal as refusal:
            return str(refusal)
        return ""

    said: str = buying.desk.writes(works, by=buying.people[by])
    return said


def request(buying: Any) -> dict[str, Any]:
    rows = [row for row in buying.desk.all(Outgoing, wire="mail") if row.purpose == visits.PURPOSE]
    body: dict[str, Any] = json.loads(rows[-1].body)
    return body


def writes(buying: Any, mailbox: Any, text: str, photo: bytes = b"", **head: str) -> InboundMail:
    """Let the contractor reply to the mail."""
    mail = EmailMessage(policy=SMTP)
    given = {
        "Authentication-Results": PASS,
        "From": "Hartmann Service <service@hartmann.example>",
        "To": request(buying)["reply_to"],
        "Subject": "Re: work order",
        "Message-ID": f"<{abs(hash(text + str(head)))}@hartmann.example>",
        "Date": "Mon, 23 Nov 2026 10:00:00 +0000",
    } | {name.replace("_", "-"): said for name, said in head.items()}
    for name, said in given.items():
        if said:
            mail[name] = said
    mail.set_content(text)
    if photo:
        mail.add_attachment(photo, maintype="image", subtype="png", filename="after.png")
    mailbox.put(mail.as_bytes())
    mailbox.reads()
    last: InboundMail = buying.desk.all(InboundMail)[-1]
    return last


def visit(buying: Any) -> Visit:
    found: Visit = buying.desk.all(Visit)[-1]
    return found


def test_a_job_goes_out_by_mail_with_its_safety_notes_and_an_address_of_its_own(buying: Any, order: Any) -> None:
    told = goes_out(buying, order, "bring a lift")

    mail = message_from_bytes(plain_letters.compose(request(buying)), policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    assert "goes to Hartmann Seals by mail" in told.private
    assert "LOTO-17: lock out Q3" in text
    assert "bring a lift" in text
    assert order.number in text
    assert buying.job.number in mail["Reply-To"]
    assert mail["To"] == "orders@hartmann.example"
    assert visit(buying).state == "asked"


def test_it_goes_to_the_address_for_service_where_there_is_one(buying: Any, order: Any) -> None:
    to = "fitters@hartmann.example"
    buying.desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, email_service=to))

    goes_out(buying, order)

    assert request(buying)["to"] == [to]


def test_accept_date_question_photo_and_done_come_into_the_thread(buying: Any, mailbox: Any, order: Any) -> None:
    goes_out(buying, order)

    first = writes(buying, mailbox, "We accept and come on 2026-11-27.")
    agreed = visit(buying)
    writes(buying, mailbox, "Is there a crane in the hall?")
    asked = visit(buying)
    writes(buying, mailbox, "The work is done.", photo=PNG)
    done = visit(buying)

    thread = [line for line in buying.desk.lines() if "writes:" in line]
    assert (first.state, agreed.state, agreed.planned_on.isoformat()) == ("settled", "agreed", "2026-11-27")
    assert (asked.state, done.state) == ("agreed", "done")
    assert ["accept" in thread[0], "crane" in thread[1], "1 picture is kept" in thread[2]] == [True] * 3
    assert buying.desk.one(Enclosure, subject=buying.job.number).name == "after.png"
    assert "Accept the work" in json.dumps(buying.desk.card(f"visit:{done.id}"))


def test_accepting_the_work_is_its_receipt_and_nothing_is_received_before(
    buying: Any, mailbox: Any, order: Any
) -> None:
    goes_out(buying, order)
    writes(buying, mailbox, "The work is done.")
    before = len(buying.desk.all(Receipt))

    buying.desk.click(visits.accept, buying.people["supervisor"], visit(buying).id)

    line = buying.desk.one(PurchaseOrderLine, order_id=order.id, line=2)
    receipt = buying.desk.one(Receipt)
    assert before == 0
    assert (line.received, line.accepted) == (4000, 4000)
    assert (receipt.state, receipt.posted_by_id) == ("posted", buying.people["supervisor"].id)
    assert visit(buying).state == "taken_over"
    assert buying.refuses(visits.accept, "supervisor", visit(buying).id) == "NotPossible"


def test_work_that_is_not_done_goes_back_and_nothing_is_received(buying: Any, mailbox: Any, order: Any) -> None:
    goes_out(buying, order)
    writes(buying, mailbox, "Done.")

    buying.desk.click(visits.send_back, buying.people["supervisor"], visit(buying).id)

    assert (visit(buying).state, buying.desk.all(Receipt)) == ("agreed", [])


@pytest.mark.parametrize("by", ["technician", "storekeeper"])
def test_only_a_supervisor_accepts_the_work(buying: Any, mailbox: Any, order: Any, by: str) -> None:
    goes_out(buying, order)
    writes(buying, mailbox, "Done.")

    assert buying.refuses(visits.accept, by, visit(buying).id) == "NotYours"


def test_whoever_approved_the_order_does_not_accept_its_work(buying: Any, mailbox: Any, order: Any) -> None:
    from storage.tables import Person

    number = buying.people["approver"].id
    buying.desk.writes(lambda uow: uow.change(Person, number, roles="approver+supervisor"))
    goes_out(buying, order)
    writes(buying, mailbox, "Done.")

    assert buying.refuses(visits.accept, "approver", visit(buying).id) == "ReceiverIsApprover"
    assert (visit(buying).state, buying.desk.all(Receipt)) == ("done", [])


FOREIGN = {
    "unproven": {"Authentication_Results": ""},
    "a stranger": {"From": "Somebody <x@elsewhere.example>", "Authentication_Results": PASS.replace("hartmann", "elsewhere")},
    "forged": {"Authentication_Results": PASS.replace("pass", "fail")},
}  # fmt: skip


@pytest.mark.parametrize("who", FOREIGN)
def test_an_answer_that_is_not_proven_to_be_theirs_changes_nothing(
    buying: Any, mailbox: Any, order: Any, who: str
) -> None:
    goes_out(buying, order)

    mail = writes(buying, mailbox, "The work is done.", **FOREIGN[who])

    assert mail.state in {"asked", "quarantined"}
    assert visit(buying).state == "asked"
    assert not [line for line in buying.desk.lines() if "writes:" in line]


def test_an_absence_note_and_quoted_words_change_nothing(buying: Any, mailbox: Any, order: Any) -> None:
    goes_out(buying, order)

    writes(buying, mailbox, "We accept: I am away.", Auto_Submitted="auto-replied", Subject="Automatic reply")
    writes(buying, mailbox, "Which gate?\n\nOn Mon, 23 Nov 2026 Halden Works wrote:\n> the work is done\n")

    assert visit(buying).state == "asked"


def test_a_guessed_address_is_no_address_of_a_job(buying: Any, mailbox: Any, order: Any) -> None:
    goes_out(buying, order)
    to = f"purchasing+{buying.job.number}.0123456789@halden.example"

    writes(buying, mailbox, "The work is done.", To=to)

    assert visit(buying).state == "asked"


def test_nobody_is_sent_before_the_service_is_ordered_and_only_once(buying: Any, order: Any) -> None:
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="approved"))
    early = refused(buying, order)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="sent"))
    goes_out(buying, order)

    assert "has to be ordered before" in early
    assert "was sent to a job" in refused(buying, order)
    assert len(buying.desk.all(Visit)) == 1


@pytest.mark.parametrize("by", ["technician", "storekeeper"])
def test_only_supervisors_and_buyers_send_a_job_outside(buying: Any, order: Any, by: str) -> None:
    assert "Only supervisors and buyers" in refused(buying, order, by=by)


def test_a_held_supplier_and_an_order_without_service_are_refused(buying: Any, order: Any) -> None:
    line = buying.desk.one(PurchaseOrderLine, order_id=order.id, line=2)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, cancelled=4000))
    nothing = refused(buying, order)
    buying.desk.writes(lambda uow: uow.change(Supplier, order.supplier_id, held=True))

    assert "has no service that is still open" in nothing
    assert "is held back" in refused(buying, order)


def test_the_time_of_arrival_stands_beside_the_day_and_questions_set_none(
    buying: Any, mailbox: Any, order: Any
) -> None:
    goes_out(buying, order)

    writes(buying, mailbox, "We accept and come on 2026-11-27 at 10:30.")
    first = visit(buying).planned_at
    writes(buying, mailbox, "Is the gate open at 06:00?")

    assert (first, visit(buying).planned_at) == ("10:30", "10:30")
    assert "Fri 27 Nov 10:30" in json.dumps(buying.desk.card(f"visit:{visit(buying).id}"))


def test_the_job_waits_for_the_contractor_until_the_work_is_accepted(buying: Any, mailbox: Any, order: Any) -> None:
    for row in buying.desk.all(WorkOrderTime):
        buying.desk.writes(lambda uow, row=row: uow.change(WorkOrderTime, row.id, ended_at=buying.desk.now))
    goes_out(buying, order)
    waits = [row.reason for row in buying.desk.all(WorkOrderHold) if row.released_at is None]
    writes(buying, mailbox, "The work is done.", photo=PNG)
    shown = json.dumps(buying.desk.card(f"visit:{visit(buying).id}"))
    claimed = [row.reason for row in buying.desk.all(WorkOrderHold) if row.released_at is None]
    buying.desk.click(visits.accept, buying.people["supervisor"], visit(buying).id)

    assert "vendor" in waits
    assert "vendor" in claimed
    assert "vendor" not in [row.reason for row in buying.desk.all(WorkOrderHold) if row.released_at is None]
    assert "1 kept with the job" in shown


def test_somebody_of_ours_who_works_meanwhile_is_not_stopped(buying: Any, mailbox: Any, order: Any) -> None:
    running = {"person_id": buying.people["technician"].id, "started_at": buying.desk.now}
    buying.desk.writes(lambda uow: uow.add(WorkOrderTime, work_order_id=buying.job.id, **running))

    goes_out(buying, order)

    assert "vendor" not in [row.reason for row in buying.desk.all(WorkOrderHold)]
