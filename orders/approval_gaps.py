"""What is wrong with a table of approval rules before any order meets it: rules for nobody, for too few, and for no case."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orders.approval_rules import Case, Directory, Rule, people_named
from orders.approvals import ruling
from orders.errors import NobodyMayApprove
from orders.money import Money


def gaps_in_rules(rules: Sequence[Rule], directory: Directory, fallback: Sequence[str]) -> list[str]:
    """List in sentences which rules name nobody, too few people, somebody unknown, or a rule that is not there."""
    found = [sentence for rule in rules for look in LOOKS for sentence in look(rule, rules, directory, fallback)]
    return list(dict.fromkeys(found))


Look = tuple[Rule, Sequence[Rule], Directory, Sequence[str]]


def _names_nobody(rule: Rule, _: Sequence[Rule], directory: Directory, fallback: Sequence[str]) -> Iterator[str]:
    if rule.asks and "owner" not in rule.who and not people_named((*rule.who, *fallback), directory):
        yield f"Rule “{rule.name}” names nobody who is active; orders that need it can never be approved."
    if rule.notify and "owner" not in rule.who and not people_named(rule.who, directory):
        yield f"Rule “{rule.name}” names nobody who is active; nobody is told."


def _names_strangers(rule: Rule, _: Sequence[Rule], directory: Directory, __: Sequence[str]) -> Iterator[str]:
    for who in rule.who:
        if "@" in who and who not in directory.by_email:
            yield f"Rule “{rule.name}” names {who}, who is not among the active people."


def _asks_too_many(rule: Rule, _: Sequence[Rule], directory: Directory, fallback: Sequence[str]) -> Iterator[str]:
    if not (rule.asks and isinstance(rule.need, int)):
        return
    owners = set(directory.owners.values()) if "owner" in rule.who else set()
    named = owners | set(people_named((*rule.who, *fallback), directory))
    if named and rule.need > len(named):
        yield f"Rule “{rule.name}” needs {rule.need} of {len(named)} people; orders that need it can never be approved."


def _spares_no_rule(rule: Rule, rules: Sequence[Rule], _: Directory, __: Sequence[str]) -> Iterator[str]:
    names = {one.name for one in rules if one.asks}
    for name in rule.instead:
        if name not in names:
            yield f"Rule “{rule.name}” takes the place of “{name}”, and no rule that asks anybody is called so."


def _is_called_like_another(rule: Rule, rules: Sequence[Rule], _: Directory, __: Sequence[str]) -> Iterator[str]:
    if Counter(one.name for one in rules)[rule.name] > 1:
        yield f"Two rules are called “{rule.name}”: give each its own name, because people and the audit go by it."


LOOKS = (_names_nobody, _names_strangers, _asks_too_many, _spares_no_rule, _is_called_like_another)
"""What each rule is looked at for."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What an order may be besides its cost centre and amount: its kind, a category, the supplier's risk."""

    kind: str = "standard"
    category: str = ""
    risk: str = ""
    releases_of: str = ""

    def said(self) -> str:
        """Name what is not as usual."""
        told = [f"{self.kind} orders" if self.kind != "standard" else ""]
        told += [f"category {self.category}" if self.category else "", f"risk {self.risk}" if self.risk else ""]
        return ", ".join(filter(None, told))


def circumstances(rules: Sequence[Rule]) -> list[Circumstance]:
    """Return the usual order, and for each rule with conditions an order that meets them."""
    found = [Circumstance()]
    for rule in rules:
        first = [(values or ("",))[0].removesuffix("*") for values in (rule.categories, rule.risks, rule.releases_of)]
        found.append(Circumstance((rule.kinds or ("standard",))[0], *first))
    return list(dict.fromkeys(found))


def amounts(rules: Sequence[Rule], currency: str) -> list[Money]:
    """Return the least amount above each limit of the rules, and one cent."""
    limits = {limit.minor for rule in rules for limit in (rule.above, rule.up_to) if limit is not None}
    return [Money(least + 1, currency) for least in sorted(limits | {0})]


def can_be_approved(  # noqa: PLR0917  # one try of the table
    rules: Sequence[Rule], directory: Directory, fallback: Sequence[str], centre: str, total: Money,
    how: Circumstance = Circumstance(), requester: int | None = None,
) -> bool:  # fmt: skip
    """Say whether an order of this kind finds somebody for each of its steps."""
    categories = (how.category,) if how.category else ()
    case = Case(
        "the order", total, (centre,), requester, kind=how.kind, categories=categories, risk=how.risk,
        releases_of=how.releases_of,
    )  # fmt: skip
    try:
        ruling(case, rules, directory, fallback)
    except NobodyMayApprove:
        return False
    return True


def circles(away: Mapping[int, int | None]) -> list[tuple[int, ...]]:
    """Return the rings of people who are away and stand in for each other, each ring once from its smallest id."""
    found: dict[tuple[int, ...], None] = {}
    for person in away:
        way, at = [person], away.get(person)
        while at is not None and at in away and at not in way:
            way.append(at)
            at = away[at]
        if at is not None and at in way:
            ring = way[way.index(at) :]
            first = ring.index(min(ring))
            found[tuple(ring[first:] + ring[:first])] = None
    return list(found)
