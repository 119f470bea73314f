"""The settings of jobs: from which estimated cost on somebody has to approve one, and by how much that may be passed."""

from typing import Annotated

from pydantic import Field

from bot.settings import Amount, Group, setting
from orders.job_costs import JobLimits
from orders.money import Money


class JobSettings(Group):
    """When a work order has to be approved before work; one for which the plant is shut down always has to be."""

    approve_above: Amount | None = setting(
        None, "Estimated cost (hours, parts and what else is expected) above which a job is approved first; left out: none is for its cost.",
        "an amount in the plant's currency", example="2500",
    )  # fmt: skip
    tolerance_percent: Annotated[int, Field(ge=0, le=100)] = setting(
        10,
        "Percent by which an approved job may grow before it is asked about again.",
        "a number of percent, for example 10",
    )

    def limits(self, currency: str) -> JobLimits:
        """Return them as the plant's values, the amount in minor units of its currency."""
        above = Money.of(self.approve_above, currency).minor if self.approve_above is not None else None
        return JobLimits(above, self.tolerance_percent)
