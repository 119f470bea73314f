"""What is known before a mail is read: plant, suppliers and orders, as values."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from .spotting import Articles, Spotter
from .words import squash


class UnreadableKnowledge(ValueError):  # noqa: N818 - errors are named by what is wrong
    """The orders file does not have the agreed form."""


@dataclass(frozen=True)
class OrderLine:
    """One line of a purchase order; quantities in the order's unit (UN/ECE Rec 20)."""

    line: int
    sku: str | None
    supplier_sku: str | None
    gtin: str | None
    description: str
    quantity: Decimal
    unit: str
    packs: Mapping[str, Decimal]
    unit_price: Decimal | None
    received: Decimal

    @property
    def open(self) -> Decimal:
        """What is still to come, never negative."""
        return max(self.quantity - self.received, Decimal(0))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The normalised part numbers under which anybody may speak of this line."""
        return frozenset(squash(name) for name in (self.sku, self.supplier_sku, self.gtin) if name and squash(name))


@dataclass(frozen=True)
class Order:
    """One purchase order as it was sent."""

    number: str
    supplier: str
    status: str
    currency: str
    ordered_on: date | None
    lines: tuple[OrderLine, ...]

    @cached_property
    def by_key(self) -> dict[str, list[OrderLine]]:
        """Normalised part number to the lines that carry it."""
        found: dict[str, list[OrderLine]] = {}
        for line in self.lines:
            for key in line.keys:
                found.setdefault(key, []).append(line)
        return found

    def line(self, number: int) -> OrderLine | None:
        """The line with this number of our own, or None."""
        return next((line for line in self.lines if line.line == number), None)


@dataclass(frozen=True)
class ReadingRule:
    """What one supplier means, as a person taught it.

    ``column``: a folded column heading means a role of columns.ROLES; ``dates``: ``*`` means dmy, mdy or ymd;
    ``unit``: a folded unit word means a code ('BX') or so many of a unit ('10 C62'); ``part``: a squashed number means our sku.
    """

    kind: str
    said: str
    means: str


@dataclass(frozen=True)
class Supplier:
    """A supplier with the domains it writes from, and what people taught the reader about it."""

    id: str
    name: str
    domains: tuple[str, ...]
    locale: str
    tax_id: str | None
    rules: tuple[ReadingRule, ...] = ()

    def rule(self, kind: str, said: str) -> str | None:
        """What something that this supplier says means by its own rules, None where none speaks of it."""
        return next((one.means for one in self.rules if one.kind == kind and one.said == said), None)


@dataclass(frozen=True)
class Plant:
    """The plant that reads."""

    name: str
    domains: tuple[str, ...]
    trusted_authserv: tuple[str, ...]
    today: date | None
    trust_without_name: bool = False


@dataclass(frozen=True)
class Known:
    """Everything known beforehand; build it once and read many mails with it."""

    plant: Plant
    suppliers: tuple[Supplier, ...] = ()
    orders: tuple[Order, ...] = ()
    _spotters: dict[str, Spotter] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Known":
        """Builds the value from the form of ORDERS.json; raises UnreadableKnowledge."""
        try:
            plant = content["plant"]
            return cls(
                plant=Plant(
                    name=str(plant.get("name", "")),
                    domains=_domains(plant.get("domains")),
                    trusted_authserv=_domains(plant.get("trusted_authserv")),
                    today=_day(plant.get("today")),
                    trust_without_name=plant.get("trust_without_name") is True,
                ),
                suppliers=tuple(_supplier(one) for one in content.get("suppliers", [])),
                orders=tuple(_order(one) for one in content.get("orders", [])),
            )
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as fault:
            raise UnreadableKnowledge(f"the orders are not in the agreed form: {fault!r}") from fault

    @classmethod
    def nothing(cls) -> "Known":
        """A reader who knows no plant, no supplier and no order."""
        return cls(Plant("", (), (), None))

    @cached_property
    def order_by_number(self) -> dict[str, Order]:
        """Orders by their number as written."""
        return {order.number: order for order in self.orders}

    @cached_property
    def orders_of(self) -> dict[str, tuple[Order, ...]]:
        """Orders by supplier id."""
        found: dict[str, list[Order]] = {}
        for order in self.orders:
            found.setdefault(order.supplier, []).append(order)
        return {supplier: tuple(orders) for supplier, orders in found.items()}

    @cached_property
    def numbers(self) -> Spotter:
        """Finds order numbers in text."""
        return Spotter({squash(order.number) for order in self.orders if squash(order.number)})

    @cached_property
    def number_of(self) -> dict[str, str]:
        """Normalised order number to the number as written."""
        return {squash(order.number): order.number for order in self.orders}

    def with_rules(self, supplier: str, rules: tuple[ReadingRule, ...]) -> "Known":
        """The same knowledge with other rules for one supplier; everything that is known of the orders is shared."""
        taught = copy(self)
        suppliers = tuple(replace(one, rules=rules) if one.id == supplier else one for one in self.suppliers)
        object.__setattr__(taught, "suppliers", suppliers)
        return taught

    @cached_property
    def articles(self) -> Articles:
        """Finds the part numbers of all orders in text, and knows which of them name one thing."""
        return Articles(line.keys for order in self.orders for line in order.lines)

    def parts_of(self, supplier: str | None) -> Spotter:
        """Finds the part numbers of one supplier's orders in text; of all suppliers for None."""
        wanted = supplier or ""
        if wanted not in self._spotters:
            orders = self.orders_of.get(wanted, ()) if supplier else self.orders
            keys = {key for order in orders for line in order.lines for key in line.keys}
            self._spotters[wanted] = Spotter(keys)
        return self._spotters[wanted]


def _domains(names: Any) -> tuple[str, ...]:
    return tuple(str(name).strip().lower().rstrip(".") for name in names or ())


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _supplier(one: Mapping[str, Any]) -> Supplier:
    return Supplier(
        id=str(one["id"]),
        name=str(one.get("name", "")),
        domains=_domains(one.get("domains")),
        locale=str(one.get("locale") or ""),
        tax_id=one.get("tax_id"),
        rules=tuple(
            ReadingRule(str(rule["kind"]), str(rule["said"]), str(rule["means"])) for rule in one.get("rules", [])
        ),
    )


def _order(one: Mapping[str, Any]) -> Order:
    return Order(
        number=str(one["number"]),
        supplier=str(one.get("supplier", "")),
        status=str(one.get("status", "sent")),
        currency=str(one.get("currency", "")),
        ordered_on=_day(one.get("ordered_on")),
        lines=tuple(_line(line) for line in one.get("lines", [])),
    )


def _line(one: Mapping[str, Any]) -> OrderLine:
    price = one.get("unit_price")
    return OrderLine(
        line=int(one["line"]),
        sku=one.get("sku"),
        supplier_sku=one.get("supplier_sku"),
        gtin=one.get("gtin"),
        description=str(one.get("description") or ""),
        quantity=Decimal(str(one["quantity"])),
        unit=str(one.get("unit") or "C62"),
        packs={str(code): Decimal(str(size)) for code, size in (one.get("packs") or {}).items()},
        unit_price=None if price is None else Decimal(str(price)),
        received=Decimal(str(one.get("received") or "0")),
    )
