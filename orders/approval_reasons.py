"""Why the rules ask whom they ask: each rule with whether it holds, who is asked or told by it, and who is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from orders.approval_rules import Case, Directory, Rule, groups, why_not
from orders.approvals import PlanStep, Ruling, ruling
from orders.errors import NobodyMayApprove, RateMissing


def conditions_said(rule: Rule) -> str:
    """Say for which orders a rule holds, as it follows on a name; empty for all orders."""
    lists = (
        ("of the kind", rule.kinds),
        ("that call off", rule.releases_of),
        ("on cost centre", rule.cost_centres),
        ("of category", rule.categories),
        ("from suppliers of risk", rule.risks),
    )
    told = [f"{words} {' or '.join(values)}" for words, values in lists if values]
    told += [f"above {rule.above}"] if rule.above is not None else []
    told += [f"up to {rule.up_to}"] if rule.up_to is not None else []
    return f"for orders {', '.join(told)}" if told else ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule does for a case."""

    rule: Rule
    does: str
    """``asks``, ``tells``, ``approves``, ``is spared`` or ``does not hold``."""
    why_not: tuple[str, ...] = ()
    steps: tuple[PlanStep, ...] = ()
    told: tuple[int, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    """People whom the rule names and who are not asked, each with why."""
    filled_in: tuple[int, ...] = ()
    """People who are asked although the rule does not name them, because it left too few."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What all rules do for a case; ``nobody`` says why nobody may approve it, empty when somebody can."""

    reasons: tuple[Reason, ...]
    ruling: Ruling = field(default_factory=Ruling)
    nobody: str = ""


def explained(case: Case, rules: Sequence[Rule], directory: Directory, fallback: Sequence[str]) -> Explanation:
    """Explain every rule; raises nothing: what keeps the order from being approved is told as well."""
    nobody, found = "", Ruling()
    try:
        found = ruling(case, rules, directory, fallback)
    except (NobodyMayApprove, RateMissing) as refusal:
        nobody = str(refusal)
    return Explanation(tuple(_reason(rule, case, directory, found) for rule in rules), found, nobody)


def _reason(rule: Rule, case: Case, directory: Directory, found: Ruling) -> Reason:
    try:
        reasons = why_not(rule, case)
    except RateMissing as missing:
        reasons = (str(missing),)
    if reasons:
        return Reason(rule, "does not hold", reasons)
    if rule.notify:
        told = tuple(person for name, people in found.told if name == rule.name for person in people)
        return Reason(rule, "tells", told=told)
    if rule.automatic:
        return _automatic(rule, found)
    return Reason(rule, "is spared") if rule.name in found.spared else _asking(rule, case, directory, found)


def _automatic(rule: Rule, found: Ruling) -> Reason:
    if found.automatic == rule.name:
        return Reason(rule, "approves")
    asked = dict.fromkeys(step.rule for step in found.steps if step.rule not in rule.instead)
    why = f"{' and '.join(f'“{name}”' for name in asked)} asks somebody" if asked else "another rule comes first"
    return Reason(rule, "does not hold", (why,))


def _asking(rule: Rule, case: Case, directory: Directory, found: Ruling) -> Reason:
    steps = tuple(step for step in found.steps if step.rule == rule.name)
    named = list(dict.fromkeys(person for group in groups(rule, case, directory) for person in group))
    asked = dict.fromkeys(person for step in steps for person in step.approvers)
    left_out = tuple((person, _why_left_out(person, case, found)) for person in named if person not in asked)
    return Reason(
        rule, "asks", steps=steps, left_out=left_out, filled_in=tuple(each for each in asked if each not in named)
    )


def _why_left_out(person: int, case: Case, found: Ruling) -> str:
    if person == case.requester:
        return "asked for the order"
    if person in case.authors:
        return "had a hand in the order"
    elsewhere = next((step.rule for step in found.steps if person in step.approvers), "")
    return f"is needed for “{elsewhere}”" if elsewhere else "is not needed"
