"""How the line of a checklist is read, and what may answer it."""

import pytest

from orders.checklist import Step, StepKind, found, labels, step_of, steps_of
from orders.errors import Refusal, Unlawful

READ = (
    ("Lock out", Step(StepKind.TICK, "Lock out")),
    ("Wipe off (optional)", Step(StepKind.TICK, "Wipe off", required=False)),
    ("See drawing [A4]", Step(StepKind.TICK, "See drawing [A4]")),
    ("Ring DIN 471/472", Step(StepKind.TICK, "Ring DIN 471/472")),
    ("Bearing [20..80 °C]", Step(StepKind.NUMBER, "Bearing", unit="°C", low=20_000, high=80_000)),
    ("Bearing [-5,5 .. 80 °C] (optional)", Step(StepKind.NUMBER, "Bearing", False, "°C", -5_500, 80_000)),
    ("Pressure [..6 bar]", Step(StepKind.NUMBER, "Pressure", unit="bar", high=6_000)),
    ("Level [3..]", Step(StepKind.NUMBER, "Level", low=3_000)),
    ("Hours [.. h]", Step(StepKind.NUMBER, "Hours", unit="h")),
    ("Remarks [Text]", Step(StepKind.TEXT, "Remarks")),
    ("Gauge [Foto]", Step(StepKind.PHOTO, "Gauge")),
    ("Belt [ok / not ok]", Step(StepKind.CHOICE, "Belt", choices=("ok", "not ok!"))),
    ("Belt [new / worn!]", Step(StepKind.CHOICE, "Belt", choices=("new", "worn!"))),
)  # fmt: skip


@pytest.mark.parametrize(("written", "step"), READ, ids=[written for written, _ in READ])
def test_a_line_says_what_answers_it_and_plain_words_are_a_tick(written: str, step: Step) -> None:
    assert step_of(written) == step


@pytest.mark.parametrize(
    "written", ["Bearing [80..20]", "[text]" + "x" * 300, "Belt [" + " / ".join("abcdefghijkl") + "]"]
)
def test_a_line_that_cannot_be_kept_is_refused(written: str) -> None:
    with pytest.raises(Refusal):
        step_of(written)


def test_empty_lines_are_no_steps() -> None:
    assert [step.text for step in steps_of(["Lock out", " ", "", "Wipe"])] == ["Lock out", "Wipe"]


TEMPERATURE, BELT = step_of("Bearing [20..80 °C]"), step_of("Belt [ok / worn / not ok]")
ANSWERS = (
    (step_of("Lock out"), "", "done", False),
    (step_of("Lock out"), "OK", "done", False),
    (step_of("Lock out"), "not ok: the lock is missing", "not ok: the lock is missing", True),
    (TEMPERATURE, "71,5", "71.5 °C", False),
    (TEMPERATURE, "80 °C", "80 °C", False),
    (TEMPERATURE, "80.01", "80.01 °C", True),
    (TEMPERATURE, "-3", "-3 °C", True),
    (BELT, "WORN", "worn", False),
    (BELT, "not", "not ok", True),
    (step_of("Remarks [text]"), "two  words", "two words", False),
)


@pytest.mark.parametrize(("step", "written", "answer", "failed"), ANSWERS)
def test_an_answer_is_kept_and_judged_by_its_limits(step: Step, written: str, answer: str, failed: bool) -> None:
    read = found(step, written)

    assert (read.answer, read.failed) == (answer, failed)


@pytest.mark.parametrize(
    ("step", "written"),
    [
        (TEMPERATURE, ""), (TEMPERATURE, "NaN"), (TEMPERATURE, "inf"), (TEMPERATURE, "1e9"), (TEMPERATURE, "7" * 12),
        (TEMPERATURE, "71 bar"), (TEMPERATURE, "1.0005"), (BELT, ""), (BELT, "green"), (step_of("x [text]"), ""),
        (step_of("x [text]"), "y" * 501), (step_of("x [photo]"), "seen"), (step_of("Lock out"), "perhaps"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_asked_for_again(step: Step, written: str) -> None:
    with pytest.raises(Unlawful):
        found(step, written)


def test_limits_and_choices_are_said_as_people_read_them() -> None:
    said = [step_of(f"x [{each}]").limits for each in ("20..80 °C", "..6 bar", "3..", ".. h")]

    assert said == ["20 to 80 °C", "at most 6 bar", "at least 3", "h"]
    assert labels(BELT) == ["ok", "worn", "not ok"]
