"""Labels for assets: sheets to cut, each label with its number, a code to scan that opens a report, and the name."""

import io
import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import segno

from templates import fonts
from templates.documents import compiled
from templates.order_sheet import DOCUMENTS

QUIET_ZONE = 4
"""Modules of white around a code, as its standard wants."""
LONG_CODE, LONG_NAME = 10, 70
"""From how many letters on a number is set smaller, and how many of a name are shown."""


@dataclass(frozen=True, slots=True)
class Label:
    """One asset's label: its number, its name, and the address that its code opens."""

    code: str
    name: str
    opens: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """How many labels stand on a page of A4, and how large each part of them is, in points and millimetres."""

    columns: int
    rows: int
    number: float
    name: float
    picture: float


SHEETS = {24: Sheet(3, 8, 17, 8, 24), 8: Sheet(2, 4, 32, 13, 52)}
"""The sheets by how many labels they hold."""


def asset_labels_pdf(
    labels: list[Label], *, each: int, plant: str, issued: datetime, language: str = "en", paper: str = "a4"
) -> bytes:
    """Return the sheets as a tagged PDF; the same labels at the same moment always give the same bytes.

    ``each`` is a key of ``SHEETS``; raises NoFontForCharacters for a name that no font has.
    """
    words = label_words().get(language[:2].lower()) or label_words()["en"]
    shape = SHEETS[each]
    rows = [_row(label, words, shape) for label in labels]
    fonts.require_characters([row[key] for row in rows for key in ("code", "name")])
    sheet: dict[str, Any] = {
        "title": words["title"].format(plant=plant),
        "language": language[:2].lower() if language[:2].lower() in label_words() else "en",
        "paper": "us-letter" if paper == "us-letter" else "a4",
        "hint": words["hint"],
        "plant": plant,
        "columns": shape.columns,
        "rows": shape.rows,
        "sizes": {"name": shape.name, "picture": shape.picture},
        "labels": rows,
    }
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False)}
    return compiled("asset_labels.typ", inputs, standard="ua-1", issued=int(issued.timestamp()))


def _row(label: Label, words: dict[str, str], shape: Sheet) -> dict[str, Any]:
    name = label.name if len(label.name) <= LONG_NAME else f"{label.name[: LONG_NAME - 1].rstrip()}…"
    return {
        "code": label.code,
        "size": round(shape.number * min(1, LONG_CODE / max(len(label.code), 1)), 1),
        "name": name,
        "picture": picture(label.opens),
        "alt": words["alt"].format(code=label.code),
    }


def picture(opens: str) -> str:
    """Return the code for an address as SVG: level Q, so that a quarter of it may be scratched, and never a small one."""
    drawn = io.BytesIO()
    code = segno.make(opens, error="q", micro=False, boost_error=False)
    code.save(drawn, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=True, light="#ffffff", omitsize=True)
    return drawn.getvalue().decode()


@cache
def label_words() -> dict[str, dict[str, str]]:
    """Return the words of labels by language."""
    return tomllib.loads((DOCUMENTS / "label_words.toml").read_text(encoding="utf-8"))
