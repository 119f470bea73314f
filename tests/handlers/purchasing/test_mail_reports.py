"""Faults that colleagues report by mail: taken in when proven, answered in the same thread, replies kept, and never a supplier's."""

import json
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest

from handlers import staff_letters, triage
from orders.plant import Channels
from storage.tables import Enclosure, Outgoing, Request, WorkOrder

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def letters(desk: Any) -> list[Any]:
    rows = desk.all(Outgoing, purpose=staff_letters.REQUEST)
    return [message_from_bytes(staff_letters.compose(json.loads(row.body)), policy=policy.default) for row in rows]


def test_a_colleagues_mail_becomes_a_work_order_and_is_answered_in_the_same_thread(
    desk: Any, colleague: Any, pump: Any, writes: Any
) -> None:
    mail = writes("It drips on the floor.\n\n-- \nErik Dahl, Quality", ("leak.png", PNG))

    order, request, (letter,) = desk.one(WorkOrder), desk.one(Request), letters(desk)
    assert (mail.state, mail.kind) == ("settled", "report")
    assert (order.asset_id, order.reported_by_id, order.title) == (pump.id, colleague.id, "Seal leaking on P-101")
    assert "Quality" not in order.description
    assert (letter["In-Reply-To"], letter["References"]) == (mail.message_id, mail.message_id)
    assert letter["To"] == colleague.email
    assert letter["Subject"] == f"Re: Seal leaking on P-101 [{request.number}]"
    assert order.number in letter.get_content()
    assert "kept: 1" in letter.get_content()
    assert {row.subject for row in desk.all(Enclosure)} == {request.number, order.number}
    assert [json.loads(row.body)["name"] for row in desk.all(Outgoing, wire="file")] == ["leak.png"]


def test_with_planners_it_waits_for_them_and_the_outcome_is_mailed(
    desk: Any, colleague: Any, conveyor: Any, supervisor: Any, writes: Any
) -> None:
    desk.plant = replace(desk.plant, channels=Channels(faults=("C0FAULTS",), planning="C0PLAN"))
    writes("It rattles.", Subject="C-20 is noisy")
    request = desk.one(Request)

    desk.submit(triage.asked, supervisor, request.id, reason="Since when?")
    writes("Since Monday.\n\nOn Mon, 23 Nov 2026 at 10:12 Halden Works wrote:\n> Since when?", Subject="Re: C-20 is noisy", To=json.loads(desk.all(Outgoing, purpose=staff_letters.REQUEST)[-1].body)["reply_to"])  # fmt: skip
    answered = desk.one(Request)
    desk.click(triage.accept, supervisor, request.id)

    said = [letter.get_content() for letter in letters(desk)]
    assert answered.state == "new"
    assert "Since Monday." in answered.description
    assert "> " not in answered.description
    assert [("planners decide" in said[0]), ("Since when?" in said[1]), ("is open" in said[2])] == [True, True, True]
    assert desk.one(WorkOrder).reported_by_id == colleague.id


@pytest.mark.parametrize("by", ["address", "references", "subject"])
def test_a_reply_finds_the_thread_and_becomes_a_note_of_the_work_order(
    desk: Any, colleague: Any, pump: Any, writes: Any, by: str
) -> None:
    first = writes("It drips.")
    sent = json.loads(desk.all(Outgoing, purpose=staff_letters.REQUEST)[-1].body)
    head = {
        "address": {"To": sent["reply_to"]},
        "references": {"References": f"{first.message_id} {sent['message_id']}"},
        "subject": {"Subject": sent["subject"]},
    }[by]

    mail = writes("It is the lower seal, see photo.", ("lower.png", PNG + b"2"), **({"Subject": "Re: seal"} | head))

    assert len(desk.all(WorkOrder)) == 1
    assert mail.state == "settled"
    assert any("Erik Dahl writes by mail" in line and "lower seal" in line for line in desk.lines())
    assert "reply by mail" in desk.audited(desk.one(Request).number)
    assert len(desk.all(Enclosure, subject=desk.one(WorkOrder).number)) == 1


def test_the_reporter_takes_it_back_by_mail_and_hears_when_that_is_too_late(
    desk: Any, colleague: Any, conveyor: Any, supervisor: Any, writes: Any
) -> None:
    desk.plant = replace(desk.plant, channels=Channels(faults=("C0FAULTS",), planning="C0PLAN"))
    writes("It rattles.", Subject="C-20 is noisy")
    to = json.loads(desk.all(Outgoing, purpose=staff_letters.REQUEST)[-1].body)["reply_to"]

    writes("WITHDRAW", To=to)
    state = desk.one(Request).state
    writes("Withdraw!", To=to)

    said = [letter.get_content() for letter in letters(desk)]
    assert state == "withdrawn"
    assert "taken back" in said[-2]
    assert "Nothing was changed" in said[-1]


def test_the_end_of_the_work_is_mailed_to_whoever_reported_it(
    desk: Any, colleague: Any, pump: Any, technician: Any, supervisor: Any, writes: Any
) -> None:
    from handlers import closing

    writes("It drips.")

    desk.submit(closing.cancelled, supervisor, desk.one(WorkOrder).id, reason="It was condensation.")

    assert "was cancelled" in letters(desk)[-1].get_content()


def test_files_that_are_not_kept_are_named_in_the_answer_and_the_report_stands(
    desk: Any, colleague: Any, pump: Any, writes: Any
) -> None:
    writes("It drips.", ("setup.png", b"MZ\x90\x00"), ("leak.bin", PNG))

    text = letters(desk)[-1].get_content()
    assert desk.one(WorkOrder).state == "ready"
    assert "The file setup.png was not kept" in text
    assert [row.name for row in desk.all(Enclosure, subject=desk.one(WorkOrder).number)] == ["leak.bin"]


@pytest.mark.parametrize(
    "head",
    [
        {"Authentication-Results": ""},
        {"Authentication-Results": "mx.halden.example; dmarc=fail header.from=halden.example"},
        {"Authentication-Results": "mx.evil.example; dmarc=pass header.from=halden.example"},
        {"From": "Erik Dahl <erik@haiden.example>"},
        {"From": "Erik Dahl <erik@gmail.example>", "Authentication-Results": "mx.halden.example; dmarc=pass header.from=gmail.example"},
        {"Auto-Submitted": "auto-replied"},
        {"Subject": "Fwd: Seal leaking on P-101"},
    ],
)  # fmt: skip
def test_what_is_not_proven_or_not_written_by_a_colleague_stays_in_the_mailroom(
    desk: Any, colleague: Any, pump: Any, writes: Any, head: dict[str, str]
) -> None:
    mail = writes("It drips.", **head)

    assert desk.all(WorkOrder) == []
    assert desk.all(Request) == []
    assert letters(desk) == []
    assert mail.state in {"asked", "ignored", "quarantined"}


def test_a_suppliers_mail_is_never_a_report(desk: Any, colleague: Any, pump: Any, supplier: Any, writes: Any) -> None:
    writes(
        "The seal of P-101 is leaking.",
        From="Jana Hartmann <jana@hartmann.example>",
        Authentication_Results="mx.halden.example; dmarc=pass header.from=hartmann.example",
    )

    assert desk.all(Request) == []
    assert desk.all(WorkOrder) == []


@pytest.mark.parametrize("text", ["Lunch is at twelve.", "Thank you all!", "Please order two seals for the workshop."])
def test_what_tells_of_no_fault_stays_in_the_mailroom(
    desk: Any, colleague: Any, pump: Any, writes: Any, text: str
) -> None:
    writes(text, Subject="Hello")

    assert desk.all(Request) == []


def test_the_same_fault_again_by_mail_says_that_it_looks_the_same(
    desk: Any, colleague: Any, conveyor: Any, writes: Any
) -> None:
    writes("It rattles.", Subject="C-20 is noisy")
    writes("C-20 makes a noise, really loud.", Subject="Noise at C-20")

    assert len(desk.all(WorkOrder)) == 1
    assert "looks like" in letters(desk)[-1].get_content()


def test_a_german_colleague_is_answered_in_german(desk: Any, hire: Any, pump: Any, writes: Any) -> None:
    hire("Erik Dahl", "operator", slack_id=None, language="de")

    writes("Die Pumpe tropft.")

    assert "Arbeitsauftrag" in letters(desk)[-1].get_content()
