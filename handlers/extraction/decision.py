"""The judgement: an ordered table of named rules; each rule that was asked is recorded with its answer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .sender import Sender
from .statements import MOVES, Heard

PROPOSE, ASK, IGNORE, QUARANTINE = "propose", "ask", "ignore", "quarantine"


@dataclass(slots=True)
class Facts:
    """All that the judgement looks at."""

    kind: str
    sender: Sender
    heard: Heard = field(default_factory=Heard)
    orders: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    mentioned: bool = False
    known_closed: bool = False
    over: tuple[str, ...] = ()
    substitutes: bool = False
    forwarded: bool = False
    by_content: bool = False
    everything: bool = False
    bank: bool = False
    waits: bool = False
    response: str | None = None
    portal: bool = False
    hostile: bool = False
    newsletter: bool = False
    related: bool = False
    correction: bool = False
    undated: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: when it fits, the action is this and the reason is that."""

    name: str
    action: str
    reason: str
    fits: Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done, why, and which rules were asked before."""

    action: str
    rule: str
    reasons: tuple[str, ...]
    asked: tuple[tuple[str, bool], ...] = ()


_TAKING = frozenset({"despatch", "delivery", "order_response", "delay", "cancellation"})


def _covers_nothing(facts: Facts) -> bool:
    if facts.kind == "order_response":
        return all(one.quantity is None for one in facts.heard.statements)
    return facts.kind in MOVES and not any(one.quantity for one in facts.heard.statements)


RULES: tuple[Rule, ...] = (
    Rule("hostile", QUARANTINE, "the mail goes over a limit that no honest mail reaches", lambda f: f.hostile),
    Rule("forged", QUARANTINE, "the sender is not who the mail says", lambda f: f.sender.trust == "forged"),
    Rule("bounce of ours", ASK, "our own mail could not be delivered", lambda f: f.kind == "bounce" and f.mentioned),
    Rule("bounce", IGNORE, "a bounce that names no order of ours", lambda f: f.kind == "bounce"),
    Rule("automatic reply", IGNORE, "an automatic reply says nothing about goods", lambda f: f.kind == "auto_reply"),
    Rule("newsletter", IGNORE, "a newsletter says nothing about our orders", lambda f: f.newsletter),
    Rule(
        "carrier progress", IGNORE, "carrier progress without our lines", lambda f: f.kind == "status" and not f.portal
    ),
    Rule(
        "new bank details from a stranger",
        QUARANTINE,
        "an unknown sender names new bank details",
        lambda f: f.bank and f.sender.trust == "unknown",
    ),
    Rule("new bank details", ASK, "new bank details: call the number on file", lambda f: f.bank),
    Rule(
        "stranger without business",
        IGNORE,
        "an unknown sender and nothing about our orders",
        lambda f: f.sender.trust == "unknown" and not f.related,
    ),
    Rule("stranger", ASK, "the sender is not known", lambda f: f.sender.trust == "unknown"),
    Rule(
        "own people",
        ASK,
        "it came from the plant's own people: its origin cannot be verified",
        lambda f: f.sender.ours or f.forwarded,
    ),
    Rule("invoice", ASK, "an invoice is no receipt: the match decides", lambda f: f.kind == "invoice"),
    Rule("question", ASK, "the supplier asks something", lambda f: f.kind == "question"),
    Rule(
        "nothing for us",
        IGNORE,
        "nothing about an order",
        lambda f: f.kind == "other" and not f.related and not f.problems and not f.unread,
    ),
    Rule("unread", ASK, "a known supplier wrote and nothing certain was read", lambda f: f.kind not in _TAKING),
    Rule("portal", ASK, "the figures stand in a portal only", lambda f: f.portal and not f.heard.statements),
    Rule("foreign order", ASK, "the order was placed with another supplier", lambda f: bool(f.heard.foreign)),
    Rule("found by content", ASK, "the order was found by its content only", lambda f: f.by_content),
    Rule("no order", ASK, "no order of ours is named", lambda f: not f.orders),
    Rule("disagreement", ASK, "two sources disagree", lambda f: bool(f.heard.disputed)),
    Rule(
        "unclear",
        ASK,
        "something could not be read with certainty",
        lambda f: bool(f.heard.troubles or f.doubts or f.problems),
    ),
    Rule("substitute", ASK, "a substitute needs somebody's consent", lambda f: f.substitutes),
    Rule("too much", ASK, "more than is still open", lambda f: bool(f.over)),
    Rule("closed order", ASK, "the order is not open any more", lambda f: f.known_closed),
    Rule("waits for us", ASK, "the supplier waits for our answer", lambda f: f.waits),
    Rule("alarm", ASK, "something in the head of the mail is unusual", lambda f: bool(f.sender.alarms)),
    Rule("unverified", ASK, "the sender is known but not verified", lambda f: f.sender.trust != "verified"),
    Rule("correction", ASK, "it corrects what was said before", lambda f: f.correction),
    Rule("rejected", ASK, "the order is rejected", lambda f: f.response == "rejected"),
    Rule("nothing read", ASK, "no line was read", lambda f: not f.heard.statements),
    Rule(
        "nothing covered",
        ASK,
        "nothing is said to have come or gone",
        _covers_nothing,
    ),
    Rule("no date", ASK, "no certain new date was read", lambda f: f.undated),
    Rule("everything open", PROPOSE, "everything that is open was sent", lambda f: f.everything),
    Rule("complete", PROPOSE, "every line is matched and every figure is certain", lambda _: True),
)


def decide(facts: Facts) -> Decision:
    """The first rule that fits decides."""
    asked: list[tuple[str, bool]] = []
    for rule in RULES:
        fits = rule.fits(facts)
        asked.append((rule.name, fits))
        if fits:
            return Decision(rule.action, rule.name, _reasons(rule, facts), tuple(asked))
    raise AssertionError


def _reasons(rule: Rule, facts: Facts) -> tuple[str, ...]:
    more: list[str] = []
    if rule.name in ("forged", "alarm", "stranger"):
        more = list(facts.sender.alarms)
    elif rule.name == "too much":
        more = list(facts.over)
    elif rule.name in ("unclear", "disagreement", "foreign order"):
        more = [*facts.heard.troubles, *facts.doubts][:5]
    elif rule.name == "complete":
        more = sorted({f"matched by {one.by}" for one in facts.heard.statements})
    return (rule.reason, *more)
