"""The purchase order: its kinds, states and content, what makes it complete, and the hash that approval binds to."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from orders.agreement_terms import Terms
from orders.charges import Carrier, Charge, ChargeKind, Levy, spread, too_much_off
from orders.errors import Incomplete, NotYours
from orders.lifecycle import Lifecycle, rows
from orders.money import Money, line_amount
from orders.people import Actor, Role


class OrderKind(StrEnum):
    """The four kinds of purchase order, and the release that two of them allow."""

    STANDARD = "standard"
    """Quantity, price and date are fixed; ordered once."""
    PLANNED = "planned"
    """Quantity and price are fixed, the dates are not; releases call them off."""
    BLANKET = "blanket"
    """Prices are agreed for a time, quantities are not; releases call them off."""
    CONTRACT = "contract"
    """Terms only; it buys nothing by itself."""
    RELEASE = "release"
    """Calls off a part of a planned or a blanket order."""


class OrderState(StrEnum):
    """Where the purchase order's document stands; receipt, invoice and promise are derived beside it."""

    DRAFT = "draft"
    """Being written; binds nobody."""
    PENDING_APPROVAL = "pending_approval"
    """Waits for the decisions that its rules name."""
    APPROVED = "approved"
    """May be sent as it is."""
    SENDING = "sending"
    """On its way to the supplier's mail server."""
    SENT = "sent"
    """The mail server took it."""
    ACKNOWLEDGED = "acknowledged"
    """The supplier has read it and agreed to nothing yet."""
    ACCEPTED = "accepted"
    """The supplier has accepted it: it binds both."""
    CHANGE_PROPOSED = "change_proposed"
    """The supplier would deliver differently; the buyer has to answer."""
    REJECTED_BY_SUPPLIER = "rejected_by_supplier"
    """The supplier will not deliver."""
    CLOSED = "closed"
    """Nothing is expected any more."""
    CANCELLED = "cancelled"
    """Withdrawn; its number is never used again."""


class OrderEvent(StrEnum):
    """What may happen to a purchase order."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    TAKE_BACK = "take_back"
    SEND = "send"
    SERVER_TOOK_IT = "server_took_it"
    SENDING_FAILED = "sending_failed"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    PROPOSE_CHANGE = "propose_change"
    AGREE = "agree"
    REFUSE = "refuse"
    REJECT_BY_SUPPLIER = "reject_by_supplier"
    CANCEL = "cancel"
    CLOSE = "close"
    REOPEN = "reopen"


class ReceiptState(StrEnum):
    """How much of the order has arrived."""

    NONE = "none"
    """Nothing has arrived."""
    PARTIAL = "partial"
    """Some of it has arrived."""
    COMPLETE = "complete"
    """All of it has arrived."""
    OVER = "over"
    """More than ordered has arrived."""


_S, _E = OrderState, OrderEvent
_BUY, _SYS, _SUPP, _APPR = Role.BUYER, Role.SYSTEM, Role.SUPPLIER, Role.APPROVER
_ANY = tuple(role for role in Role if role is not Role.SUPPLIER)

RECEIVABLE = frozenset({_S.SENT, _S.ACKNOWLEDGED, _S.ACCEPTED, _S.CHANGE_PROPOSED})
"""States in which goods may be received."""

LIVE = RECEIVABLE | {_S.APPROVED, _S.SENDING}
"""States in which the order counts as on order."""

PURCHASE_ORDERS = Lifecycle(
    "purchase order",
    (
        *rows((_S.DRAFT,), _E.SUBMIT, _S.PENDING_APPROVAL, _ANY),
        *rows((_S.PENDING_APPROVAL,), _E.APPROVE, _S.APPROVED, (_APPR,)),
        *rows((_S.PENDING_APPROVAL,), _E.REJECT, _S.DRAFT, (_APPR,)),
        *rows((_S.PENDING_APPROVAL,), _E.WITHDRAW, _S.DRAFT, _ANY),
        *rows((_S.PENDING_APPROVAL,), _E.EXPIRE, _S.DRAFT, (_SYS,)),
        *rows((_S.APPROVED,), _E.TAKE_BACK, _S.PENDING_APPROVAL, (_APPR,)),
        *rows((_S.APPROVED,), _E.SEND, _S.SENDING, (_BUY, _SYS)),
        *rows((_S.SENDING,), _E.SERVER_TOOK_IT, _S.SENT, (_SYS, _BUY)),
        *rows((_S.SENDING, _S.SENT), _E.SENDING_FAILED, _S.APPROVED, (_SYS, _BUY)),
        *rows((_S.SENT,), _E.ACKNOWLEDGE, _S.ACKNOWLEDGED, (_SUPP, _BUY)),
        *rows((_S.SENT, _S.ACKNOWLEDGED), _E.ACCEPT, _S.ACCEPTED, (_SUPP, _BUY)),
        *rows((_S.SENT, _S.ACKNOWLEDGED, _S.ACCEPTED), _E.PROPOSE_CHANGE, _S.CHANGE_PROPOSED, (_SUPP, _BUY)),
        *rows((_S.CHANGE_PROPOSED,), _E.AGREE, _S.ACCEPTED, (_BUY,)),
        *rows((_S.CHANGE_PROPOSED,), _E.REFUSE, _S.SENT, (_BUY,)),
        *rows((_S.SENT, _S.ACKNOWLEDGED), _E.REJECT_BY_SUPPLIER, _S.REJECTED_BY_SUPPLIER, (_SUPP, _BUY)),
        *rows((_S.DRAFT,), _E.CANCEL, _S.CANCELLED, _ANY),
        *rows((_S.PENDING_APPROVAL, _S.APPROVED), _E.CANCEL, _S.CANCELLED, (_BUY,)),
        *rows((_S.SENT, _S.ACKNOWLEDGED, _S.ACCEPTED), _E.CANCEL, _S.CANCELLED, (_BUY, _SYS)),
        *rows((_S.REJECTED_BY_SUPPLIER,), _E.CANCEL, _S.CANCELLED, (_BUY,)),
        *rows((_S.SENT, _S.ACKNOWLEDGED, _S.ACCEPTED), _E.CLOSE, _S.CLOSED, (_SYS, _BUY)),
        *rows((_S.CLOSED,), _E.REOPEN, _S.ACCEPTED, (_BUY, Role.FINANCE, _SYS)),
    ),
)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What one line asks for: quantity in thousandths of the unit, price in ten-thousandths of the currency."""

    line: int
    description: str
    quantity: int
    unit: str
    price: int
    cost_centre: str | None
    part: str | None = None
    supplier_part: str | None = None
    deliver_by: date | None = None
    tax: str = ""
    """How it is taxed, as it is written; empty while nobody has said it."""


@dataclass(frozen=True, slots=True)
class OrderContent:
    """Everything material that an approval covers; names and notes are left out on purpose."""

    supplier: str | None
    currency: str
    delivery_place: str
    payment_terms: str
    return_conditions: str
    incoterm: str
    incoterm_place: str
    deliver_by: date | None
    lines: tuple[OrderLine, ...]
    kind: OrderKind = OrderKind.STANDARD
    warranty: str = ""
    terms_edition: str = ""
    terms: Terms | None = None
    """What an agreement says beyond its lines; None for every order that is none."""
    parent: str = ""
    """The number of the agreement that this is ordered under."""
    charges: tuple[Charge, ...] = ()

    def amount(self, line: OrderLine) -> Money:
        """Return what one line costs."""
        return line_amount(line.quantity, line.price, self.currency)

    def total(self) -> Money:
        """Return lines and charges, without tax; for an agreement without quantities the most it may come to."""
        if self.terms is not None and self.terms.amount_limit:
            return Money(self.terms.amount_limit, self.currency)
        beyond = sum(charge.signed for charge in self.charges)
        return sum((self.amount(line) for line in self.lines), Money(beyond, self.currency))

    def by_cost_centre(self) -> dict[str, Money]:
        """Return the total by cost centre; charges go with the first line. An agreement by itself spends nothing."""
        shares: dict[str, int] = {}
        if self.terms is not None:
            return {}
        for each in self.carriers():
            shares[str(each.payer)] = shares.get(str(each.payer), 0) + each.amount
        for burden in spread(self.carriers(), self.levies()):
            shares[str(burden.payer)] = shares.get(str(burden.payer), 0) + burden.extra - burden.off
        return {code: Money(minor, self.currency) for code, minor in shares.items()}

    def carriers(self) -> list[Carrier]:
        """Return the lines as what charges are carried by."""
        return [Carrier(line.line, line.cost_centre or "", self.amount(line).minor) for line in self.lines]

    def levies(self) -> list[Levy]:
        """Return the charges as what lines carry."""
        return [Levy(charge.cost_centre, charge.amount, charge.takes_off) for charge in self.charges]


def content_hash(content: OrderContent) -> str:
    """Return the SHA-256 of the content's canonical JSON; one changed character gives another hash."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return what JSON has no words for: a dataclass by its fields, a day as it is written."""
    if is_dataclass(value):
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        # Orders that stand under no agreement and have no charges keep the hash that they were approved with before.
        return {name: held for name, held in said.items() if name not in LEFT_OUT or held}
    return str(value)


LEFT_OUT = frozenset({"terms", "parent", "charges", "tax"})
"""What is not written where it is empty."""
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain, ensure_ascii=False).encode
"""Writes a content as JSON in the one form that its hash is made from."""


def kept_total(content: Mapping[str, Any]) -> Money:
    """Return what a content that was kept as JSON comes to, as ``OrderContent.total`` counts it."""
    currency, terms = str(content["currency"]), content.get("terms") or {}
    if terms.get("amount_limit"):
        return Money(int(terms["amount_limit"]), currency)
    amounts = (line_amount(int(line["quantity"]), int(line["price"]), currency) for line in content["lines"])
    charges = (Charge(ChargeKind(each["kind"]), int(each["amount"])).signed for each in content.get("charges") or ())
    return sum(amounts, Money(sum(charges), currency))


def short_code(hashed: str) -> str:
    """Return the eight characters of a content hash that people compare: ``7F3A-91C2``."""
    return f"{hashed[:4]}-{hashed[4:8]}".upper()


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing thing: the field, and how a person hears it."""

    field: str
    words: str


HEADER_GAPS = (
    Gap("supplier", "a supplier"),
    Gap("delivery_place", "the delivery place"),
    Gap("payment_terms", "payment terms"),
    Gap("return_conditions", "return conditions"),
    Gap("incoterm", "the delivery term"),
    Gap("deliver_by", "the delivery date"),
    Gap("lines", "a line"),
)
LINE_GAPS = (
    Gap("description", "the description"),
    Gap("quantity", "the quantity"),
    Gap("unit", "the unit"),
    Gap("price", "the price"),
    Gap("cost_centre", "the cost centre"),
)


def gaps(
    content: OrderContent, *, supplier_address: str | None, supplier_blocked: bool = False, supplier_held: bool = False
) -> list[Gap]:
    """List what keeps an order from being submitted; empty when complete."""
    found = [gap for gap in HEADER_GAPS if not getattr(content, gap.field)]
    if content.supplier and not supplier_address:
        found.append(Gap("email_orders", "the supplier's address for orders"))
    if supplier_blocked:
        found.append(Gap("blocked", "a supplier that is not blocked"))
    if supplier_held:
        found.append(Gap("held", "a supplier whose hold is lifted"))
    if too_much_off(content.carriers(), content.levies()):
        found.append(Gap("charges", "a discount of no more than what it is taken off"))
    for line in content.lines:
        found += [
            Gap(f"lines.{line.line}.{gap.field}", f"{gap.words} of line {line.line}")
            for gap in LINE_GAPS
            if not getattr(line, gap.field)
        ]
    return found


def check_complete(found: Iterable[Gap], subject: str) -> None:
    """Refuse an order with gaps, naming all of them in one sentence."""
    words = [gap.words for gap in found]
    if words:
        raise Incomplete(subject=subject, missing="it lacks " + ", ".join(words))


def check_own(actor: Actor, requester: int | None, *, who: str) -> None:
    """Refuse to change another person's draft, unless the actor buys or plans for everybody."""
    if actor.person_id != requester and not actor.has(Role.BUYER, Role.SUPERVISOR, Role.SYSTEM):
        raise NotYours(roles="the requester, a buyer or a supervisor", what="do this", who=f"{who} asked for it.")


def receipt_state(lines: Sequence[tuple[int, int]]) -> ReceiptState:
    """Derive the receipt state from (ordered, accepted) quantities, cancelled quantities already taken off."""
    if any(received > ordered for ordered, received in lines):
        return ReceiptState.OVER
    if all(received == ordered for ordered, received in lines):
        return ReceiptState.COMPLETE
    return ReceiptState.PARTIAL if any(received for _, received in lines) else ReceiptState.NONE
