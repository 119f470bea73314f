"""The settings of jobs: which are approved first, when running timers are asked about, who closes, and your own failure codes."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.settings import Amount, Group, setting
from orders.failure_codes import FailureCode
from orders.job_costs import JobLimits
from orders.money import Money


class CodeSettings(Group):
    """One failure mode, cause or remedy of your own; one with the code of a default entry takes its place."""

    kind: Literal["mode", "cause", "remedy"] = setting("mode", "What it is.", '"mode", "cause" or "remedy"')
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,8}$", validate_default=True)] = setting(
        "", "Its code in reports and exports.", "2 to 8 capital letters or figures, for example CAV"
    )
    words: Annotated[str, Field(min_length=1, max_length=60, validate_default=True)] = setting(
        "", "What people read.", "a few words"
    )
    classes: tuple[str, ...] = setting(
        (), "Words of the classes of assets that it is for; without any, it is for all.", 'a list such as ["pump"]'
    )
    finds: tuple[str, ...] = setting(
        (),
        "Words of a report or a sentence that point to it; a star stands for any ending.",
        'a list such as ["cavitat*"]',
    )


class JobSettings(Group):
    """When a work order is approved before work, watched while it is done, and closed; a shutdown always asks first."""

    approve_above: Amount | None = setting(
        None, "Estimated cost (hours, parts and what else is expected) above which a job is approved first; left out: none is for its cost.",
        "an amount in the plant's currency", example="2500",
    )  # fmt: skip
    tolerance_percent: Annotated[int, Field(ge=0, le=100)] = setting(
        10,
        "Percent by which an approved job may grow before it is asked about again.",
        "a number of percent, for example 10",
    )

    timer_hours: Annotated[int, Field(ge=1, le=24)] = setting(
        10,
        "Hours after which a running timer is asked about, when no shift ends before.",
        "a number of hours, for example 10",
    )
    closer_apart: bool = setting(
        default=True,
        meaning="Whether a job is closed by somebody who did not do it alone, where there is another supervisor.",
        write="true or false",
    )
    codes: tuple[CodeSettings, ...] = setting(
        (), "Your own failure modes, causes and remedies, offered before the default ones.", "tables [[jobs.codes]]",
        example=(CodeSettings(code="CAV", words="Cavitates", classes=("pump",), finds=("cavitat*",)),),
    )  # fmt: skip

    def values(self, currency: str) -> dict[str, Any]:
        """Return them as the plant's values, the amount in minor units of its currency."""
        above = Money.of(self.approve_above, currency).minor if self.approve_above is not None else None
        return {
            "job_limits": JobLimits(above, self.tolerance_percent),
            "timer_asks_after": timedelta(hours=self.timer_hours),
            "closer_apart": self.closer_apart,
            "failures": tuple(FailureCode(**code.model_dump()) for code in self.codes),
        }
