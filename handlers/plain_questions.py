"""Answers to questions in plain words: each question of the table has one function, and what was not understood gets examples."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from handlers import (
    finding,
    grammar,
    issuing,
    maintenance_plans,
    moments,
    on_shift,
    open_work,
    question_shapes,
    questions,
    wording,
)
from handlers import work_order_costs as costs
from handlers.happenings import Answer
from handlers.order_content import today
from orders.durations import spoken_minutes
from orders.errors import NotKnown
from orders.purchase_orders import LIVE
from orders.work_orders import WorkOrderState
from storage.tables import (
    Absence,
    Asset,
    Part,
    Person,
    PurchaseOrder,
    Supplier,
    WorkOrder,
    WorkOrderTime,
)
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _TIMES, _ASSETS, _BUYING = table(WorkOrder), table(WorkOrderTime), table(Asset), table(PurchaseOrder)
_SUPPLIERS, _ABSENCES, _PEOPLE = table(Supplier), table(Absence), table(Person)
SHOWN, LOOKED_AT = 8, 60
ENDING = 2
"""How many letters a plural adds at most."""
_TOLD = (_ORDERS.c.title, _ORDERS.c.description, _ORDERS.c.remedy)
FINISHED = (WorkOrderState.COMPLETED.value, WorkOrderState.CLOSED.value)
LOOKED_BACK = timedelta(days=3 * 366)
AHEAD = timedelta(days=7)


def typed(uow: UnitOfWork, text: str, thread: WorkOrder | None = None) -> Answer:
    """Answer a question in plain words; ``thread`` is the work order under which it stands."""
    asked = question_shapes.asked(text)
    if asked is None:
        return not_understood(text)
    about = thread.number.lower() if thread is not None and question_shapes.means_here(asked.it) else asked.it
    return ANSWERS[asked.question.name](uow, about)


def not_understood(text: str) -> Answer:
    """Say that a question was not understood, with the questions that are nearest to it."""
    rows = [f"“{example}”" for example in question_shapes.nearest(text)]
    heading = (
        f"I did not understand “{text.strip()[:60]}”. You can ask for instance:"
        if text.strip()
        else "You can ask for instance:"
    )
    return questions.answer(heading, rows, "All questions and commands: `help ask`")


def _listed(uow: UnitOfWork, heading: str, none: str, condition: ColumnElement[bool]) -> Answer:
    jobs = open_work.listed(uow, condition, most=SHOWN)
    rows = [open_work.line(uow, job) for job in jobs]
    left = open_work.count(uow, condition) - len(rows) if len(rows) == SHOWN else 0
    rows += [f"and {left} more"] if left > 0 else []
    return questions.answer(heading, rows or [none])


def _overdue(uow: UnitOfWork, _: str) -> Answer:
    return _listed(uow, "Overdue", "Nothing is overdue.", open_work.overdue(uow))


def _for_parts(uow: UnitOfWork, _: str) -> Answer:
    return _listed(uow, "Waiting for parts", "Nothing waits for parts.", open_work.WAITS_FOR_PARTS)


def _nobodys(uow: UnitOfWork, _: str) -> Answer:
    return _listed(uow, "Nobody has", "Everything open has somebody.", open_work.NOBODYS)


def _open(uow: UnitOfWork, _: str) -> Answer:
    return _listed(uow, "Open work", "Nothing is open.", open_work.IS_OPEN)


def _running(uow: UnitOfWork, _: str) -> Answer:
    runs = _ORDERS.c.id.in_(select(_TIMES.c.work_order_id).where(_TIMES.c.ended_at.is_(None)))
    return _listed(uow, "Worked on now", "Nobody works on a job now.", open_work.IS_OPEN & runs)


def _stands(uow: UnitOfWork, _: str) -> Answer:
    down = _ORDERS.c.down_from.is_not(None) & _ORDERS.c.down_until.is_(None)
    return _listed(uow, "Stands still", "Nothing stands still.", open_work.IS_OPEN & down)


def _mine(uow: UnitOfWork, _: str) -> Answer:
    return questions.mine(uow)


def _waiting(uow: UnitOfWork, _: str) -> Answer:
    return questions.waiting(uow)


def _plans(uow: UnitOfWork, _: str) -> Answer:
    return maintenance_plans.listed(uow, "")


def _shift(uow: UnitOfWork, _: str) -> Answer:
    return on_shift.typed(uow, "")


def _away(uow: UnitOfWork, _: str) -> Answer:
    day = today(uow)
    columns = (_PEOPLE.c.name, _ABSENCES.c.last)
    query = select(*columns).join(_PEOPLE, _PEOPLE.c.id == _ABSENCES.c.person_id).order_by(_PEOPLE.c.name)
    here = (_ABSENCES.c.state == "planned", _ABSENCES.c.first <= day, _ABSENCES.c.last >= day, _PEOPLE.c.active)
    rows = [f"{row.name} until {moments.short_day(row.last)}" for row in uow.run(query.where(*here)).all()]
    return questions.answer("Away today", rows or ["Nobody is away that I know of."])


def _deliveries(uow: UnitOfWork, _: str) -> Answer:
    day = func.coalesce(_BUYING.c.promised_on, _BUYING.c.deliver_by)
    query = select(_BUYING.c.number, _SUPPLIERS.c.name, day.label("day"), _BUYING.c.promised_on)
    query = query.join(_SUPPLIERS, _SUPPLIERS.c.id == _BUYING.c.supplier_id).order_by(day, _BUYING.c.id).limit(SHOWN)
    live = _BUYING.c.state.in_(sorted(state.value for state in LIVE))
    open_still = _BUYING.c.receipt_state.not_in(("complete", "closed"))
    rows = uow.run(query.where(live, open_still, day <= today(uow) + AHEAD)).all()
    told = [_comes(uow, row) for row in rows]
    return questions.answer("Expected within a week", told or ["Nothing is expected within a week."])


def _comes(uow: UnitOfWork, row: Any) -> str:
    late = ", overdue" if row.day < today(uow) else ""
    return f"{moments.short_day(row.day)}: {row.number} from {row.name}{' (promised)' if row.promised_on else ''}{late}"


def _open_on(uow: UnitOfWork, it: str) -> Answer:
    return questions.asset(uow, it)


def _number(it: str) -> str:
    """Return a document's number as commands take it, empty where something else is asked about."""
    sentence = grammar.parse(f"order {it}")
    return "" if sentence.rest else sentence.target


def _where(uow: UnitOfWork, it: str) -> Answer:
    if _number(it):
        return questions.where(uow, _number(it))
    found = finding.asset_in(uow, it).asset
    if found is not None:
        return questions.answer(f"{found.code} {found.name}", [found.location or "I do not know where it stands."])
    return _how_many(uow, it)


def _due(uow: UnitOfWork, it: str) -> Answer:
    return questions.where(uow, _number(it)) if _number(it) else _how_many(uow, it)


def _who_has(uow: UnitOfWork, it: str) -> Answer:
    if _number(it):
        order = finding.work_order(uow, _number(it))
        (job,) = open_work.listed(uow, _ORDERS.c.id == order.id, most=1)
        who = job.holder or "Nobody"
        return questions.answer(
            f"{who} {'had' if order.state in FINISHED else 'has'} {order.number}", [open_work.line(uow, job)]
        )
    asset = finding.asset(uow, it)
    return _listed(
        uow,
        f"Open on {asset.code}",
        f"Nothing is open on {asset.code}.",
        open_work.IS_OPEN & (_ORDERS.c.asset_id == asset.id),
    )


def _jobs_of(uow: UnitOfWork, it: str) -> Answer:
    person = finding.person(uow, it)
    return _listed(uow, f"{person.name} has", f"{person.name} has nothing.", open_work.is_of(person.id))


def _last_done(uow: UnitOfWork, it: str) -> Answer:
    asset = finding.asset(uow, it)
    rows = _finished(uow, _ORDERS.c.asset_id == asset.id)
    told = [_past(uow, row) for row in rows]
    return questions.answer(
        f"Last on {asset.code} {asset.name}", told or ["Nothing was finished on it yet."], "More: `report asset`"
    )


def _finished(uow: UnitOfWork, *conditions: ColumnElement[bool], most: int = 3) -> list[Any]:
    spent = select(func.sum(_TIMES.c.minutes)).where(_TIMES.c.work_order_id == _ORDERS.c.id).scalar_subquery()
    columns = (
        *_ORDERS.c["id", "number", "title", "description", "remedy", "completed_at"],
        _ASSETS.c.code.label("asset"),
        spent.label("minutes"),
    )
    query = (
        select(*columns)
        .outerjoin(_ASSETS, _ASSETS.c.id == _ORDERS.c.asset_id)
        .where(_ORDERS.c.state.in_(FINISHED), *conditions)
    )
    since = _ORDERS.c.created_at >= uow.now - LOOKED_BACK
    return list(uow.run(query.where(since).order_by(_ORDERS.c.created_at.desc()).limit(most)).all())


def _past(uow: UnitOfWork, row: Any) -> str:
    when = moments.short_day(row.completed_at.astimezone(uow.plant.zone).date()) if row.completed_at else "done"
    took = f", {spoken_minutes(row.minutes)} of work" if row.minutes else ""
    remedy = f", {wording.words_of('remedy', row.remedy)}" if row.remedy else ""
    return f"{when}: {row.title}{f' on {row.asset}' if row.asset else ''}{remedy}{took} ({row.number})"


def _how_long(uow: UnitOfWork, it: str) -> Answer:
    what, where = question_shapes.without_change(it)
    spotted = finding.asset_in(uow, what)
    asset = finding.asset(uow, where) if where else (spotted.asset if spotted.by_code else None)
    told = [_stem(word) for word in what.split() if asset is None or finding.plain(word) != asset.plain_code]
    conditions = [_ORDERS.c.asset_id == asset.id] if asset is not None else []
    conditions += [or_(*(column.icontains(each) for column in _TOLD)) for each in told]
    found = _finished(uow, *conditions, most=LOOKED_AT)
    rows = [row for row in found if row.minutes and all(_names(row, each) for each in told)][:3]
    if not rows:
        return questions.answer(
            f"I know no finished work like “{it[:40]}” with its time",
            ["Ask for instance “What was done last on P-101?”"],
        )
    usual = (
        f"Over the last {len(rows)}: {spoken_minutes(sum(row.minutes for row in rows) // len(rows))} each."
        if len(rows) > 1
        else ""
    )
    return questions.answer(
        f"The last one took {spoken_minutes(rows[0].minutes)} of work", [_past(uow, row) for row in rows], usual
    )


def _names(row: Any, stem: str) -> bool:
    """Say whether finished work names a thing and not only letters of it: ``seal`` is no sealing bar."""
    words = re.findall(r"\w+", wording.folded(f"{row.title} {row.description} {row.remedy}"))
    return any((each.startswith(stem) and len(each) - len(stem) <= ENDING) or each.endswith(stem) for each in words)


def _stem(word: str) -> str:
    """Return what the singular and the plural of a word have in common, so that ``seals`` finds a seal."""
    for ending in ("ungen", "ies", "en", "es", "s", "n"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004  # a word of three letters is one already
            return word[: -len(ending)] + ("ung" if ending == "ungen" else "")
    return word


def _how_many(uow: UnitOfWork, it: str) -> Answer:
    found = _parts(uow, it)
    if not found:
        raise NotKnown(
            kind="part",
            written=f"“{it[:60]}”",
            hint=finding.did_you_mean(f"{p.code} ({p.name})" for p in finding.alike(uow, Part, it)),
        )
    if len(found) == 1:
        return questions.stock(uow, found[0].code)
    rows = [f"{part.name} ({part.code}): {issuing.figures_words(uow, part)}" for part in found[:SHOWN]]
    return questions.answer(
        f"{len(found)} parts are called like “{it[:40]}”"
        if len(found) < SHOWN + 1
        else f"Parts called like “{it[:40]}”",
        rows,
        "One of them: `stock` and its number",
    )


def _parts(uow: UnitOfWork, it: str) -> Sequence[Part]:
    """Return the parts that words mean, tried as they were said and then without the endings of a plural."""
    for words in (it, " ".join(map(_stem, it.split()))):
        named = [part for part in finding.parts_like(uow, words, most=SHOWN + 1) if _holds(part, words)]
        if named:
            return named
    return []


def _holds(part: Part, words: str) -> bool:
    name = wording.folded(f"{part.name} {part.code} {part.plain_code} {part.manufacturer_part}")
    return all(word in name for word in wording.folded(words).split())


def _cost(uow: UnitOfWork, it: str) -> Answer:
    return costs.typed(uow, finding.work_order(uow, _number(it) or it), "")


ANSWERS: dict[str, Callable[[UnitOfWork, str], Answer]] = {
    "mine": _mine, "waiting": _waiting, "for_parts": _for_parts, "overdue": _overdue, "stands": _stands, "on_shift": _shift,
    "away": _away, "running": _running, "nobodys": _nobodys, "open": _open, "deliveries": _deliveries, "plans": _plans,
    "last_done": _last_done, "open_on": _open_on, "due": _due, "who_has": _who_has, "how_long": _how_long,
    "how_many": _how_many, "cost": _cost, "where": _where, "jobs_of": _jobs_of,
}  # fmt: skip
"""What answers each question of the table; the word is what is asked about."""
