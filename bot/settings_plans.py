"""The settings of maintenance plans: when in a day their orders are made, and what counts as done in time."""

from typing import Annotated

from pydantic import Field

from bot.settings import ClockTime, Group, setting


class PlanSettings(Group):
    """When maintenance plans ask for work."""

    at: ClockTime = setting(
        "05:00", "From when on in a day their orders are made, by the plant's clock; what was missed while the bot stood is made up for.",
        "a time such as 05:00",
    )  # fmt: skip
    tolerance_days: Annotated[int, Field(ge=0, le=366)] = setting(
        3, "By how many days the work may be late and still count as done in time.", "a number of days, for example 3",
    )  # fmt: skip
