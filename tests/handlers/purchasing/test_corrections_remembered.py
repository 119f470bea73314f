"""What a correction teaches is asked about, remembered with its origin, changed, revoked, and read by at once."""

import json
from typing import Any

import pytest

from handlers import mail_corrections, mail_rules, supplier_mail
from handlers.happenings import Answer, Submission
from handlers.ids import value
from storage.tables import InboundMail, Outgoing, PurchaseOrder, PurchaseOrderLine, ReadingRule, Receipt

HEADS = "<tr><th>Pos</th><th>Article</th><th>Qty</th><th>Raus</th></tr>"
RAUS = "Column “raus” means shipped now"


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


class School:
    """A supplier whose notes bear a column that only people understand, and the people who teach it."""

    def __init__(self, buying: Any, mailbox: Any, order: PurchaseOrder) -> None:
        self.buying, self.desk, self.mailbox, self.order = buying, buying.desk, mailbox, order

    def note(self, quantity: str, number: str, **more: str) -> InboundMail:
        """Bring a note that the reader does not understand."""
        part = self.desk.all(PurchaseOrderLine, order_id=self.order.id)[0].supplier_part
        row = f"<tr><td>1</td><td>{part}</td><td>10</td><td>{quantity}</td></tr>"
        head = f"<p>Delivery note {number} for your order {self.order.number}. The goods left today with DHL.</p>"
        mail: InboundMail = self.mailbox.brings(f"{head}<table>{HEADS}{row}</table>", **more)
        return mail

    def corrects(self, mail: InboundMail, by: str = "storekeeper", **fields: str) -> None:
        """Say what a mail means."""
        form = self.desk.click(mail_corrections.correct, self.buying.people[by], mail.id).modal
        line = self.desk.all(PurchaseOrderLine, order_id=self.order.id)[0].id
        given = {"kind": "despatch", "row_0_line": str(line)} | fields
        private = form["private_metadata"]
        what = Submission(self.desk.key("view"), self.buying.people[by].slack_id, "correct_mail", private, given)
        answer = self.desk.does(mail_corrections.corrected, what)
        assert not answer.errors, answer

    def thinks(self) -> None:
        """Think about every correction, as the intake does."""
        for mail_id in self.desk.reads(mail_rules.to_think):
            raw, known, correction = self.desk.reads(lambda uow, mail_id=mail_id: mail_rules.case(uow, mail_id))
            given = {"mail_id": mail_id, "correction": correction, "rules": mail_rules.thought(raw, known, correction)}
            self.desk.writes(lambda uow, given=given: mail_rules.learnt(uow, **given))

    def taught(self, quantity: str = "6", number: str = "LS-1") -> InboundMail:
        """Bring a note, correct it, think about it, and remember what it teaches."""
        mail = self.note(quantity, number)
        self.corrects(mail, row_0_quantity=quantity)
        self.thinks()
        self.press(mail_rules.remember, mail.id)
        return mail

    def press(self, handler: Any, number: int, by: str = "storekeeper") -> Answer:
        answer: Answer = self.desk.click(handler, self.buying.people[by], number)
        return answer

    def edits(self, rule: ReadingRule, means: str, by: str = "storekeeper") -> Answer:
        slack_id = self.buying.people[by].slack_id
        private = value(rule.id, rule.version)
        what = Submission(self.desk.key("view"), slack_id, "edit_mail_rule", private, {"means": means})
        answer: Answer = self.desk.does(mail_rules.edited, what)
        return answer

    def mail(self, mail: InboundMail) -> InboundMail:
        found: InboundMail = self.desk.one(InboundMail, id=mail.id)
        return found


@pytest.fixture
def school(buying: Any, mailbox: Any, order: PurchaseOrder) -> School:
    return School(buying, mailbox, order)


# -- asking


def test_whoever_corrected_is_asked_below_the_mails_card_whether_to_remember_it(school: School) -> None:
    mail = school.note("6", "LS-1")
    school.corrects(mail, row_0_quantity="6")

    school.thinks()

    card = school.desk.card(f"lesson:{mail.id}")
    assert card["thread_card"] == f"mail:{mail.id}"
    assert f"Shall I remember it for Hartmann Seals? {RAUS}." in json.dumps(card, ensure_ascii=False)
    assert json.loads(school.mail(mail).lessons) == {"rules": [["column", "raus", "now"]], "became": "offered"}
    assert school.desk.reads(mail_rules.to_think) == []
    assert school.desk.all(ReadingRule) == []


def test_a_correction_of_a_proposal_that_has_no_card_asks_the_person_alone(
    school: School, mailbox: Any, order: PurchaseOrder
) -> None:
    text = mailbox.table(order, (1, "10", "4"), head="Shipped").replace("<td>10</td>", "<td>6</td>")
    mail = mailbox.brings(text.replace("Ordered", "Raus"))
    assert mail.state == "proposed"
    school.corrects(mail, by="storekeeper", row_0_quantity="6")

    school.thinks()

    assert json.loads(school.mail(mail).lessons)["became"] in {"offered", "nothing"}
    asked = [body for body in school.desk.said() if body.get("card") == f"lesson:{mail.id}"]
    assert all(body["channel"] == school.buying.people["storekeeper"].slack_id for body in asked)


def test_nothing_is_said_where_nothing_can_be_learnt(school: School) -> None:
    mail = school.note("6", "LS-1")
    before = len(school.desk.all(Outgoing))
    school.corrects(mail, row_0_quantity="5")
    said = len(school.desk.all(Outgoing))

    school.thinks()

    assert json.loads(school.mail(mail).lessons)["became"] == "nothing"
    assert len(school.desk.all(Outgoing)) == said > before
    assert school.buying.refuses(mail_rules.remember, "storekeeper", mail.id) == "Unlawful"


def test_what_was_thought_about_an_older_correction_is_dropped(school: School) -> None:
    mail = school.note("6", "LS-1")
    school.corrects(mail, row_0_quantity="6")
    raw, known, first = school.desk.reads(lambda uow: mail_rules.case(uow, mail.id))
    school.corrects(mail, row_0_quantity="5")

    late = {"mail_id": mail.id, "correction": first, "rules": mail_rules.thought(raw, known, first)}
    school.desk.writes(lambda uow: mail_rules.learnt(uow, **late))

    assert school.mail(mail).lessons == ""
    assert school.desk.reads(mail_rules.to_think) == [mail.id]


@pytest.mark.parametrize("authentication", ["", "mx.halden.example; dmarc=none header.from=hartmann.example"])
def test_a_mail_of_a_sender_who_is_not_verified_plants_no_rule(school: School, authentication: str) -> None:
    mail = school.note("6", "LS-1", Authentication_Results=authentication)
    assert (mail.state, mail.trust) == ("asked", "known")
    school.corrects(mail, row_0_quantity="6")

    school.thinks()

    assert json.loads(school.mail(mail).lessons)["became"] == "nothing"
    assert school.desk.all(ReadingRule) == []


def test_even_what_was_offered_is_not_remembered_of_a_mail_that_is_not_verified_any_more(school: School) -> None:
    mail = school.note("6", "LS-1")
    school.corrects(mail, row_0_quantity="6")
    school.thinks()
    school.desk.writes(lambda uow: uow.change(InboundMail, mail.id, trust="forged"))

    assert school.buying.refuses(mail_rules.remember, "storekeeper", mail.id) == "Unlawful"
    assert school.desk.all(ReadingRule) == []


# -- remembering


def test_what_is_remembered_reads_the_next_mail_rightly(school: School) -> None:
    mail = school.taught("6")

    following = school.note("3", "LS-2")

    rule = school.desk.one(ReadingRule)
    assert (rule.kind, rule.said, rule.means, rule.state, rule.mail_id) == ("column", "raus", "now", "active", mail.id)
    assert rule.made_by_id == school.buying.people["storekeeper"].id
    assert school.desk.audited(f"RULE-{rule.id}") == ["remember"]
    assert following.state == "proposed"
    assert json.loads(following.reading)["rules"] == ["column “raus” means shipped now"]
    assert [receipt.state for receipt in school.desk.all(Receipt)] == ["proposed", "proposed"]
    assert "Remembered for Hartmann Seals" in json.dumps(school.desk.card(f"lesson:{mail.id}"))


def test_the_suppliers_waiting_mails_are_read_again_and_their_cards_say_what_became_of_them(school: School) -> None:
    waiting = school.note("3", "LS-2")
    hopeless = school.mailbox.brings(f"About {school.order.number}: can you call me?")
    mail = school.note("6", "LS-1")
    school.corrects(mail, row_0_quantity="6")
    school.thinks()

    answer = school.press(mail_rules.remember, mail.id)
    stored = [school.mail(each).state for each in (waiting, hopeless)]
    school.mailbox.reads()

    assert answer.private == "I remember it for Hartmann Seals. Its waiting mails are read again: 2."
    assert stored == ["stored", "stored"]
    assert [school.mail(each).state for each in (waiting, hopeless)] == ["proposed", "asked"]
    assert "read again, and proposed to the store" in json.dumps(school.desk.card(f"mail:{waiting.id}"))
    assert "Please look at a mail" in json.dumps(school.desk.card(f"mail:{hopeless.id}"))
    assert "read again" in school.desk.audited(f"MAIL-{waiting.id}")


def test_a_mail_that_is_just_read_again_is_not_decided_about(school: School) -> None:
    from handlers import mail_buttons

    waiting = school.note("3", "LS-2")
    school.taught("6")

    assert school.mail(waiting).state == "stored"
    assert school.buying.refuses(mail_buttons.ignore, "buyer", waiting.id) == "Unlawful"
    assert school.buying.refuses(mail_corrections.correct, "buyer", waiting.id) == "Unlawful"


def test_the_mails_of_others_and_what_was_decided_are_left_alone(school: School) -> None:
    stranger = school.mailbox.brings(f"Your {school.order.number} is on its way.", From="a@stranger.example")
    ignored = school.note("3", "LS-2")
    vouched = school.note("2", "LS-3")
    school.desk.writes(lambda uow: uow.change(InboundMail, ignored.id, state="ignored"))
    school.desk.writes(lambda uow: uow.change(InboundMail, vouched.id, trust="forged"))

    school.taught("6")

    assert [school.mail(each).state for each in (stranger, ignored, vouched)] == ["asked", "ignored", "asked"]


def test_a_second_click_is_told_who_was_first(school: School) -> None:
    mail = school.taught("6")

    assert school.buying.refuses(mail_rules.remember, "buyer", mail.id) == "AlreadyDone"
    assert school.buying.refuses(mail_rules.not_now, "buyer", mail.id) == "AlreadyDone"
    assert len(school.desk.all(ReadingRule)) == 1


def test_not_now_remembers_nothing(school: School) -> None:
    mail = school.note("6", "LS-1")
    school.corrects(mail, row_0_quantity="6")
    school.thinks()

    school.press(mail_rules.not_now, mail.id)

    assert school.desk.all(ReadingRule) == []
    assert school.note("3", "LS-2").state == "asked"
    assert school.buying.refuses(mail_rules.remember, "storekeeper", mail.id) == "AlreadyDone"
    assert "Not remembered for Hartmann Seals" in json.dumps(school.desk.card(f"lesson:{mail.id}"))


@pytest.mark.parametrize("handler", [mail_rules.remember, mail_rules.not_now])
def test_only_the_store_and_the_buyer_decide_what_is_remembered(school: School, handler: Any) -> None:
    mail = school.note("6", "LS-1")
    school.corrects(mail, row_0_quantity="6")
    school.thinks()

    assert school.buying.refuses(handler, "technician", mail.id) == "NotYours"
    assert school.desk.all(ReadingRule) == []


# -- changing and revoking


def test_rules_are_listed_with_their_origin(school: School) -> None:
    mail = school.taught("6")

    (row,) = school.desk.reads(mail_rules.rules_rows)

    assert (row["supplier"], row["words"]) == ("Hartmann Seals", "column “raus” means shipped now")
    assert (row["mail"], row["by"], row["state"]) == (mail.id, "Priya Nair", "active")


def test_a_revoked_rule_is_read_by_no_longer_and_may_be_taught_again(school: School) -> None:
    school.taught("6")
    rule = school.desk.one(ReadingRule)

    answer = school.press(mail_rules.revoke, rule.id, "buyer")
    following = school.note("2", "LS-2")

    assert answer.private == "I no longer go by it: column “raus” means shipped now."
    assert (school.desk.one(ReadingRule).state, following.state) == ("revoked", "asked")
    assert school.buying.refuses(mail_rules.revoke, "buyer", rule.id) == "AlreadyDone"
    assert school.buying.refuses(mail_rules.edit, "buyer", rule.id) == "AlreadyDone"
    school.corrects(following, row_0_quantity="2")
    school.thinks()
    school.press(mail_rules.remember, following.id)
    assert school.desk.one(ReadingRule).state == "active"
    done = [action for action in school.desk.audited(f"RULE-{rule.id}") if action != "refused"]
    assert done == ["remember", "revoke", "remember"]


def test_a_rule_is_changed_and_the_waiting_mails_are_read_by_what_it_means_now(school: School) -> None:
    school.taught("6")
    rule = school.desk.one(ReadingRule)
    form = school.press(mail_rules.edit, rule.id).modal

    answer = school.edits(rule, "ignore")

    changed = school.desk.one(ReadingRule)
    assert "Shipped now" in json.dumps(form)
    assert answer.private == "Changed for Hartmann Seals: column “raus” means nothing that counts."
    assert (changed.means, changed.version) == ("ignore", 2)
    assert school.desk.audited(f"RULE-{rule.id}") == ["remember", "edit"]


def test_a_rule_that_was_changed_meanwhile_is_not_changed_by_an_old_form(school: School, buying: Any) -> None:
    school.taught("6")
    rule = school.desk.one(ReadingRule)
    school.edits(rule, "ignore")

    what = Submission(school.desk.key("view"), "U0PRIYA", "edit_mail_rule", value(rule.id, 1), {"means": "total"})

    assert buying.refused(mail_rules.edited, what) == "Unlawful"
    assert school.desk.one(ReadingRule).means == "ignore"


@pytest.mark.parametrize(
    ("kind", "said", "means", "wanted", "lawful"),
    [
        ("column", "raus", "now", "everything", False),
        ("dates", "*", "dmy", "mdy", True),
        ("dates", "*", "dmy", "dym", False),
        ("unit", "gebinde", "10 C62", "12 c62", True),
        ("unit", "gebinde", "10 C62", "twelve", False),
        ("part", "NX1", "P-10231", "P-99999", False),
    ],
)
def test_a_rule_can_only_be_changed_to_what_the_reader_understands(
    school: School, kind: str, said: str, means: str, wanted: str, lawful: bool
) -> None:
    made = {"made_by_id": school.buying.people["buyer"].id, "made_at": school.desk.now, "state": "active"}
    names = {"supplier_id": school.order.supplier_id, "kind": kind, "said": said, "means": means}
    school.desk.writes(lambda uow: uow.add(ReadingRule, **names, **made))
    rule = school.desk.one(ReadingRule)

    answer = school.edits(rule, wanted)

    assert bool(answer.errors) is not lawful
    assert school.desk.one(ReadingRule).means == (
        wanted.upper() if kind == "unit" and lawful else wanted if lawful else means
    )


@pytest.mark.parametrize("handler", [mail_rules.revoke, mail_rules.edit])
def test_only_the_store_and_the_buyer_change_rules(school: School, handler: Any) -> None:
    school.taught("6")

    assert school.buying.refuses(handler, "technician", school.desk.one(ReadingRule).id) == "NotYours"
    assert school.buying.refuses(handler, "buyer", 999) == "NotKnown"


# -- one mail again


def test_one_mail_is_read_again_when_somebody_wants_it_and_never_one_that_was_taken(school: School) -> None:
    asked, taken = school.note("3", "LS-2"), school.taught("6")
    by = school.buying.people["buyer"]
    school.mailbox.reads()
    asked = school.note("1", "LS-3", Authentication_Results="")

    school.desk.writes(lambda uow: mail_rules.reread_mail(uow, asked.id), by=by)

    assert school.mail(asked).state == "stored"
    assert school.mail(taken).state == "proposed"
    with pytest.raises(AssertionError, match="Unlawful"):
        school.desk.writes(lambda uow: mail_rules.reread_mail(uow, taken.id), by=by)


def test_a_mail_that_fails_twice_is_shown_both_times(school: School) -> None:
    mail = school.note("3", "LS-2")
    school.taught("6")

    school.desk.writes(lambda uow: supplier_mail.failed(uow, mail_id=mail.id, problem="it broke"))

    assert school.mail(mail).state == "failed"
    assert "it could not be read" in json.dumps(school.desk.card(f"mail:{mail.id}"))
