"""Every refusal is a class with a sentence; this walks all of them."""

import inspect
import re
import string

import pytest

import orders.errors
from orders.errors import Refusal

VALUES = {
    "supplier": "Hartmann Seals",
    "currency": "USD", "into": "EUR", "actuals": "time and parts", "asked": "Bo Lindqvist", "event": "started", "hint": "Did you mean P-101?", "item": "seal 45 mm",
    "key": "click:U0BO:1", "kind": "asset", "left": "EUR 1.00", "line": 2, "missing": "it lacks a supplier", "most": "1000",
    "on_hand": "1", "order": "PO-2026-00118", "ordered": "10", "part": "seal 45 mm", "possible": "reopen", "received": "12",
    "right": "USD 1.00", "roles": "supervisor", "rule": "Owner of the cost centre", "safety": "LOTO-17", "source": "box",
    "state": "closed", "store": "store 2", "subject": "WO-2026-00412", "target": "piece", "unit": "pieces",
    "what": "Already approved", "when": "09:41", "where": "your messages", "who": "Priya Nair", "why": "This waits for a permit.",
    "written": "P-1O1", "agreed": "10", "allowed": "a release", "below": "releases", "child": "A standard order", "day": "4 Jan 2027",
    "first": "1 Jan 2026", "last": "31 Dec 2026", "limit": "EUR 9.00", "lines": "seal 50 mm", "minimum": "EUR 5.00", "parent": "PO-2026-00100",
    "wanted": "EUR 2.00", "words": "Cost centre 410 lacks EUR 1.00.", "moved": "4 pieces", "revision": 2,
    "large": "5000.00", "small": "5.00", "did": "approved", "instead": "Ask the supplier for a credit.", "invoice": "R-7781", "over": "EUR 36.80",
    "steps": "3 Belt; 4 Gauge", "typed": "412",
    "at": "23 Nov 09:41", "value": "1,240", "free": "2",
}  # fmt: skip
"""A plausible value for everything that a sentence may leave open."""

SENTENCES = {
    (orders.errors.NotYours, "who"): "Priya Nair can.",
    (orders.errors.ReleaserTookPart, "who"): "Ask Ines Vogt.",
    (orders.errors.VarianceTooLarge, "who"): "Ask Ines Vogt.",
    (orders.errors.NotUnderThis, "kind"): "a blanket order",
    (orders.errors.BuysNothing, "kind"): "a blanket order",
    (orders.errors.BuysNothing, "what"): "received",
    (orders.errors.NotAsAgreed, "agreed"): "Hartmann Seals",
    (orders.errors.NotAsAgreed, "wanted"): "Nordic Drives",
    (orders.errors.ReadingBelow, "last"): "1,260",
    (orders.errors.ReadingUntimely, "why"): "that is in the future",
}
"""Where a value is a sentence of its own."""

REFUSALS = [kind for _, kind in inspect.getmembers(orders.errors, inspect.isclass) if issubclass(kind, Refusal)]
WORDS_MOST, GRADE_MOST = 25, 8


def _open_places(kind: type[Refusal]) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(kind.__doc__ or "") if name}


def _grade(said: str) -> float:
    """The school grade by Flesch and Kincaid; numbers and names count as one syllable."""
    words = re.findall(r"[\w'-]+", said)
    parts = [
        1 if re.search(r"\d|^[A-Z]", word) else max(1, len(re.findall("[aeiouy]+", word.removesuffix("e"))))
        for word in words
    ]
    return 0.39 * len(words) / max(1, len(re.findall(r"[.?!](?:\s|$)", said))) + 11.8 * sum(parts) / len(words) - 15.59


@pytest.mark.parametrize("kind", list(REFUSALS), ids=lambda kind: kind.__name__)
def test_every_refusal_is_a_short_plain_sentence_with_its_values_filled_in(kind: type[Refusal]) -> None:
    refusal = kind(**{name: SENTENCES.get((kind, name), VALUES[name]) for name in _open_places(kind)})

    said = str(refusal)

    assert said == refusal.sentence()
    assert "{" not in said
    assert said.strip().endswith((".", "?"))
    assert len(said.split()) <= WORDS_MOST, said
    assert _grade(said) <= GRADE_MOST, said


@pytest.mark.parametrize("kind", list(REFUSALS), ids=lambda kind: kind.__name__)
def test_no_refusal_can_be_raised_without_what_it_wants_to_say(kind: type[Refusal]) -> None:
    if _open_places(kind):
        with pytest.raises(KeyError):
            kind()
    else:
        assert str(kind())


def test_a_refusal_keeps_its_values_for_whoever_tells_it() -> None:
    assert orders.errors.OwnRequest(asked="Bo Lindqvist").values == {"asked": "Bo Lindqvist"}


def test_every_sample_value_is_still_wanted_by_some_sentence() -> None:
    assert set(VALUES) == set().union(*(_open_places(kind) for kind in REFUSALS))


def test_a_sentence_without_words_is_empty_rather_than_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refusal, "__doc__", None)

    assert str(Refusal()) == ""
