"""What holds for every reading, whatever the bytes were: said once, asked by property tests and by the fuzzer."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from handlers.extraction import Known, read

MAILS = Path(__file__).parents[1] / "mails"
FINDS = Path(__file__).parent / "finds"
PLANTS = tuple(sorted(path.stem for path in (MAILS / "plants").glob("*.json")))
RANK = {"forged": 0, "unknown": 1, "known": 2, "verified": 3}
_HEAD_END = re.compile(rb"\n\r?\n")
_CHECKED = re.compile(rb"(?im)^authentication-results[ \t]*:.*(?:\r?\n[ \t].*)*\r?\n?")


@dataclass(frozen=True)
class Place:
    """A plant that reads, with what it knows."""

    name: str
    known: Known


@cache
def place(name: str) -> Place:
    """One of the plants of tests/mails."""
    return Place(name, Known.from_json(json.loads((MAILS / "plants" / f"{name}.json").read_text("utf-8"))))


@cache
def golden() -> list[tuple[str, bytes, str]]:
    """The mails of tests/mails as (name, bytes, plant)."""
    cases = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(MAILS.glob("*.json"))}
    return [(name, (MAILS / f"{name}.eml").read_bytes(), case["plant"]) for name, case in cases.items()]


def said_of(raw: bytes, at: Place) -> dict[str, Any]:
    """The reading of a mail as JSON."""
    return read(raw, at.known, source="mail.eml").to_json()


def faults_of(raw: bytes, at: Place) -> list[str]:
    """Everything unsound about how a mail is read; an empty list for a sound reading."""
    said = said_of(raw, at)
    faults = [*_form_of(said), *_proposal_of(said, at)]
    if said_of(raw, at) != said:
        faults.append("read twice, it is read in two ways")
    return [*faults, *_trust_of(raw, said, at)]


def _form_of(said: dict[str, Any]) -> list[str]:
    faults = []
    if said["decision"]["rule"] == "fault":
        faults.append(f"the reader failed: {said['problems']}")
    if json.loads(json.dumps(said)) != said:
        faults.append("the reading is no plain JSON")
    if said["decision"]["action"] == "quarantine" and said["lines"]:
        faults.append("lines of a mail in quarantine")
    return faults


def _proposal_of(said: dict[str, Any], at: Place) -> list[str]:
    """A proposal is verified, names known lines once each, and covers no more than is open."""
    if said["decision"]["action"] != "propose":
        return []
    faults = [] if said["sender"]["trust"] == "verified" else [f"proposed on trust {said['sender']['trust']}"]
    seen: set[tuple[str, int]] = set()
    for one in said["lines"]:
        order = at.known.order_by_number.get(one["order"] or "")
        line = order.line(one["line"]) if order and one["line"] is not None else None
        if order is None or line is None or order.supplier != said["sender"]["supplier"]:
            faults.append(f"proposed for a line that is not this supplier's: {one['order']}/{one['line']}")
            continue
        limit = line.quantity if said["kind"] == "order_response" else line.open
        if not Decimal(0) <= Decimal(one["quantity"] or 0) <= limit:
            faults.append(f"proposed {one['quantity']} where {limit} is open: {one['order']}/{one['line']}")
        if (order.number, line.line) in seen:
            faults.append(f"proposed twice: {one['order']}/{one['line']}")
        seen.add((order.number, line.line))
    return faults


def _trust_of(raw: bytes, said: dict[str, Any], at: Place) -> list[str]:
    """A failed check ends every proposal; without its proof a mail is trusted no more than with it."""
    faults = []
    host = at.known.plant.trusted_authserv[0]
    domain = parseaddr(f"<{said['sender']['address']}>")[1].rpartition("@")[2].encode("ascii", "ignore").decode()
    failed = f"Authentication-Results: {host}; dmarc=fail header.from={domain or 'x.example'}\n".encode()
    if said_of(failed + raw, at)["decision"]["action"] == "propose":
        faults.append("proposed although the check failed")
    if b"uthentication-" in raw and said["sender"]["trust"] != "forged":
        bare = said_of(without_results(raw), at)["sender"]["trust"]
        if bare == "verified" or RANK[bare] > RANK[said["sender"]["trust"]]:
            faults.append(f"{said['sender']['trust']} with its proof, {bare} without")
    return faults


def without_results(raw: bytes) -> bytes:
    """The mail without any Authentication-Results in its head."""
    end = _HEAD_END.search(raw)
    at = end.start() + 1 if end else len(raw)
    return _CHECKED.sub(b"", raw[:at]) + raw[at:]
