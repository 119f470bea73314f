"""The examples of the guides work: the small language and the small format are added for a moment, and a mail is read with them."""

import json
import shutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, lexicon, read, sources
from handlers.extraction.formats import table

HOW = Path(__file__).parents[2] / "docs" / "how"
LANGUAGES = Path(lexicon.__file__).parent / "languages"
KNOWN = {
    "plant": {
        "name": "Halden Works",
        "domains": ["halden.example"],
        "trusted_authserv": ["mx.halden.example"],
        "today": "2026-11-20",
    },
    "suppliers": [{"id": "RC", "name": "Rulmenti Carpati", "domains": ["carpati.example"], "locale": "ro_RO"}],
    "orders": [
        {
            "number": "PO-2026-00042",
            "supplier": "RC",
            "lines": [
                {"line": 1, "sku": "6204", "supplier_sku": "RC-6204", "description": "Bearing 6204", "quantity": "20"},
                {"line": 2, "sku": "6305", "supplier_sku": "RC-6305", "description": "Bearing 6305", "quantity": "4"},
            ],
        }
    ],
}


def fences(name: str, kind: str, pages: Any) -> list[str]:
    """The code of one kind on a page."""
    page = next(one for one in pages if one.path == HOW / name)
    return [text for language, text in page.fences if language == kind]


def shortened(raw: str) -> dict[str, Any]:
    said = read(raw.encode(), Known.from_json(KNOWN)).to_json()
    lines = [[line["order"], line["line"], line["quantity"], line["outstanding"]] for line in said["lines"]]
    return {"kind": said["kind"], "action": said["decision"]["action"], "lines": lines}


def forget() -> None:
    """Lets the languages be read anew."""
    for held in (lexicon.tables, lexicon._phrases_of, lexicon._common, lexicon.lexicon):
        held.cache_clear()


@pytest.fixture
def languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the languages that the reader uses for the time of one test."""
    shutil.copytree(LANGUAGES, tmp_path / "languages")
    monkeypatch.setattr(lexicon, "files", lambda _: tmp_path)
    forget()
    yield tmp_path / "languages"
    monkeypatch.undo()
    forget()


def test_the_small_language_reads_its_mail(languages: Path, pages: Any) -> None:
    (words,), (mail,), (result,) = (fences("add-a-language.md", kind, pages) for kind in ("toml", "eml", "json"))

    (languages / "ro.toml").write_text(words, "utf-8")

    assert shortened(mail) == json.loads(result)


def test_without_the_small_language_its_mail_is_not_proposed(languages: Path, pages: Any) -> None:
    (mail,) = fences("add-a-language.md", "eml", pages)

    assert shortened(mail)["action"] == "ask"


def test_the_small_format_reads_its_mail(monkeypatch: pytest.MonkeyPatch, pages: Any) -> None:
    code, row = fences("add-a-reader.md", "python", pages)
    (mail,), (result,) = (fences("add-a-reader.md", kind, pages) for kind in ("eml", "json"))
    note = types.ModuleType("json_note")
    exec(compile(code, "json_note.py", "exec"), vars(note))
    added = eval(row, {"Format": table.Format, "json_note": note})

    monkeypatch.setattr(sources, "FORMATS", (added, *table.FORMATS))

    assert shortened(mail) == json.loads(result)


@pytest.mark.parametrize("broken", ['"positions": 5', '"positions": [{"article": "RC-6204"}]'])
def test_the_small_format_refuses_a_damaged_note(broken: str, monkeypatch: pytest.MonkeyPatch, pages: Any) -> None:
    code, row = fences("add-a-reader.md", "python", pages)
    (mail,) = fences("add-a-reader.md", "eml", pages)
    note = types.ModuleType("json_note")
    exec(compile(code, "json_note.py", "exec"), vars(note))
    monkeypatch.setattr(sources, "FORMATS", (eval(row, {"Format": table.Format, "json_note": note}), *table.FORMATS))
    start = mail.index('"positions"')

    assert shortened(mail[:start] + broken + "}\n")["action"] == "ask"
