"""Faults that a test injects into the pretend Slack, and the record of every call seen."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.wire import Json

KINDS = {
    "http_429": "The call is refused with status 429 and Retry-After.",
    "http_500": "The call fails with status 500 and nothing is stored.",
    "timeout": "The call is never answered and nothing is stored.",
    "slow": "The call is answered after a while.",
    "after_store_500": "The call is carried out, then answered with status 500.",
    "after_store_timeout": "The call is carried out, but never answered.",
    "drop_socket": "All sockets are cut now; with a method (an envelope type) the socket is cut after the next such envelope.",
    "refresh_socket": "All sockets are told to reconnect (disconnect, refresh_requested).",
    "duplicate": "The next delivery to the app comes twice; `method` may name an envelope type.",
    "lose_ack": "The next acknowledgement is ignored; `method` may name an envelope type.",
}
ERROR = "error:"


@dataclass
class Fault:
    """One planted fault: what, where (an empty method means anywhere), how many times still, how long."""

    kind: str
    method: str = ""
    count: int = 1
    seconds: float = 1.0


class Faults:
    """The planted faults that have not happened yet."""

    def __init__(self) -> None:
        self.planted: list[Fault] = []

    def plant(self, fault: Fault) -> None:
        """Add a fault; raises ValueError for a kind that does not exist."""
        if fault.kind not in KINDS and not fault.kind.startswith(ERROR):
            msg = f"unknown fault {fault.kind!r}; known: {', '.join([*KINDS, ERROR + 'CODE'])}"
            raise ValueError(msg)
        self.planted.append(fault)

    def clear(self) -> None:
        """Forget all planted faults."""
        self.planted.clear()

    def strike(self, method: str, *kinds: str) -> Fault | None:
        """Take the first fault that fits this method and these kinds, counting it down."""
        for fault in self.planted:
            kind = ERROR if fault.kind.startswith(ERROR) else fault.kind
            if kind in kinds and fault.method in ("", method):
                fault.count -= 1
                if fault.count <= 0:
                    self.planted.remove(fault)
                return fault
        return None


class Calls:
    """The latest Web API calls as an outside witness saw them."""

    def __init__(self, keep: int = 5000) -> None:
        self._seen: deque[Json] = deque(maxlen=keep)
        self.count = 0

    def note(self, method: str, args: Json, status: int, answer: Any) -> None:
        """Write down one call with its arguments, HTTP status and short answer."""
        self.count += 1
        short = {key: answer[key] for key in ("ok", "error", "ts", "channel", "file_id") if key in answer}
        args = {key: value for key, value in args.items() if key != "token"}
        self._seen.append(
            {"n": self.count, "at": time.time(), "method": method, "args": args, "status": status, **short}
        )

    def seen(self, method: str = "") -> list[Json]:
        """The calls in their order, of one method if named."""
        return [call for call in self._seen if method in ("", call["method"])]
