"""Looks into the XML of an XLSX workbook for what a person does not see: hidden rows and columns, uncalculated formulas."""

import io
import re
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from .xml import Refused, name_of, root_of, walk

MOST_UNPACKED = 20 * 1024 * 1024
_MOST_ENTRIES = 500
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_YES = ("1", "true")
_FILTERED = re.compile(rb"""visibility\s*=\s*["'](?:collapse|filter)["']""")


@dataclass(slots=True)
class Unseen:
    """Rows and columns that are hidden, and cells whose formula was never calculated, counted from 0; and what is struck out."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    struck: bool = False


def refuse_bombs(content: bytes) -> None:
    """Looks into the directory of the archive only; raises Refused."""
    if not content.startswith(b"PK"):
        return
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise Refused("a damaged workbook") from fault
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("a workbook that unpacks to too much")


def unseen_of(content: bytes) -> dict[str, Unseen]:
    """What is not seen, by the name of the sheet; nothing for other workbooks than XLSX."""
    if not content.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            struck = _struck_formats(archive)
            return {name: _unseen(_member(archive, path), struck) for name, path in _sheets(archive)}
    except (KeyError, zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as fault:
        if isinstance(fault, Refused):
            raise
        return {}


def filters(content: bytes) -> bool:
    """Whether rows or columns of an ODS workbook (OpenDocument) are folded away or filtered out."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _FILTERED.search(_member(archive, "content.xml")) is not None
    except (KeyError, zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return False


def _member(archive: zipfile.ZipFile, path: str) -> bytes:
    with archive.open(path) as member:
        return member.read(MOST_UNPACKED)


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names and paths of the sheets, as the workbook and its relationships say."""
    book, links = root_of(_member(archive, "xl/workbook.xml")), root_of(_member(archive, "xl/_rels/workbook.xml.rels"))
    if book is None or links is None:
        return []
    targets = {link.get("Id"): str(link.get("Target") or "") for link in links}
    found = []
    for sheet in book.iter():
        if name_of(sheet) == "sheet":
            link = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
            target = targets.get(str(link), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found += [(str(sheet.get("name")), path)] if path in archive.namelist() else []
    return found


def _struck_formats(archive: zipfile.ZipFile) -> frozenset[str]:
    """The numbers of the cell formats whose letters are struck out."""
    content = _member(archive, "xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b""
    styles = root_of(content) if b"strike" in content else None
    if styles is None:
        return frozenset()
    fonts = [font for group in walk(styles, "fonts") for font in group]
    lined = {
        str(at) for at, font in enumerate(fonts) for one in walk(font, "strike") if one.get("val") not in ("0", "false")
    }
    formats = [one for group in walk(styles, "cellXfs") for one in group]
    return frozenset(str(at) for at, one in enumerate(formats) if one.get("fontId") in lined)


def _unseen(content: bytes, struck: frozenset[str]) -> Unseen:
    """Only sheets that hide something, calculate or strike out are taken apart."""
    found = Unseen()
    if b"hidden=" not in content and b"<f" not in content and b"zeroHeight=" not in content and not struck:
        return found
    for _, element in etree.iterparse(
        io.BytesIO(content), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    ):
        name = name_of(element)
        if name == "col" and element.get("hidden") in _YES:
            last = min(int(element.get("max") or 0), 16_384)
            found.columns |= set(range(int(element.get("min") or 1) - 1, last))
        elif name == "row":
            _row(element, found)
            found.struck = found.struck or any(cell.get("s") in struck and len(cell) for cell in element)
            element.clear()
    return found


def _row(row: etree._Element, found: Unseen) -> None:
    number = int(row.get("r") or 0) - 1
    if row.get("hidden") in _YES or row.get("ht") == "0":
        found.rows.add(number)
    for cell in row:
        names = {name_of(child): child.text for child in cell}
        place = _REFERENCE.fullmatch(cell.get("r") or "")
        empty = cell.get("t") == "str" and "v" in names
        if "f" in names and not names.get("v") and not empty and place is not None:
            found.uncalculated.add((int(place[2]) - 1, _column(place[1])))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
