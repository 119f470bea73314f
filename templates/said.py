"""Turns values into Slack text: what is escaped, what is already safe, and the filters every card and sentence may use."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from json import dumps
from json.encoder import encode_basestring
from typing import Any, Self

from markupsafe import Markup

# Three-letter currencies whose smallest unit is not a hundredth (ISO 4217, list one).
EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Control characters, lone surrogates, and the marks that turn a line's reading direction around so that it lies.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")


class NotSayable(TypeError):  # noqa: N818 - errors are named by what is wrong
    """A value that has no words: None, a list or a bare date must be put into words by the template first."""


class Mrkdwn(Markup):
    """Text that is already Slack markup: nothing in it is escaped again, and what is joined to it is escaped first."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """The markup of any value, itself if it is markup already."""
        return cls(s) if isinstance(s, Markup) else cls(escaped(worded(s)))


def worded(value: object) -> str:
    """The plain words of a value; NotSayable for what a template has to put into words itself."""
    if isinstance(value, str):
        # A str-based enum speaks its value, not its member's name.
        text = str.__str__(value)
        return text if text.isprintable() else _UNSPEAKABLE.sub("", text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, (date, list, tuple, dict, set)):
        raise NotSayable(f"{value!r} has no words of its own: use a filter, or leave it out")
    return str(value)


def escaped(text: str) -> str:
    """Text in which Slack finds no mention, link or date."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def json_content(value: object) -> Markup:
    """What stands between the quotes of a JSON string for any value; markup made by macros passes unchanged."""
    if isinstance(value, Mrkdwn):
        return Markup(encode_basestring(str.__str__(value))[1:-1])  # noqa: S704 - encoded one call earlier
    if isinstance(value, Markup):
        return value
    return Markup(encode_basestring(escaped(worded(value)))[1:-1])  # noqa: S704 - escaped and encoded on this line


def sentence_content(value: object) -> Markup:
    """What stands in a plain sentence for any value."""
    return value if isinstance(value, Markup) else Mrkdwn.escape(value)


def joined(parts: Iterable[object], finalize: Callable[[object], Markup] = json_content) -> str:
    """Parts put side by side (the template's `~`): plain while all are plain, otherwise escaped as the strongest part asks."""
    said = list(parts)
    strongest = max((_strength(part) for part in said), default=0)
    if strongest == _ENCODED:
        return Markup("").join([finalize(part) for part in said])
    if strongest == _ESCAPED:
        return Mrkdwn(str.join("", [Mrkdwn.escape(part) for part in said]))
    return "".join([worded(part) for part in said])


def join(parts: Iterable[object], between: str = ", ") -> str:
    """Parts with words between them."""
    pieces = [piece for part in parts for piece in (between, part)]
    return joined(pieces[1:])


def exact(value: object) -> Markup:
    """A string for machines (an id, a button's value, a field's first content): encoded for JSON, nothing escaped for eyes."""
    return Markup(encode_basestring(worded(value))[1:-1])  # noqa: S704 - encoded on this line


def raw_json(value: Any) -> Markup:
    """A number, a truth value or a structure of ids as JSON; never for words a person reads."""
    return Markup(dumps(value, ensure_ascii=False, separators=(",", ":")))  # noqa: S704 - JSON on this line


def mention(person: str) -> Mrkdwn:
    """A Slack member id as a mention."""
    return Mrkdwn(f"<@{_identifier(person)}>")


def channel(identity: str) -> Mrkdwn:
    """A Slack channel id as a link to the channel."""
    return Mrkdwn(f"<#{_identifier(identity)}>")


def date_and_time(moment: datetime, pattern: str = "{date_short_pretty} {time}") -> Mrkdwn:
    """An aware moment in the reader's own time zone, with a UTC wording for machines that cannot."""
    fallback = f"{day(moment.astimezone(UTC))} {moment.astimezone(UTC):%H:%M} UTC"
    return Mrkdwn(f"<!date^{_epoch(moment)}^{pattern}|{fallback}>")


def clock(moment: datetime) -> Mrkdwn:
    """Only the time of day of an aware moment, in the reader's own time zone."""
    fallback = f"{moment.astimezone(UTC):%H:%M} UTC"
    return Mrkdwn(f"<!date^{_epoch(moment)}^{{time}}|{fallback}>")


def day(value: date) -> str:
    """A calendar day: 27 Nov 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """A calendar day near enough to need no year: Fri 27 Nov."""
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def money(minor: int, currency: str) -> str:
    """Minor units and an ISO 4217 code as EUR 1,250.00."""
    places = EXPONENTS.get(currency, 2)
    return f"{currency} {Decimal(minor).scaleb(-places):,.{places}f}"


def quantity(thousandths: int) -> str:
    """Integer thousandths as 1.5, without empty decimals."""
    whole = f"{Decimal(thousandths).scaleb(-3):,.3f}"
    return whole.rstrip("0").rstrip(".")


def link(address: str, label: str) -> Mrkdwn:
    """A web link with words; an address that is no web or mail link is refused."""
    if not re.match(r"(?:https?|mailto|slack):", address):
        raise NotSayable(f"{address!r} is no link")
    safe = escaped(worded(address)).replace("|", "%7C").replace("\n", "")
    return Mrkdwn(f"<{safe}|{escaped(worded(label)).replace('|', '¦')}>")


def short(text: object, most: int = 40) -> str:
    """Words cut to a length, the cut shown by an ellipsis; markup is never cut inside a mention or an entity."""
    if isinstance(text, Markup):
        return type(text)(cut(str.__str__(text), most))
    return cut(worded(text), most) if len(worded(text)) > most else worded(text)


def cut(text: str, most: int) -> str:
    """Slack text of at most so many characters that ends outside any <…> and any &…; of it."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    if kept.rfind("&") > kept.rfind(";") and re.match(r"&(?:amp|lt|gt);", text[kept.rfind("&") :]):
        kept = kept[: kept.rfind("&")]
    return kept.rstrip() + "…"


_ESCAPED, _ENCODED = 1, 2


def _strength(part: object) -> int:
    if not isinstance(part, Markup):
        return 0
    return _ESCAPED if isinstance(part, Mrkdwn) else _ENCODED


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[A-Z0-9]{1,40}", value):
        raise NotSayable(f"{value!r} is no Slack id")
    return str(value)


def _epoch(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise NotSayable(f"{moment!r} names no time zone")
    return int(moment.timestamp())


FILTERS: dict[str, Callable[..., object]] = {
    "channel": channel,
    "clock": clock,
    "date": date_and_time,
    "day": day,
    "exact": exact,
    "join": join,
    "link": link,
    "mention": mention,
    "money": money,
    "quantity": quantity,
    "raw_json": raw_json,
    "short": short,
    "short_day": short_day,
}
