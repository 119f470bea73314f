"""When a supplier is reminded of an order: no answer, due soon, overdue, each by its rule, never after an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from orders.purchase_orders import OrderState
from orders.working_time import MOST_DAYS, WorkingTime


class ChaseRule(StrEnum):
    """Why a supplier is reminded."""

    NO_ANSWER = "no_answer"
    """The supplier has the order and has said nothing."""
    DUE_SOON = "due_soon"
    """The day of delivery is near and nothing was announced."""
    OVERDUE = "overdue"
    """The day of delivery is past and not all has come."""


@dataclass(frozen=True, slots=True)
class Chasing:
    """What a plant has settled: after which time each rule reminds, how often, and how many mails at most."""

    how: str = "mail"
    """``mail`` to the supplier, ``told`` for the buyer alone, ``off``."""
    no_answer: timedelta = timedelta(hours=16)
    """Working time without an answer; none: never."""
    due_soon_days: int = 2
    """Working days before the day of delivery."""
    overdue_days: int = 1
    again_days: int = 3
    """Days until the next reminder by the same rule."""
    most: int = 2
    """Reminders by one rule; after the last one the buyer is asked to call."""
    cap: int = 6
    """Mails to one supplier in one hour that nobody of ours has pressed for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order as far as reminders go."""

    state: OrderState
    sent_at: datetime
    answered: bool
    """Whether the supplier has said anything about it since it was sent."""
    due_on: date | None
    """The day on which the next open part of it is promised, or was ordered for."""
    announced: bool
    """Whether a delivery is on its way or waits to be counted."""
    heard_at: datetime | None = None
    """When the supplier last wrote about it, machines left out."""


@dataclass(frozen=True, slots=True)
class Chased:
    """An earlier reminder."""

    rule: ChaseRule
    step: int
    at: datetime
    about: date | None = None
    """The day that it was about; None where the answer was missing."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The present, as the plant's calendar sees it."""

    now: datetime
    zone: ZoneInfo
    working: WorkingTime

    @property
    def today(self) -> date:
        """The calendar day at the plant."""
        return self.now.astimezone(self.zone).date()


OPEN_STATES = frozenset({OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.ACCEPTED})
"""States in which a supplier owes us a word or goods; a proposal of theirs waits for us, so that nobody is reminded of it."""


def due(order: Waiting, before: Sequence[Chased], chasing: Chasing, moment: Moment) -> tuple[ChaseRule, int] | None:
    """Return which reminder is due now and the how many-th of its rule it is; nothing outside of working hours."""
    if chasing.how == "off" or order.state not in OPEN_STATES or not moment.working.holds(moment.now, moment.zone):
        return None
    rule = _rule(order, chasing, moment)
    if rule is None:
        return None
    mine = [each for each in before if each.rule is rule and each.about == about(rule, order)]
    if not mine:
        return rule, 1
    last = max(mine, key=lambda each: each.step)
    answered = order.heard_at is not None and order.heard_at > last.at
    rested = moment.now >= last.at + timedelta(days=chasing.again_days)
    most = 1 if rule is ChaseRule.DUE_SOON else chasing.most + 1
    return (rule, last.step + 1) if rested and not answered and last.step < most else None


def about(rule: ChaseRule, order: Waiting) -> date | None:
    """Return the day that a reminder by a rule is about: each day that goods are due on is asked about anew."""
    return None if rule is ChaseRule.NO_ANSWER else order.due_on


def _rule(order: Waiting, chasing: Chasing, moment: Moment) -> ChaseRule | None:
    """Return the rule that holds for an order today: goods that are late weigh more than an answer that is missing."""
    day, today = order.due_on, moment.today
    if day is not None and not order.announced:
        if chasing.overdue_days and today >= day + timedelta(days=chasing.overdue_days):
            return ChaseRule.OVERDUE
        if order.answered and today < day and _working_days(today, day, moment) <= chasing.due_soon_days:
            return ChaseRule.DUE_SOON
    silent = order.state is OrderState.SENT and not order.answered and bool(chasing.no_answer)
    waited = moment.working.between(order.sent_at, moment.now, moment.zone)
    return ChaseRule.NO_ANSWER if silent and waited >= chasing.no_answer else None


def _working_days(today: date, day: date, moment: Moment) -> int:
    """Count the working days after today up to a day, so that what is due on a Monday is asked about before the weekend."""
    span = min((day - today).days, MOST_DAYS)
    return max(sum(moment.working.works(today + timedelta(days=at)) for at in range(1, span + 1)), 1)


def is_last(rule: ChaseRule, step: int, chasing: Chasing) -> bool:
    """Say whether a step comes after all mails of its rule: then a person has to call."""
    return rule is not ChaseRule.DUE_SOON and step > chasing.most
