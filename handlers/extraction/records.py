"""Reads labels and values under each other as rows: 'Item: …', 'Quantity shipped: …', and the next item."""

import re
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from .blocks import Cell, Line
from .columns import COUNTING, QUANTITIES, Table, head_of
from .lexicon import Lexicon
from .sentences import SHORT, announces_open

_PAIR = re.compile(r"\s*([^\s:][^:\t]{0,39}?)\s*(?::|\t)\s*(\S.{0,200})$")
#: 'Article no. DM-6040' without a colon, on a line of its own.
_NAMED = re.compile(r"([^\W\d_][^:\d]{1,20}?\.?) ((?=\S*\d)[^\s:]{3,30})")
_GAP = re.compile(r"\s{2,}|\t|\s*[|;]\s*|,\s+(?=[^\W\d][^:,;]{1,30}:\s)")
_TIMES = re.compile(r"(?:^(\d{1,6})\s?[xX\u00d7]\s+(?=[^\W\d])|.*[^\W\d_].*\s[xX\u00d7]\s?(\d{1,6})$)")
_ORDER = re.compile(r"[^\W\d_]{1,6}[-/ ]?\d[\w/-]{2,}$|\d{5,}$")
_COUNT = re.compile(r"^\s*\d{1,6}\s?[xX\u00d7]\s+|\s[xX\u00d7]\s?\d{1,6}\s*$")
#: A labelled count, and no day or hour under such a label.
_COUNTED = re.compile(r"(?!\d{1,4}[./-]\d{1,2}[./-]\d)\d[\d.,' \u00a0\u202f]*(?:\s?[^\W\d][^:]{0,40})?$")
_DATED = re.compile(r"\d{1,4}([./-])\s?\d{1,2}\1\s?\d{2,4}")
_LABELLED_COUNT = re.compile(r"(?P<label>[^\W\d_][^\d:]{1,24}?)\.? (?P<count>\d[\d.,]*(?: ?[^\W\d_]{1,8}\.?)?)")
#: '42 / SKU: …': the size that was chosen, before the label.
_SIZED = re.compile(r"[^:/|]{1,30}?\s/\s(?=[^:/]{2,20}:\s*\S)")
_ENDS = (":", ".", "!", "?")
_NAMES = frozenset({"item", "item_ours", "gtin"})
_TAKEN = QUANTITIES | _NAMES | {"description", "unit", "line", "line_ours", "lot", "serial", "date", "order"}
_ROLES = (
    "order", "line", "line_ours", "item", "item_ours", "gtin", "description", "unit", "lot", "serial", "date", *sorted(QUANTITIES)
)  # fmt: skip
_OLD = "old date"
_MOST_NAME = 80


@dataclass(slots=True)
class _Record:
    """The labelled values of one thing and the lines that they stand on."""

    values: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether it names something and counts it."""
        return bool(QUANTITIES & set(self.values) and _NAMES & set(self.values))


def records_of(lines: list[Line], words: Lexicon) -> tuple[list[Line], list[Table]]:
    """The lines that are left, and a table of all records, or one for each part of the mail that says whether they left; none where nothing is counted under a name."""
    said = [_pairs(line, words) for line in lines]
    below = _counted_below(lines, said) or _cards(lines, said)
    if below:
        used = {id(line) for one in below for line in one.lines}
        return [line for line in lines if id(line) not in used], _in_sections(lines, below, words)
    roles = [role for pairs in said for role, _ in pairs if role in _NAMES | QUANTITIES]
    if not _NAMES & set(roles) or not _is_steady(roles):
        return lines, []
    kept = [one for one in _gathered(lines, said, first=roles[0]) if one.is_whole]
    if not kept:
        return lines, []
    used = {id(line) for one in kept for line in one.lines}
    return [line for line in lines if id(line) not in used], _in_sections(lines, kept, words)


def _in_sections(lines: list[Line], records: list[_Record], words: Lexicon) -> list[Table]:
    """The records in tables, parted where a line between them says 'Not in this shipment yet' or 'In this parcel'."""
    used = {id(line): record for record in records for line in record.lines}
    heading, sections = "", list[tuple[str, list[_Record]]]()
    for line in lines:
        record = used.get(id(line))
        if record is None:
            opens = len(line.text) < SHORT and announces_open(line.text, words)
            heading = (
                line.text if opens else "" if heading and line.text.strip() and _says_left(line, words) else heading
            )
        elif not any(record in told for _, told in sections):
            if not sections or sections[-1][0] != heading:
                sections.append((heading, []))
            sections[-1][1].append(record)
    return [_table([one.values for one in told], lines[0].part, above) for above, told in sections]


def _says_left(line: Line, words: Lexicon) -> bool:
    return any(hit.meaning in ("says.despatch", "says.delivery", "columns.now") for hit in words.hits(line.text))


def _counted_below(lines: list[Line], said: list[list[tuple[str, str]]]) -> list[_Record]:
    """Lines of several labelled counts, each just below the line that names what they count; none unless all stand so."""
    found = []
    for at, pairs in enumerate(said):
        roles = [role for role, _ in pairs]
        if not QUANTITIES & set(roles):
            continue
        above = lines[at - 1] if at and not said[at - 1] else None
        several = len(set(roles)) == len(roles) > 1 and set(roles) <= QUANTITIES
        if not several or above is None or not above.text.strip() or above.text.rstrip().endswith((":", ".")):
            return []
        found.append(_Record({"description": above.text.strip(), **dict(pairs)}, [above, lines[at]]))
    return found


def _cards(lines: list[Line], said: list[list[tuple[str, str]]]) -> list[_Record]:
    """Names of goods without a label, each with its labelled counts on the lines below; none unless every count stands so."""
    found: list[_Record] = []
    for at, pairs in enumerate(said):
        counts = [(role, value) for role, value in pairs if role in QUANTITIES and _COUNTED.match(value)]
        if not counts:
            continue
        last = found[-1] if found and any(line is lines[at - 1] for line in found[-1].lines) else None
        named = [] if last else _name_above(lines, said, at)
        if len(counts) < len(pairs) or not (last or named) or (last and set(last.values) & {one for one, _ in counts}):
            return []
        if last is None:
            name = " ".join(line.text.strip() for line in named)
            last = _Record({"description": name}, named)
            found.append(last)
        last.values.update(counts)
        last.lines.append(lines[at])
    return found if all(COUNTING & set(one.values) for one in found) else []


def _name_above(lines: list[Line], said: list[list[tuple[str, str]]], at: int) -> list[Line]:
    """The one or two lines without a label just above a place that name goods by a number; empty where there are none."""
    above = range(at - 1, max(at - 3, -1), -1)
    named = list(takewhile(lambda one: _may_name(lines[one].text) and not said[one], above))
    if not named or not any(map(str.isdigit, lines[named[0]].text)):
        named = named if len(named) > 1 and any(map(str.isdigit, lines[named[1]].text)) else []
    else:
        named = named[:1]
    return [lines[one] for one in reversed(named)]


def _may_name(text: str) -> bool:
    labelled = _PAIR.match(text) is not None
    return bool(text.strip()) and len(text) <= _MOST_NAME and not labelled and not text.rstrip().endswith(_ENDS)


def _is_steady(roles: list[str]) -> bool:
    """Whether it is sure to which name a count belongs: names come first, or every count stands before its name."""
    if roles[0] in _NAMES:
        return True
    return roles[-1] in _NAMES and all(
        (first in _NAMES) != (second in _NAMES) or first in QUANTITIES for first, second in pairwise(roles)
    )


def _gathered(lines: list[Line], said: list[list[tuple[str, str]]], *, first: str) -> list[_Record]:
    """Values under each other, parted where a name or a label comes again and where other text stands between."""
    records = [_Record()]
    order = ""
    for at, (line, pairs) in enumerate(zip(lines, said, strict=True)):
        if not pairs and line.text.strip():
            records.append(_Record())
        for role, value in pairs:
            if role == "order":
                order = value
                records.append(_Record())
                continue
            if not _put(records, role, value, first):
                continue
            if line not in records[-1].lines:
                records[-1].lines.append(line)
            if order:
                records[-1].values.setdefault("order", order)
            if role in _NAMES:
                _look_above(lines, said, at, records[-1])
    return records


def _put(records: list[_Record], role: str, value: str, first: str) -> bool:
    """Adds a value to the record that is open, or begins the next one with it; False before the first one."""
    values = set(records[-1].values)
    counted, named = QUANTITIES & values, _NAMES & values
    begins = role in values or (
        bool(role in _NAMES and counted) if first in _NAMES else bool(role in QUANTITIES and named)
    )
    if begins:
        records.append(_Record())
    if not set(records[-1].values) & (_NAMES | QUANTITIES) and role not in (_NAMES if first in _NAMES else QUANTITIES):
        return False
    records[-1].values[role] = value
    return True


def _look_above(lines: list[Line], said: list[list[tuple[str, str]]], at: int, record: _Record) -> None:
    """'Packing tape x 36' just above 'SKU: …' names and counts the same thing."""
    above = lines[at - 1] if at and not said[at - 1] else None
    times = _TIMES.match(above.text.strip()) if above and len(above.text) <= _MOST_NAME else None
    if above and times and not QUANTITIES & set(record.values):
        count, name = times.group(1) or times.group(2), _COUNT.sub("", above.text).strip()
        record.values["quantity"] = f"{count} x {name}"
        record.lines.append(above)


def _pairs(line: Line, words: Lexicon) -> list[tuple[str, str]]:
    """The meanings of the labels of a line with their values; empty where the line is more than such pairs."""
    size = _SIZED.match(line.text)
    if size and (named := _pair(line.text[size.end() :], words))[0] in _NAMES:
        return [named]
    pieces = [piece for piece in _GAP.split(line.text) if piece.strip()]
    found = [_pair(piece, words) for piece in pieces] if len(pieces) > 1 and ":" in line.text else []
    found = found or _counts(pieces, words)
    if len(found) > 1 and all(role for role, _ in found):
        return found
    whole = _pair(line.text, words)
    return [whole] if whole[0] else []


def _counts(pieces: list[str], words: Lexicon) -> list[tuple[str, str]]:
    """'ordered 50   delivered 30': several counts beside each other, each behind its label; empty where anything else stands there."""
    said = [_LABELLED_COUNT.fullmatch(piece.strip()) for piece in pieces]
    heads = [head_of(one["label"], words) if one else None for one in said]
    if len(pieces) < 2 or not all(head and head.whole and head.roles[0] in QUANTITIES for head in heads):  # noqa: PLR2004
        return []
    return [(head.roles[0], one["count"]) for head, one in zip(heads, said, strict=True) if head and one]


def _pair(text: str, words: Lexicon) -> tuple[str, str]:
    """The meaning of the label and its value; nothing where the text is no such pair."""
    match = _PAIR.match(text) or _NAMED.fullmatch(text.strip())
    head = head_of(match.group(1), words) if match else None
    if head and match and match.re is _NAMED and not _NAMES & set(head.roles):
        return "", ""
    sure = head is not None and (head.whole or _is_said_of_quantity(head.text, words))
    roles = [role for role in head.roles if role in _TAKEN] if head and sure else []
    if match and roles and roles[0] == "date" and _is_old(match.group(1), words):
        return _OLD, match.group(2).strip()
    if match and roles and roles[0] in QUANTITIES and _is_day(match.group(2), words):
        return "date" if roles[0] == "now" else _OLD, match.group(2).strip()
    if match and roles and roles[0] == "ordered" and _names_order(match.group(1), match.group(2), words):
        return "order", match.group(2).strip()
    return (roles[0], match.group(2).strip()) if match and roles else ("", "")


def _is_old(label: str, words: Lexicon) -> bool:
    """'Was:', 'Previous date:' and 'Wanted:' name no day that holds."""
    return any(hit.meaning in ("words.was", "words.former", "words.wanted") for hit in words.hits(label))


def _is_day(value: str, words: Lexicon) -> bool:
    """'Was: 30 November', 'Now: 9.12.2026': a day below a label that elsewhere heads counts."""
    named = any(hit.meaning.startswith("months.") for hit in words.hits(value))
    return _DATED.match(value.strip()) is not None or (named and re.match(r"\D{0,12}\d{1,2}\D", value) is not None)


def _names_order(label: str, value: str, words: Lexicon) -> bool:
    """'Order: PO-4711' names the order, 'Order: 20' counts what was ordered."""
    return "order" in words.meanings_of(label.strip(" ."), "labels") and _ORDER.match(value.strip()) is not None


def _is_said_of_quantity(label: str, words: Lexicon) -> bool:
    """'Quantity outstanding': each of the two words says something of one count."""
    pieces = label.split()
    said = [set(words.meanings_of(piece, "columns")) for piece in pieces]
    return len(pieces) == 2 and any("quantity" in one for one in said) and all(one & QUANTITIES for one in said)  # noqa: PLR2004


def _table(records: list[dict[str, str]], part: str, heading: str) -> Table:
    roles = [role for role in _ROLES if any(values.get(role) for values in records)]
    rows = [[Cell(values.get(role, "")) for role in roles] for values in records]
    return Table(roles, [()] * len(roles), rows, part, heading)
