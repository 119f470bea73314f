"""Approving by mail: taken only from whom it was asked, proven, once, and for the content that was asked about."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import approval_times, approvals, outcomes, purchase_orders, staff_letters
from handlers.approval_tokens import named_in, token
from handlers.happenings import Sent
from orders.approvals import Rule
from orders.plant import Plant
from storage.tables import Approval, ApprovalTask, InboundMail, Outgoing, Person, PurchaseOrder

OWN = "mx.halden.example; dmarc=pass header.from=halden.example"


@pytest.fixture
def asked(buying: Any) -> Any:
    """An order for EUR 368.00 whose approver has no Slack and is asked by mail."""
    bo = buying.people["approver"].id
    buying.desk.writes(lambda uow: uow.change(Person, bo, slack_id=None))
    buying.short()
    buying.request()
    return buying


def letters(buying: Any) -> list[dict[str, Any]]:
    """Return the letters to our own people, oldest first."""
    return [json.loads(row.body) for row in buying.desk.all(Outgoing, purpose=staff_letters.APPROVAL)]


def replies(buying: Any, mailbox: Any, text: str, **more: str) -> InboundMail:
    """Let the approver reply to the newest question."""
    question = next(body for body in reversed(letters(buying)) if "+ask." in body["reply_to"])
    head = {
        "From": "Bo Lindqvist <bo@halden.example>",
        "To": question["reply_to"],
        "Subject": f"Re: {question['subject']}",
        "Authentication_Results": OWN,
        "Message_ID": f"<{buying.desk.key('reply')}@halden.example>".replace(":", "."),
    } | more
    return mailbox.brings(text, **head)  # type: ignore[no-any-return]


def test_who_has_no_slack_is_asked_by_mail_with_the_same_facts(asked: Any) -> None:
    (letter,) = letters(asked)

    assert letter["to"] == ["bo@halden.example"]
    assert letter["subject"].startswith("Approve EUR 368.00 to Hartmann Seals? DR-2026-00001 [ask.")
    for said in (
        "Luis Moreno asks", "cost centre owner", "Mechanical seal 45 mm, 2 pieces: EUR 368.00", "\nCost centre 410: EUR 12,000.00, of which",
        "Total: EUR 368.00", "reply with YES alone", "<mailto:purchasing+ask.", "&body=YES>", "Only a mail from bo@halden.example",
    ):  # fmt: skip
        assert said in letter["text"], letter["text"]
    assert not [card for card in asked.desk.said("C0BUYING") if "Approve EUR" in card["text"]]


def test_57_whoever_reads_german_is_asked_and_answered_in_german_and_answers_in_it(buying: Any, mailbox: Any) -> None:
    bo = buying.people["approver"].id
    buying.desk.writes(lambda uow: uow.change(Person, bo, slack_id=None, language="de-AT"))
    buying.short()
    buying.request()

    (letter,) = letters(buying)
    assert letter["subject"].startswith("EUR 368.00 an Hartmann Seals freigeben? DR-2026-00001 [ask.")
    for said in (
        "Luis Moreno möchte bei Hartmann Seals für EUR 368.00 bestellen", "nach der Regel „cost centre owner“",
        "JA allein in der ersten Zeile", "&body=JA>", "&body=NEIN%20>", "Mechanical seal 45 mm, 2 Stück: EUR 368.00",
        "Gebraucht bis: ", "Summe: EUR 368.00", "Nur eine Mail von bo@halden.example zählt",
    ):  # fmt: skip
        assert said in letter["text"], letter["text"]

    replies(buying, mailbox, "JA, aber nur zwei")
    assert "Antworten Sie auf die Frage noch einmal" in letters(buying)[-1]["text"]
    replies(buying, mailbox, "NEIN, erst das Ersatzteil nehmen")

    assert (buying.order().state, buying.order().rejection) == ("draft", "erst das Ersatzteil nehmen")
    assert letters(buying)[-1]["subject"].startswith("Erledigt: ")


def test_57_without_a_language_of_their_own_people_are_written_to_in_the_plants(buying: Any, desk: Any) -> None:
    desk.plant = replace(desk.plant, language="de")
    bo = buying.people["approver"].id
    desk.writes(lambda uow: uow.change(Person, bo, slack_id=None))
    buying.short()

    buying.request()

    assert "freigeben?" in letters(buying)[0]["subject"]


def test_the_letter_tells_machines_not_to_answer_it(asked: Any) -> None:
    written = staff_letters.compose(letters(asked)[0]).decode()

    assert "Auto-Submitted: auto-generated" in written
    assert "X-Auto-Response-Suppress: All" in written
    assert written == staff_letters.compose(letters(asked)[0]).decode()


def test_a_yes_approves_and_is_answered(asked: Any, mailbox: Any) -> None:
    mail = replies(asked, mailbox, "YES\r\n\r\n> To approve it, reply with YES alone")

    assert (asked.order().state, asked.task().state) == ("approved", "approved")
    assert (mail.state, mail.kind) == ("settled", "approval answer")
    assert "You said yes to DR-2026-00001" in letters(asked)[-1]["text"]
    assert "answer by mail" in asked.desk.audited("DR-2026-00001")


def test_a_no_rejects_with_its_reason(asked: Any, mailbox: Any) -> None:
    replies(asked, mailbox, "NO, use the spare first")

    assert (asked.order().state, asked.order().rejection) == ("draft", "use the spare first")
    told = asked.desk.said(asked.people["technician"].slack_id)[-1]
    assert "use the spare first" in json.dumps(told)


def test_the_token_alone_is_enough_where_the_mail_server_cuts_the_address(asked: Any, mailbox: Any) -> None:
    replies(asked, mailbox, "YES", To="purchasing@halden.example")

    assert asked.order().state == "approved"


def test_a_token_in_a_subject_that_is_written_in_code_is_found(asked: Any, mailbox: Any) -> None:
    subject = f"Aw: Größe {letters(asked)[0]['subject']}"
    coded = f"=?utf-8?B?{base64.b64encode(subject.encode()).decode()}?="
    replies(asked, mailbox, "YES", To="purchasing@halden.example", Subject=coded)

    assert asked.order().state == "approved"


FORGED = [
    ("no proof", {"Authentication_Results": ""}),
    ("a proof by somebody else's server", {"Authentication_Results": "mx.elsewhere.example; dmarc=pass header.from=halden.example"}),
    ("a failed proof", {"Authentication_Results": "mx.halden.example; dmarc=fail header.from=halden.example"}),
    ("a colleague's address", {"From": "Luis Moreno <luis@halden.example>"}),
    ("a foreign address under the approver's name", {"From": "Bo Lindqvist <bo@hartmann.example>", "Authentication_Results": "mx.halden.example; dmarc=pass header.from=hartmann.example"}),
    ("two senders", {"From": "bo@halden.example, luis@halden.example"}),
]  # fmt: skip


@pytest.mark.parametrize("more", [row[1] for row in FORGED], ids=[row[0] for row in FORGED])
def test_14_an_answer_that_is_not_proven_to_be_theirs_decides_nothing_and_they_are_told_once(
    asked: Any, mailbox: Any, more: dict[str, str]
) -> None:
    first = replies(asked, mailbox, "YES", **more)
    replies(asked, mailbox, "YES please", **more)

    assert (asked.order().state, first.state) == ("pending_approval", "quarantined")
    told = [body for body in letters(asked) if "does not count" in body["text"]]
    assert [body["to"] for body in told] == [["bo@halden.example"]]


def test_13_an_automatic_reply_is_no_answer(asked: Any, mailbox: Any) -> None:
    for head in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}):
        mail = replies(asked, mailbox, f"YES {head}", **head)

        assert mail.state == "ignored"
    assert asked.order().state == "pending_approval"
    assert len(letters(asked)) == 1


def test_08_15_quoted_words_decide_nothing(asked: Any, mailbox: Any) -> None:
    replies(asked, mailbox, "> YES\r\n")

    assert asked.order().state == "pending_approval"
    assert "I cannot tell from the first line" in letters(asked)[-1]["text"]


@pytest.mark.parametrize("text", ["YES but only one", "Why two?", "NO"])
def test_an_unclear_answer_is_asked_back_once(asked: Any, mailbox: Any, text: str) -> None:
    replies(asked, mailbox, text)
    replies(asked, mailbox, f"{text}\r\n")

    assert asked.order().state == "pending_approval"
    assert [body["subject"] for body in letters(asked)][1:] == ["Nothing was done: DR-2026-00001"]


def test_html_alone_is_read_without_its_quote(asked: Any, mailbox: Any) -> None:
    html = "<div>NO, too dear</div><div class='gmail_quote'>On Monday: <blockquote>YES</blockquote></div>"
    replies(asked, mailbox, html, Content_Type="text/html; charset=utf-8")

    assert asked.order().rejection == "too dear"


def test_6_a_second_use_is_answered_with_what_was_decided(asked: Any, mailbox: Any) -> None:
    replies(asked, mailbox, "YES")
    replies(asked, mailbox, "YES\r\nBo")
    replies(asked, mailbox, "NO, I changed my mind")

    assert asked.order().state == "approved"
    assert [body["text"].partition(".")[0] for body in letters(asked)[2:]] == [
        "Already approved by Bo Lindqvist at 10:12"
    ]


def test_08_07_an_answer_about_changed_content_is_superseded(asked: Any, mailbox: Any) -> None:
    asked.desk.submit(purchase_orders.edited, asked.people["technician"], 1, quantity="3")
    replies(asked, mailbox, "YES")

    assert asked.order().state == "draft"
    assert "was changed at 10:12, so this prompt is void" in letters(asked)[-1]["text"]


def test_7_the_answer_to_an_earlier_question_does_not_approve_the_next_content(asked: Any, mailbox: Any) -> None:
    old = letters(asked)[0]
    asked.desk.submit(purchase_orders.edited, asked.people["technician"], 1, quantity="3")
    asked.request()
    replies(asked, mailbox, "YES", To=old["reply_to"], Subject=old["subject"])

    assert asked.order().state == "pending_approval"
    assert "this prompt is void" in letters(asked)[-1]["text"]
    replies(asked, mailbox, "YES\r\nBo")
    assert asked.order().state == "approved"


def test_a_token_is_bound_to_person_question_and_content(asked: Any, plant: Plant) -> None:
    task, run = asked.task(), asked.desk.one(Approval)
    sign = token(plant, task, run.content_hash)
    last = "0" if sign[-1] != "0" else "1"

    def known(written: str) -> bool:
        return bool(asked.desk.reads(lambda uow: named_in(uow, written)) is not None)

    assert known(f"purchasing+{sign}@halden.example")
    assert not known(sign[:-1] + last)
    assert not known(sign.replace(f"ask.{task.id}.", f"ask.{task.id + 1}."))
    assert not known(sign.replace(run.content_hash[:8], "0" * 8))
    asked.desk.writes(lambda uow: uow.change(ApprovalTask, task.id, person_id=asked.people["technician"].id))
    assert not known(sign)


def test_a_stranger_with_a_made_up_token_is_read_as_any_other_mail(asked: Any, mailbox: Any) -> None:
    made_up = "purchasing+ask.1.00000000.0000000000000000@halden.example"
    mail = replies(asked, mailbox, "YES", To=made_up, Subject="Re: approve")

    assert mail.kind != "approval answer"
    assert (asked.order().state, len(letters(asked))) == ("pending_approval", 1)


def test_2_the_requester_never_approves_by_mail_either(asked: Any, mailbox: Any) -> None:
    bo = asked.people["approver"].id
    order = asked.order()
    asked.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, requested_by_id=bo))
    replies(asked, mailbox, "YES")

    assert asked.order().state == "pending_approval"
    assert "You cannot approve this order" in letters(asked)[-1]["text"]


def test_somebody_who_has_left_decides_nothing(asked: Any, mailbox: Any) -> None:
    asked.desk.writes(lambda uow: uow.change(Person, asked.people["approver"].id, active=False))
    replies(asked, mailbox, "YES")

    assert asked.order().state == "pending_approval"


def test_an_answer_after_the_question_ran_out_makes_the_order_a_draft(asked: Any, mailbox: Any) -> None:
    asked.desk.later(days=10)
    replies(asked, mailbox, "YES")

    assert asked.order().state == "draft"
    assert "Nobody answered in time" in letters(asked)[-1]["text"]


def test_a_yes_to_a_question_that_has_to_be_put_anew_is_answered_with_that(
    asked: Any, mailbox: Any, finance: Person, plant: Plant
) -> None:
    everything = Rule("Everything", ("role:finance",))
    asked.desk.plant = replace(plant, approval_rules=(*plant.approval_rules, everything))
    replies(asked, mailbox, "YES")

    assert asked.order().state == "pending_approval"
    refused = next(body for body in letters(asked) if body["subject"].startswith("Nothing was done"))
    assert "The rules ask by “Everything” as well by now" in refused["text"]


def test_a_silent_person_is_reminded_by_mail(asked: Any) -> None:
    asked.desk.later(hours=5)
    order = asked.order()
    asked.desk.writes(lambda uow: approval_times.tend(uow, order.id))

    assert letters(asked)[-1]["subject"].startswith("Reminder: Approve EUR 368.00")
    assert letters(asked)[-1]["reply_to"] == letters(asked)[0]["reply_to"]


def test_a_letter_that_could_not_leave_is_written_down(asked: Any) -> None:
    row = asked.desk.all(Outgoing, purpose=staff_letters.APPROVAL)[0]
    asked.desk.writes(lambda uow: outcomes.settle(uow, None, Sent("k", row.id, "refused", "550 no such user", {})))

    assert "letter refused" in asked.desk.audited("DR-2026-00001")


def test_without_mail_set_up_the_question_stands_in_the_purchasing_channel(buying: Any, plant: Plant) -> None:
    buying.desk.plant = replace(plant, mail=replace(plant.mail, secret=""))
    buying.desk.writes(lambda uow: uow.change(Person, buying.people["approver"].id, slack_id=None))
    buying.short()
    buying.request()

    assert letters(buying) == []
    assert buying.desk.card("po:1:task:1")["channel"] == "C0BUYING"


def test_who_is_only_told_and_has_no_slack_reads_a_mail_without_a_way_to_answer(
    buying: Any, plant: Plant, finance: Person
) -> None:
    told = Rule("Controller", ("role:finance",), notify=True)
    buying.desk.plant = replace(plant, approval_rules=(plant.approval_rules[0], told))
    buying.desk.writes(lambda uow: uow.change(Person, finance.id, slack_id=None))
    buying.short()
    buying.request()

    (letter,) = letters(buying)
    assert letter["subject"] == "For you to know: EUR 368.00 to Hartmann Seals DR-2026-00001"
    assert "ask." not in letter["reply_to"] + letter["text"]


def test_a_mail_and_a_button_cannot_both_decide(asked: Any, mailbox: Any, plant: Plant) -> None:
    asked.desk.writes(lambda uow: uow.change(Person, asked.people["approver"].id, slack_id="U0BO"))
    asked.desk.click(approvals.approve, asked.people["approver"], asked.order().id, asked.task().id)
    replies(asked, mailbox, "NO, too late")

    assert asked.order().state == "approved"
    assert "Already approved by Bo Lindqvist" in letters(asked)[-1]["text"]
