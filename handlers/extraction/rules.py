"""A supplier's own rules at work: what people taught about its words stands before the general words, and is noted."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from .columns import ROLES
from .known import ReadingRule, Supplier
from .lexicon import Hit, Lexicon
from .memory import Memory
from .spotting import Spotter
from .units import CODES
from .words import fold, squash, words_in

ORDERS_OF_DATES: Mapping[str, str] = MappingProxyType(
    {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
)
_LEAST_PART = 3
_MOST_HELD = Decimal(1_000_000)
_HELD = re.compile(r"(?:(?P<many>\d{1,7}(?:\.\d{1,6})?) )?(?P<code>[A-Z0-9]{2,3})")
ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "now": "shipped now",
        "confirmed": "confirmed",
        "quantity": "quantity",
        "ordered": "ordered",
        "total": "shipped so far",
        "outstanding": "still to come",
        "item": "their article",
        "item_ours": "our article",
        "gtin": "GTIN",
        "line": "their line",
        "line_ours": "our line",
        "order": "our order",
        "description": "description",
        "unit": "unit",
        "date": "date",
        "loaded": "loaded",
        "refused": "refused",
        "measure": "in metres, litres or kilograms",
        "per": "in one pack",
        "packs": "packs",
        "price": "price",
        "amount": "amount",
        "weight": "weight",
        "lot": "lot",
        "serial": "serial number",
        "tracking": "tracking number",
        "document": "number of the note",
        "place": "place",
        "remark": "remark",
        "ignore": "nothing that counts",
    }
)
"""What each role of a column is called where people read it."""


def own_unit(means: str) -> tuple[Decimal | None, str] | None:
    """What a unit word means: a code ``(None, 'BX')`` or so many of a unit ``(10, 'C62')``; None for anything else."""
    found = _HELD.fullmatch(means)
    if found is None or found["code"] not in CODES:
        return None
    try:
        many = Decimal(found["many"]) if found["many"] else None
    except InvalidOperation:
        return None
    return (many, found["code"]) if many is None or 0 < many <= _MOST_HELD else None


_SAID: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "column": lambda text: " ".join(words_in(text)),
        "dates": lambda _: "*",
        "unit": lambda text: fold(text).strip(" ."),
        "part": squash,
    }
)
"""How each kind of rule writes what the supplier says."""
_MEANS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "column": lambda means: means in ROLES,
        "dates": lambda means: means in ORDERS_OF_DATES,
        "unit": lambda means: own_unit(means) is not None,
        "part": lambda means: bool(squash(means)),
    }
)
"""What each kind of rule may mean."""
KINDS = tuple(_SAID)


def said_of(kind: str, text: str) -> str:
    """What a supplier says, as rules of this kind write it: a folded heading or unit word, a squashed number, ``*``."""
    return _SAID[kind](text)


def is_lawful(rule: ReadingRule) -> bool:
    """Whether a rule says anything the reader can use: a known kind, something said, and a meaning of that kind."""
    if rule.kind not in _SAID or not _MEANS[rule.kind](rule.means):
        return False
    said = said_of(rule.kind, rule.said)
    return bool(said) and (rule.kind != "part" or len(said) >= _LEAST_PART)


def words_of(rule: ReadingRule) -> str:
    """A rule as people read it: ``column “menge” means shipped now``."""
    if rule.kind == "column":
        return f"column “{rule.said}” means {ROLE_WORDS.get(rule.means, rule.means)}"
    if rule.kind == "dates":
        return f"dates are written {ORDERS_OF_DATES.get(rule.means, rule.means)}"
    if rule.kind == "unit":
        return f"unit “{rule.said}” means {rule.means}"
    return f"their number {rule.said} is our {rule.means}"


class OwnWords(Lexicon):
    """The words to read one mail with: before those of the trade what its supplier means by its own; ``used`` notes the rules that spoke."""

    def __init__(self, words: Lexicon, rules: Iterable[ReadingRule]) -> None:
        super().__init__(())
        self.languages = words.languages
        self.memory = Memory()
        self._words = words
        self._rules = {(one.kind, said_of(one.kind, one.said)): one for one in rules if is_lawful(one)}
        self.parts = Spotter({said for kind, said in self._rules if kind == "part"})
        self.used: dict[ReadingRule, None] = {}

    def hits(self, text: str) -> list[Hit]:
        """The phrases of the general words."""
        return self._words.hits(text)

    def begun(self, text: str, group: str) -> tuple[str, ...]:  # type: ignore[override]  # the general one remembers
        """What a shortened word may mean in the general words."""
        return self._words.begun(text, group)

    def meanings_of(self, text: str, group: str) -> tuple[str, ...]:  # type: ignore[override]  # the general one remembers
        """What a short text means: a unit word of the supplier's own first, then the general words."""
        own = own_unit(self.taught("unit", text) or "") if group == "units" and self._rules else None
        return (own[1],) if own and own[0] is None else self._words.meanings_of(text, group)

    def taught(self, kind: str, text: str) -> str | None:
        """What the supplier means by this, None where no rule speaks of it."""
        rule = self._rules.get((kind, said_of(kind, text))) if self._rules else None
        if rule is None:
            return None
        self.used[rule] = None
        return rule.means

    def said(self) -> tuple[str, ...]:
        """The rules that were used, as people read them."""
        return tuple(words_of(rule) for rule in self.used)


def own_words(words: Lexicon, supplier: Supplier | None) -> OwnWords:
    """The words to read one mail with: the general ones, and before them those of its supplier that people taught."""
    return OwnWords(words, supplier.rules if supplier is not None else ())
