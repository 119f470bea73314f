"""What a check finds: its name, the verdict, and one sentence that says what to do."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a check ends."""

    OK = "ok"
    """As it should be."""
    WRONG = "wrong"
    """Something has to be done."""
    OFF = "off"
    """Not used, by the configuration."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``chargehand check``."""

    name: str
    verdict: Verdict
    sentence: str

    @property
    def is_wrong(self) -> bool:
        """Say whether something has to be done."""
        return self.verdict is Verdict.WRONG

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return {**asdict(self), "verdict": self.verdict.value}


def ok(name: str, sentence: str) -> Finding:
    """Return a finding of something that is as it should be."""
    return Finding(name, Verdict.OK, sentence)


def wrong(name: str, sentence: str) -> Finding:
    """Return a finding of something that has to be put right, with what to do."""
    return Finding(name, Verdict.WRONG, sentence)


def off(name: str, sentence: str) -> Finding:
    """Return a finding of something that the configuration does not use."""
    return Finding(name, Verdict.OFF, sentence)


def several(name: str, faults: list[str], fine: str) -> list[Finding]:
    """Return one finding a fault, or the one that all is fine."""
    return [wrong(name, fault) for fault in faults] or [ok(name, fine)]
