"""When the estimated cost of a job has to be approved."""

import pytest

from orders.job_costs import JobLimits

LIMITS = JobLimits(50_000, 10)


@pytest.mark.parametrize(
    ("limits", "cost", "shutdown", "given", "why"),
    [
        (JobLimits(), 10**9, False, None, ""), (JobLimits(), 0, True, None, "shutdown"), (JobLimits(), 10**9, True, 0, ""),
        (LIMITS, 50_000, False, None, ""), (LIMITS, 50_001, False, None, "cost"), (LIMITS, 50_001, True, None, "shutdown"),
        (LIMITS, 66_000, False, 60_000, ""), (LIMITS, 66_001, False, 60_000, "more"),
        (LIMITS, 50_000, True, 100, ""), (LIMITS, 50_001, True, 100, "more"), (JobLimits(0, 0), 0, False, None, ""),
    ],
)  # fmt: skip
def test_a_job_is_asked_about_above_its_limit_and_again_beyond_the_tolerance(
    limits: JobLimits, cost: int, shutdown: bool, given: int | None, why: str
) -> None:
    assert limits.asks(cost, shutdown=shutdown, given=given) == why
