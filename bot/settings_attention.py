"""The settings of clocks and digests: how soon work is answered, begun and done, who hears of lateness, who is told what when."""

from datetime import time, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from bot.settings import ClockTime, Group, group, setting
from bot.settings_approvals import Approver
from orders.plant import Digests
from orders.response_times import ResponseTimes, Targets
from orders.work_orders import HoldReason, Priority

Minutes = Annotated[int, Field(ge=0, le=100_000)]
Hours = Annotated[int, Field(ge=1, le=5_000)]
Reason = Literal[
    "material", "purchase", "vendor", "permit", "plant_condition", "labour", "information", "other_job", "other"
]  # fmt: skip
_REASONS = ", ".join(get_args(Reason))
_YES = True


def _respond(minutes: int) -> Any:
    return setting(minutes, "Minutes until somebody has the work.", "a number of minutes, 0 for no clock")


def _start(minutes: int) -> Any:
    return setting(minutes, "Minutes until it has begun.", "a number of minutes, 0 for no clock")


def _complete(hours: int) -> Any:
    return setting(hours, "Hours until it is done: its due date, unless somebody sets another.", "a number of hours")


def _always() -> Any:
    meaning = "Whether nights and weekends count; else only working time does, and due dates follow it."
    return setting(_YES, meaning, "true or false")


class StoppedClocks(Group):
    """When production stands or somebody could be hurt."""

    respond_minutes: Minutes = _respond(15)
    start_minutes: Minutes = _start(30)
    complete_hours: Hours = _complete(4)
    always: bool = _always()


class HighClocks(Group):
    """Of work within the shift."""

    respond_minutes: Minutes = _respond(60)
    start_minutes: Minutes = _start(120)
    complete_hours: Hours = _complete(8)
    always: bool = _always()


class NormalClocks(Group):
    """Of work within a few days."""

    respond_minutes: Minutes = _respond(1440)
    start_minutes: Minutes = _start(0)
    complete_hours: Hours = _complete(72)
    always: bool = _always()


class LowClocks(Group):
    """Of work when there is time."""

    respond_minutes: Minutes = _respond(4320)
    start_minutes: Minutes = _start(0)
    complete_hours: Hours = _complete(240)
    always: bool = _always()


class ClockSettings(Group):
    """How soon work is answered, begun and done, and who hears of it when it is not."""

    pause: tuple[Reason, ...] = setting(
        ("material", "purchase", "vendor", "permit", "plant_condition", "information", "other_job"),
        "For which reasons to wait the clocks stand still.", f"a list of {_REASONS}",
    )  # fmt: skip
    near_percent: Annotated[int, Field(ge=1, le=100)] = setting(
        80, "From which share of the time on the card says that it ends.", "a whole number from 1 to 100"
    )
    later_percent: Annotated[int, Field(ge=100, le=1000)] = setting(
        200, "At which share of the time those below are told; supervisors are told at 100.", "a whole number from 100"
    )
    escalate_to: tuple[Approver, ...] = setting(
        (), "Who is told then, by name or role; empty: nobody but the supervisors.",
        'a list of "role:admin" or e-mail addresses', example=("role:admin",),
    )  # fmt: skip
    line_stopped: StoppedClocks = group(StoppedClocks, "The times when production stands or somebody could be hurt.")
    high: HighClocks = group(HighClocks, "The times of priority high.")
    normal: NormalClocks = group(NormalClocks, "The times of priority normal.")
    low: LowClocks = group(LowClocks, "The times of priority low.")

    def policy(self) -> ResponseTimes:
        """Return them as the plant's values."""
        targets = {priority: _targets(getattr(self, priority.value)) for priority in Priority}
        pauses = frozenset(HoldReason(reason) for reason in self.pause)
        return ResponseTimes(targets, pauses, self.near_percent, self.later_percent, self.escalate_to)


def _targets(given: Any) -> Targets:
    respond, start = (timedelta(minutes=one) or None for one in (given.respond_minutes, given.start_minutes))
    return Targets(respond, start, timedelta(hours=given.complete_hours), given.always)


class DigestSettings(Group):
    """What people and channels are told without asking, and when."""

    at: tuple[ClockTime, ...] = setting(
        ("06:00", "14:00"),
        "When shifts begin: each person gets their own digest at the time nearest to their shift, each channel one at every time.",
        'a list of times such as ["06:00", "14:00"]',
    )
    people: bool = setting(_YES, "Whether people get their own, unless they turn it off.", "true or false")
    channels: bool = setting(_YES, "Whether the first channel for faults gets the team's.", "true or false")
    week: bool = setting(_YES, "Whether that channel gets the figures of the week on Mondays.", "true or false")
    posts_an_hour: Annotated[int, Field(ge=0, le=1000)] = setting(
        6, "Messages without an immediate cause in a channel for faults within an hour; what is more waits, except where a line stands.",
        "a number, 0 for no limit",
    )  # fmt: skip

    def values(self) -> Digests:
        """Return them as the plant's values."""
        at = tuple(sorted(time.fromisoformat(one) for one in self.at))
        return Digests(at, self.people, self.channels, self.week, self.posts_an_hour)


def attention_values(clocks: ClockSettings, digests: DigestSettings) -> dict[str, Any]:
    """Return both as the plant keeps them."""
    return {"clocks": clocks.policy(), "digests": digests.values()}
