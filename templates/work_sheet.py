"""The printed sheet of a work order: safety first, then what to do, steps with boxes, lines for readings and a signature."""

import json
import tomllib
from functools import cache
from typing import Any

from templates.asset_labels import picture
from templates.count_sheet import printable
from templates.documents import compiled
from templates.locales import read_moment
from templates.order_sheet import DOCUMENTS

LONG, DESCRIPTION = 1200, 700
PAPERS = {"letter": "us-letter", "us-letter": "us-letter"}
ANSWERS = ("number", "text", "choice", "photo")


def work_order_pdf(job: dict[str, Any], *, paper: str = "a4") -> bytes:
    """The sheet as PDF/A-3b; the same job at the same moment always gives the same bytes.

    ``job`` holds strings, ``safety`` as (kind, words), ``steps`` as (kind, words, limits or choices), ``parts`` as
    (quantity, code, name, bin), and ``opens``, the address that the code opens.
    """
    words = sheet_words().get(job["language"]) or sheet_words()["en"]
    sheet = {
        "language": job["language"] if job["language"] in sheet_words() else "en",
        "paper": PAPERS.get(paper, "a4"),
        "words": words,
        **{
            name: printable(str(job[name]))
            for name in ("number", "title", "plant", "priority", "printed", "tools", "waits")
        },
        "critical": job["critical"],
        "description": _paragraphs(job["description"], DESCRIPTION),
        "instructions": _paragraphs(job["instructions"], LONG),
        "facts": [{"label": words[key], "value": printable(value)} for key, value in job["facts"] if value],
        "safety": [{"label": words[f"safety_{kind}"], "words": printable(said)} for kind, said in job["safety"]],
        "steps": [_step(at, step, words) for at, step in enumerate(job["steps"], 1)],
        "parts": [[printable(cell) for cell in row] for row in job["parts"]],
        "picture": picture(job["opens"]),
    }
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False)}
    issued = int(read_moment(job["issued_at"]).timestamp())
    return compiled("work_order.typ", inputs, standard="a-3b", issued=issued)


def _paragraphs(text: str, most: int) -> list[str]:
    short = text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
    return [printable(line) for line in short.splitlines() if line.strip()]


def _step(at: int, step: tuple[str, str, str], words: dict[str, str]) -> dict[str, Any]:
    kind, said, asked = step
    return {
        "number": str(at),
        "words": printable(said),
        "asked": printable(asked) or (words["photo"] if kind == "photo" else ""),
        "line": kind in ANSWERS,
    }


@cache
def sheet_words() -> dict[str, dict[str, str]]:
    """The words of the sheet by language."""
    return tomllib.loads((DOCUMENTS / "work_order_words.toml").read_text(encoding="utf-8"))
