"""The settings of jobs become what handlers work by: limits, the hour of the question about a timer, and own failure codes."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.settings_jobs import CodeSettings, JobSettings
from orders.failure_codes import FailureCode


def test_jobs_of_a_plant_that_sets_nothing() -> None:
    values = JobSettings().values("EUR")

    assert values["timer_asks_after"] == timedelta(hours=10)
    assert values["closer_apart"] is True
    assert values["failures"] == ()


def test_own_codes_are_kept_as_they_are_written() -> None:
    code = CodeSettings(code="CAV", words="Cavitates", classes=("pump",), finds=("cavitat*",))

    values = JobSettings(timer_hours=6, closer_apart=False, codes=(code,)).values("EUR")

    assert values["failures"] == (FailureCode("mode", "CAV", "Cavitates", ("pump",), ("cavitat*",)),)
    assert (values["timer_asks_after"], values["closer_apart"]) == (timedelta(hours=6), False)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"code": "cav", "words": "x"},
        {"code": "CAV"},
        {"code": "CAV", "words": "x", "kind": "why"},
        {"code": "C" * 9, "words": "x"},
    ],
)
def test_an_own_code_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        CodeSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("hours", [0, 25])
def test_a_timer_is_asked_about_within_a_day(hours: int) -> None:
    with pytest.raises(ValidationError):
        JobSettings(timer_hours=hours)
