"""Looks into the packed streams of a PDF (ISO 32000) before it is opened: how much they unpack to, and the files it carries."""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .xml import Refused

_MOST_TEXT = 30 * 1024 * 1024
_MOST_ALL = 100 * 1024 * 1024
_MOST_FILE = 5_000_000
_MOST_FILES = 10
_MOST_STREAMS = 20_000
_MOST_HEAD = 3_000
_MOST_OLD = 20_000
_STEP = 1024 * 1024
_BEGIN = re.compile(rb"stream\r?\n")
_ELSEWHERE = re.compile(rb"/Filter\s+\d+\s+\d+\s+R")
_AGAIN = re.compile(
    rb"FlateDecode.{0,40}FlateDecode|FlateDecode.{0,40}LZWDecode|LZWDecode.{0,40}FlateDecode", re.DOTALL
)
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_FILE = re.compile(rb"/Type\s*/EmbeddedFile\b|/Subtype\s*/text#2[Ff]xml\b")


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary as written, and where its bytes begin and end."""

    head: bytes
    data: memoryview


def refuse_floods(content: bytes) -> None:
    """Raises Refused for streams that unpack to more than a document of a supplier holds, or that hide how much it is."""
    words = everything = 0
    for stream in _streams(content):
        if _ELSEWHERE.search(stream.head) or _AGAIN.search(stream.head):
            raise Refused("a PDF that is packed in an unusual way")
        if b"LZWDecode" in stream.head and len(stream.data) > _MOST_OLD:
            raise Refused("a PDF that is packed in an old way")
        size = sum(len(piece) for piece in _pieces(stream, _MOST_ALL - everything))
        everything += size
        words += 0 if _IMAGE.search(stream.head) else size
        if words >= _MOST_TEXT or everything >= _MOST_ALL:
            raise Refused("a PDF that unpacks to too much")


def embedded(content: bytes) -> list[bytes]:
    """The XML files that a PDF/A-3 carries (Factur-X, ZUGFeRD, Order-X), each within limits."""
    if b"EmbeddedFile" not in content and b"text#2" not in content:
        return []
    files = (b"".join(_pieces(one, _MOST_FILE)) or bytes(one.data[:_MOST_FILE]) for one in _streams(content) if _FILE.search(one.head))  # fmt: skip
    return [file for file, _ in zip((one for one in files if _is_xml(one)), range(_MOST_FILES), strict=False)]


def _is_xml(file: bytes) -> bool:
    return len(file) < _MOST_FILE and file.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] == b"<"


def _streams(content: bytes) -> Iterator[Stream]:
    view = memoryview(content)
    for count, found in enumerate(_BEGIN.finditer(content)):
        if count >= _MOST_STREAMS:
            raise Refused("a PDF with too many streams")
        before = content[max(0, found.start() - _MOST_HEAD) : found.start()]
        head = before[before.rfind(b" obj") :] if b" obj" in before else before
        end = content.find(b"endstream", found.end())
        yield Stream(head, view[found.end() : end if end >= 0 else len(content)])


def _pieces(stream: Stream, most: int) -> Iterator[bytes]:
    """The unpacked bytes piece by piece, no more than asked for; nothing of what is not packed or not readable."""
    data: bytes | memoryview = stream.data
    if b"ASCII85Decode" in stream.head or b"/A85" in stream.head:
        try:
            data = base64.a85decode(bytes(data).partition(b"~>")[0].strip(b"<~ \r\n"))
        except ValueError:
            return
    unpacking = zlib.decompressobj()
    rest: bytes | memoryview = data
    try:
        while most > 0 and not unpacking.eof:
            piece = unpacking.decompress(rest, min(_STEP, most))
            rest = unpacking.unconsumed_tail
            if not piece:
                return
            most -= len(piece)
            yield piece
    except zlib.error:
        return
