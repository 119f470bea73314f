"""The safety protocol of a work order: its precautions, of which kind each is, and what whoever begins has to confirm."""

import re
from dataclasses import dataclass
from enum import StrEnum


class SafetyKind(StrEnum):
    """What a precaution is."""

    LOCK_OUT = "lock_out"
    """Energy is locked out and tagged, and checked to be away."""
    PERMIT = "permit"
    """Somebody has to allow the work in writing."""
    PROTECTION = "protection"
    """Something is worn against injury."""
    OTHER = "other"
    """Anything else that comes before the work."""


@dataclass(frozen=True, slots=True)
class Precaution:
    """One precaution, as it was written, and its kind."""

    kind: SafetyKind
    words: str

    @property
    def label(self) -> str:
        """Return what is confirmed, as a person says it."""
        return f"{CONFIRMED[self.kind]}: {self.words}"


CONFIRMED = {
    SafetyKind.LOCK_OUT: "Locked out and tagged",
    SafetyKind.PERMIT: "Permit is here",
    SafetyKind.PROTECTION: "I wear it",
    SafetyKind.OTHER: "Done",
}
"""What a person confirms, by kind."""
CONFIRMED_BY = {
    SafetyKind.LOCK_OUT: "I have locked out and checked it myself",
    SafetyKind.PERMIT: "It is signed and covers this work",
    SafetyKind.PROTECTION: "",
    SafetyKind.OTHER: "",
}
"""What stands below it, by kind."""
MOST = 10
"""How many precautions are confirmed one by one; Slack takes no more in one group."""

_KINDS = (
    (SafetyKind.PERMIT, r"permit|ptw|erlaubnis|freigabe|hot work|confined"),
    (SafetyKind.LOCK_OUT, r"loto|lock|tag ?out|isolat|freischalt|sperr"),
    (SafetyKind.PROTECTION, r"ppe|psa|glove|handschuh|goggle|brille|shield|visier|helmet|helm|harness|gurt|mask|boots|hearing|gehörschutz|apron"),
)  # fmt: skip
"""By which words a kind is known, the first that fits."""


def precautions(protocol: str) -> list[Precaution]:
    """Read a protocol: one precaution between semicolons or lines, each once, the last ones together where there are many."""
    words = [" ".join(each.split()) for each in re.split(r"[;\n]", protocol)]
    found = [Precaution(_kind(each), each) for each in dict.fromkeys(words) if each]
    if len(found) <= MOST:
        return found
    rest = "; ".join(each.words for each in found[MOST - 1 :])
    return [*found[: MOST - 1], Precaution(SafetyKind.OTHER, rest)]


def _kind(words: str) -> SafetyKind:
    said = words.lower()
    return next((kind for kind, pattern in _KINDS if re.search(rf"\b(?:{pattern})", said)), SafetyKind.OTHER)


def together(*protocols: str) -> str:
    """Join protocols (the asset's, the plan's, the order's own), each precaution once."""
    every = [each.strip() for protocol in protocols for each in re.split(r"[;\n]", protocol) if each.strip()]
    return "; ".join(dict.fromkeys(every))


def confirmed(protocol: str, chosen: str) -> bool:
    """Say whether every precaution was confirmed; ``chosen`` holds the keys of ``keys``, separated by commas."""
    return {key for key, _ in keys(protocol)} <= set(chosen.split(","))


def keys(protocol: str) -> list[tuple[str, Precaution]]:
    """Return each precaution with the key by which a form confirms it."""
    return [(f"confirmed{at}" if at else "confirmed", each) for at, each in enumerate(precautions(protocol))]
