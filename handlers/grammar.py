"""The one typed grammar: a command word, a document's number and the rest, in any sensible order."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from handlers import question_shapes, wording
from orders.durations import leading_minutes

_SPLIT_NUMBER = re.compile(r"\b(wo|po|dr|pr|gr|rt|rq)[\s#-]+(?=\d)", re.IGNORECASE)
_LETTERED = re.compile(r"(?:wo|po|dr|pr|gr|rt|rq)-?\d[\d-]*(?:-r\d+)?", re.IGNORECASE)
_BARE = re.compile(r"#?\d{1,9}")
_UNITS = re.compile(r"(?:m|min|mins|minutes?|minuten|h|hrs?|hours?|std|stunden?|%)", re.IGNORECASE)
_TIME = re.compile(rf"\d+(?:[.,]\d+)?\s*{_UNITS.pattern}(?:\s|$)", re.IGNORECASE)
_ARRIVED = re.compile(r"po-?\d[\d-]*(?:-r\d+)?\s*:\s*(?:\d|all\b|alles\b|line\b|zeile\b)", re.IGNORECASE)
"""What is here of an order, said without a command: ``PO 118: 3 seals, 1 torn``."""
_AROUND = ":,.!?`"
NEAR = 70
"""From which likeness (0 to 100) on a word was probably meant."""

DOCUMENT, TEXT = "document", "text"
COMMANDS = {
    "report": TEXT, "take": DOCUMENT, "start": DOCUMENT, "hold": DOCUMENT, "resume": DOCUMENT, "done": DOCUMENT,
    "close": DOCUMENT, "reopen": DOCUMENT, "cancel": DOCUMENT, "assign": DOCUMENT, "part": DOCUMENT, "need": TEXT, "needs": TEXT, "issue": DOCUMENT,
    "return": DOCUMENT, "log": DOCUMENT, "cost": DOCUMENT, "correct": DOCUMENT, "request": DOCUMENT, "approve": DOCUMENT,
    "reject": DOCUMENT, "reduce": DOCUMENT, "pass": DOCUMENT, "away": TEXT, "back": TEXT, "count": DOCUMENT, "arrived": DOCUMENT, "inspect": DOCUMENT, "reverse": DOCUMENT, "where": TEXT, "stock": TEXT, "move": TEXT, "stocktake": TEXT, "mine": TEXT, "waiting": TEXT, "asset": TEXT, "lot": TEXT,
    "budget": TEXT, "invoice": TEXT, "invoices": TEXT, "agreements": TEXT, "supplier": TEXT, "outside": DOCUMENT, "release": DOCUMENT, "change": DOCUMENT, "order": DOCUMENT, "copy": DOCUMENT, "charges": DOCUMENT,
    "requests": TEXT, "join": DOCUMENT, "leave": DOCUMENT, "stop": DOCUMENT, "shift": TEXT,
    "plans": TEXT, "plan": TEXT, "reading": TEXT, "check": DOCUMENT, "step": DOCUMENT, "split": DOCUMENT, "ask": TEXT, "wait": DOCUMENT, "set": DOCUMENT, "sheet": DOCUMENT, "digest": TEXT, "help": TEXT,
}  # fmt: skip
"""Every command, and what follows its word: a document's number (and more), or only text."""

_QUANTITY = r"\d+(?:[.,]\d+)?\s*x?\s+\S.*"
IN_THREADS = {
    "join": r"(?:$|.*<@\w+(?:\|[^>]*)?>.*)", "leave": r"(?:$|(?:because|since|weil)\b.*)", "stop": r"",
    "take": r"", "start": r"", "resume": r"", "close": r"", "correct": r"", "request": r"",
    "hold": r"(?!(?:on|it|up|your|that|off|still|tight)\b)\S.*",
    "assign": r".*<@\w+(?:\|[^>]*)?>.*",
    "part": _QUANTITY, "need": _QUANTITY, "issue": _QUANTITY, "return": _QUANTITY,
    "reopen": r"(?:$|(?:because|since|weil)\b.*)", "cancel": r"(?:$|(?:because|since|weil)\b.*)",
    "cost": r"(?:$|[-+]?\d.*)", "stock": r"\S.*", "check": r"(?:$|\d{1,2}\b.*)", "set": r"(?:hours|downtime|shutdown|tools|skill|instructions|safety|cost|type|priority|due)\b\s+\S.*", "sheet": r"", "wait": r"(?:no longer\s+)?for\s+(?:wo|po|dr)-?\d.*", "help": r"\w*", "shift": r"(?:is\s+|are\s+|ist\s+|hat\s+)?(?:on\s+)?(?:shift|schicht)\b.*",
}  # fmt: skip
"""What may follow a word in a work order's thread for it to be a command; other talk there is left alone."""

NAMED_FIRST = frozenset({"wait", "set"})
"""Commands whose order stands directly behind them, because other numbers may follow."""

TIMED = frozenset({"done", "log"})
"""Commands that are followed by a time."""

LETTERED_IN_THREADS = frozenset(
    {
        "approve",
        "reject",
        "reduce",
        "pass",
        "count",
        "where",
        "release",
        "change",
        "charges",
        "copy",
        "inspect",
        "reverse",
        "arrived",
        "step",
        "split",
    }
)
"""Commands that count in a thread only with the whole number of a document."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody typed: the command (empty when there is none), the document's number as written, and the rest."""

    command: str
    target: str
    rest: str
    written: str


def parse(text: str, *, thread: str | None = None) -> Sentence:
    """Read a typed sentence; ``thread`` is the short number of the work order whose thread it stands in, if any."""
    tokens = text.split()
    if question_shapes.asked(text) is not None:
        return Sentence("ask", "", text.strip(), tokens[0])
    # German “wo 412” asks where 412 is; anywhere else “wo 412” is the number WO-412.
    if not (len(tokens) == 2 and command_of(tokens[0]) and is_number(tokens[1])):  # noqa: PLR2004  # a word and a number
        tokens = _SPLIT_NUMBER.sub(lambda found: f"{found[1]}-", text.strip()).split()
    if not tokens:
        return Sentence("", "", "", "")
    place = 1 if len(tokens) > 1 and is_number(tokens[0]) and command_of(tokens[1]) else 0
    if _ARRIVED.match(" ".join(tokens)):
        return Sentence("arrived", tokens[0].strip(_AROUND), " ".join(tokens[1:]), tokens[0])
    command = command_of(tokens[place])
    left = tokens[:place] + tokens[place + 1 :]
    if not command:
        return Sentence("", "", text.strip(), tokens[0])
    if COMMANDS[command] == TEXT:
        return Sentence(command, "", " ".join(left), tokens[place])
    target = _target(command, left, thread) or _job_before_time(command, left)
    if target is not None and thread is not None and (_says_how_many(command, left) or _is_step(command, target)):
        target = None
    if target is not None:
        left.remove(target)
    return Sentence(command, (target or "").strip(_AROUND), " ".join(left).strip(" ,:"), tokens[place])


def command_of(word: str) -> str:
    """Return the command that a word means, or nothing."""
    stripped = wording.folded(word).strip(_AROUND) or wording.folded(word)
    return wording.command_words().get(stripped, "")


def is_number(word: str) -> bool:
    """Say whether a word is a document's number, whole or shortened."""
    stripped = word.strip(_AROUND)
    return bool(_LETTERED.fullmatch(stripped) or _BARE.fullmatch(stripped))


def _target(command: str, tokens: list[str], thread: str | None) -> str | None:
    """Return the word that is the document's number: a lettered one anywhere, a bare one only at the beginning.

    What waits is said first, and what it waits for behind it.
    """
    if command in NAMED_FIRST:
        return tokens[0] if tokens and is_number(tokens[0]) else None
    lettered = next((token for token in tokens if _LETTERED.fullmatch(token.strip(_AROUND))), None)
    if lettered is not None or not tokens:
        return lettered
    first = tokens[0].strip(_AROUND)
    if not _BARE.fullmatch(first) or (len(tokens) > 1 and _UNITS.fullmatch(tokens[1])):
        return None
    return tokens[0] if thread is None or first.lstrip("#0") == thread else None


def _says_how_many(command: str, tokens: list[str]) -> bool:
    """Say whether a bare number at the beginning is a quantity: in WO-2's thread ``part 2 seal`` means two seals."""
    first, rest = tokens[0].strip(_AROUND), " ".join(tokens[1:])
    lettered = any(_LETTERED.fullmatch(token.strip(_AROUND)) for token in tokens)
    takes = IN_THREADS.get(command) == _QUANTITY and not lettered and _BARE.fullmatch(first) is not None
    return takes and not re.fullmatch(_QUANTITY, rest, re.IGNORECASE | re.DOTALL)


def _is_step(command: str, target: str) -> bool:
    """Say whether a bare number is a step's: in a thread, ``check 3 71`` is about step 3 of the thread's own order."""
    return command == "check" and _BARE.fullmatch(target.strip(_AROUND)) is not None


def _job_before_time(command: str, tokens: list[str]) -> str | None:
    """Return the bare number that stands before a time, as in ``log 413 30 min``: whatever the thread, it is a job's."""
    if command not in TIMED or len(tokens) < 2 or not _BARE.fullmatch(tokens[0].strip(_AROUND)):  # noqa: PLR2004  # a number and a time
        return None
    return tokens[0] if _TIME.match(" ".join(tokens[1:3])) else None


def meant_in_thread(sentence: Sentence) -> bool:
    """Say whether a sentence in a work order's thread is a command and not talk."""
    if not sentence.command:
        return False
    if sentence.command in LETTERED_IN_THREADS:
        return bool(_LETTERED.fullmatch(sentence.target) or (sentence.command == "where" and is_number(sentence.rest)))
    if sentence.command in TIMED:
        return not sentence.rest or leading_minutes(sentence.rest.lower()) is not None
    shape = IN_THREADS.get(sentence.command)
    return shape is not None and re.fullmatch(shape, sentence.rest, re.IGNORECASE | re.DOTALL) is not None


def nearest(word: str) -> str:
    """Return the command whose word is nearest to a mistyped one, or nothing."""
    words = wording.command_words()
    found = process.extractOne(wording.folded(word), list(words), scorer=fuzz.ratio, score_cutoff=NEAR)
    return words[found[0]] if found else ""
