"""The settings of maintenance plans and of readings: when in a day orders are made, what counts as done in time, who may send."""

from typing import Annotated

from pydantic import Field

from bot.settings import ClockTime, Group, SecretFile, setting


class PlanSettings(Group):
    """When maintenance plans ask for work."""

    at: ClockTime = setting(
        "05:00", "From when on in a day their orders are made, by the plant's clock; what was missed while the bot stood is made up for.",
        "a time such as 05:00",
    )  # fmt: skip
    tolerance_days: Annotated[int, Field(ge=0, le=366)] = setting(
        3, "By how many days the work may be late and still count as done in time.", "a number of days, for example 3",
    )  # fmt: skip


class ReadingSettings(Group):
    """How other programs send readings."""

    secret: str = setting(
        "", "Proves who sends readings to /readings; without it none are taken there.", "at least 32 random characters", secret=True
    )  # fmt: skip
    secret_file: SecretFile = setting(None, "File that holds this secret.", "the path of a file")
