"""Who sent a mail, and how far that is proven: trusted receiving servers only, alignment, look-alikes, alarms."""

import re
from dataclasses import dataclass, field

from .known import Known, Supplier
from .mime import Mail, addresses, words_of
from .words import fold

_PASS, _FAIL, _NONE = "pass", "fail", "none"
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_MOST_LABEL = 63
_MOST_PROOF = 300
_LEAST_LABEL = 5
_LONG_LABEL = 10
#: Letters and pairs that look like others; the first of each is what they are read as.
_LOOKS = (
    ("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("3", "e"), ("8", "b"), ("-", ""), ("q", "g"),
    ("\u0430", "a"), ("\u0435", "e"), ("\u043e", "o"), ("\u0440", "p"), ("\u0441", "c"), ("\u0443", "y"), ("\u0445", "x"),
    ("\u0456", "l"), ("\u0455", "s"), ("\u0501", "d"), ("\u04bb", "h"), ("\u0458", "j"), ("\u03bf", "o"), ("\u03b1", "a"),
    ("\u0441", "c"), ("\u043d", "h"), ("\u043a", "k"), ("\u043c", "m"), ("\u0442", "t"), ("\u0432", "b"), ("\u0261", "g"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sender:
    """The author of a mail: address, supplier (None when no supplier's domain), trust, and what is alarming."""

    address: str
    domain: str
    supplier: Supplier | None
    trust: str
    ours: bool = False
    passed: bool = False
    alarms: tuple[str, ...] = ()
    looks_like: Supplier | None = None
    verdict: str = _NONE
    proof: str = ""
    """The trusted header that the verdict rests on, shortened; empty where no trusted server said anything."""


@dataclass(slots=True)
class _Verdicts:
    dmarc: str = ""
    dkim: list[tuple[str, str]] = field(default_factory=list)
    spf: list[tuple[str, str]] = field(default_factory=list)
    header_from: str = ""


def sender_of(mail: Mail, known: Known) -> Sender:
    """Identifies the sender; never raises."""
    headers = mail.all("from")
    found = addresses(headers[0]) if headers else []
    address = found[-1] if found else ""
    domain = readable(address.rpartition("@")[2])
    supplier = supplier_of(domain, known)
    ours = any(aligned(domain, own) for own in known.plant.domains)
    verdict, proof = _verdict(mail, domain, known)
    twin = None if supplier or ours else look_alike(domain, known)
    alarms = tuple(_alarms(mail, headers, found, known, supplier))
    several = len(headers) > 1 or len(set(found)) > 1
    trust = _trust(
        supplier,
        verdict,
        ours=ours,
        forged=twin is not None or (several and supplier is not None) or "pretence" in alarms,
    )
    return Sender(address, domain, supplier, trust, ours, verdict == _PASS, alarms, twin, verdict, proof)


def _trust(supplier: Supplier | None, verdict: str, *, ours: bool, forged: bool) -> str:
    if forged or (verdict == _FAIL and (supplier is not None or ours)):
        return "forged"
    if supplier is not None:
        return "verified" if verdict == _PASS else "known"
    return "known" if ours else "unknown"


def readable(domain: str) -> str:
    """A domain in small letters with its international labels decoded."""
    labels = []
    for label in domain.lower().rstrip(".").split("."):
        try:
            strange = label.startswith("xn--") and len(label) <= _MOST_LABEL
            labels.append(label[4:].encode("ascii").decode("punycode") if strange else label)
        except (UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)


def aligned(domain: str, base: str) -> bool:
    """Whether a domain is this one or below it."""
    return bool(base) and (domain == base or domain.endswith("." + base))


def supplier_of(domain: str, known: Known) -> Supplier | None:
    """The supplier that writes from this domain or from one above it."""
    return next((one for one in known.suppliers if any(aligned(domain, readable(base)) for base in one.domains)), None)


def _verdict(mail: Mail, domain: str, known: Known) -> tuple[str, str]:
    """pass, fail or none with the header that says so: the trusted results; any trusted fail outweighs a pass."""
    trusted = [value for value, honest in _results(mail, known) if honest]
    verdicts = [(_judged(_read(value), domain), value[:_MOST_PROOF]) for value in trusted]
    failed = [each for each in verdicts if each[0] == _FAIL]
    return next(iter(failed or verdicts), (_NONE, ""))


def _results(mail: Mail, known: Known) -> list[tuple[str, bool]]:
    """The results of trusted servers, topmost first, and whether they stand where a receiving server puts them.

    The topmost Received is the last hop's, and that one handed the mail to our mailbox, whatever it is called: only what stands below
    a later foreign one came with the mail. Exchange Online names no server and writes above everything: without a name only the topmost counts.
    """
    found, foreign, topmost, hops = [], False, True, 0
    for key, raw in mail.headers:
        value = " ".join(raw.split())
        if key == "received":
            hops += 1
            foreign = foreign or (hops > 1 and not _received_by_us(value, known))
        elif key == "authentication-results":
            name = _authserv(value)
            if name in known.plant.trusted_authserv:
                found.append((value[:4000], not foreign))
            elif topmost and not name and known.plant.trust_without_name:
                found.append((f"; {value[:4000]}", True))
            topmost = False
    return found


def _received_by_us(value: str, known: Known) -> bool:
    match = re.search(r"\bby\s+([\w.-]+)", value[:1000])
    host = match.group(1).lower().rstrip(".") if match else ""
    own = (*known.plant.domains, *known.plant.trusted_authserv)
    near = tuple(name.partition(".")[2] for name in known.plant.trusted_authserv if name.count(".") > 1)
    return not host or "." not in host or any(aligned(host, name) for name in (*own, *near))


def _authserv(value: str) -> str:
    first = _without_comments(value).split(";")[0].split()
    return first[0].lower().rstrip(".") if first and "=" not in first[0] else ""


def _without_comments(value: str) -> str:
    for _ in range(5):
        shorter = _COMMENT.sub(" ", value)
        if shorter == value:
            break
        value = shorter
    return value


def _read(value: str) -> _Verdicts:
    """The methods and their results; what stands in comments or quotes is no result."""
    verdicts = _Verdicts()
    clean = re.sub(r'"[^"]*"', '""', _without_comments(value))
    for piece in clean.split(";")[1:]:
        match = _RESULT.match(piece)
        if match is None:
            continue
        method, result = match.group(1).lower(), match.group(2).lower()
        properties = dict(re.findall(r"([a-z]+\.[a-z-]+)\s*=\s*(\S+)", piece.lower()))
        if method == "dmarc":
            verdicts.dmarc = result if verdicts.dmarc in ("", result) else _FAIL
            verdicts.header_from = properties.get("header.from", "").rpartition("@")[2]
        elif method == "dkim":
            signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
            verdicts.dkim.append((result, signer))
        else:
            mailer = properties.get("smtp.mailfrom") or properties.get("smtp.helo", "")
            verdicts.spf.append((result, mailer.rpartition("@")[2]))
    return verdicts


def _judged(verdicts: _Verdicts, domain: str) -> str:
    def fits(other: str) -> bool:
        other = readable(other.strip("<>\"'"))
        return bool(other) and (aligned(domain, other) or aligned(other, domain)) and "." in other

    if verdicts.dmarc == _PASS:
        return _PASS if not verdicts.header_from or fits(verdicts.header_from) else _NONE
    if verdicts.dmarc == _FAIL:
        return _FAIL
    one_passed = any(result == _PASS and fits(other) for result, other in (*verdicts.dkim, *verdicts.spf))
    if one_passed:
        return _PASS
    return _FAIL if any(result in (_FAIL, "hardfail") for result, _ in (*verdicts.dkim, *verdicts.spf)) else _NONE


def look_alike(domain: str, known: Known) -> Supplier | None:
    """The supplier (or None) whose domain this one imitates."""
    if not domain:
        return None
    for supplier in known.suppliers:
        if any(imitates(domain, readable(base)) for base in supplier.domains):
            return supplier
    return None


def imitates(domain: str, base: str) -> bool:
    """Whether a foreign domain passes itself off as a base: it begins with it, looks like it, or is one slip away."""
    if domain == base or not base or domain.endswith("." + base):
        return False
    if domain.startswith(base + ".") or f".{base}." in domain:
        return True
    ours, theirs = base.split("."), domain.split(".")
    label = ours[-2] if len(ours) > 1 else ours[0]
    other = theirs[-2] if len(theirs) > 1 else theirs[0]
    if len(label) < _LEAST_LABEL:
        return False
    if skeleton(label) == skeleton(other) or _is_worn(label, other):
        return True
    return slips(label, other) <= (2 if len(label) >= _LONG_LABEL else 1)


def _is_worn(label: str, other: str) -> bool:
    """Whether a foreign label wears the whole of a long one between hyphens: 'nordlager-billing'."""
    return len(label) >= _LONG_LABEL and re.search(rf"(?:^|-){re.escape(label)}(?:-|$)", other) is not None


def skeleton(label: str) -> str:
    """What a hurried eye reads: look-alike letters brought to one form."""
    text = fold(label)
    for strange, plain in _LOOKS:
        text = text.replace(strange, plain)
    return text


def slips(first: str, second: str) -> int:
    """How many letters were changed, left out, added or swapped (Damerau); at most 3 are counted."""
    if abs(len(first) - len(second)) > 2:  # noqa: PLR2004 - farther apart than any slip that is looked for
        return 3
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        older, before, row = before, row, [at]
        for place, other in enumerate(second, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != other))
            if at > 1 and place > 1 and letter == second[place - 2] and first[at - 2] == other:
                cost = min(cost, older[place - 2] + 1)
            row.append(cost)
    return min(row[-1], 3)


def _alarms(mail: Mail, headers: list[str], found: list[str], known: Known, supplier: Supplier | None) -> list[str]:
    """What a careful person would notice in the head of the mail."""
    alarms = []
    if len(headers) > 1 or len(set(found)) > 1:
        alarms.append("several senders")
    shown = words_of(headers[0]).rpartition("<")[0] if headers else ""
    for named in re.findall(r"@([\w.-]+\.[a-z]{2,})", shown.lower()):
        other = supplier_of(named, known)
        if other is not None and other is not supplier:
            alarms.append("pretence")
    if supplier is None and any(_names(shown, one) for one in known.suppliers):
        alarms.append("supplier's name on a foreign address")
    for answer in addresses(mail.first("reply-to")):
        domain = readable(answer.rpartition("@")[2])
        near = supplier_of(domain, known)
        if (found and domain != readable(found[-1].rpartition("@")[2]) and near is not supplier) or (
            found and supplier is not None and near is None
        ):
            alarms.append("answers go to another domain")
    return alarms


def _names(shown: str, supplier: Supplier) -> bool:
    """Whether the display name holds the first words of the supplier's name."""
    words = re.findall(r"[^\W_]{4,}", fold(supplier.name))
    return bool(words) and words[0] in fold(shown) and len(words[0]) > _LEAST_LABEL
