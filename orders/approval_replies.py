"""What an approver's mail answers: YES, or NO with a reason, in the first line of their own that is not quoted."""

import re
from dataclasses import dataclass

YES = frozenset({"yes", "approve", "approved", "ja", "genehmigt", "oui", "sí", "si", "sì", "tak", "ano"})
NO = frozenset({"no", "reject", "rejected", "nein", "abgelehnt", "non", "nie", "ne", "nej"})
"""Words that decide, in the languages of the people who use them; everything else is asked back."""
CLOSINGS = frozenset(
    {"regards", "thanks", "cheers", "grüsse", "grüssen", "gruss", "mfg", "danke", "cordialement", "saludos"}
)
"""Words by which a line is a greeting that ends a mail."""
REASON_MOST = 500
_AROUND = " *_\t.,;:!-\u2013\u2014"
_QUOTED = re.compile(r"^\s*[>|]")
_ATTRIBUTION = re.compile(r"^\s*(on|am|le|el|il|op|w dniu|dne|den)\b.{4,200}:\s*$", re.IGNORECASE)
_END = re.compile(
    r"^\s*(-{2,}\s*$|_{5,}|-{3,}.{0,60}-{3,}\s*$|(from|von|de|da|van|od|från|fra)\s*:\s*\S|sent from my|gesendet von|get outlook for)",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"(?:[a-z]{2}-[\d-]+\s+)?(?:because|weil)\s+(?P<why>\S.*)", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[\W_]*([^\W\d_]+)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered; ``reason`` is the words behind a NO, or behind a YES that says why."""

    approves: bool
    reason: str = ""


def reply_in(text: str, name: str) -> Reply | None:
    """Read the answer from the plain text of a mail by ``name``; None where it is neither YES alone nor NO with words.

    A YES with anything behind it but a greeting, the own name or its reason is no answer, because it may make a condition.
    """
    lines = own_lines(text)
    found = _WORD.fullmatch(lines[0]) if lines else None
    if found is None:
        return None
    word, rest = found[1].casefold(), found[2].strip(_AROUND)
    if word in YES and (because := _BECAUSE.fullmatch(rest)):
        return Reply(approves=True, reason=because["why"].strip()[:REASON_MOST])
    if word in YES:
        return Reply(approves=True) if not rest and _is_end(lines[1:2], name) else None
    if word not in NO:
        return None
    reason = " ".join([rest, *lines[1:]] if rest else lines[1:]).strip()
    return Reply(approves=False, reason=reason[:REASON_MOST]) if reason else None


def _is_end(following: list[str], name: str) -> bool:
    """Say whether nothing follows, or only a greeting or the person's name."""
    words = set(re.findall(r"[^\W\d_]+", " ".join(following).casefold()))
    return not following or bool(words & CLOSINGS) or bool(words & set(name.casefold().split()))


def own_lines(text: str) -> list[str]:
    """Return the lines that the sender wrote, without what is quoted, who wrote it, and what stands below a signature mark."""
    lines: list[str] = []
    for line in text.replace("\u00a0", " ").splitlines():
        if _END.match(line):
            break
        if _ATTRIBUTION.match(line) and lines:
            break
        if line.strip() and not _QUOTED.match(line) and not _ATTRIBUTION.match(line):
            lines.append(line.strip())
    return lines
