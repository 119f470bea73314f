"""Walks the parts of a mail from its raw bytes, with limits, and decodes what they hold whatever charset they claim."""

import base64
import codecs
import email
import email.header
import mimetypes
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.utils import parsedate_to_datetime

from charset_normalizer import from_bytes

from . import tnef
from .words import visible

MOST_BYTES = 25 * 1024 * 1024
MOST_PARTS = 50
MOST_DEPTH = 20
MOST_BOUNDARIES = 2_000
MOST_HEADER = 2_000
MOST_TEXT = 400_000
MOST_EDI = 3_000_000
MOST_HEADERS = 1_000
_PIECE = 65_536
_GUESSED_FROM = 32
_CHARSETS = re.compile(
    r"(utf|ucs|iso|latin|windows|cp|koi8|big5|gb|hz|euc|shift|sjis|mac|ascii|us|ansi|tis|ks_c|l\d|csiso)[\w.:-]*",
    re.IGNORECASE,
)
_HEAD_END = re.compile(rb"\n\r?\n")
_ENDLESS = re.compile(rb'boundary[*\d]{0,9}\s{0,9}=\s{0,9}(?:"[^"]{1000}|[^\s;"]{1000})')
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@[^\s<>()\[\],;:\"@]{1,253}")
_SUPERSETS = {"iso8859-1": "cp1252", "iso8859-9": "cp1254", "ascii": "cp1252", "gb2312": "gb18030", "latin-1": "cp1252"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds something; number is its place in the tree ('1.2')."""

    number: str
    kind: str
    name: str
    content: bytes
    charset: str
    attached: bool
    flowed: bool = False
    enclosed_in: str = ""

    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def text(self, locale: str = "") -> str:
        """The content as text, decoded by its charset or, where that is wrong, by the best other one."""
        if locale not in self._texts:
            said = visible(decode(self.content[:MOST_TEXT], self.charset, locale))
            self._texts[locale] = said.replace("\r\n", "\n").replace("\r", "\n")
        return self._texts[locale]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A mail inside the mail, by the number of the part that holds it."""

    number: str
    sender: str
    subject: str
    written: datetime | None = None


@dataclass(slots=True)
class Mail:
    """A mail taken apart: headers in order with raw values, and its leaves."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    enclosed: list[Enclosed] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """All values of a header, topmost first, unfolded and shortened."""
        wanted = name.lower()
        return [_said(value) for key, value in self.headers if key == wanted]

    def first(self, name: str) -> str:
        """The topmost value of a header, or an empty text."""
        return next(iter(self.all(name)), "")

    def spoken(self, name: str) -> str:
        """A header that people read, with its encoded words decoded."""
        return words_of(self.first(name))

    @property
    def written(self) -> datetime | None:
        """When the mail says it was written."""
        return _day_said(self.first("date"))


def _day_said(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _said(value: str) -> str:
    """A raw header value on one line; bytes beyond ASCII are UTF-8 (RFC 6532)."""
    short = " ".join(value[: 4 * MOST_HEADER].split())[:MOST_HEADER]
    return short if short.isascii() else _bytes_of(short).decode("utf-8", "replace")


def addresses(text: str) -> list[str]:
    """The mail addresses in a header, in order; comments and display names are not looked into when brackets are there."""
    bracketed = re.findall(r"<\s*([^<>\s]{3,384})\s*>", text)
    return [one.lower().rstrip(".") for one in (_ADDRESS.findall(" ".join(bracketed)) or _ADDRESS.findall(text))]


def words_of(text: str) -> str:
    """A header value with encoded words decoded; what cannot be decoded stays as it is."""
    if "=?" not in text:
        return visible(_bytes_of(text).decode("utf-8", "replace")) if not text.isascii() else text
    try:
        pieces = email.header.decode_header(text)
    except (ValueError, LookupError):
        return text
    out = []
    for piece, charset in pieces:
        out.append(piece if isinstance(piece, str) else decode(piece, charset or "", ""))
    return visible(" ".join("".join(out).split()))


def _bytes_of(text: str) -> bytes:
    return text.encode("ascii", "surrogateescape") if _is_raw(text) else text.encode("utf-8", "replace")


def _is_raw(text: str) -> bool:
    return all(character < "\x80" or "\udc80" <= character <= "\udcff" for character in text)


def decode(content: bytes, charset: str, locale: str) -> str:
    """Bytes to text: valid UTF-8 that is more than ASCII is UTF-8; then what is claimed, then what fits."""
    charset = _seen_wide(content) or charset
    if content.isascii() and not _is_wide(charset):
        return content.decode("ascii")
    claimed = _codec(charset)
    for codec in ("utf-8-sig", claimed) if not _is_wide(charset) else (claimed, "utf-8-sig"):
        if codec:
            try:
                return content.decode(codec)
            except (UnicodeDecodeError, ValueError):
                continue
    return _guessed(content, locale)


def _seen_wide(content: bytes) -> str:
    """UTF-16 as its mark or its empty bytes show it; an empty text where they do not."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    odd, even = content[1:400:2], content[:400:2]
    if odd.count(0) * 2 > len(odd) and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) * 2 > len(even) and not odd.count(0) else ""


def _is_wide(charset: str) -> bool:
    lowered = charset.lower()
    return lowered.startswith(("utf-16", "utf-32", "utf16", "utf32", "ucs", "utf-7", "iso-2022", "hz"))


def _codec(charset: str) -> str:
    name = charset.strip("\"' ").lower()
    if not _CHARSETS.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(found, found)


def _guessed(content: bytes, locale: str) -> str:
    if locale[:2] in ("pl", "cs", "hu", "sk", "sl", "hr", "ro"):
        return content.decode("cp1250", "replace")
    best = from_bytes(content[:4000]).best() if len(content) >= _GUESSED_FROM and not locale else None
    if best is not None and best.encoding.startswith(("cp125", "koi8", "iso8859", "big5", "gb", "shift", "euc")):
        return content.decode(best.encoding, "replace")
    return content.decode("cp1252", "replace")


def take_apart(raw: bytes) -> Mail:
    """The mail's headers and leaves; what goes over a limit is left out and said in problems."""
    mail = Mail()
    if len(raw) > MOST_BYTES:
        return _headers_only(raw[:65536], mail, f"the mail is larger than {MOST_BYTES // 1024 // 1024} MiB")
    if raw.count(b"\n--") > MOST_BOUNDARIES:
        return _headers_only(raw[:65536], mail, "the mail has more boundaries than a mail of a person or a system")
    if _ENDLESS.search(raw.lower()):
        return _headers_only(raw[:65536], mail, "the mail has a boundary longer than any can be")
    try:
        message = _parsed(_with_honest_lines(raw))
    except RecursionError:
        return _headers_only(raw[:65536], mail, "the mail holds mails in mails, deeper than are read")
    _take_headers(message, mail)
    _walk(message, mail)
    return mail


def _parsed(raw: bytes) -> Message:
    """The mail as a tree; taken in pieces, because the parser of a whole one holds it several times over."""
    parser = BytesFeedParser()
    for start in range(0, len(raw), _PIECE):
        parser.feed(raw[start : start + _PIECE])
    return parser.close()


def _with_honest_lines(raw: bytes) -> bytes:
    """The mail with every carriage return of its head that ends no line made a blank.

    The parser takes a lone one for the end of a line, mail servers do not (RFC 5322, 2.2): a header hidden behind one would
    pass the server that strips what is forged, and then count as the server's own word.
    """
    end = _HEAD_END.search(raw)
    at = end.start() + 1 if end else len(raw)
    return _LONE_RETURN.sub(b" ", raw[:at]) + raw[at:] if b"\r" in raw[:at] else raw


def _headers_only(raw: bytes, mail: Mail, problem: str) -> Mail:
    _take_headers(BytesHeaderParser().parsebytes(_with_honest_lines(raw)), mail)
    mail.problems.append(problem)
    return mail


def _take_headers(message: Message, mail: Mail) -> None:
    pairs = message.raw_items()
    mail.headers = [(str(key).lower(), str(value)) for key, value in pairs][:MOST_HEADERS]


def _walk(message: Message, mail: Mail) -> None:
    """Visits the parts in order without recursion."""
    waiting: list[tuple[Message, str, int, str]] = [(message, "1", 0, "")]
    while waiting:
        part, number, depth, enclosed = waiting.pop()
        _shorten(part)
        kind = part.get_content_type()
        mail.kinds.append(kind)
        if len(mail.kinds) > MOST_PARTS or depth > MOST_DEPTH:
            mail.problems.append("the mail has more parts, or deeper nested ones, than are read")
            return
        inner = part.get_payload() if part.is_multipart() else None
        saved = _saved(part, kind)
        if saved is not None:
            inner, kind = [saved], "message/rfc822"
        if not isinstance(inner, list):
            _leaf(part, number, enclosed, mail)
            continue
        if kind == "message/rfc822" and inner and isinstance(inner[0], Message):
            enclosed = number
            sender = next(iter(addresses(str(inner[0].get("from", ""))[:MOST_HEADER])), "")
            subject, day = (str(inner[0].get(name, ""))[:MOST_HEADER] for name in ("subject", "date"))
            mail.enclosed.append(Enclosed(number, sender, words_of(subject), _day_said(day)))
        children = [
            (child, f"{number}.{at}", depth + 1, enclosed) for at, child in enumerate(inner[: MOST_PARTS + 1], 1)
        ]
        waiting += reversed([child for child in children if isinstance(child[0], Message)])


def _saved(part: Message, kind: str) -> Message | None:
    """A mail that is attached as a file of its own (.eml), or that an honest sender should not have encoded (RFC 2046)."""
    if kind == "message/rfc822" and part.is_multipart():
        if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
            return None
        inner = part.get_payload(0)
        text = inner.get_payload() if isinstance(inner, Message) else ""
        content = _from_base64(text) if isinstance(text, str) else b""
    elif not part.is_multipart() and _name(part).lower().endswith(".eml"):
        content = _content(part)
    else:
        return None
    if not content.strip() or len(content) > MOST_BYTES or content.count(b"\n--") > MOST_BOUNDARIES:
        return None
    mail = _parsed(content)
    return mail if mail.keys() else None


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    return content if isinstance(content, bytes) else b""


def _shorten(part: Message) -> None:
    """Cuts the headers that are taken apart at every semicolon; no honest one comes near the limit."""
    for name in ("content-type", "content-disposition"):
        value = str(part.get(name, ""))
        if len(value) > 4 * MOST_HEADER:
            part.replace_header(name, value[: 4 * MOST_HEADER])


def _leaf(part: Message, number: str, enclosed: str, mail: Mail) -> None:
    content = _content(part)
    if not content.strip():
        return
    disposition = str(part.get("content-disposition", ""))[:MOST_HEADER].lower()
    mail.parts.append(
        Part(
            number=number,
            kind=part.get_content_type(),
            name=_name(part),
            content=content,
            charset=_parameter(part, "charset"),
            attached=disposition.strip().startswith("attachment"),
            flowed=_parameter(part, "format").lower() == "flowed",
            enclosed_in=enclosed,
        )
    )
    if content.startswith(tnef.SIGNATURE):
        mail.parts += _enveloped(mail.parts[-1])


def _enveloped(envelope: Part) -> list[Part]:
    """The files of a winmail.dat as parts of their own; none of a damaged one, which its format then says."""
    try:
        files = tnef.files_of(envelope.content)
    except tnef.Damaged:
        return []
    return [
        Part(
            number=f"{envelope.number}.{at}",
            kind=mimetypes.guess_type(one.name)[0] or "application/octet-stream",
            name=one.name[:255],
            content=one.content,
            charset="",
            attached=True,
            enclosed_in=envelope.enclosed_in,
        )
        for at, one in enumerate(files, 1)
        if one.content.strip()
    ]


def _name(part: Message) -> str:
    try:
        return words_of(str(part.get_filename() or ""))[:255]
    except (ValueError, LookupError, TypeError, UnicodeError):
        return ""


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, TypeError, UnicodeError):
        return ""
    return str(value[-1] if isinstance(value, tuple) else value or "")
