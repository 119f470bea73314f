"""Why a mail was read as it was, in sentences: its kind, its sender, each line, and the rules that were asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.extraction.decision import RULES
from orders.money import QUANTITY_SCALE
from orders.units import unit_word

Reading = Mapping[str, Any]
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

BROKEN = "fault"
"""What the reader calls it when it failed itself."""

KINDS: Mapping[str, str] = {
    "order_response": "order confirmation",
    "despatch": "delivery note",
    "delivery": "goods handed over",
    "delay": "delay",
    "invoice": "invoice",
    "cancellation": "cancellation",
    "status": "carrier progress",
    "auto_reply": "automatic reply",
    "bounce": "returned mail",
    "question": "question",
    "other": "something else",
    "own copy": "our own copy of an order",
}
"""What each kind of mail is called."""
ACTIONS: Mapping[str, str] = {
    "propose": "It is proposed",
    "ask": "A person is asked",
    "ignore": "It is put away",
    "quarantine": "It is held back",
}
"""What the reader decided, in words."""
MATCHED: Mapping[str, str] = {
    "article": "its article number",
    "line": "its line number",
    "line and article": "its line number and its article number",
    "article and line": "its article number and its line number",
    "line and description": "its line number and its description",
    "everything": "the words that everything was sent",
    "the whole answer": "an answer to the whole order",
}
"""By what a line of the mail was found to be a line of the order; what is not named here speaks for itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read: its number, what it says in words, by what it was matched, and the words it rests on."""

    number: int
    words: str
    matched: str
    part: str
    evidence: str

    @property
    def mark(self) -> str:
        """The sign that stands here and beside the words in the mail."""
        return mark(self.number)


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule that was asked, what it looks for, and whether it fitted."""

    rule: str
    reason: str
    fits: bool


def mark(number: int) -> str:
    """Return the sign of a quotation: a circled number while there is one."""
    return CIRCLED[number - 1] if 0 < number <= len(CIRCLED) else f"({number})"


def kind(reading: Reading) -> str:
    """Say what kind of mail it is and what told so."""
    if _is_broken(reading):
        return "Nobody knows: the reader failed."
    name = KINDS.get(reading.get("kind", ""), str(reading.get("kind", "")) or "not read")
    why = _why(reading, "kind")
    told = {
        "machine": "its headers and words are those of a machine",
        "document": "the document for machines in it says so",
    }
    by = told.get(why.get("by", "")) or _votes(why)
    return f"{name.capitalize()}: {by}." if by else f"{name.capitalize()}."


def _is_broken(reading: Reading) -> bool:
    """Say whether the reader itself failed, so that nothing it says about the mail was looked at."""
    return bool((reading.get("decision") or {}).get("rule") == BROKEN)


def _votes(why: Mapping[str, Any]) -> str:
    said = [f"{_counted(why.get('titles', {}))} as a title" if why.get("titles") else ""]
    said += [f"{_counted(why.get('says', {}))} in sentences" if why.get("says") else ""]
    found = " and ".join(filter(None, said))
    return f"its words point to {found}" if found else "no word of it names a kind" if why else ""


def _counted(signs: Mapping[str, int]) -> str:
    ranked = sorted(signs.items(), key=lambda each: -each[1])
    return ", ".join(f"{KINDS.get(name, name)} ({count})" for name, count in ranked)


def sender(reading: Reading) -> str:
    """Say how far the sender is proven and on which header that rests."""
    if _is_broken(reading):
        return "Not looked at: the reader failed."
    told, why = reading.get("sender") or {}, _why(reading, "sender")
    sentence = TRUST.get(str(told.get("trust")), "The sender was not looked at.")
    sentence = FORGED.get(str(why.get("verdict")), sentence) if told.get("trust") == "forged" else sentence
    alarms = f" Unusual: {'; '.join(why['alarms'])}." if why.get("alarms") else ""
    return sentence + alarms


def header(reading: Reading) -> str:
    """Return the header that the sender's trust rests on; empty where no trusted server said anything."""
    return str(_why(reading, "sender").get("header") or "")


TRUST: Mapping[str, str] = {
    "verified": "Verified: a mail server that is trusted found that it really comes from the supplier's domain.",
    "known": "Known, not proven: the domain is one we know, but no server that is trusted says that it comes from there.",
    "unknown": "Unknown: the address belongs to no supplier.",
    "forged": "Forged: the address only looks like that of a supplier, or pretends to be.",
}
"""What the sender's trust means."""
FORGED: Mapping[str, str] = {
    "fail": "Forged: a mail server that is trusted found that it does not come from where it says."
}
"""The same where a server's own finding is the reason."""


def decision(reading: Reading) -> str:
    """Say what was decided, by which rule, and why."""
    told = reading.get("decision") or {}
    action = ACTIONS.get(str(told.get("action")), "Nothing was decided")
    rule = f" by the rule “{told['rule']}”" if told.get("rule") else ""
    reasons = "; ".join(str(each) for each in told.get("reasons") or ())
    return f"{action}{rule}: {reasons}." if reasons else f"{action}{rule}."


def asked(reading: Reading) -> list[Asked]:
    """Return the rules that were asked, in order, the one that fitted last."""
    reasons = {rule.name: rule.reason for rule in RULES}
    told = (reading.get("decision") or {}).get("asked") or ()
    return [Asked(str(one["rule"]), reasons.get(one["rule"], ""), bool(one["fits"])) for one in told]


def lines(reading: Reading) -> list[Line]:
    """Return the lines that were read, numbered from 1."""
    return [_line(number, each) for number, each in enumerate(reading.get("lines") or (), 1)]


def sentences(reading: Reading) -> Iterator[str]:
    """Say in sentences why a mail was read as it was; one sentence where it was not read."""
    if not reading:
        yield "It was not read yet."
        return
    address = str((reading.get("sender") or {}).get("address") or "")
    yield f"Sender{f' {address}' if address else ''}: {sender(reading)}"
    if proof := header(reading):
        yield f"  Authentication-Results: {proof}"
    yield f"Kind: {kind(reading)}"
    found = lines(reading)
    orders = ", ".join(reading.get("orders") or ())
    yield f"Lines: {len(found) or 'none'} read{f', about {orders}' if orders else ''}."
    for line in found:
        yield line_words(line)
        yield f"    read from part {line.part or '?'}: “{line.evidence}”"
    for problem in reading.get("problems") or ():
        yield f"Doubtful: {problem}"
    yield f"Decision: {decision(reading)}"
    yield "Rules asked, in this order:"
    for rule in asked(reading):
        yield f"  {'yes' if rule.fits else 'no':3} {rule.rule} ({rule.reason})"


def line_words(line: Line) -> str:
    """Say one line that was read, with its sign and by what it was matched."""
    return f"  {line.mark} {line.words}" + (f"; matched by {line.matched}" if line.matched else "")


def _line(number: int, line: Mapping[str, Any]) -> Line:
    evidence = line.get("evidence") or {}
    order, at = line.get("order"), line.get("line")
    where = f"{order} line {at}" if order and at else f"{order}, no line of it" if order else "No line of an order"
    by = MATCHED.get(str(line.get("by")), str(line.get("by") or ""))
    said = f"{where}: {', '.join(_figures(line)) or 'no quantity'}"
    return Line(number, said, by, str(evidence.get("part") or ""), " ".join(str(evidence.get("text") or "").split()))


def _figures(line: Mapping[str, Any]) -> Iterable[str]:
    unit = str(line.get("unit") or "")
    sku = f" of {line['sku']}" if line.get("sku") else ""
    if line.get("quantity") is not None:
        yield f"{line['quantity']} {_unit(unit, line['quantity'])}{sku}".replace("  ", " ")
    if line.get("outstanding") is not None:
        yield f"{line['outstanding']} still to come"
    if line.get("expected_on"):
        yield f"expected on {line['expected_on']}"
    if line.get("substitute_for"):
        yield f"instead of {line['substitute_for']}"


def _unit(code: str, quantity: Any) -> str:
    return unit_word(code, QUANTITY_SCALE if str(quantity) == "1" else 0) if code else ""


def _why(reading: Reading, what: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (reading.get("why") or {}).get(what) or {}
    return found
