"""The steps of a checklist: how each is written on one line, what may answer it, and when it has failed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from orders.errors import ReadingUnclear, Unlawful
from orders.meters import thousandths
from orders.units import quantity_text

MOST_STEPS, MOST_CHOICES, TEXT_MOST, ANSWER_MOST = 60, 10, 200, 500
BAD = "!"
"""Ends a choice that means that something is not right."""
BAR = "|"
OPTIONAL = "(optional)"
DONE, NOT_DONE = "done", "not ok"
_LINE = re.compile(r"(?P<text>.*?\S)\s*\[(?P<asks>[^\[\]]*)\]\s*(?P<optional>\(optional\))?", re.IGNORECASE | re.DOTALL)
_FIGURE = r"-?\d{1,9}(?:[.,]\d{1,3})?"
_NUMBER = re.compile(rf"(?P<low>{_FIGURE})?\s*(?:\.\.|…)\s*(?P<high>{_FIGURE})?\s*(?P<unit>[^\d\s].{{0,15}})?")
_TYPED = re.compile(rf"(?P<value>{_FIGURE})\s*(?P<unit>.*)", re.DOTALL)
_NOT = re.compile(r"(?:not|nicht|kein|keine)\b", re.IGNORECASE)
_REFUSED = re.compile(r"(?:not ok|nok|failed|nicht ok|no|nein)\b", re.IGNORECASE)
_TICKED = frozenset({"", "x", "ok", "done", "yes", "y", "ja", "erledigt", "i.o.", "✓"})


class StepKind(StrEnum):
    """What answers a step."""

    TICK = "tick"
    """It was done."""
    NUMBER = "number"
    """A figure, within limits or without."""
    TEXT = "text"
    """A few words."""
    CHOICE = "choice"
    """One of a few answers."""
    PHOTO = "photo"
    """A photo in the order's thread."""


_WORDS = {"text": StepKind.TEXT, "photo": StepKind.PHOTO, "foto": StepKind.PHOTO}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, what answers it, and whether the work cannot end without it; limits in thousandths."""

    kind: StepKind
    text: str
    required: bool = True
    unit: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def limits(self) -> str:
        """Say the limits with their unit: ``20 to 80 °C``, ``at most 80 °C``, or the unit alone."""
        low, high = (quantity_text(each) if each is not None else "" for each in (self.low, self.high))
        told = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""
        return f"{told} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a step, as it is kept, and whether it failed by that."""

    answer: str
    failed: bool = False


def step_of(written: str) -> Step:
    """Read one line: plain words are a tick; ``[20..80 °C]``, ``[text]``, ``[photo]`` or ``[ok / not ok]`` behind them ask for more.

    What stands in brackets and is none of these belongs to the words. Raises ``Unlawful`` for limits the wrong way round.
    """
    line = " ".join(written.split())
    required = not line.lower().endswith(OPTIONAL)
    found = _LINE.fullmatch(line)
    asked = _asked(_short(found["text"]), found["asks"].strip()) if found else None
    if asked is not None:
        return replace(asked, required=required)
    return Step(StepKind.TICK, _short(line if required else line[: -len(OPTIONAL)].strip()), required)


def steps_of(lines: Iterable[str]) -> list[Step]:
    """Read the lines of a checklist; empty ones are none."""
    return [step_of(line) for line in lines if line.strip()]


def _short(text: str) -> str:
    if not text or len(text) > TEXT_MOST:
        raise Unlawful(why=f"Write each step in 1 to {TEXT_MOST} letters.")
    return text


def _asked(text: str, asks: str) -> Step | None:
    """Return the step that a bracket behind the words asks for; None where it asks for nothing."""
    if asks.lower() in _WORDS:
        return Step(_WORDS[asks.lower()], text)
    choices = [each.strip() for each in asks.split(" / ") if each.strip()]
    if len(choices) > 1:
        return Step(StepKind.CHOICE, text, choices=_marked(choices))
    found = _NUMBER.fullmatch(asks)
    if found is None:
        return None
    low, high = (thousandths(each) if each else None for each in (found["low"], found["high"]))
    if low is not None and high is not None and low > high:
        raise Unlawful(why=f"[{asks}] has its limits the wrong way round: write the lower one first.")
    return Step(StepKind.NUMBER, text, low=low, high=high, unit=(found["unit"] or "").strip())


def _marked(choices: list[str]) -> tuple[str, ...]:
    """Mark what means "not right": what the writer marked, else every choice that begins with "not"."""
    if len(choices) > MOST_CHOICES or any(BAR in each or len(each) > ANSWER_MOST // 10 for each in choices):
        raise Unlawful(why=f"Give at most {MOST_CHOICES} short choices, with “ / ” between them.")
    if any(each.endswith(BAD) for each in choices):
        return tuple(choices)
    return tuple(f"{each}{BAD}" if _NOT.match(each) else each for each in choices)


def found(step: Step, written: str) -> Found:
    """Read an answer to a step; raises ``Unlawful`` with what is expected instead."""
    return _READERS[step.kind](step, " ".join(written.split()))


def _tick(step: Step, written: str) -> Found:
    if written.lower().strip(" .!") in _TICKED:
        return Found(DONE)
    refused = _REFUSED.match(written)
    if refused is not None:
        return Found(f"{NOT_DONE}{written[refused.end() :]}"[:ANSWER_MOST], failed=True)
    raise Unlawful(why=f"“{step.text}” is ticked off: write its number alone, or `not ok` and why.")


def _number(step: Step, written: str) -> Found:
    typed = _TYPED.fullmatch(written)
    asked = f", {step.limits}" if step.limits else ""
    unlike = Unlawful(why=f"“{step.text}” asks for a number{asked}. Write it like 71.5.")
    if typed is None or typed["unit"].strip().lower() not in {"", step.unit.lower()}:
        raise unlike
    try:
        value = thousandths(typed["value"])
    except ReadingUnclear:
        raise unlike from None
    beyond = (step.low is not None and value < step.low) or (step.high is not None and value > step.high)
    return Found(f"{quantity_text(value)} {step.unit}".strip(), beyond)


def _text(step: Step, written: str) -> Found:
    if not written or len(written) > ANSWER_MOST:
        raise Unlawful(why=f"“{step.text}” asks for a few words, up to {ANSWER_MOST} letters.")
    return Found(written)


def _choice(step: Step, written: str) -> Found:
    said = written.casefold().strip(" .!")
    whole = [each for each in step.choices if each.rstrip(BAD).casefold() == said]
    meant = whole or [each for each in step.choices if said and each.casefold().startswith(said)]
    if len(meant) != 1:
        raise Unlawful(why=f"“{step.text}” asks for one of these: {', '.join(labels(step))}.")
    return Found(meant[0].rstrip(BAD), meant[0].endswith(BAD))


def _photo(step: Step, written: str) -> Found:  # noqa: ARG001  # alike everywhere
    raise Unlawful(why=f"“{step.text}” asks for a photo: post it in the thread of the order.")


def labels(step: Step) -> list[str]:
    """Return the choices of a step as people read them."""
    return [each.rstrip(BAD) for each in step.choices]


_READERS = {
    StepKind.TICK: _tick, StepKind.NUMBER: _number, StepKind.TEXT: _text, StepKind.CHOICE: _choice, StepKind.PHOTO: _photo,
}  # fmt: skip
"""How each kind of step reads what was written."""
