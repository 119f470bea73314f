"""What people do with an invoice: accept a difference within their limit, write to the supplier, void, release, look again."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import invoice_cards, invoice_letters, invoice_lists, invoice_matching, people
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.invoice_content import Papers, held, named
from handlers.invoice_people import check_apart, check_limit, check_role
from handlers.moments import clock
from handlers.supplier_holds import check_free
from orders.errors import AlreadyDone, NotAcceptable, Outdated, Unlawful
from orders.invoices import INVOICES, PAYABLE, InvoiceEvent, InvoiceKind, InvoiceState
from orders.people import Role
from orders.work_orders import check_reason
from storage.tables import Invoice
from storage.unit_of_work import UnitOfWork

FINANCE = (Role.FINANCE,)
WRITERS = (Role.FINANCE, Role.BUYER)
ACCEPTERS = (Role.FINANCE, Role.APPROVER)
LOOKERS = (Role.FINANCE, Role.BUYER, Role.APPROVER)
"""Who may look at an invoice; what suppliers charge is not for everybody."""
DONE = {
    InvoiceState.RELEASED: "Already released",
    InvoiceState.EXPORTED: "Already exported",
    InvoiceState.VOIDED: "Already void",
}


def _opened(uow: UnitOfWork, carried: str, *roles: Role) -> Papers:
    """Return the locked invoice of a button; refuses whoever may not, and a button that is older than the invoice."""
    invoice_id, version = numbers(carried, 2)
    check_role(uow, *roles)
    papers = held(uow, invoice_id)
    if papers.invoice.version != version:
        _refuse_old(uow, papers)
    return papers


def _refuse_old(uow: UnitOfWork, papers: Papers) -> None:
    """Say who was faster, or that the invoice was changed meanwhile, and bring its card up to date."""
    invoice = papers.invoice
    if papers.state in DONE:
        by = invoice.released_by_id if papers.state is not InvoiceState.VOIDED else invoice.decided_by_id
        when = clock(uow, invoice.released_at or invoice.decided_at or uow.now)
        raise AlreadyDone(subject=papers.name, what=DONE[papers.state], who=people.name(uow, by), when=when)
    raise Outdated(when=clock(uow, invoice.decided_at or uow.now), where=f"the answer to `invoice {invoice.number}`")


def show(uow: UnitOfWork, click: Click) -> Answer:
    """Show an invoice to whoever asks, with what may be done about it."""
    check_role(uow, *LOOKERS)
    return _shown(uow, held(uow, numbers(click.value, 2)[0]))


def typed(uow: UnitOfWork, text: str) -> Answer:
    """Answer ``invoice R-7781``; without a number the list of those that wait."""
    check_role(uow, *LOOKERS)
    return _shown(uow, held(uow, named(uow, text).id)) if text.strip() else invoice_lists.listed(uow)


def _shown(uow: UnitOfWork, papers: Papers) -> Answer:
    card = templates.card("invoice", **invoice_cards.shown(uow, papers))
    return Answer(private=card.text, blocks=card.blocks)


def _said(what: str, papers: Papers, **more: object) -> Answer:
    given = {"to": papers.supplier.name, "words": ""} | more
    return Answer(private=templates.words("invoice_said", what=what, name=papers.name, **given))


# -- accepting and voiding, with a reason


def accept(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks why a difference is accepted."""
    papers = _opened(uow, click.value, *ACCEPTERS)
    _check_acceptable(uow, papers)
    return _reason_form(papers, accepting=True)


def void(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks why an invoice counts for nothing."""
    papers = _opened(uow, click.value, *FINANCE)
    INVOICES.follow(papers.state, InvoiceEvent.VOID, uow.actor, subject=papers.name)
    return _reason_form(papers, accepting=False)


def _reason_form(papers: Papers, *, accepting: bool) -> Answer:
    invoice = papers.invoice
    return Answer(
        modal=templates.view(
            "invoice_reason_form",
            accepting=accepting,
            carried=value(invoice.id, invoice.version),
            number=papers.name,
            supplier=papers.supplier.name,
            total=invoice.total,
            currency=invoice.currency,
            over=sum(one.amount for one in papers.found),
        )
    )


def _check_acceptable(uow: UnitOfWork, papers: Papers) -> None:
    """Refuse to accept what was not ordered, received and accepted, what goes beyond a limit, and one's own order."""
    INVOICES.follow(papers.state, InvoiceEvent.ACCEPT_VARIANCE, uow.actor, subject=papers.name)
    found = invoice_matching.examine(uow, papers)
    wrong = next((one for one in found if not one.kind.acceptable), None)
    if wrong is not None:
        raise NotAcceptable(invoice=papers.name, words=wrong.words, instead=wrong.kind.instead)
    check_apart(uow, papers)
    check_limit(uow, papers, sum(one.amount for one in found))


def accepted(uow: UnitOfWork, what: Submission) -> Answer:
    """Accept a difference in money for a reason; what is accepted may be released."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    papers = _opened(uow, what.private, *ACCEPTERS)
    _check_acceptable(uow, papers)
    now = _decided(uow, papers, InvoiceEvent.ACCEPT_VARIANCE, what.field("reason"))
    return _said("accepted", now)


def voided(uow: UnitOfWork, what: Submission) -> Answer:
    """Let an invoice count for nothing; its number may come again."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    papers = _opened(uow, what.private, *FINANCE)
    return _said("voided", _decided(uow, papers, InvoiceEvent.VOID, what.field("reason")))


def _decided(uow: UnitOfWork, papers: Papers, event: InvoiceEvent, reason: str, **more: object) -> Papers:
    """Take a step that a person decided on, with its reason, and bring everything that follows up to date."""
    why = check_reason(reason, papers.name)
    if event is InvoiceEvent.VOID:
        _check_no_credit(uow, papers)
    by = {"reason": why, "decided_by_id": uow.actor.person_id, "decided_at": uow.now}
    freed = {"normal": f"{papers.invoice.normal}#{papers.invoice.id}"} if event is InvoiceEvent.VOID else {}
    now = invoice_matching.moved(uow, papers, event, uow.actor, **by, **freed, **more)
    _follow_up(uow, now)
    return held(uow, now.invoice.id)


def _check_no_credit(uow: UnitOfWork, papers: Papers) -> None:
    """Refuse to void an invoice that a credit note stands on."""
    notes = [row for row in uow.all(Invoice, refers_to_id=papers.invoice.id) if row.state != InvoiceState.VOIDED]
    if notes:
        raise Unlawful(why=f"Credit note {notes[0].number} is for {papers.name}. Void that first.", subject=papers.name)


def _follow_up(uow: UnitOfWork, papers: Papers) -> None:
    """Hold the other invoices of its orders against them again, book what changed, and show it."""
    moved = invoice_matching.rechecked_all(uow, papers.dossiers)
    for one in {one.invoice.id: one for one in [papers, *moved]}.values():
        invoice_cards.show(uow, held(uow, one.invoice.id))


# -- writing to the supplier


def ask_credit(uow: UnitOfWork, click: Click) -> Answer:
    """Open the drafted mail that asks for credit."""
    return _letter(uow, click, "credit")


def dispute(uow: UnitOfWork, click: Click) -> Answer:
    """Open the drafted mail that says what is wrong."""
    return _letter(uow, click, "answer")


STEPS = {"credit": InvoiceEvent.EXPECT_CREDIT, "answer": InvoiceEvent.DISPUTE}


def _letter(uow: UnitOfWork, click: Click, wants: str) -> Answer:
    papers = _opened(uow, click.value, *WRITERS)
    INVOICES.follow(papers.state, STEPS[wants], uow.actor, subject=papers.name)
    draft = invoice_letters.draft(uow, papers, wants)
    return Answer(
        modal=templates.view(
            "invoice_letter_form",
            wants=wants,
            carried=value(papers.invoice.id, papers.invoice.version, list(STEPS).index(wants)),
            supplier=papers.supplier.name,
            to=invoice_letters.address(uow, papers),
            number=papers.name,
            order=next(iter(papers.orders), ""),
            subject=draft.subject,
            text=draft.text,
        )
    )


def wrote(uow: UnitOfWork, what: Submission) -> Answer:
    """Send the mail as the person left it; the invoice stays held."""
    invoice_id, version, place = numbers(what.private, 3)
    wrong = {name: "Write something." for name in ("subject", "text") if not what.field(name)}
    if wrong:
        return Answer(errors=wrong)
    papers = _opened(uow, value(invoice_id, version), *WRITERS)
    wants = list(STEPS)[place]
    invoice_letters.send(uow, papers, what.field("subject"), what.field("text"))
    reason = "asked for credit" if wants == "credit" else "disputed by mail"
    now = _decided(uow, papers, STEPS[wants], reason)
    return _said("credit" if wants == "credit" else "disputed", now)


# -- releasing


def release(uow: UnitOfWork, click: Click) -> Answer:
    """Release an invoice for payment, by somebody who neither approved its order nor took the goods in."""
    papers = _opened(uow, click.value, *FINANCE)
    INVOICES.follow(papers.state, InvoiceEvent.RELEASE, uow.actor, subject=papers.name)
    check_free(papers.supplier)
    check_apart(uow, papers)
    _check_credits(uow, papers)
    now = invoice_matching.settled(uow, papers)
    if now.invoice.version != papers.invoice.version:
        _follow_up(uow, now)
        return _said("same", now, words=" ".join(one.words for one in now.found))
    by = {"released_by_id": uow.actor.person_id, "released_at": uow.now}
    now = invoice_matching.moved(uow, papers, InvoiceEvent.RELEASE, uow.actor, **by)
    _follow_up(uow, now)
    return _said("released", now)


def _check_credits(uow: UnitOfWork, papers: Papers) -> None:
    """Refuse to pay what fits only with a credit note that the ERP would not get: the same goods would be paid twice."""
    if papers.kind is InvoiceKind.CREDIT_NOTE:
        return
    waiting = [one for one in invoice_matching.credits_beside(uow, papers) if one.state not in PAYABLE]
    if waiting:
        name = f"credit note {waiting[0].number}"
        why = f"{papers.name} fits only together with {name}. Release that first (`invoice {waiting[0].number}`), so that nothing is paid twice."
        raise Unlawful(why=why, subject=papers.name)


def check(uow: UnitOfWork, click: Click) -> Answer:
    """Hold an invoice against its order again, because somebody thinks that it fits by now."""
    papers = held(uow, numbers(click.value, 2)[0])
    check_role(uow, *LOOKERS)
    now = invoice_matching.settled(uow, papers)
    _follow_up(uow, now)
    now = held(uow, now.invoice.id)
    if now.counts:
        return _said("fits", now)
    return _said("same", now, words=" ".join(one.words for one in now.found) or invoice_cards.STATES[now.state])


def follow_receipt(uow: UnitOfWork, order_id: int) -> None:
    """Hold the invoices of an order against it again, because goods came, were inspected or went back."""
    for papers in invoice_matching.rechecked(uow, order_id):
        invoice_cards.show(uow, held(uow, papers.invoice.id))


def open_list(uow: UnitOfWork, click: Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Show the list of invoices that wait, from the Home tab."""
    check_role(uow, *LOOKERS)
    return invoice_lists.listed(uow)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.INVOICES: open_list,
    Action.INVOICE_SHOW: show,
    Action.INVOICE_ACCEPT: accept,
    Action.INVOICE_ASK_CREDIT: ask_credit,
    Action.INVOICE_DISPUTE: dispute,
    Action.INVOICE_VOID: void,
    Action.INVOICE_RELEASE: release,
    Action.INVOICE_CHECK: check,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.ACCEPT_INVOICE: accepted,
    Callback.VOID_INVOICE: voided,
    Callback.WRITE_ABOUT_INVOICE: wrote,
}
