"""The small checks of which Slack's rules for blocks are made, each adding findings to a list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.wire import Json


@dataclass(frozen=True)
class Finding:
    """One thing that Slack would refuse: where (a JSON pointer), its code and its words."""

    pointer: str
    message: str
    code: str = "failed_constraint"

    def line(self) -> str:
        """As response_metadata.messages has it."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


Check = Callable[[Any, str, list[Finding]], None]


def string(most: int | None = None, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, at: str, found: list[Finding]) -> None:
        if not isinstance(value, str):
            found.append(Finding(at, "must be a string", "invalid_type"))
        elif len(value) < least:
            found.append(Finding(at, f"must be more than {least - 1} characters"))
        elif most is not None and len(value) > most:
            found.append(Finding(at, f"must be less than {most + 1} characters"))

    return check


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str, found: list[Finding]) -> None:
        if value not in words:
            found.append(Finding(at, f"must be one of: {', '.join(words)}"))

    return check


def flag(value: Any, at: str, found: list[Finding]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        found.append(Finding(at, "must be a boolean", "invalid_type"))


def integer(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str, found: list[Finding]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            found.append(Finding(at, "must be an integer", "invalid_type"))
        elif not least <= value <= most:
            found.append(Finding(at, f"must be between {least} and {most}"))

    return check


def number(value: Any, at: str, found: list[Finding]) -> None:
    """A number, not a numeral in a string."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        found.append(Finding(at, "must be a number", "invalid_type"))


def anything(_value: Any, _at: str, _found: list[Finding]) -> None:
    """No rule is known for this place."""


def listed(check: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items that each pass a check."""

    def check_all(value: Any, at: str, found: list[Finding]) -> None:
        if not isinstance(value, list):
            found.append(Finding(at, "must be an array", "invalid_type"))
            return
        if len(value) < least:
            found.append(Finding(at, f"no fewer than {least} items allowed"))
        if len(value) > most:
            found.append(Finding(at, f"no more than {most} items allowed"))
        for place, item in enumerate(value):
            check(item, f"{at}/{place}", found)

    return check_all


def shaped(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, either: tuple[str, ...] = ()
) -> Check:
    """An object with required and optional fields, none unknown, and at least one of `either`."""
    fields = {**required, **(optional or {})}

    def check(value: Any, at: str, found: list[Finding]) -> None:
        if not isinstance(value, dict):
            found.append(Finding(at, "must be an object", "invalid_type"))
            return
        found.extend(
            Finding(at, f"missing required field: {key}", "missing_field") for key in required if key not in value
        )
        if either and not any(value.get(key) for key in either):
            found.append(Finding(at, f"missing required field: one of {', '.join(either)}", "missing_field"))
        for key, one in value.items():
            rule = fields.get(key)
            if rule is None:
                found.append(Finding(f"{at}/{key}", f"invalid additional property: {key}", "unknown_field"))
            elif one is not None or key in required:
                rule(one, f"{at}/{key}", found)

    return check


def kinded(kinds: Mapping[str, Check], allowed: tuple[str, ...] = ()) -> Check:
    """An object whose `type` names the check that holds it; `allowed` narrows the kinds."""

    def check(value: Any, at: str, found: list[Finding]) -> None:
        if not isinstance(value, dict):
            found.append(Finding(at, "must be an object", "invalid_type"))
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in kinds or (allowed and kind not in allowed):
            found.append(Finding(f"{at}/type", f"unsupported type: {kind}", "unsupported_type"))
            return
        kinds[kind](value, at, found)

    return check


def text(most: int, *kinds: str) -> Check:
    """A text object of at most this many characters; plain_text and mrkdwn unless kinds are named."""
    body = string(most)
    both: Json = {
        "plain_text": shaped({"type": anything, "text": body}, {"emoji": flag}),
        "mrkdwn": shaped({"type": anything, "text": body}, {"verbatim": flag}),
    }
    return kinded(both, kinds)
