"""Holds readings against truths: what was right, wrong and missing in each mail, what it costs, and the sums of it.

A wrong proposal costs fifty times a question, and taking something from a mail that gives nothing costs four times that:
what is booked wrongly is found late, what is asked is answered in seconds.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from benchmarks.truths import Truth

COSTS = {"crash": 200, "taken": 200, "wrong proposal": 50, "missed": 5, "asked": 1, "other action": 1, "": 0}
"""What a mail costs by its gravest fault."""

Reading = dict[str, Any]
"""A reading as ``chargehand read`` prints it."""


@dataclass
class Tally:
    """How many were right, how many were said but wrong, and how many were not said."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    def __iadd__(self, other: "Tally") -> Self:
        self.right += other.right
        self.wrong += other.wrong
        self.missing += other.missing
        return self

    @property
    def precision(self) -> float | None:
        """The share of what was said that is right; None where nothing was said."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of what was to be said that was said rightly; None where nothing was to be said."""
        return _share(self.right, self.right + self.missing)


@dataclass
class Verdict:
    """One reading held against its truth."""

    kind: str
    action: str
    rule: str
    fault: str = ""
    kind_right: bool = True
    action_right: bool = True
    orders: Tally = field(default_factory=Tally)
    lines: Tally = field(default_factory=Tally)
    fields: dict[str, Tally] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def cost(self) -> int:
        """What the mail costs."""
        return COSTS[self.fault]

    @property
    def proposed_right(self) -> bool:
        """Whether it was proposed with nothing wrong."""
        return self.action == "propose" and not self.fault


def judge(truth: Truth, reading: Reading | None) -> Verdict:
    """The verdict on one reading; None stands for a reader that failed."""
    decision = (reading or {}).get("decision", {})
    verdict = Verdict((reading or {}).get("kind", ""), decision.get("action", ""), decision.get("rule", ""))
    if reading is None or verdict.rule == "fault":
        verdict.fault, verdict.kind_right, verdict.action_right = "crash", False, False
        verdict.notes.append("the reader failed")
        return verdict
    verdict.kind_right = not truth.kinds or verdict.kind in truth.kinds
    verdict.action_right = not truth.actions or verdict.action in truth.actions
    _note(verdict, "kind", verdict.kind_right, verdict.kind, sorted(truth.kinds))
    _note(verdict, "action", verdict.action_right, f"{verdict.action} ({verdict.rule})", sorted(truth.actions))
    _judge_orders(truth, reading, verdict)
    _judge_lines(truth, reading, verdict)
    _judge_fields(truth, reading, verdict)
    verdict.fault = _fault(truth, reading, verdict)
    return verdict


def _note(verdict: Verdict, what: str, right: bool, said: Any, wanted: Any) -> None:  # noqa: FBT001
    if not right:
        verdict.notes.append(f"{what}: read {_words(said)}, right is {_words(wanted)}")


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " or ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def _judge_orders(truth: Truth, reading: Reading, verdict: Verdict) -> None:
    if truth.orders is None or truth.gives_nothing:
        return
    said = set(reading.get("orders") or [])
    verdict.orders = Tally(len(said & truth.orders), len(said - truth.orders), len(truth.orders - said))
    _note(verdict, "orders", said == truth.orders, sorted(said), sorted(truth.orders))


def _judge_lines(truth: Truth, reading: Reading, verdict: Verdict) -> None:
    """Lines are right by order, line and exact quantity; in a delay what is outstanding says the same as a quantity."""
    if truth.lines is None or (truth.gives_nothing and verdict.action in ("ignore", "quarantine")):
        return
    delay = truth.kinds == {"delay"}
    free = truth.optional | ({key: value for key, value in truth.outstanding.items() if value} if delay else {})
    wanted = dict(truth.lines)
    for key, quantity in said_lines(reading, set(truth.lines) if delay else ()):
        if quantity is not None and wanted.get(key) == quantity:
            verdict.lines.right += 1
            del wanted[key]
        elif key not in truth.lines and free.get(key) == quantity:
            continue
        else:
            verdict.lines.wrong += 1
            verdict.notes.append(f"line {key[0]}/{key[1]}: read {quantity}, right is {_words(truth.lines.get(key))}")
    verdict.lines.missing = len(wanted)
    verdict.notes += [f"line {order}/{line}: {quantity} not read" for (order, line), quantity in wanted.items()]


def said_lines(
    reading: Reading, outstanding_counts: Iterable[tuple[str, int]] = ()
) -> Iterable[tuple[tuple[str, int], Decimal | None]]:
    """The lines that state a quantity other than zero, None for one that is no number.

    For the lines named in ``outstanding_counts`` what is outstanding stands in for a quantity.
    """
    for line in reading.get("lines") or []:
        if line.get("line") is None or not line.get("order"):
            continue
        key, written = (line["order"], line["line"]), line.get("quantity")
        if key in outstanding_counts and written in (None, "", "0"):
            written = line.get("outstanding")
        if written not in (None, "") and _number(written) != 0:
            yield key, _number(written)


def _number(written: Any) -> Decimal | None:
    try:
        value = Decimal(str(written))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _judge_fields(truth: Truth, reading: Reading, verdict: Verdict) -> None:
    for name, wanted in truth.fields.items():
        said = _field(reading, name)
        right = sorted(said or []) == sorted(wanted) if isinstance(wanted, list) else said == wanted
        verdict.fields[name] = Tally(int(right), 0, int(not right))
        _note(verdict, name.replace("_", " "), right, said, wanted)
    if truth.outstanding:
        tally = Tally()
        told = {(line.get("order"), line.get("line")): line.get("outstanding") for line in reading.get("lines") or []}
        for key, value in truth.outstanding.items():
            said = told.get(key)
            right = said is None if value is None else said is not None and _number(said) == value
            tally += Tally(int(right), 0, int(not right))
            _note(verdict, f"outstanding of {key[0]}/{key[1]}", right, said, value)
        verdict.fields["outstanding"] = tally


def _field(reading: Reading, name: str) -> Any:
    if name == "response":
        return reading.get("response")
    if name in ("number", "issued_on"):
        return (reading.get("document") or {}).get(name)
    said = (reading.get("shipment") or {}).get(name)
    if name == "expected_on" and said is None:
        days = {line.get("expected_on") for line in reading.get("lines") or []} - {None}
        return days.pop() if len(days) == 1 else None
    return said


def _fault(truth: Truth, reading: Reading, verdict: Verdict) -> str:
    """The gravest fault by name, empty where there is none."""
    action = verdict.action
    if truth.gives_nothing and (action == "propose" or (action == "ask" and reading.get("lines"))):
        return "taken"
    if action == "propose" and (not verdict.action_right or _wrongly_proposed(verdict)):
        return "wrong proposal"
    if verdict.action_right:
        return ""
    if not truth.gives_nothing and action in ("ignore", "quarantine"):
        return "missed"
    return "asked" if action == "ask" and truth.proposable else "other action"


def _wrongly_proposed(verdict: Verdict) -> bool:
    """Whether an order, a line or a quantity of a proposal is wrong, missing or one too many."""
    lines, orders = verdict.lines, verdict.orders
    return bool(lines.wrong or lines.missing or orders.wrong or (orders.missing and not orders.right))


@dataclass
class Score:
    """The sums over many mails."""

    mails: int = 0
    kinds_right: int = 0
    actions_right: int = 0
    proposable: int = 0
    proposed_right: int = 0
    cost: int = 0
    orders: Tally = field(default_factory=Tally)
    lines: Tally = field(default_factory=Tally)
    fields: dict[str, Tally] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    kind_confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked_by: Counter[str] = field(default_factory=Counter)

    def add(self, truth: Truth, verdict: Verdict) -> None:
        """Count one mail."""
        self.mails += 1
        self.kinds_right += verdict.kind_right
        self.actions_right += verdict.action_right
        self.proposable += truth.proposable
        self.proposed_right += truth.proposable and verdict.proposed_right
        self.cost += verdict.cost
        self.orders += verdict.orders
        self.lines += verdict.lines
        for name, tally in verdict.fields.items():
            kept = self.fields.setdefault(name, Tally())
            kept += tally
        if verdict.fault:
            self.faults[verdict.fault] += 1
        if not verdict.kind_right:
            self.kind_confusions["|".join(sorted(truth.kinds)), verdict.kind] += 1
        if truth.proposable and verdict.action == "ask":
            self.asked_by[verdict.rule] += 1

    @property
    def per_mail(self) -> float:
        """What a mail costs on average."""
        return self.cost / self.mails if self.mails else 0.0


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def score_of(judged: Iterable[tuple[Truth, Verdict]]) -> Score:
    """The sums of all verdicts."""
    score = Score()
    for truth, verdict in judged:
        score.add(truth, verdict)
    return score
