"""Amendments: what may be changed of an order that the supplier has, what is different, and when it is approved anew."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orders.charges import CHARGES, RULES, ChargeKind
from orders.errors import (
    BelowReceived,
    NothingChanged,
    NothingLeft,
    NotPossible,
    PriceIsInvoiced,
    RevisionWaits,
    Unlawful,
)
from orders.lifecycle import said
from orders.money import Money, price_text
from orders.purchase_orders import OrderContent, OrderKind, OrderLine, OrderState, canonical, kept_total
from orders.units import measured

AMENDABLE = frozenset({OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.ACCEPTED, OrderState.CHANGE_PROPOSED})
"""States in which an order is changed by a revision; before them it is edited, after them nothing is changed."""
WAITING = frozenset(
    {OrderState.DRAFT, OrderState.PENDING_APPROVAL, OrderState.APPROVED, OrderState.SENDING, OrderState.SENT}
)
"""States of a revision that is not settled yet."""
HELD = WAITING - {OrderState.DRAFT, OrderState.PENDING_APPROVAL}
"""States of a revision that was approved, so that its money is promised."""
EDITED_BY = {
    **dict.fromkeys((OrderState.DRAFT,), "everything"),
    **dict.fromkeys((OrderState.PENDING_APPROVAL,), "nothing; it is withdrawn first"),
    **dict.fromkeys((OrderState.APPROVED, OrderState.SENDING), "nothing"),
    **dict.fromkeys(sorted(AMENDABLE), "a revision"),
    **dict.fromkeys((OrderState.REJECTED_BY_SUPPLIER, OrderState.CLOSED, OrderState.CANCELLED), "nothing"),
}
"""What may be changed of an order's material content, by its state."""
BY_RULE = "only later dates or less than was approved"
"""The rule by which a revision needs no new approval."""
IN_TOLERANCE = "the supplier's change lies within the tolerance"
"""The rule by which what a supplier proposed needs no new approval."""


@dataclass(frozen=True, slots=True)
class LineStand:
    """How far a line has come: its number, and thousandths that were received or announced; whether it was invoiced."""

    line: int
    unit: str
    moved: int = 0
    invoiced: bool = False


def check_amendable(name: str, state: OrderState, kind: OrderKind) -> None:
    """Refuse to amend what the supplier does not have, what is over, and an agreement, which has a way of its own."""
    if kind in {OrderKind.PLANNED, OrderKind.BLANKET, OrderKind.CONTRACT}:
        raise Unlawful(
            why=f"{name} is an agreement. What is ordered from it can be changed; the agreement itself is replaced by a new one.",
            subject=name,
        )
    if state not in AMENDABLE:
        raise NotPossible(subject=name, state=said(state), event="changed", possible=EDITED_BY[state])


def check_alone(name: str, waiting: tuple[int, OrderState] | None) -> None:
    """Refuse a second revision while one waits, given as its number and state."""
    if waiting is not None:
        revision, state = waiting
        raise RevisionWaits(subject=name, revision=revision, state=STANDS.get(state, said(state)))


STANDS = {
    OrderState.DRAFT: "not requested",
    OrderState.PENDING_APPROVAL: "waiting for approval",
    OrderState.APPROVED: "about to be sent",
    OrderState.SENDING: "on its way to the supplier",
    OrderState.SENT: "with the supplier",
}
"""How a revision that waits is spoken of."""


def check_revised(name: str, before: OrderContent, after: OrderContent, stands: Sequence[LineStand]) -> None:
    """Refuse a revision that changes nothing, leaves nothing, or contradicts what has happened on a line already."""
    if not differences(before, after):
        raise NothingChanged(subject=name)
    kept = {line.line: line for line in after.lines}
    if not any(line.quantity for line in after.lines):
        raise NothingLeft(subject=name)
    was = {line.line: line for line in before.lines}
    for stand in stands:
        now = kept.get(stand.line)
        if (now.quantity if now is not None else 0) < stand.moved:
            raise BelowReceived(subject=name, line=stand.line, moved=measured(stand.moved, stand.unit))
        if stand.invoiced and now is not None and stand.line in was and now.price != was[stand.line].price:
            raise PriceIsInvoiced(subject=name, line=stand.line)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different: the line (None for the order's head), what it is, and both values as people read them."""

    line: int | None
    what: str
    before: str
    after: str

    def words(self) -> str:
        """Return it as one line: ``Line 2, quantity: 10 pieces → 6 pieces``."""
        where = f"Line {self.line}, {self.what}" if self.line is not None else self.what[:1].upper() + self.what[1:]
        if not self.before:
            return f"{where}: {self.after}" + ("" if self.what == "added" else " (new)")
        return f"{where}: {self.before} → {self.after or 'nothing'}"


HEAD: tuple[tuple[str, str], ...] = (
    ("supplier", "supplier"),
    ("currency", "currency"),
    ("delivery_place", "delivery place"),
    ("payment_terms", "payment terms"),
    ("return_conditions", "return conditions"),
    ("incoterm", "delivery term"),
    ("incoterm_place", "place of the delivery term"),
    ("warranty", "warranty"),
    ("terms_edition", "edition of the terms"),
    ("parent", "agreement"),
)
"""What of an order's head is compared, and how it is called."""
LINE: tuple[tuple[str, str], ...] = (
    ("description", "item"),
    ("quantity", "quantity"),
    ("price", "price"),
    ("part", "our part"),
    ("cost_centre", "cost centre"),
    ("deliver_by", "deliver by"),
    ("supplier_part", "their number"),
    ("tax", "tax"),
)
"""What of a line is compared, and how it is called."""


def differences(
    before: OrderContent | Mapping[str, Any], after: OrderContent | Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Compare two contents line by line, by line numbers; each may be one that was kept as JSON."""
    old, new = _plain(before), _plain(after)
    found = [
        Difference(None, what, _head_text(old, name), _head_text(new, name))
        for name, what in HEAD
        if _head_text(old, name) != _head_text(new, name)
    ]
    found += _charge_differences(old, new)
    was = {line["line"]: line for line in old["lines"]}
    now = {line["line"]: line for line in new["lines"]}
    for number in sorted(was.keys() | now.keys()):
        found += _line_differences(number, was.get(number), now.get(number), (old["currency"], new["currency"]))
    return tuple(found)


def _plain(content: OrderContent | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(content, OrderContent):
        plain: dict[str, Any] = json.loads(canonical(content))
        return plain
    return content


def _head_text(content: Mapping[str, Any], name: str) -> str:
    held = content.get(name)
    return "" if held is None else str(held)


def _charge_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Compare charges kind by kind."""
    texts = {rule: (_charges_text(old, rule.kind), _charges_text(new, rule.kind)) for rule in CHARGES}
    return [Difference(None, rule.label.lower(), *each) for rule, each in texts.items() if each[0] != each[1]]


def _charges_text(content: Mapping[str, Any], kind: ChargeKind) -> str:
    mine = [charge for charge in content.get("charges") or () if charge["kind"] == kind]
    return ", ".join(_charge_text(charge, str(content["currency"])) for charge in mine)


def _charge_text(charge: Mapping[str, Any], currency: str) -> str:
    off = "-" if RULES[ChargeKind(charge["kind"])].takes_off else ""
    told = f"{off}{Money(int(charge['amount']), currency)}"
    told += f" on {charge['cost_centre']}" if charge["cost_centre"] else ""
    return told + (f" taxed {charge['tax']}" if charge.get("tax") else "")


def _line_differences(
    number: int, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, currencies: tuple[str, str]
) -> list[Difference]:
    old, new = currencies
    if was is None and now is not None:
        price = price_text(now["price"], new)
        added = f"{measured(now['quantity'], now['unit'])} {now['description']} at {new} {price}"
        return [Difference(number, "added", "", added)]
    if was is not None and now is None:
        return [Difference(number, "dropped", f"{measured(was['quantity'], was['unit'])} {was['description']}", "")]
    assert was is not None
    assert now is not None
    texts = [(what, _line_text(was, name, old), _line_text(now, name, new)) for name, what in LINE]
    return [Difference(number, *each) for each in texts if each[1] != each[2]]


def _line_text(line: Mapping[str, Any], name: str, currency: str) -> str:
    held = line.get(name)
    if held in (None, ""):
        return ""
    if name == "quantity":
        return measured(int(held), str(line["unit"]))
    return f"{currency} {price_text(int(held), currency)}" if name == "price" else str(held)


ELSEWHERE = frozenset({"supplier", "currency"})
Reason = Callable[[OrderContent, OrderContent], bool]
MATERIAL: tuple[tuple[str, Reason], ...] = (
    ("the total rises", lambda before, after: after.total().minor > before.total().minor),
    ("another supplier or currency", lambda before, after: _differ(before, after, "supplier", "currency")),
    ("a line is new", lambda before, after: bool(_numbers(after) - _numbers(before))),
    ("a quantity rises", lambda before, after: _any(before, after, lambda was, now: now.quantity > was.quantity)),
    ("another price", lambda before, after: _any(before, after, lambda was, now: now.price != was.price)),
    (
        "another cost centre",
        lambda before, after: _any(before, after, lambda was, now: now.cost_centre != was.cost_centre),
    ),
    ("an earlier date", lambda before, after: _any(before, after, _is_earlier)),
    ("other charges", lambda before, after: after.charges != before.charges),
    ("something else instead", lambda before, after: _any(before, after, lambda was, now: _item(was) != _item(now))),
    ("another tax", lambda before, after: _any(before, after, lambda was, now: now.tax != was.tax)),
    (
        "another delivery place or other terms",
        lambda before, after: _differ(before, after, *(name for name, _ in HEAD if name not in ELSEWHERE)),
    ),
)
"""What makes a revision one that the rules are asked about again, and how that is said."""


def material(before: OrderContent, after: OrderContent) -> tuple[str, ...]:
    """Return why the rules are asked again about a revision; empty for later dates and less than was approved."""
    if before.currency != after.currency:
        return ("another supplier or currency",)
    return tuple(why for why, holds in MATERIAL if holds(before, after))


def within(before: OrderContent, after: OrderContent, tolerance_percent: int) -> bool:
    """Say whether a supplier's change may be agreed to as approved: no line and not the total above by more than so much.

    Only quantities, prices and dates may differ; no tolerance set means none.
    """
    if before.currency != after.currency or _numbers(after) - _numbers(before):
        return False
    if _differ(before, after, "charges", *(name for name, _ in HEAD)):
        return False
    most = 100 + tolerance_percent
    pairs = _pairs(before, after)
    return after.total().minor * 100 <= before.total().minor * most and all(
        (now.cost_centre, now.tax, _item(now)) == (was.cost_centre, was.tax, _item(was))
        and now.price * 100 <= was.price * most
        and now.quantity * 100 <= was.quantity * most
        for was, now in pairs
    )


def creeps(approved: Mapping[str, Any], after: OrderContent, tolerance_percent: int) -> bool:
    """Say whether a change goes beyond the tolerance counted from what people approved last, kept as JSON.

    Small changes that are each within it would otherwise add up to a large one that nobody was asked about.
    """
    most = 100 + tolerance_percent
    was = {line["line"]: line for line in approved["lines"]}
    dearer = any(
        line.line not in was
        or line.price * 100 > int(was[line.line]["price"]) * most
        or line.quantity * 100 > int(was[line.line]["quantity"]) * most
        for line in after.lines
    )
    return dearer or after.total().minor * 100 > kept_total(approved).minor * most


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how many percent a confirmed price or quantity may differ from what was approved and is taken over unasked."""

    price: int = 0
    quantity: int = 0

    @property
    def is_any(self) -> bool:
        """Say whether anything is taken over unasked."""
        return bool(self.price or self.quantity)


def little(approved: Mapping[str, Any], after: OrderContent, tolerance: Tolerance) -> bool:
    """Say whether no price and no quantity of an order is further from what people approved last than a tolerance allows.

    ``approved`` is that content as it was kept as JSON; a line that it does not have is never little.
    """
    was = {line["line"]: line for line in approved["lines"]}
    return all(
        line.line in was
        and _is_near(line.price, int(was[line.line]["price"]), tolerance.price)
        and _is_near(line.quantity, int(was[line.line]["quantity"]), tolerance.quantity)
        for line in after.lines
    )


def _is_near(now: int, approved: int, percent: int) -> bool:
    return abs(now - approved) * 100 <= approved * percent


def _item(line: OrderLine) -> tuple[str | None, str, str | None]:
    """Return what of a line says what it is."""
    return line.part, line.description, line.supplier_part


def _numbers(content: OrderContent) -> set[int]:
    return {line.line for line in content.lines}


def _pairs(before: OrderContent, after: OrderContent) -> list[tuple[OrderLine, OrderLine]]:
    was = {line.line: line for line in before.lines}
    return [(was[line.line], line) for line in after.lines if line.line in was]


def _any(before: OrderContent, after: OrderContent, holds: Callable[[OrderLine, OrderLine], bool]) -> bool:
    return any(holds(was, now) for was, now in _pairs(before, after))


def _differ(before: OrderContent, after: OrderContent, *names: str) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _is_earlier(was: OrderLine, now: OrderLine) -> bool:
    return now.deliver_by is not None and (was.deliver_by is None or now.deliver_by < was.deliver_by)
