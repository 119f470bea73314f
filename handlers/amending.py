"""Changing an order that the supplier has: a revision is written, approved where it is material, mailed, and in force once it is accepted."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import templates
from handlers import approval_runs, budget_checks, joint_prices, order_taxes, people
from handlers.amend_form import Read, form, form_carried, read
from handlers.approval_cards import tell
from handlers.approval_plans import Staff, ruling_for, staff
from handlers.call_off_rules import check_amended
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers
from handlers.order_authors import written_by
from handlers.order_cards import Told, gaps_of, missing, show_line
from handlers.order_content import Dossier, change, locked, opened, order_named
from handlers.order_drafts import joints
from handlers.order_mail import newest, subject_of
from handlers.order_releases import release, stop_mail
from handlers.order_revisions import Wanted, asked_about, in_force, revised, waiting, with_replaced, written
from handlers.order_tokens import message_id, reply_token
from handlers.plain_letters import PlainLetter, queue
from handlers.receipt_claims import claimed_of
from handlers.revision_answers import accepted
from handlers.revision_releases import ended
from handlers.revision_releases import tolerated as into_force_tolerated
from orders.amendments import (
    BY_RULE,
    IN_TOLERANCE,
    LineStand,
    check_alone,
    check_amendable,
    check_revised,
    creeps,
    material,
    within,
)
from orders.approvals import Decision, Ruling
from orders.errors import NotYours, Outdated, OverBudget, ReasonMissing, Unlawful
from orders.people import CHARGEHAND, Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderContent, OrderEvent, OrderKind, OrderState, content_hash
from storage.charges import kept
from storage.tables import Approval, OrderRevision, PurchaseOrderAuthor, Supplier
from storage.unit_of_work import Note, UnitOfWork

WITHDRAWN = "order_revision_withdrawn"
_LINES = re.compile(r"(?:lines?|pos(?:ition)?(?:en)?|zeilen?)?[\s:]*((?:\d+[\s,]*(?:and|und)?\s*)+)", re.IGNORECASE)


DROPS = frozenset({"drop", "withdraw", "verwerfen"})
ACCEPTS = frozenset({"accepted", "angenommen"})
TERMS = frozenset({"terms", "freight", "charges", "place", "bedingungen"})
"""What may be said behind the command besides lines."""


def amend(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that changes an order which the supplier has; a button that stands for a form opens that same one."""
    order_id, _, terms, *lines = form_carried(click.value)
    return _opened(uow, order_id, lines, terms=bool(terms))


def typed(uow: UnitOfWork, target: str, rest: str) -> Answer:
    """Take ``change PO-118``, ``change PO-118 line 7, 9`` for some lines, ``… drop``, or ``… accepted Jana wrote so``."""
    first, _, words = rest.strip().partition(" ")
    if first.lower() in DROPS:
        return _dropped(uow, order_named(uow, target).id)
    if first.lower() in ACCEPTS:
        return _accepted(uow, order_named(uow, target).id, words.strip())
    if first.lower() in TERMS:
        return _opened(uow, order_named(uow, target).id, terms=True)
    found = _LINES.fullmatch(rest.strip())
    lines = [int(each) for each in re.findall(r"\d{1,9}", found[1])] if found is not None else []
    return _opened(uow, order_named(uow, target).id, lines)


def _opened(uow: UnitOfWork, order_id: int, lines: Sequence[int] = (), *, terms: bool = False) -> Answer:
    dossier = opened(uow, order_id)
    draft = _draft(uow, dossier)
    shown = in_force(dossier) if draft is None else revised(uow, dossier, draft)
    if lines and not any(line.line in lines for line in shown.lines):
        raise Unlawful(why=f"{dossier.name} has no such line. Its lines are 1 to {len(shown.lines)}.")
    return Answer(
        modal=form(uow, shown, draft.revision if draft is not None else next_number(uow, dossier), lines, terms=terms)
    )


def _draft(uow: UnitOfWork, dossier: Dossier) -> OrderRevision | None:
    """Return the draft of a revision that may be written on, if there is one; refuses whoever and whatever may not."""
    check_buyer(uow)
    check_amendable(dossier.name, dossier.state, OrderKind(dossier.order.kind))
    if dossier.order.cancel_asked_at is not None:
        raise Unlawful(why=f"{dossier.name} is to be cancelled. Keep it first, then change it.", subject=dossier.name)
    found = waiting(uow, dossier.order.id)
    if found is not None and found.state == OrderState.DRAFT:
        return found
    check_alone(dossier.name, None if found is None else (found.revision, OrderState(found.state)))
    return None


def check_buyer(uow: UnitOfWork) -> None:
    """Refuse everybody who does not buy."""
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="change an order", who=f"Ask {people.names(uow, Role.BUYER)}.")


def next_number(uow: UnitOfWork, dossier: Dossier) -> int:
    """Return the next revision's number: one that was ever written is not used again."""
    used = [row.revision for row in uow.all(OrderRevision, order_id=dossier.order.id)]
    return max([dossier.order.revision, *used]) + 1


def amended(uow: UnitOfWork, what: Submission) -> Answer:
    """Write what the form says as a revision, and request it at once."""
    order_id, number, *_ = form_carried(what.private)
    dossier = locked(uow, order_id)
    draft = _draft(uow, dossier)
    if number != (draft.revision if draft is not None else next_number(uow, dossier)):
        when = f"{dossier.order.changed_at.astimezone(uow.plant.zone):%H:%M}"
        raise Outdated(when=when, where=f"`change {dossier.name}`")
    shown = in_force(dossier) if draft is None else revised(uow, dossier, draft)
    said = read(uow, what, shown)
    if said.wrong:
        return Answer(errors=dict(said.wrong))
    said = replace(said, lines=tuple(with_replaced(said.lines, draft)))
    answer = request(uow, dossier, said, number)
    told = joint_prices.changed_said(dossier := asked_about(uow, order_id), joints(uow, dossier))
    return replace(answer, private=" ".join([answer.private, *told]))


def request(uow: UnitOfWork, dossier: Dossier, said: Read, number: int, proposal: int | None = None) -> Answer:
    """Write a revision of a locked order and put it before its approvers, or send it where none are needed.

    ``proposal`` is the supplier's mail that asked for exactly this.
    """
    return submit(uow, dossier, _revision(uow, dossier, said, number, proposal))


def _revision(uow: UnitOfWork, dossier: Dossier, said: Read, number: int, proposal: int | None) -> Dossier:
    """Write a revision down and return the order as it would have it; raises what makes it unlawful."""
    written_down = _written(uow, dossier, said, number, proposal)
    now = revised(uow, dossier, uow.get(OrderRevision, written_down))
    announced = claimed_of(uow, dossier)
    stands = [
        LineStand(line.line, line.unit, max(line.accepted + announced.get(line.id, 0), line.billed), line.billed > 0)
        for line in dossier.lines
        if not line.dropped_in
    ]
    if any(gap.field == "charges" for gap in gaps_of(now)):
        raise Unlawful(
            why=f"The discount of {dossier.name} would be more than what it is taken off. Change the charges first."
        )
    check_revised(dossier.name, in_force(dossier).content, now.content, stands)
    check_amended(uow, dossier, now)
    return now


def tolerate(uow: UnitOfWork, dossier: Dossier, said: Read, proposal: int) -> None:
    """Take a supplier's small change of a locked order into force without a question; raises what makes it unlawful."""
    now = _revision(uow, dossier, said, next_number(uow, dossier), proposal)
    stopped = budget_checks.blocked(uow, now, alone=True)
    if stopped:
        raise OverBudget(subject=now.name, words=stopped[0].sentence(), who=budget_checks.releasers(uow, now))
    known, hashed = staff(uow), content_hash(now.content)
    change(uow, now, content_hash=hashed, submitted_at=uow.now, rule=IN_TOLERANCE)
    now = now.reread(uow)
    ruling = Ruling(automatic=IN_TOLERANCE)
    approval_runs.approved_by_rule(uow, now, ruling)
    into_force_tolerated(uow, now, known, [{"name": f"the rule “{IN_TOLERANCE}”", "at": uow.now.isoformat()}])


def _written(uow: UnitOfWork, dossier: Dossier, said: Read, number: int, proposal: int | None) -> int:
    """Write a revision's row, new or over its draft; whoever asked for the order still had a hand in it."""
    lines = _changed(dossier, said.lines)
    values: dict[str, object] = {
        "state": OrderState.DRAFT.value,
        "lines": written(lines),
        "charges": kept(said.charges) if said.charges is not None else dossier.order.charges,
        "delivery_place": said.delivery_place,
        "reason": said.reason,
        "requested_by_id": uow.actor.person_id,
        "proposal_id": proposal,
        "rule": "",
        "changed_at": uow.now,
    }
    draft = uow.find(OrderRevision, order_id=dossier.order.id, revision=number)
    if draft is None:
        row = uow.add(OrderRevision, order_id=dossier.order.id, revision=number, created_at=uow.now, **values)
    else:
        row = draft.id
        uow.change(OrderRevision, row, **values)
    now = revised(uow, dossier, uow.get(OrderRevision, row))
    days = [line.deliver_by for line in now.lines if line.deliver_by is not None and not line.dropped_in]
    uow.change(OrderRevision, row, total=now.total.minor, deliver_by=max(days, default=dossier.order.deliver_by))
    written_by(uow, dossier.order, uow.actor.person_id)
    _still_author(uow, dossier)
    return row


def _still_author(uow: UnitOfWork, dossier: Dossier) -> None:
    """Let whoever asked for the order in the first place stay somebody who may not approve it."""
    first = {"order_id": dossier.order.id, "person_id": dossier.order.requested_by_id}
    if first["person_id"] is not None and uow.find(PurchaseOrderAuthor, **first) is None:
        uow.add(PurchaseOrderAuthor, **first)


def _changed(dossier: Dossier, lines: Sequence[Wanted]) -> list[Wanted]:
    """Return what differs from the order in force; a line of it that is not named is dropped."""
    says = {line.line: line for line in lines if not (line.is_new and line.dropped)}
    found = [says[number] for number in sorted(says) if says[number].is_new]
    for line in in_force(dossier).lines:
        if line.dropped_in:
            continue
        same = Wanted(line.line, line.quantity, line.price, line.deliver_by, line.cost_centre_id)
        wants = says.get(line.line, replace(same, dropped=True))
        if wants != same:
            found.append(wants)
    return found


def submit(uow: UnitOfWork, dossier: Dossier, now: Dossier) -> Answer:
    """Request a revision that was written: by the rules where it is material, else it goes out without another question."""
    known = staff(uow)
    target = PURCHASE_ORDERS.follow(now.state, OrderEvent.SUBMIT, uow.actor, subject=now.name)
    reasons = material(in_force(dossier).content, now.content)
    rule = _spared(uow, now, reasons)
    if dossier.order.supplier_id is not None:
        uow.lock(Supplier, dossier.order.supplier_id)
    if rule:
        ruling = Ruling(automatic=rule)
    else:
        check_complete_again(uow, now)
        ruling = ruling_for(uow, now, known)
    hashed = content_hash(now.content)
    change(uow, now, state=target.value, content_hash=hashed, submitted_at=uow.now, rejection="", rule=rule)
    plan = [[step.rule, *step.approvers] for step in ruling.steps]
    after = {"revision": now.order.revision, "code": hashed, "because": list(reasons), "plan": plan}
    uow.audit(Note(now.name, "request a revision", after=after, rule=rule, words=now.order.reason))
    now = now.reread(uow)
    if ruling.automatic:
        return _by_rule(uow, now, known, ruling)
    approval_runs.open_run(uow, now, known, ruling)
    asked = approval_runs.asked_names(uow, now.order.id, known)
    show_line(uow, now, known, Told(asked=asked))
    return Answer(private=_said("revision_asked", now, asked=asked, why=" and ".join(reasons)))


def _spared(uow: UnitOfWork, now: Dossier, reasons: Sequence[str]) -> str:
    """Return why nobody has to be asked about a revision; empty where the rules are."""
    if not reasons:
        return BY_RULE
    revision = uow.get(OrderRevision, now.revising)
    if revision.proposal_id is None:
        return ""
    before = in_force(opened(uow, now.order.id)).content
    return IN_TOLERANCE if tolerated(uow, now.order.id, before, now.content) else ""


def tolerated(uow: UnitOfWork, order_id: int, before: OrderContent, after: OrderContent) -> bool:
    """Say whether a supplier's change needs nobody's yes: little of itself, and little since somebody last said yes."""
    approved, most = approved_last(uow, order_id), uow.plant.change_tolerance_percent
    return within(before, after, most) and approved is not None and not creeps(approved, after, most)


def approved_last(uow: UnitOfWork, order_id: int) -> Mapping[str, Any] | None:
    """Return the content of an order that somebody said yes to last, small changes of the supplier's left out."""
    runs = uow.all(Approval, order_id=order_id, state=Decision.APPROVED.value)
    approved = [run.content for run in runs if run.content and run.rule != IN_TOLERANCE]
    return json.loads(approved[-1]) if approved else None


def check_complete_again(uow: UnitOfWork, now: Dossier) -> None:
    """Refuse to ask for more of an order that would not be lawful today, for instance because its supplier is blocked."""
    lacking = missing(now) + order_taxes.lacking(uow, now)
    if lacking:
        raise Unlawful(why=f"{now.name} cannot be changed to that: it lacks {', '.join(lacking)}.", subject=now.name)


def _by_rule(uow: UnitOfWork, now: Dossier, known: Staff, ruling: Ruling) -> Answer:
    """Approve a revision by a rule and send it; the undo time runs as after any other approval."""
    stopped = budget_checks.blocked(uow, now, alone=True)
    if stopped:
        who = budget_checks.releasers(uow, now)
        raise OverBudget(subject=now.name, words=stopped[0].sentence(), who=who)
    actor, uow.actor = uow.actor, CHARGEHAND
    by, leaves_at = f"the rule “{ruling.automatic}”", uow.now + uow.plant.undo
    PURCHASE_ORDERS.follow(now.state, OrderEvent.APPROVE, approval_runs.as_approver(CHARGEHAND), subject=now.name)
    approval_runs.approved_by_rule(uow, now, ruling)
    now = release(uow, now, known, [{"name": by, "at": uow.now.isoformat()}])
    tell(uow, now, known, ruling)
    show_line(uow, now, known, Told(by=by, leaves_at=leaves_at))
    uow.actor = actor
    return Answer(private=_said("revision_by_rule", now, rule=ruling.automatic, leaves_at=leaves_at))


def _said(what: str, dossier: Dossier, **values: object) -> str:
    shared = {"number": dossier.name, "revision": dossier.order.revision, "supplier": dossier.supplier_name}
    return templates.words("order_said", what=what, **shared, **values)


def drop(uow: UnitOfWork, click: Click) -> Answer:
    """Drop the change of an order that waits; the order stands as it is."""
    return _dropped(uow, *numbers(click.value, 1))


def _dropped(uow: UnitOfWork, order_id: int) -> Answer:
    """Let a waiting revision come to nothing; one that the supplier has is taken back by telling them."""
    check_buyer(uow)
    dossier = locked(uow, order_id)
    found = waiting(uow, order_id)
    if found is None:
        raise Unlawful(why=f"No change of {dossier.name} waits, so there is nothing to drop.", subject=dossier.name)
    now = revised(uow, dossier, found)
    if now.state is OrderState.SENDING:
        raise Unlawful(why=f"The change of {dossier.name} is on its way just now. Try again in a moment.")
    if now.state is OrderState.APPROVED and newest(uow, order_id) is not None:
        stop_mail(uow, now, staff(uow), "The change was dropped.")
    was_sent = now.state is OrderState.SENT
    if was_sent:
        _tell_supplier(uow, dossier, now.order.revision)
    ended(uow, now, OrderState.CANCELLED, f"{uow.actor.name} dropped it")
    if found.proposal_id is not None and dossier.state is OrderState.CHANGE_PROPOSED:
        _proposal_refused(uow, dossier)
    show_line(uow, now.reread(uow), staff(uow))
    return Answer(private=_said("revision_dropped", now, was_sent=was_sent))


def _tell_supplier(uow: UnitOfWork, dossier: Dossier, revision: int) -> None:
    """Write to the supplier that a change which they have does not hold."""
    order, plant = dossier.order, uow.plant
    address = dossier.supplier.email_orders if dossier.supplier is not None else ""
    if not order.document or not address:
        return
    text = templates.mail(WITHDRAWN, document=json.loads(order.document), revision=revision)
    letter = PlainLetter(
        address, text, WITHDRAWN, subject_of(order.id), reply_token(plant, dossier.name),
        message_id(plant, order.id, revision), order.id,
    )  # fmt: skip
    queue(uow, letter)


def _proposal_refused(uow: UnitOfWork, dossier: Dossier) -> None:
    """Let the order stand as it was sent, because what its supplier proposed is not wanted after all."""
    state = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.REFUSE, uow.actor, subject=dossier.name)
    change(uow, opened(uow, dossier.order.id), state=state.value)
    uow.audit(Note(dossier.name, OrderEvent.REFUSE.value, before={"state": dossier.state}, after={"state": state}))
    show_line(uow, opened(uow, dossier.order.id), staff(uow))


def accept_form(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks where the supplier's yes to a change is kept."""
    (order_id,) = numbers(click.value, 1)
    now = _with_supplier(uow, order_id)
    shared = {"number": now.name, "supplier": now.supplier_name}
    return Answer(modal=templates.view("agreement_reason_form", what="revision", private=click.value, **shared))


def hand_accepted(uow: UnitOfWork, what: Submission) -> Answer:
    """Take a change into force because a buyer vouches for the supplier's yes, and says where it is kept."""
    if not what.field("words"):
        return Answer(errors={"words": "Write where the supplier's yes is kept."})
    (order_id,) = numbers(what.private, 1)
    return _accepted(uow, order_id, what.field("words"))


def _accepted(uow: UnitOfWork, order_id: int, evidence: str) -> Answer:
    now = _with_supplier(uow, order_id)
    if not evidence:
        raise ReasonMissing(subject=now.name)
    after = {"revision": now.order.revision}
    uow.audit(Note(now.name, "revision accepted by hand", after=after, words=evidence))
    accepted(uow, now)
    return Answer(private=_said("revision_accepted", now))


def _with_supplier(uow: UnitOfWork, order_id: int) -> Dossier:
    """Return the revision of a locked order that the supplier has; refuses where there is none."""
    check_buyer(uow)
    dossier = locked(uow, order_id)
    found = waiting(uow, order_id)
    if found is None or found.state != OrderState.SENT:
        raise Unlawful(why=f"No change of {dossier.name} is with the supplier.", subject=dossier.name)
    return revised(uow, dossier, found)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.AMEND: amend,
    Action.DROP_REVISION: drop,
    Action.REVISION_ACCEPTED: accept_form,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.AMEND: amended,
    Callback.REVISION_ACCEPTED: hand_accepted,
}
