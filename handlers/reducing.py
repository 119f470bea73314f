"""Approve less: an approver lowers quantities or drops lines, never raises anything, and approves what is left."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import templates
from handlers import approvals
from handlers.approval_cards import ask, tasks_of
from handlers.approval_plans import ruling_for, staff
from handlers.approval_questions import Question, check_standing, check_wanted, is_expired, question
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers
from handlers.joint_prices import too_few
from handlers.order_cards import gaps_of
from handlers.order_content import Dossier, Line, change, locked, opened, order_named
from handlers.order_drafts import joints, recounted, repriced
from handlers.order_needs import drop_line, turned_down, uncovered
from handlers.order_notices import tell_requester
from handlers.order_revisions import asked_about
from orders.approvals import TaskState
from orders.errors import Refusal, Unlawful
from orders.money import price_text
from orders.purchase_orders import canonical, check_complete, content_hash
from orders.units import quantity_of, quantity_text, unit_word
from storage.tables import Approval, ApprovalTask, PurchaseOrderLine, PurchaseOrderNeed, Requisition
from storage.unit_of_work import Note, UnitOfWork

MOST_LINES = 40
"""How many lines the form shows; a longer order is changed by the buyer."""


def reduce(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form with the quantity of every line, for whoever may decide now."""
    order_id, task_id = numbers(click.value, 2)
    found = _question(uow, order_id, task_id)
    check_standing(uow, click, order_id, task_id)
    return Answer(modal=_form(found, click.value))


def _question(uow: UnitOfWork, order_id: int, task_id: int | None) -> Question:
    """Return the question that the actor may answer; a change of a sent order is taken as it is, or not at all."""
    found = question(uow, asked_about(uow, order_id), task_id)
    if found.dossier.revising is not None:
        raise Unlawful(
            why=f"{found.dossier.name} is with the supplier already, so this change of it is approved or rejected as it is. "
            "Reject it and say what is too much."
        )
    return found


def _form(found: Question, carried: str) -> dict[str, Any]:
    dossier = found.dossier
    if len(dossier.lines) > MOST_LINES:
        raise Unlawful(why=f"{dossier.name} has {len(dossier.lines)} lines. Reject it and say what is too much.")
    order = dossier.order
    rows = [
        {
            "block": _block(line),
            "label": f"{line.line} {line.description}, {unit_word(line.unit, 0)}",
            "quantity": quantity_text(line.quantity),
            "amount": dossier.amount(line).grouped(),
        }
        for line in dossier.lines
    ]
    shared = {"number": dossier.name, "supplier": dossier.supplier_name, "total": order.total}
    return templates.view(
        "reduce_form", private=carried, currency=order.currency, lines=rows, requester=found.requester, **shared
    )


def _block(line: Line) -> str:
    return f"line_{line.id}"


def reduced(uow: UnitOfWork, what: Submission) -> Answer:
    """Lower the order to what the form says, and approve that."""
    order_id, task_id = numbers(what.private, 2)
    found = _question(uow, order_id, task_id)
    if is_expired(uow, found.dossier):
        return approvals.expire(uow, found.dossier)
    check_wanted(uow, found.dossier)
    left, wrong = _read(what, found.dossier)
    wrong = wrong or _too_few(uow, found.dossier, left)
    if wrong:
        return Answer(errors=wrong)
    return _approved(uow, found, left, what.field("words"))


def reduce_named(uow: UnitOfWork, written: str, rest: str) -> Answer:
    """Approve less by typed number: ``reduce DR-12 1, 0 use the spare`` gives each line's new quantity in order."""
    order = order_named(uow, written)
    found = _question(uow, order.id, None)
    lines = found.dossier.lines
    figures, _, words = rest.partition(" because ")
    given = [each.strip() for each in figures.split(",")]
    if len(given) != len(lines) or not words.strip():
        asks = ", ".join(quantity_text(line.quantity) for line in lines)
        raise Unlawful(
            why=f"Write one number for each of the {len(lines)} lines and why, for instance "
            f"`reduce {found.dossier.name} {asks} because the spare will do`."
        )
    fields = {_block(line): number for line, number in zip(lines, given, strict=True)}
    left, wrong = _checked(fields, found.dossier)
    wrong = wrong or _too_few(uow, found.dossier, left)
    if wrong:
        raise Unlawful(why=f"{next(iter(wrong.values()))}.")
    return _approved(uow, found, left, words.strip())


def _read(what: Submission, dossier: Dossier) -> tuple[dict[int, int], dict[str, str]]:
    if not what.field("words"):
        return {}, {"words": "Say why in a few words."}
    return _checked({_block(line): what.field(_block(line)) for line in dossier.lines}, dossier)


def _checked(fields: Mapping[str, str], dossier: Dossier) -> tuple[dict[int, int], dict[str, str]]:
    """Return what is left of each line by its id, and what is wrong by field; nothing may rise, and something must fall."""
    left: dict[int, int] = {}
    wrong: dict[str, str] = {}
    for line in dossier.lines:
        try:
            left[line.id] = _number(fields[_block(line)], line)
        except Refusal:
            wrong[_block(line)] = f"Write a number from 0 to {quantity_text(line.quantity)}"
    first = next(iter(fields), "words")
    if not wrong and all(left[line.id] == line.quantity for line in dossier.lines):
        wrong[first] = "Lower at least one number, or choose Approve"
    if not wrong and not any(left.values()):
        wrong[first] = "Nothing would be left; choose Reject instead"
    return left, wrong


def _too_few(uow: UnitOfWork, dossier: Dossier, left: Mapping[int, int]) -> dict[str, str]:
    """Say by field where less would fall below what the supplier sells at least."""
    wrong = too_few(dossier, joints(uow, dossier), left)
    return {_block(line): wrong[line.id] for line in dossier.lines if line.id in wrong}


def _number(written: str, line: Line) -> int:
    plain = written.strip()
    return 0 if plain in {"0", "0.0", "0,0"} else quantity_of(plain, line.unit, most=line.quantity)


def _approved(uow: UnitOfWork, found: Question, left: dict[int, int], words: str) -> Answer:
    """Write the lower order under a new hash, keep the yes of earlier steps, and give the actor's own."""
    before = found.dossier
    _lower(uow, before, left, words)
    dossier = _repriced(uow, before)
    check_complete(gaps_of(dossier), dossier.name)
    hashed = content_hash(dossier.content)
    change(uow, dossier, content_hash=hashed)
    uow.change(Approval, found.run.id, content_hash=hashed, content=canonical(dossier.content))
    was = {"code": found.run.content_hash, "total": before.order.total, "lines": _quantities(before)}
    if dearer := _dearer(before, dossier):
        uow.audit(Note(dossier.name, "price by quantity", after={"told": dearer.strip()}))
    now = {"code": hashed, "total": dossier.order.total, "lines": _quantities(dossier), "voice": found.voice}
    uow.audit(Note(dossier.name, "approve less", before=was, after=now, rule=found.mine.rule, words=words))
    _drop_steps(uow, found, dossier)
    found = replace(
        found,
        dossier=locked(uow, dossier.order.id),
        run=uow.get(Approval, found.run.id),
        tasks=(tasks := tasks_of(uow, found.run)),
        mine=next(task for task in tasks if task.id == found.mine.id),
    )
    others = [task for task in tasks if task.state == TaskState.PENDING and task.id != found.mine.id]
    ask(uow, found.dossier, found.known, others)
    tell_requester(uow, found.dossier, found.known, "reduced", words=words + dearer)
    answer = approvals.say_yes(uow, found, words)
    return replace(answer, private=answer.private + dearer)


def _repriced(uow: UnitOfWork, before: Dossier) -> Dossier:
    """Count an order anew that says less, at the prices that are left; refuses less that would not cost less."""
    repriced(uow, opened(uow, before.order.id))
    dossier = recounted(uow, before.order.id)
    if dossier.total.minor >= before.total.minor:
        raise Unlawful(
            why=f"With fewer pieces the price by quantity is lost: {before.name} would come to {dossier.total} instead of "
            f"{before.total}. Approve all of it, lower it further, or reject it."
        )
    return dossier


def _dearer(before: Dossier, after: Dossier) -> str:
    """Say which lines cost more a unit because fewer are left; empty where the prices stand."""
    was = {line.id: line.price for line in before.lines}
    told = [
        f"line {line.line} at {price_text(line.price, after.order.currency)} instead of {price_text(was[line.id], after.order.currency)}"
        for line in after.lines
        if line.price != was[line.id]
    ]
    return f" Fewer cost more each: {', '.join(told)}; {after.total} in all." if told else ""


def _quantities(dossier: Dossier) -> list[list[object]]:
    return [[line.line, quantity_text(line.quantity), line.unit] for line in dossier.lines]


def _lower(uow: UnitOfWork, dossier: Dossier, left: dict[int, int], why: str) -> None:
    """Write the lower quantities, and turn the rest of each need down."""
    for line in dossier.lines:
        gone = line.quantity - left[line.id]
        if not gone:
            continue
        missing = uncovered(dossier, line, left[line.id])
        for share in dossier.shares(line.id):
            less = missing.get(share.requisition_id, 0)
            if less:
                uow.change(PurchaseOrderNeed, share.id, quantity=share.quantity - less)
                turned_down(uow, uow.lock(Requisition, share.requisition_id), less, why)
        if left[line.id]:
            uow.change(PurchaseOrderLine, line.id, quantity=left[line.id], filled=None)
        else:
            drop_line(uow, line.id)


def _drop_steps(uow: UnitOfWork, found: Question, dossier: Dossier) -> None:
    """Spare the later steps that the lower total no longer asks for."""
    ruling = ruling_for(uow, dossier, staff(uow), by_people=True)
    rules = {step.rule for step in ruling.steps}
    if ruling.counted is not None:
        uow.change(Approval, found.run.id, counted=ruling.counted.minor)
    for task in tasks_of(uow, found.run):
        if task.state == TaskState.WAITING and task.rule not in rules:
            uow.change(ApprovalTask, task.id, state=TaskState.NOT_NEEDED.value)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.REDUCE: reduce}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.REDUCE: reduced}
