"""What is remembered of a supplier's mail: asked after a correction, listed, changed, revoked, and read by at once."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

import templates
from handlers import mail_cards, mail_known, moments, people
from handlers.extraction import Known
from handlers.extraction.guesses import Corrected
from handlers.extraction.known import ReadingRule as Rule
from handlers.extraction.lessons import lessons
from handlers.extraction.rules import ORDERS_OF_DATES, ROLE_WORDS, is_lawful, words_of
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.mail_cards import number_of
from handlers.mail_correcting import open_lines
from handlers.mail_corrections import NOTHING_TO_LEARN, ROLES, check_role
from handlers.order_cards import content_of
from orders.errors import AlreadyDone, NotKnown, Unlawful
from storage import attachments, cards
from storage.cards import Place
from storage.tables import Attachment, Card, InboundMail, ReadingRule, Supplier
from storage.unit_of_work import Note, UnitOfWork, table

_MAILS = table(InboundMail)
LOOKED_BACK = 5000
"""How many of the newest mails are looked through for corrections each time; at the start all are."""
READ_AGAIN = ("asked", "failed")
"""States in which a mail waits for a person and is read again with what was learnt."""
AGAIN = (*READ_AGAIN, "ignored", "quarantined")
"""States in which a single mail may be read again when somebody wants it."""
WAKING = (
    f"submission {Callback.CORRECT_MAIL}",
    f"submission {Callback.EDIT_RULE}",
    f"click {Action.REMEMBER_RULES}",
    f"click {Action.REVOKE_RULE}",
    f"click {Action.MAILROOM_AGAIN}",
    f"click {Action.MAILROOM_REVOKE}",
    f"click {Action.MAILROOM_REVOKE}",
)
"""Routes after which there is something to think about or to read again."""

# -- thinking about a correction


def to_think(uow: UnitOfWork, *, everything: bool = False) -> list[int]:
    """Return the mails that were corrected and not yet thought about, oldest first."""
    newest = uow.run(select(func.max(_MAILS.c.id))).scalar() or 0
    since = 0 if everything else newest - LOOKED_BACK
    waiting = (_MAILS.c.id > since, _MAILS.c.correction != "", _MAILS.c.lessons == "")
    return list(uow.run(select(_MAILS.c.id).where(*waiting).order_by(_MAILS.c.id)).scalars())


def case(uow: UnitOfWork, mail_id: int) -> tuple[bytes, Known, str]:
    """Return a corrected mail's bytes, what the reader has to know, and the correction as it is kept."""
    mail = uow.get(InboundMail, mail_id)
    raw = attachments.content(uow, mail.attachment_id) if mail.attachment_id is not None else b""
    return raw, mail_known.known(uow), mail.correction


def thought(raw: bytes, known: Known, correction: str) -> list[Rule]:
    """Think about a correction, outside any transaction; returns what could be remembered."""
    return lessons(raw, known, Corrected.from_json(json.loads(correction)))


def learnt(uow: UnitOfWork, *, mail_id: int, correction: str, rules: Sequence[Rule]) -> Answer:
    """Keep what a correction could teach, and ask whoever corrected; nothing is said where nothing can be learnt."""
    mail = uow.lock(InboundMail, mail_id)
    if mail.lessons or not correction or mail.correction != correction:
        return NOTHING
    supplier = _teachable(uow, mail)
    if supplier is None or not rules:
        uow.change(InboundMail, mail_id, lessons=NOTHING_TO_LEARN)
        return NOTHING
    kept = {"rules": [[rule.kind, rule.said, rule.means] for rule in rules], "became": "offered"}
    uow.change(InboundMail, mail_id, lessons=json.dumps(kept, ensure_ascii=False))
    uow.audit(Note(number_of(mail_id), "lessons", after={"rules": [words_of(rule) for rule in rules]}))
    place = _place(uow, mail)
    if place is not None:
        cards.show(uow, _key(mail_id), number_of(mail_id), place, _card(mail, supplier, rules, state="offered"))
    return NOTHING


def _teachable(uow: UnitOfWork, mail: InboundMail) -> Supplier | None:
    """Return the supplier about whom a mail may teach something: only a verified sender's mail ever does."""
    if mail.trust != "verified" or mail.state == "quarantined" or mail.supplier_id is None:
        return None
    return uow.find(Supplier, id=mail.supplier_id)


def _place(uow: UnitOfWork, mail: InboundMail) -> Place | None:
    """Return where the question goes: below the mail's card, else to whoever corrected."""
    card = uow.find(Card, key=mail_cards.key_of(mail.id))
    if card is not None:
        return Place(card.channel, thread_card=card.key)
    person_id = json.loads(mail.correction).get("by")
    slack_id = people.slack_id(uow, person_id)
    return Place(slack_id, person_id=person_id) if slack_id else None


def _key(mail_id: int) -> str:
    return f"lesson:{mail_id}"


def _card(mail: InboundMail, supplier: Supplier, rules: Sequence[Rule], **more: Any) -> dict[str, Any]:
    told = [words_of(rule) for rule in rules]
    told[0] = told[0][:1].upper() + told[0][1:]
    shown = {"rules": told, "supplier": supplier.name, "number": mail.id, "value": value(mail.id), **more}
    return content_of(templates.card("mail_lesson", **shown))


# -- remembering


def remember(uow: UnitOfWork, click: Click) -> Answer:
    """Remember what a correction taught, and read the supplier's waiting mails by it."""
    mail, supplier, rules = _offered(uow, click)
    for rule in rules:
        _keep(uow, mail, supplier, rule)
    _became(uow, mail, supplier, rules, "remembered")
    again = reread(uow, supplier.id)
    said = {"what": "remembered", "supplier": supplier.name, "again": again}
    return Answer(private=templates.words("mail_said", **said))


def not_now(uow: UnitOfWork, click: Click) -> Answer:
    """Leave it; nothing is remembered."""
    _became(uow, *_offered(uow, click), "not now")
    return Answer(private=templates.words("mail_said", what="not_now"))


def _offered(uow: UnitOfWork, click: Click) -> tuple[InboundMail, Supplier, list[Rule]]:
    mail = uow.lock(InboundMail, *numbers(click.value, 1))
    check_role(uow, *ROLES)
    kept = json.loads(mail.lessons) if mail.lessons else {"became": ""}
    if kept["became"] in ("remembered", "not now"):
        raise AlreadyDone(subject=number_of(mail.id), what="Already decided", who=kept["by"], when=kept["at"])
    supplier = _teachable(uow, mail)
    rules = [rule for rule in (Rule(*each) for each in kept.get("rules", ())) if is_lawful(rule)]
    if kept["became"] != "offered" or supplier is None or not rules:
        raise Unlawful(why="There is nothing to remember from this mail any more.", subject=number_of(mail.id))
    return mail, supplier, rules


def _became(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, rules: Sequence[Rule], state: str) -> None:
    done = {"became": state, "by": uow.actor.name, "at": moments.typed(uow, uow.now)}
    kept = json.loads(mail.lessons) | done
    uow.change(InboundMail, mail.id, lessons=json.dumps(kept, ensure_ascii=False))
    uow.audit(Note(number_of(mail.id), state, after={"rules": [words_of(rule) for rule in rules]}))
    cards.refresh(uow, _key(mail.id), _card(mail, supplier, rules, state=state.replace(" ", "_"), by=uow.actor.name))


def _keep(uow: UnitOfWork, mail: InboundMail, supplier: Supplier, rule: Rule) -> None:
    """Write a rule down; an older one about the same word is changed, also when it was revoked."""
    former = uow.find(ReadingRule, supplier_id=supplier.id, kind=rule.kind, said=rule.said)
    values = {"means": rule.means, "state": "active", "mail_id": mail.id}
    if former is None:
        made = {"made_by_id": uow.actor.person_id, "made_at": uow.now}
        names = {"supplier_id": supplier.id, "kind": rule.kind, "said": rule.said}
        rule_id = uow.add(ReadingRule, **names, **values, **made)
    else:
        rule_id = former.id
        _change(uow, uow.lock(ReadingRule, rule_id), **values)
    before = {"means": former.means, "state": former.state} if former is not None else {}
    uow.audit(_note(rule_id, "remember", _named(supplier, rule), before=before, after={**values, "mail": mail.id}))


def _change(uow: UnitOfWork, rule: ReadingRule, **values: Any) -> None:
    now = {"changed_by_id": uow.actor.person_id, "changed_at": uow.now, "version": rule.version + 1}
    uow.change(ReadingRule, rule.id, **values, **now)


def _note(rule_id: int, action: str, said: str, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> Note:
    return Note(f"RULE-{rule_id}", action, before=before, after=after, words=said)


def _named(supplier: Supplier, rule: Rule) -> str:
    return f"{supplier.name}: {words_of(rule)}"


# -- what is remembered


def rules_rows(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Return every rule as plain values, by supplier: id, supplier, words, mail (its origin), by, at, state, version."""
    suppliers = {row.id: row.name for row in uow.all(Supplier)}
    rows = [
        {
            "id": row.id,
            "supplier": suppliers.get(row.supplier_id, ""),
            "words": words_of(_as_rule(row)),
            "mail": row.mail_id,
            "by": people.name(uow, row.made_by_id),
            "at": row.made_at,
            "state": row.state,
            "version": row.version,
        }
        for row in uow.all(ReadingRule)
    ]
    return sorted(rows, key=lambda row: (row["supplier"].casefold(), row["id"]))


def _as_rule(row: ReadingRule) -> Rule:
    return Rule(row.kind, row.said, row.means)


def revoke(uow: UnitOfWork, click: Click) -> Answer:
    """Go by a rule no longer, and read the supplier's waiting mails without it."""
    row, supplier = _locked(uow, *numbers(click.value, 1))
    _change(uow, row, state="revoked")
    named = _named(supplier, _as_rule(row))
    uow.audit(_note(row.id, "revoke", named, before={"state": row.state}, after={"state": "revoked"}))
    said = {"what": "revoked", "rule": words_of(_as_rule(row)), "supplier": supplier.name}
    return Answer(private=templates.words("mail_said", again=reread(uow, supplier.id), **said))


def _locked(uow: UnitOfWork, rule_id: int) -> tuple[ReadingRule, Supplier]:
    if uow.find(ReadingRule, id=rule_id) is None:
        raise NotKnown(kind="rule", written=rule_id, hint="The mailroom lists them.")
    row = uow.lock(ReadingRule, rule_id)
    check_role(uow, *ROLES)
    if row.state != "active":
        who, when = people.name(uow, row.changed_by_id), moments.clock(uow, row.changed_at or uow.now)
        raise AlreadyDone(subject=f"RULE-{rule_id}", what="Already revoked", who=who, when=when)
    return row, uow.get(Supplier, row.supplier_id)


ABOUT = {"column": "The column means", "dates": "Dates are written", "unit": "The word means", "part": "It is our"}
"""What is asked about each kind of rule when it is changed."""


def edit(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form to choose another meaning."""
    row, supplier = _locked(uow, *numbers(click.value, 1))
    shown = {"supplier": supplier.name, "words": words_of(_as_rule(row)), "about": ABOUT[row.kind], "means": row.means}
    private = value(row.id, row.version)
    meanings = _meanings(uow, row, supplier)
    return Answer(modal=templates.view("mail_rule_form", private=private, meanings=meanings, **shown))


def _meanings(uow: UnitOfWork, row: ReadingRule, supplier: Supplier) -> list[tuple[str, str]]:
    """Return what can be chosen; nothing where a meaning is typed."""
    if row.kind == "column":
        return [(role, words.capitalize()) for role, words in ROLE_WORDS.items()]
    if row.kind == "dates":
        return [(order, words.capitalize()) for order, words in ORDERS_OF_DATES.items()]
    if row.kind == "part":
        ours = {row.means: row.means}
        ours |= {
            each.line.part: f"{each.line.part} {each.line.description}"
            for each in open_lines(uow, supplier, ())
            if each.line.part
        }
        return list(ours.items())[:100]
    return []


def edited(uow: UnitOfWork, what: Submission) -> Answer:
    """Change what a rule means, and read the supplier's waiting mails by it."""
    rule_id, version = numbers(what.private, 2)
    row, supplier = _locked(uow, rule_id)
    if row.version != version:
        raise Unlawful(why="This rule was changed meanwhile. Open it once more.", subject=f"RULE-{rule_id}")
    rule = Rule(row.kind, row.said, what.field("means").upper() if row.kind == "unit" else what.field("means"))
    offered = {means for means, _ in _meanings(uow, row, supplier)}
    if not is_lawful(rule) or (offered and rule.means not in offered):
        return Answer(
            errors={
                "means": "Write a unit code such as BX, or how many: 10 C62"
                if row.kind == "unit"
                else "Choose what it means"
            }
        )
    _change(uow, row, means=rule.means)
    changed = _note(row.id, "edit", _named(supplier, rule), before={"means": row.means}, after={"means": rule.means})
    uow.audit(changed)
    said = {"what": "rule_changed", "rule": words_of(rule), "supplier": supplier.name}
    return Answer(private=templates.words("mail_said", again=reread(uow, supplier.id), **said))


# -- reading again


def reread(uow: UnitOfWork, supplier_id: int) -> int:
    """Let a supplier's waiting mails be read again; returns how many. A mail somebody vouched for stays with people."""
    waiting = uow.all(InboundMail, _MAILS.c.state.in_(READ_AGAIN), _MAILS.c.trust != "forged", supplier_id=supplier_id)
    for mail in waiting:
        _again(uow, uow.lock(InboundMail, mail.id))
    return len(waiting)


def reread_mail(uow: UnitOfWork, mail_id: int) -> None:
    """Let one mail be read again; refuses one from which something was taken, or of which only the head was kept."""
    mail = uow.lock(InboundMail, mail_id)
    check_role(uow, *ROLES)
    kept = uow.find(Attachment, id=mail.attachment_id) if mail.attachment_id is not None else None
    if mail.state not in AGAIN or kept is None or kept.size != mail.size:
        raise Unlawful(why=f"Mail {mail_id} is {mail.state}, so it is not read again.", subject=number_of(mail_id))
    _again(uow, mail)


def _again(uow: UnitOfWork, mail: InboundMail) -> None:
    uow.change(InboundMail, mail.id, state="stored", attempts=mail.attempts + 1)
    uow.audit(Note(number_of(mail.id), "read again", before={"state": mail.state}, after={"state": "stored"}))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.REMEMBER_RULES: remember,
    Action.NOT_NOW: not_now,
    Action.EDIT_RULE: edit,
    Action.REVOKE_RULE: revoke,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.EDIT_RULE: edited}
