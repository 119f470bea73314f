"""What a supplier answers to an order: accepted, changed, rejected or later, kept on the order and told to whoever waits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import templates
from handlers import promises, revision_answers, supplier_figures, supplier_proposals, supplier_tolerance, work_orders
from handlers.approval_plans import Staff, staff
from handlers.delivery_notices import Taken
from handlers.happenings import Answer
from handlers.ids import value
from handlers.mail_readings import Said, Unsure, day, lines_of, orders_of
from handlers.order_cards import buyer_of, buyer_place, content_of, show_line
from handlers.order_closing import close_when_complete
from handlers.order_content import Dossier, change, locked, opened
from handlers.order_mail import subject_of
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter, queue
from handlers.resourcing import source_anew
from handlers.supplier_proposals import Instead
from orders.errors import Unlawful
from orders.people import Actor, Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState
from orders.units import measured
from storage import cards
from storage.tables import InboundMail, PurchaseOrder, PurchaseOrderLine, Supplier, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

_MAILS = table(InboundMail)

EVENTS = {
    "acknowledged": OrderEvent.ACKNOWLEDGE,
    "accepted": OrderEvent.ACCEPT,
    "changed": OrderEvent.PROPOSE_CHANGE,
    "postponed": OrderEvent.PROPOSE_CHANGE,
    "rejected": OrderEvent.REJECT_BY_SUPPLIER,
    "later": None,
}
"""What an answer does to the order's state; a later date that still comes before the goods are needed moves no state."""
SETTLED = {
    "acknowledged": {OrderState.ACKNOWLEDGED, OrderState.ACCEPTED, OrderState.CHANGE_PROPOSED},
    "accepted": {OrderState.ACCEPTED},
    "changed": {OrderState.CHANGE_PROPOSED},
    "postponed": {OrderState.CHANGE_PROPOSED},
    "rejected": {OrderState.REJECTED_BY_SUPPLIER},
    "later": set(OrderState),
}
"""States in which the same answer changes nothing any more."""


def taken(uow: UnitOfWork, mail: InboundMail, reading: Mapping[str, Any], supplier: Supplier | None) -> Taken:
    """Take an answer that was read with certainty from a verified sender; raises ``Unsure`` where a person has to look."""
    orders = orders_of(uow, reading, supplier)
    said = lines_of(reading, orders)
    if supplier is None or not orders:
        raise Unsure("no order of ours is named")
    if mail.trust != "verified":
        raise Unsure("the sender is known but not verified")
    actor = Actor(None, supplier.name, frozenset({Role.SUPPLIER}))
    asked = next((each.name for each in orders.values() if each.order.cancel_asked_at is not None), None)
    if asked is not None:
        raise Unsure(f"{asked} is to be cancelled, and it may answer that or the order itself")
    for dossier in orders.values():
        _take(uow, mail, reading, dossier, Teller(actor, said))
    return Taken("settled", next(iter(orders.values())).order.id)


def is_offer(reading: Mapping[str, Any]) -> bool:
    """Say whether a supplier confirms on terms of its own and waits for our yes: that is a change, for the buyer."""
    return reading["kind"] == "order_response" and _waits(reading) and bool(reading["lines"])


def is_substitute(reading: Mapping[str, Any]) -> bool:
    """Say whether a supplier would deliver something else, and nothing else about its mail is doubtful: for the buyer."""
    alarms = ((reading.get("why") or {}).get("sender") or {}).get("alarms")
    plain = reading["decision"].get("rule") == "substitute" and not alarms
    return reading["kind"] == "order_response" and plain and bool(reading["lines"])


def _waits(reading: Mapping[str, Any]) -> bool:
    return bool(reading["decision"].get("rule") == "waits for us")


def _named(
    reading: Mapping[str, Any], dossier: Dossier, said: Sequence[Said], promised_on: date | None, later: int
) -> str:
    """Name the answer; one for less, for some lines only, on other terms or for too late is a change, whatever it calls itself."""
    slips = _slips(dossier, said, promised_on, later)
    if reading["kind"] == "delay":
        return "postponed" if slips else "later"
    if reading.get("response") is None and not said and promised_on is None:
        return "acknowledged"
    response = str(reading.get("response") or "changed")
    if response != "accepted":
        return response
    if any(each.substitute for each in said):
        return "changed"
    if _waits(reading) or _is_short(dossier, said):
        return "changed"
    return "postponed" if slips else "accepted"


def _is_short(dossier: Dossier, said: Sequence[Said]) -> bool:
    named = {each.line.id for each in said}
    less = any(each.quantity != each.line.open for each in said if each.quantity)
    return less or (bool(named) and any(line.open and line.id not in named for line in dossier.lines))


def _slips(dossier: Dossier, said: Sequence[Said], promised_on: date | None, later: int = 0) -> bool:
    """Say whether goods are promised for later than they are needed, and than was agreed to before."""
    order, days = dossier.order, {each.line.id: each.expected_on for each in said}
    agreed = order.promised_on if dossier.state is OrderState.ACCEPTED else None
    for line in dossier.lines:
        needed, promised = line.deliver_by or order.deliver_by, days.get(line.id) or promised_on
        if line.open and needed and promised and promised > max(needed, agreed or needed) + timedelta(days=later):
            return True
    return False


def day_of(reading: Mapping[str, Any], said: Sequence[Said]) -> date | None:
    """Return the latest day that is promised."""
    days = [each.expected_on for each in said if each.expected_on is not None]
    general = day((reading.get("shipment") or {}).get("expected_on"))
    return max([*days, *([general] if general is not None else [])], default=None)


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer to one order: in which mail, what it amounts to, by whom, line by line, and for which day."""

    mail: InboundMail
    answer: str
    actor: Actor
    said: Sequence[Said]
    promised_on: date | None
    waits: bool
    certain: bool
    """Whether it was read with certainty, from a verified sender."""
    later: int
    """By how many days it may be later than wanted."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who says something about orders, and what of each line."""

    actor: Actor
    said: Sequence[Said]


def _take(uow: UnitOfWork, mail: InboundMail, reading: Mapping[str, Any], dossier: Dossier, teller: Teller) -> None:
    """Take an answer to one order: to the revision that the supplier was sent last, or to the order in force."""
    if dossier.order.answered_at is None:
        supplier_figures.answered(uow, dossier)
        uow.change(PurchaseOrder, dossier.order.id, answered_at=uow.now)
    heard = _heard(mail, reading, dossier, teller, uow.plant.later_days)
    now = revision_answers.sent_revision(uow, dossier, mail) if reading["kind"] != "delay" else None
    if now is None or (heard.said and heard.answer == "accepted" and not _fits(now, reading, heard)):
        _answered(uow, dossier, heard)
    else:
        _of_revision(uow, now, reading, heard)


def _fits(now: Dossier, reading: Mapping[str, Any], heard: Heard) -> bool:
    """Say whether an answer confirms exactly what a revision asks for, whatever the order in force says."""
    said = revision_answers.seen_by(now, heard.said)
    confirms = str(reading.get("response") or "changed") in {"accepted", "changed"} and not _waits(reading)
    confirms = confirms and not any(each.substitute for each in said)
    return confirms and revision_answers.covers(now, said) and not _slips(now, said, heard.promised_on)


def _of_revision(uow: UnitOfWork, now: Dossier, reading: Mapping[str, Any], heard: Heard) -> None:
    named = bool(heard.said) or heard.answer == "accepted"
    answer = "accepted" if named and _fits(now, reading, heard) else heard.answer
    before = {"state": now.state, "revision": now.order.revision}
    revision_answers.answered(uow, now, answer, heard.said)
    evidence = "; ".join(each.evidence for each in heard.said)
    uow.audit(Note(now.name, f"supplier: {answer}", before=before, after={"mail": heard.mail.id}, words=evidence))
    if answer == "accepted" and heard.promised_on is not None:
        _promise(uow, heard)
        change(uow, opened(uow, now.order.id), promised_on=heard.promised_on, supplier_answer=answer)


def _heard(mail: InboundMail, reading: Mapping[str, Any], dossier: Dossier, teller: Teller, later: int) -> Heard:
    actor, mine = teller.actor, [each for each in teller.said if each.dossier is dossier]
    promised_on = day_of(reading, mine)
    answer, waits = _named(reading, dossier, mine, promised_on, later), _waits(reading)
    certain = reading["decision"]["action"] == "propose" and mail.trust == "verified" and not waits
    return Heard(mail, answer, actor, mine, promised_on, waits, certain, later)


def _answered(uow: UnitOfWork, dossier: Dossier, heard: Heard) -> None:
    """Keep an answer on its order, and tell whoever waits; a change is put before the buyer."""
    took = supplier_tolerance.taken_over(uow, dossier, heard.mail, heard.said) if _is_small(dossier, heard) else None
    if took is not None:
        _settle_card(uow, took, "a newer answer lay within the tolerance and was taken over")
        dossier, heard = took, replace(heard, answer="accepted")
    state = _state_after(dossier, heard)
    promised = heard.answer != "rejected" and heard.promised_on is not None
    if promised:
        _promise(uow, heard)
    values = {"promised_on": heard.promised_on} if promised else {}
    change(uow, dossier, state=state.value, supplier_answer=heard.answer, **values)
    if state is not dossier.state and state is OrderState.REJECTED_BY_SUPPLIER:
        source_anew(uow, dossier)
    after = {"state": state, "mail": heard.mail.id, "promised_on": heard.promised_on}
    evidence = "; ".join(each.evidence for each in heard.said)
    action = f"supplier: {heard.answer}"
    uow.audit(Note(dossier.name, action, before={"state": dossier.state}, after=after, words=evidence))
    now, known = dossier.reread(uow), staff(uow)
    show_line(uow, now, known)
    if heard.answer == "postponed" and dossier.order.promised_on != heard.promised_on:
        _say_slip(uow, now, known)
    place = buyer_place(uow, now, known)
    if EVENTS[heard.answer] is OrderEvent.PROPOSE_CHANGE and place is not None:
        content = content_of(templates.card("answer_proposed", **_proposal(uow, now, heard)))
        cards.show(uow, key_of(dossier.order.id), now.name, place, content)


def _is_small(dossier: Dossier, heard: Heard) -> bool:
    """Say whether an answer may be taken over unasked: a change in its own words, read with certainty, and in time."""
    return (
        heard.certain and heard.answer == "changed" and not _slips(dossier, heard.said, heard.promised_on, heard.later)
    )


def _say_slip(uow: UnitOfWork, dossier: Dossier, known: Staff) -> None:
    """Tell every work order that waits for the goods, once for each new date."""
    for number in dict.fromkeys(line.work_order_id for line in dossier.lines if line.work_order_id is not None):
        job = uow.get(WorkOrder, number)
        said = templates.words(
            "work_order_lines/slipped",
            number=dossier.name,
            supplier=dossier.supplier_name,
            promised_on=dossier.order.promised_on,
            wanted_by=dossier.order.deliver_by,
            buyer=known.name(buyer_of(dossier, known)),
        )
        cards.say(uow, job.number, work_orders.thread_of(uow, job), {"text": str(said)})


def _state_after(dossier: Dossier, heard: Heard) -> OrderState:
    state, event = dossier.state, EVENTS[heard.answer]
    if event is None or state in SETTLED[heard.answer]:
        return state
    if PURCHASE_ORDERS.step(state, event) is None:
        raise Unsure(f"{dossier.name} is {state.value.replace('_', ' ')} and cannot be {heard.answer} any more")
    return OrderState(PURCHASE_ORDERS.follow(state, event, heard.actor, subject=dossier.name))


def key_of(order_id: int) -> str:
    """Return the key of the card that asks the buyer about a change."""
    return f"po:{order_id}:answer"


def _promise(uow: UnitOfWork, heard: Heard) -> None:
    for each in heard.said:
        promised = each.expected_on or heard.promised_on
        if promised is not None:
            uow.change(PurchaseOrderLine, each.line.id, promised_on=promised)
            promises.kept(uow, each, promised, heard.mail.id)


def _proposal(uow: UnitOfWork, dossier: Dossier, heard: Heard) -> dict[str, Any]:
    changes, asks = supplier_proposals.changes(uow, dossier, heard.mail, heard.said)
    instead = any(each.substitute for each in heard.said)
    return {
        "changes": changes,
        "asks": asks or instead,
        "instead": instead,
        "state": "open",
        "later": heard.answer == "postponed",
        "waits": heard.waits,
        "wrote": "; ".join(each.evidence for each in heard.said if each.evidence),
        "order": dossier.name,
        "supplier": dossier.supplier_name,
        "promised_on": heard.promised_on,
        "wanted_by": dossier.order.deliver_by,
        "work_orders": dossier.work_orders(),
        "lines": [_told(each) for each in heard.said],
        "value": value(heard.mail.id),
        "number": heard.mail.id,
        "trust": heard.mail.trust,
    }


def _told(each: Said) -> tuple[str, str, str, str]:
    line = each.line
    coming = each.quantity or each.outstanding or (line.open if each.substitute else 0)
    words = measured(coming, line.unit) + (f" on {each.expected_on:%d %b}" if each.expected_on else "")
    if each.parts:
        words = ", ".join(f"{measured(part.quantity, line.unit)} on {part.on:%d %b}" for part in each.parts)
    if each.substitute:
        words += f" of {each.instead} instead" if each.instead else " of something else instead"
    if each.quantity and each.outstanding:
        words += f", {measured(each.outstanding, line.unit)} later"
    return str(line.line), line.description, measured(line.quantity - line.cancelled, line.unit), words


def agreed(
    uow: UnitOfWork, mail: InboundMail, order_id: int, *, instead: Mapping[int, Instead] | None = None, words: str = ""
) -> Answer:
    """Agree to what the supplier proposes: it becomes a revision, approved anew where it is beyond the tolerance.

    Where nothing of the order would change, only the promised days are kept beside it. ``instead`` says what comes in
    place of lines, by their numbers, and ``words`` who says that it fits.
    """
    dossier = locked(uow, order_id)
    _check_newest(uow, mail, dossier.name)
    PURCHASE_ORDERS.follow(dossier.state, OrderEvent.AGREE, uow.actor, subject=dossier.name)
    # What came in full has nothing left to change.
    is_open = any(line.open for line in dossier.lines)
    told = supplier_proposals.agreed(uow, dossier, mail, instead=instead or {}, words=words) if is_open else None
    if told is not None:
        after = {"mail": mail.id, "revision": dossier.order.revision + 1}
        uow.audit(Note(dossier.name, OrderEvent.AGREE.value, before={"state": dossier.state}, after=after))
        _settle_card(uow, dossier, f"{uow.actor.name} agreed; the change goes its way as a revision")
        return told
    told = _decided(uow, mail, order_id, OrderEvent.AGREE, "you agreed to the change")
    if mail.reading and _waits(json.loads(mail.reading)):
        answer_waits(uow, dossier)
    return told


def answer_waits(uow: UnitOfWork, dossier: Dossier) -> None:
    """Write to a supplier who waits for our yes that we agree, because a buyer has just pressed for it."""
    order, to = dossier.order, dossier.supplier.email_orders if dossier.supplier is not None else ""
    text = templates.mail("answer_to_supplier", document=json.loads(order.document), what="agree", words="")
    thread, token = message_id(uow.plant, order.id, order.revision), reply_token(uow.plant, dossier.name)
    queue(uow, PlainLetter(to, text, "answer_to_supplier", subject_of(order.id), token, thread, order.id))


def refused(uow: UnitOfWork, mail: InboundMail, order_id: int) -> Answer:
    """Refuse what the supplier proposes; the order stands as it was sent."""
    return _decided(uow, mail, order_id, OrderEvent.REFUSE, "you refused the change; tell the supplier")


def _check_newest(uow: UnitOfWork, mail: InboundMail, order: str) -> None:
    """Refuse to decide on a proposal that a newer one has replaced meanwhile."""
    answers = uow.all(
        InboundMail, _MAILS.c.kind.in_(("order_response", "delay")), order_id=mail.order_id, state="settled"
    )
    if any(other.id > mail.id for other in answers):
        raise Unlawful(why=f"A newer answer to {order} has come. Decide on the card that shows it.", subject=order)


def _decided(uow: UnitOfWork, mail: InboundMail, order_id: int, event: OrderEvent, how: str) -> Answer:
    dossier = locked(uow, order_id)
    _check_newest(uow, mail, dossier.name)
    target = PURCHASE_ORDERS.follow(dossier.state, event, uow.actor, subject=dossier.name)
    change(uow, dossier, state=target.value)
    uow.audit(
        Note(dossier.name, event.value, before={"state": dossier.state}, after={"state": target, "mail": mail.id})
    )
    now = close_when_complete(uow, dossier.reread(uow))
    show_line(uow, now, staff(uow))
    _settle_card(uow, now, how.replace("you", uow.actor.name))
    return Answer(private=templates.words("mail_said", what="taken", order=now.name, how=how))


def _settle_card(uow: UnitOfWork, dossier: Dossier, how: str) -> None:
    content = {"state": "settled", "order": dossier.name, "supplier": dossier.supplier_name, "how": how}
    cards.refresh(uow, key_of(dossier.order.id), content_of(templates.card("answer_proposed", **content)))


def by_hand(uow: UnitOfWork, mail: InboundMail, reading: Mapping[str, Any], supplier: Supplier) -> str:
    """Take over an answer that had to be asked about, because the buyer vouches for it; returns what it was."""
    try:
        orders = orders_of(uow, reading, supplier)
        said = lines_of(reading, orders)
        for dossier in orders.values():
            _take(uow, mail, reading, dossier, Teller(uow.actor, said))
    except Unsure as unsure:
        raise Unlawful(why=f"It cannot be taken over: {unsure}.") from unsure
    return ", ".join(orders)
