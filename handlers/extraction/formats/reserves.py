"""Refuses workbooks for which far more room would be reserved than they fill.

The library that opens workbooks keeps room for every place between the first and the last filled cell, and for as many
texts as a sheet says that it has. A file of four thousand bytes that says enough ends the whole process, so what a workbook
says is looked at before it is opened: the XML of XLSX (ECMA-376), and the records of XLS (MS-XLS) in their streams (MS-CFB).
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator

from .xml import Refused

MOST_PLACES = 2_000_000
_MOST_TEXTS = 2_000_000
_MOST_READ = 20 * 1024 * 1024
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,5})(\d{0,12})["']""")
_COUNT = re.compile(rb"""\b(?:uniqueCount|count)\s*=\s*["']?\+?0*(\d{7,})""")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR, _FAT_IN_HEAD, _ENTRY, _LEAST_STREAM = 0xFFFFFFF0, 109, 128, 4096
_BEGINS, _DIMENSIONS = 0x0809, 0x0200
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x0406})
_SEVERAL = frozenset({0x00BD, 0x00BE})
"""Records of several cells of one row, which end with the last column."""
_TOO_FAR = "a workbook whose cells lie too far apart"


def refuse_reserves(content: bytes) -> None:
    """Looks at how far a workbook says that it reaches; raises Refused."""
    try:
        if content.startswith(_OLE):
            _refuse_records(_stream(content))
        elif content.startswith(b"PK"):
            _refuse_sheets(content)
    except (struct.error, IndexError, ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise fault if isinstance(fault, Refused) else Refused("a damaged workbook") from fault


# XLSX


def _refuse_sheets(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            name = entry.filename.lower()
            if name.endswith(".bin") and "workbook" in name:
                raise Refused("a workbook in a binary form that is not read")
            if name.endswith(".xml") and name.startswith("xl/"):
                with archive.open(entry) as member:
                    _refuse_sheet(member.read(_MOST_READ))


def _refuse_sheet(text: bytes) -> None:
    if any(int(found[1][:18]) > _MOST_TEXTS for found in _COUNT.finditer(text)):
        raise Refused("a workbook that says it holds more texts than it can")
    wide = tall = 1
    for letters, digits in set(_PLACE.findall(text)):
        wide = max(wide, _column(letters))
        tall = max(tall, int(digits or 0))
    if wide * tall > MOST_PLACES:
        raise Refused(_TOO_FAR)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


# XLS


def _refuse_records(stream: bytes) -> None:
    """No sheet may span, or say that it spans, more places than are read."""
    rows: tuple[int, int] = (0, 0)
    columns: tuple[int, int] = (0, 0)
    for kind, body in _records(stream):
        if kind == _BEGINS:
            rows = columns = (1 << 32, 0)
        elif kind == _DIMENSIONS and len(body) >= 12:  # noqa: PLR2004 - two rows and two columns
            first, last, left, right = struct.unpack_from("<IIHH", body)
            _refuse_span((first, last), (left, right))
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            (last,) = struct.unpack_from("<H", body, len(body) - 2) if kind in _SEVERAL else (column,)
            rows = (min(rows[0], row), max(rows[1], row))
            columns = (min(columns[0], column), max(columns[1], last))
            _refuse_span(rows, columns)


def _refuse_span(rows: tuple[int, int], columns: tuple[int, int]) -> None:
    if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > MOST_PLACES:
        raise Refused(_TOO_FAR)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The stream of the workbook, from the sectors of its compound file."""
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise Refused("a damaged workbook")
    size = 1 << shift
    table = _table(content, size)
    (first,) = struct.unpack_from("<I", content, 48)
    folder = _chained(content, first, table, size)
    for at in range(0, len(folder), _ENTRY):
        (length,) = struct.unpack_from("<H", folder, at + 64)
        name = folder[at : at + min(max(length - 2, 0), 64)].decode("utf-16-le", "replace")
        if name.lower() in ("workbook", "book"):
            start, held = struct.unpack_from("<II", folder, at + 116)
            if held < _LEAST_STREAM:
                raise Refused("a workbook smaller than any program writes")
            return _chained(content, start, table, size)[:held]
    raise Refused("a compound file without a workbook")


def _table(content: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    heads = [one for one in struct.unpack_from(f"<{_FAT_IN_HEAD}I", content, 76) if one < _LAST_SECTOR]
    (more,) = struct.unpack_from("<I", content, 68)
    for _ in range(len(content) // size):
        if more >= _LAST_SECTOR:
            break
        listed = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        heads += [one for one in listed[:-1] if one < _LAST_SECTOR]
        more = listed[-1]
    found: list[int] = []
    for head in heads[: len(content) // size + 1]:
        found += struct.unpack_from(f"<{size // 4}I", content, (head + 1) * size)
    return found


def _chained(content: bytes, start: int, table: list[int], size: int) -> bytes:
    """The sectors from a start on; one that is met twice ends a damaged chain."""
    pieces: list[bytes] = []
    seen: set[int] = set()
    while start < _LAST_SECTOR:
        if start in seen:
            raise Refused("a damaged workbook")
        seen.add(start)
        pieces.append(content[(start + 1) * size : (start + 2) * size])
        start = table[start]
    return b"".join(pieces)
