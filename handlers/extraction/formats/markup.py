"""Reads schema.org markup of HTML mails (JSON-LD and microdata): the order, the parcel and what it is said to hold."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from handlers.extraction.claims import Claim

from .xml import day_of, figure_of

_MOST_SCRIPT = 200_000
_MOST_NODES = 5_000
_MOST_SCRIPTS = 20
_SCRIPT = re.compile(r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.*?)</script", re.IGNORECASE | re.DOTALL)
_VALUED = {"meta": "content", "a": "href", "link": "href", "time": "datetime", "data": "value", "img": "src"}


@dataclass(slots=True)
class Markup:
    """What the markup of a page says; claims hold only what a parcel is said to hold, with quantities."""

    orders: list[str] = field(default_factory=list)
    tracking: list[str] = field(default_factory=list)
    carrier: str = ""
    expected_from: date | None = None
    expected_until: date | None = None
    claims: list[Claim] = field(default_factory=list)

    @property
    def expected_on(self) -> date | None:
        """The last day that is named for the arrival."""
        return self.expected_until or self.expected_from


def markup_of(source: str, part: str) -> Markup | None:
    """The markup of a page; None where there is none that speaks of orders or parcels."""
    if "schema.org" not in source:
        return None
    nodes = [node for root in (*_scripts(source), *_microdata(source)) for node in _walk(root)]
    found = Markup()
    for node in nodes:
        if _is(node, "Order"):
            found.orders += [number for number in _texts(node.get("orderNumber")) if number not in found.orders]
        if _is(node, "ParcelDelivery"):
            _parcel(node, found, part)
    return found if found.orders or found.tracking or found.expected_on or found.claims else None


def _parcel(node: dict[str, Any], found: Markup, part: str) -> None:
    """The parcel's number, days and carrier, and the quantities of what it holds."""
    found.tracking += [number for text in _texts(node.get("trackingNumber")) if (number := "".join(text.split())) not in found.tracking]  # fmt: skip
    found.expected_from = found.expected_from or _day(node.get("expectedArrivalFrom"))
    found.expected_until = found.expected_until or _day(node.get("expectedArrivalUntil"))
    carrier = node.get("carrier") or node.get("provider")
    found.carrier = found.carrier or next(iter(_texts(carrier.get("name") if isinstance(carrier, dict) else carrier)), "")  # fmt: skip
    orders = [number for order in _list(node.get("partOfOrder")) if isinstance(order, dict) for number in _texts(order.get("orderNumber"))]  # fmt: skip
    for item in _list(node.get("itemShipped")):
        if isinstance(item, dict) and _texts(item.get("orderQuantity")):
            found.claims.append(_claim(item, orders, part))


def _claim(item: dict[str, Any], orders: list[str], part: str) -> Claim:
    thing = item.get("orderedItem")
    product = thing if isinstance(thing, dict) else item
    quantity = _texts(item.get("orderQuantity"))[0]
    names = [text for key in ("sku", "mpn", "gtin13", "gtin", "productID") for text in _texts(product.get(key))]
    claim = Claim(
        part=part,
        text=f"{quantity} {' '.join([*names, *_texts(product.get('name'))])}"[:500],
        order=orders[0] if len(orders) == 1 else "",
        items=names,
        free=" ".join(_texts(product.get("name"))),
        form="structured",
        columns=frozenset({"now"}),
    )
    figure = figure_of(quantity, "")
    if figure is None:
        claim.flags.add("unreadable")
    else:
        claim.add("now", figure)
    return claim


def _is(node: dict[str, Any], name: str) -> bool:
    return any(text.rpartition("/")[2] == name for text in _texts(node.get("@type")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> list[str]:
    """The texts and numbers of a value or of a list of values."""
    plain = [one for one in _list(value) if isinstance(one, str | int | float) and not isinstance(one, bool)]
    return [text for text in (" ".join(str(one).split())[:200] for one in plain) if text]


def _day(value: Any) -> date | None:
    return next((day for text in _texts(value) if (day := day_of(text)) is not None), None)


def _scripts(source: str) -> Iterator[Any]:
    """The values of all JSON-LD scripts; a damaged one says nothing."""
    for count, found in enumerate(_SCRIPT.finditer(source)):
        if count >= _MOST_SCRIPTS or len(found[1]) > _MOST_SCRIPT:
            return
        try:
            yield json.loads(found[1].strip().removeprefix("<!--").removesuffix("-->"))
        except (ValueError, RecursionError):
            continue


def _walk(root: Any) -> Iterator[dict[str, Any]]:
    """All objects of a value, from the outside in."""
    waiting, seen = [root], 0
    while waiting and seen < _MOST_NODES:
        one = waiting.pop(0)
        seen += 1
        if isinstance(one, dict):
            yield one
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _microdata(source: str) -> Iterator[dict[str, Any]]:
    """The outermost items of the page, each with what stands inside."""
    if "itemscope" not in source.lower():
        return
    made: dict[int, dict[str, Any]] = {}
    for count, node in enumerate(LexborHTMLParser(source).css("[itemscope],[itemprop]")):
        if count >= _MOST_NODES:
            return
        names = node.attributes
        holder = _holder(node, made)
        value: Any = _value(node)
        if "itemscope" in names:
            value = made[node.mem_id] = {"@type": names.get("itemtype") or ""}
            if holder is None:
                yield value
        for name in (names.get("itemprop") or "").split():
            if holder is not None:
                holder.setdefault(name, []).append(value)


def _holder(node: LexborNode, made: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    """The item in which an element stands."""
    above, steps = node.parent, 0
    while above is not None and steps < 60:  # noqa: PLR2004 - deeper pages are no pages of people
        if above.mem_id in made:
            return made[above.mem_id]
        above, steps = above.parent, steps + 1
    return None


def _value(node: LexborNode) -> str:
    named = _VALUED.get(node.tag or "", "content")
    return node.attributes.get(named) or node.text(deep=True, strip=True)[:200]
