"""Reads the files inside a winmail.dat: the attachment list of the Transport Neutral Encapsulation Format ([MS-OXTNEF])."""

import struct
from dataclasses import dataclass

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 20
_MOST_ATTRIBUTES = 2_000
_HEAD = struct.Struct("<BII")
_FILES = 2
_RENDERED, _TITLE, _CONTENT, _CODEPAGE = 0x00069002, 0x00018010, 0x0006800F, 0x00069007


class Damaged(ValueError):  # noqa: N818 - errors are named by what is wrong
    """An attachment list that does not follow the format; the message says where."""


@dataclass(frozen=True, slots=True)
class Enveloped:
    """A file of the list: its name and its bytes."""

    name: str
    content: bytes


def files_of(content: bytes) -> list[Enveloped]:
    """The files in their order; raises Damaged for a list that is cut short, altered, or longer than is read."""
    if content[:4] != SIGNATURE:
        raise Damaged("it does not begin as one")
    found: list[dict[int, bytes]] = []
    charset = "cp1252"
    for level, name, value in _attributes(content):
        if name == _CODEPAGE and len(value) >= 4:  # noqa: PLR2004 - a code page is a number of four bytes
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif level == _FILES and name == _RENDERED:
            found.append({})
        elif level == _FILES and found:
            found[-1][name] = value
    if len(found) > MOST_FILES:
        raise Damaged("it holds more files than are read")
    if any(_CONTENT not in one for one in found):
        raise Damaged("it holds something that is no file")
    return [Enveloped(_text(one.get(_TITLE, b""), charset), one[_CONTENT]) for one in found]


def _attributes(content: bytes) -> list[tuple[int, int, bytes]]:
    """Level, name and value of each attribute; every length and every sum is held against the bytes."""
    found: list[tuple[int, int, bytes]] = []
    place = 6
    while place < len(content):
        if place + _HEAD.size > len(content) or len(found) >= _MOST_ATTRIBUTES:
            raise Damaged("it ends before its end")
        level, name, length = _HEAD.unpack_from(content, place)
        start = place + _HEAD.size
        place = start + length + 2
        value = content[start : start + length]
        if place > len(content):
            raise Damaged("it ends before its end")
        if sum(value) & 0xFFFF != int.from_bytes(content[place - 2 : place], "little"):
            raise Damaged("its bytes were altered")
        found.append((level, name, value))
    return found


def _text(value: bytes, charset: str) -> str:
    bare = value.split(b"\0", 1)[0]
    try:
        return bare.decode(charset, "replace")
    except LookupError:
        return bare.decode("cp1252", "replace")
