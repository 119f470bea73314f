"""The settings about reports before work orders come of them."""

from typing import Annotated

from pydantic import Field

from bot.settings import Group, setting


class RequestSettings(Group):
    """What is done with reports before work orders come of them."""

    duplicate_hours: Annotated[int, Field(ge=0, le=8760)] = setting(
        24, "Hours within which a report is held against open work orders on the same asset with similar words.",
        "a number of hours, 0 for never",
    )  # fmt: skip
