"""One reading: raw bytes in, a finished value out, whatever the bytes are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .decision import Decision
from .invoice_paper import Bill
from .numbers import plain
from .statements import Statement
from .substitutes import named_instead

SCHEMA = "chargehand.reading/1"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What kind and trust rest on, for people who ask why.

    ``named_by`` is ``machine``, ``document`` or ``votes``; titles and says count the signs of each kind; verdict and
    proof are the sender checks of a trusted server and the header that holds them; alarms is what was unusual.
    """

    named_by: str = "votes"
    titles: Mapping[str, int] = field(default_factory=dict)
    says: Mapping[str, int] = field(default_factory=dict)
    verdict: str = "none"
    proof: str = ""
    alarms: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The grounds as plain JSON values."""
        return {
            "kind": {"by": self.named_by, "titles": dict(self.titles), "says": dict(self.says)},
            "sender": {"verdict": self.verdict, "header": self.proof, "alarms": list(self.alarms)},
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one mail; to_json gives the agreed form."""

    source: str
    kind: str
    decision: Decision
    address: str = ""
    supplier: str | None = None
    trust: str = "unknown"
    number: str | None = None
    issued_on: date | None = None
    orders: tuple[str, ...] = ()
    response: str | None = None
    carrier: str | None = None
    tracking: tuple[str, ...] = ()
    despatched_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None
    received_by: str | None = None
    statements: tuple[Statement, ...] = ()
    unmatched: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = field(default=())
    grounds: Grounds = field(default_factory=Grounds)
    rules: tuple[str, ...] = ()
    invoice: Bill | None = None
    """What it charges, where it is an invoice or a credit note."""

    def to_json(self) -> dict[str, Any]:
        """The reading as plain JSON values."""
        return {
            "schema": SCHEMA,
            "source": self.source,
            "kind": self.kind,
            "document": {"number": self.number, "issued_on": _day(self.issued_on)},
            "orders": list(self.orders),
            "response": self.response,
            "shipment": {
                "carrier": self.carrier,
                "tracking": list(self.tracking),
                "despatched_on": _day(self.despatched_on),
                "expected_on": _day(self.expected_on),
                "delivered_on": _day(self.delivered_on),
                "received_by": self.received_by,
            },
            "lines": [_line(one) for one in self.statements] + list(self.unmatched),
            "sender": {"address": self.address, "supplier": self.supplier, "trust": self.trust},
            "decision": {
                "action": self.decision.action,
                "reasons": list(self.decision.reasons),
                "rule": self.decision.rule,
                "asked": [{"rule": name, "fits": fits} for name, fits in self.decision.asked],
            },
            "problems": list(self.problems),
            "rules": list(self.rules),
            "why": self.grounds.to_json(),
            **({"invoice": self.invoice.to_json()} if self.invoice is not None else {}),
        }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _part(quantity: Decimal, day: date) -> dict[str, Any]:
    return {"quantity": _figure(quantity), "expected_on": _day(day)}


def _line(one: Statement) -> dict[str, Any]:
    return {
        "order": one.order.number,
        "line": one.line.line,
        "sku": one.line.sku,
        "quantity": _figure(one.quantity),
        "unit": one.line.unit,
        "outstanding": _figure(one.outstanding),
        "expected_on": _day(one.expected_on),
        "unit_price": _figure(one.claim.price),
        "substitute_for": one.line.sku if one.substitute else None,
        **({"substitute": named_instead(one)} if one.substitute else {}),
        **({"parts": [_part(*part) for part in one.parts]} if one.parts else {}),
        "lots": list(one.claim.lots),
        "serials": list(one.claim.serials),
        "by": one.by,
        "evidence": {"part": one.claim.part, "text": one.claim.text},
    }
