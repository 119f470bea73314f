"""An approver gives a question to a colleague, with a word why; the colleague decides in their name."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import people
from handlers.approval_cards import tasks_of
from handlers.approval_passing import MOST_PASSED, PASSED_ON, hand_over, may_take
from handlers.approval_questions import Question, check_standing, question
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, is_id, numbers
from handlers.order_cards import Told, show_line
from handlers.order_content import order_named
from handlers.order_revisions import asked_about
from orders.approvals import TaskState
from orders.errors import Unlawful
from storage.tables import Person
from storage.unit_of_work import UnitOfWork

MOST_CHOICES = 100
WORDS = 500


def pass_on(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks who shall decide instead."""
    order_id, task_id = numbers(click.value, 2)
    found = question(uow, asked_about(uow, order_id), task_id)
    check_standing(uow, click, order_id, task_id)
    choices = _choices(uow, found)
    order = found.dossier.order
    return Answer(
        modal=templates.view(
            "pass_on_form",
            private=click.value,
            number=found.dossier.name,
            supplier=found.dossier.supplier_name,
            total=order.total,
            currency=order.currency,
            people=[(str(number), found.known.name(number)) for number in choices[:MOST_CHOICES]],
        )
    )


def passed_on(uow: UnitOfWork, what: Submission) -> Answer:
    """Ask the chosen colleague instead."""
    order_id, task_id = numbers(what.private, 2)
    found = question(uow, asked_about(uow, order_id), task_id)
    chosen = what.field("person")
    allowed = _choices(uow, found)
    if not is_id(chosen) or int(chosen) not in allowed:
        return Answer(errors={"person": "Choose one of these people"})
    return _given(uow, found, int(chosen), what.field("words"))


def pass_named(uow: UnitOfWork, written: str, person: Person, words: str) -> Answer:
    """Pass a question on by typed number, for instance ``pass DR-12 @Ines she knows the machine``."""
    order = order_named(uow, written)
    found = question(uow, asked_about(uow, order.id), None)
    if person.id not in _choices(uow, found):
        names = ", ".join(found.known.name(number) for number in _choices(uow, found)[:3])
        raise Unlawful(why=f"That colleague cannot decide on {found.dossier.name}. You can ask {names}.")
    return _given(uow, found, person.id, words)


def _choices(uow: UnitOfWork, found: Question) -> list[int]:
    """Return who may be asked instead, those who are here first; raises ``Unlawful`` when it was passed on enough."""
    passed = [
        task
        for task in tasks_of(uow, found.run)
        if task.step == found.mine.step and task.state == TaskState.PASSED_ON and task.why in {"", PASSED_ON}
    ]
    if len(passed) >= MOST_PASSED:
        raise Unlawful(
            why=f"{found.dossier.name} was passed on {len(passed)} times already. Please approve or reject it."
        )
    allowed = may_take(uow, found.dossier, found.run, found.known)
    named = found.mine.instead_of_id
    if named is not None and named in found.known.people:
        allowed.append(named)
    if not allowed:
        raise Unlawful(why=f"There is nobody else who may decide on {found.dossier.name}. Please approve or reject it.")
    return sorted(allowed, key=lambda number: (number in found.known.away, found.known.name(number)))


def _given(uow: UnitOfWork, found: Question, person: int, words: str) -> Answer:
    dossier, known = found.dossier, found.known
    hand_over(uow, dossier, known, found.mine, person, PASSED_ON, words[:WORDS])
    name = people.name(uow, person)
    show_line(uow, dossier, known, Told(asked=f"{name} for {uow.actor.name}"))
    return Answer(private=templates.words("order_said", what="passed_on", number=dossier.name, asked=name))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.HAND_ON: pass_on}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.HAND_ON: passed_on}
