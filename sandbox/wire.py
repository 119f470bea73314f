"""What crosses the wire: JSON values, Slack's refusals and the answer of an app."""

import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it is Slack's answer, named by what happened
    """The call is refused with one of Slack's error codes; further fields travel beside the code."""

    def __init__(self, code: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.more = more

    def answer(self) -> Json:
        """The body Slack would send: ok, error, response_metadata.messages when there are some."""
        body: Json = {"ok": False, "error": self.code, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


@dataclass(frozen=True)
class Reply:
    """What an app answered to one delivery: acknowledged or not, its payload, and the reason if not."""

    ok: bool
    payload: Json = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Retry:
    """The number (from 1) and reason of a repeated delivery."""

    attempt: int
    reason: str


def packed(value: Any) -> str:
    """Compact JSON, other alphabets left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
