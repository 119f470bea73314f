"""The approval table: one rule a row, what a rule looks at, and the sentence why one does not hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from orders.errors import CurrenciesDiffer, RateMissing
from orders.money import Money


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the approval table: when all its conditions hold, these people are asked, or told, or nobody is."""

    name: str
    who: tuple[str, ...] = ()
    """``owner`` (of each line's cost centre), ``role:finance``, or a person's e-mail address."""
    above: Money | None = None
    """The rule holds for totals strictly above this amount; None: always."""
    need: str | int = "any"
    """``any`` or ``all`` of the people named, or how many of them."""
    up_to: Money | None = None
    """The rule holds for totals up to and including this amount; None: always."""
    cost_centres: tuple[str, ...] = ()
    """Codes of cost centres, or their beginnings such as ``4*``; empty: all."""
    categories: tuple[str, ...] = ()
    """Categories of parts, or their beginnings; empty: all."""
    risks: tuple[str, ...] = ()
    """How the plant judges the supplier, for instance ``new``; empty: all."""
    kinds: tuple[str, ...] = ()
    """Kinds of order, for instance ``release``; empty: all."""
    releases_of: tuple[str, ...] = ()
    """For releases: the kinds of agreement that they call off; empty: all orders."""
    step: str = ""
    """Rules with the same word are asked side by side; without one a rule is asked in its turn."""
    notify: bool = False
    """The people are told and not asked."""
    automatic: bool = False
    """The rule itself approves, where no other rule asks anybody."""
    instead: tuple[str, ...] = ()
    """For an automatic rule: the rules that it may take the place of, by name."""

    @property
    def asks(self) -> bool:
        """Say whether the rule puts a question to somebody."""
        return not (self.notify or self.automatic)


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at: the total with what counts beside it, the lines, the supplier, who asked and who else wrote it."""

    subject: str
    total: Money | None
    """What is held against the amounts of the rules, in the plant's currency; None while a rate is missing."""
    cost_centres: tuple[str, ...]
    requester: int | None
    authors: frozenset[int] = frozenset()
    kind: str = "standard"
    categories: tuple[str, ...] = ()
    """The category of each line's part, each once; empty words where a line has none."""
    risk: str = ""
    releases_of: str = ""
    """The kind of agreement that a release calls off; empty for every other order."""
    whole: Money | None = None
    """The total with all orders beside it, where ``total`` does not count them; automatic rules go by it."""
    lacking: str = ""
    """The currency whose rate is missing."""

    @property
    def barred(self) -> frozenset[int]:
        """Who may not be asked: whoever asked for it or had a hand in it."""
        return self.authors | ({self.requester} if self.requester is not None else set())


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom the rules may name: owners by cost centre, people by role and by e-mail address (ids of active people)."""

    owners: Mapping[str, int]
    by_role: Mapping[str, tuple[int, ...]]
    by_email: Mapping[str, int]
    admin: str = "the administrator"


def matches(pattern: str, word: str) -> bool:
    """Say whether a word is meant by a pattern: the word itself, or its beginning before a ``*``; case does not count."""
    wanted, found = pattern.casefold(), word.casefold()
    return found.startswith(wanted[:-1]) if wanted.endswith("*") else found == wanted


def meant(patterns: Iterable[str], words: Iterable[str]) -> list[str]:
    """Return the words that one of the patterns means."""
    wanted = tuple(patterns)
    return [word for word in words if any(matches(pattern, word) for pattern in wanted)]


def why_not(rule: Rule, case: Case) -> tuple[str, ...]:
    """Return why a rule does not hold for a case, one reason a condition; nothing when it holds.

    Raises ``RateMissing`` where an amount has to be compared that is not known in the plant's currency. An automatic
    rule raises nothing: it does not hold then.
    """
    try:
        found = tuple(filter(None, (condition(rule, case) for condition in CONDITIONS)))
    except RateMissing as missing:
        if not rule.automatic:
            raise
        return (str(missing),)
    if rule.automatic and case.requester is None:
        return (*found, "nobody is known to have asked for it")
    return found


def _above(rule: Rule, case: Case) -> str:
    if rule.above is None:
        return ""
    total = _amount(rule, case, rule.above)
    return f"{total} is not above {rule.above}" if total <= rule.above else ""


def _up_to(rule: Rule, case: Case) -> str:
    if rule.up_to is None:
        return ""
    total = _amount(rule, case, rule.up_to)
    return f"{total} is above {rule.up_to}" if rule.up_to < total else ""


def _amount(rule: Rule, case: Case, limit: Money) -> Money:
    """Return what is compared with a limit; raises ``RateMissing`` where nobody knows what that is worth."""
    total = case.whole if rule.automatic and case.whole is not None else case.total
    if total is None:
        raise RateMissing(subject=case.subject, currency=case.lacking, into=limit.currency)
    if total.currency != limit.currency:
        raise CurrenciesDiffer(left=total, right=limit)
    return total


def _cost_centres(rule: Rule, case: Case) -> str:
    return _words(rule, rule.cost_centres, case.cost_centres, "cost centre")


def _categories(rule: Rule, case: Case) -> str:
    return _words(rule, rule.categories, case.categories, "category")


def _words(rule: Rule, patterns: tuple[str, ...], words: tuple[str, ...], called: str) -> str:
    """One line is enough to ask somebody; to ask nobody, all lines have to be meant."""
    found = meant(patterns, words)
    if not patterns or (found and (not rule.automatic or len(found) == len(words))):
        return ""
    scope = "not every line has" if rule.automatic else "no line has"
    return f"{scope} {called} {' or '.join(patterns)}"


def _risk(rule: Rule, case: Case) -> str:
    if not rule.risks or meant(rule.risks, (case.risk,)):
        return ""
    return f"the supplier's risk is {case.risk or 'not judged'}, not {' or '.join(rule.risks)}"


def _kind(rule: Rule, case: Case) -> str:
    return f"it is a {case.kind} order" if rule.kinds and case.kind not in rule.kinds else ""


def _agreement(rule: Rule, case: Case) -> str:
    if not rule.releases_of or case.releases_of in rule.releases_of:
        return ""
    return f"it is no release of a {' or '.join(rule.releases_of)} order"


CONDITIONS: tuple[Callable[[Rule, Case], str], ...] = (
    _kind,
    _agreement,
    _above,
    _up_to,
    _cost_centres,
    _categories,
    _risk,
)
"""What a rule may ask for; each says why it does not hold, or nothing."""


def groups(rule: Rule, case: Case, directory: Directory) -> list[tuple[int, ...]]:
    """Name the people of a rule: one group a cost-centre owner and one for all others, or one for all where a number is needed."""
    owners: list[tuple[int, ...]] = []
    if "owner" in rule.who:
        centres = meant(rule.cost_centres, case.cost_centres) if rule.cost_centres else case.cost_centres
        found = dict.fromkeys(directory.owners.get(code) for code in centres)
        owners = [() if owner is None else (owner,) for owner in found]
    others = [word for word in rule.who if word != "owner"]
    named = people_named(others, directory)
    if isinstance(rule.need, int):
        return [tuple(dict.fromkeys([person for group in owners for person in group] + list(named)))]
    return owners + ([named] if others else [])


def people_named(words: Iterable[str], directory: Directory) -> tuple[int, ...]:
    """Return the active people behind ``role:finance`` and e-mail addresses, each once, in the order of the words."""
    people: list[int] = []
    for word in words:
        if word.startswith("role:"):
            people += directory.by_role.get(word.removeprefix("role:"), ())
        elif word in directory.by_email:
            people.append(directory.by_email[word])
    return tuple(dict.fromkeys(people))
