"""Sentences that name goods with a count and a verb of sending, and yet say that nothing left: none of them is proposed."""

import json
import tomllib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read

PLANT = Path(__file__).parents[2] / "mails" / "plants" / "fells.json"
SUPPLIERS = {"pt": "PT", "da": "DA", "no": "NO", "fi": "FI", "cs": "CS", "hu": "HU", "tr": "TR", "learned": "AM"}
SENTENCES: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "denials.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def fells() -> dict[str, Any]:
    """The knowledge of the paper mill as JSON."""
    found: dict[str, Any] = json.loads(PLANT.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def told(fells: dict[str, Any]) -> Callable[[str, str], dict[str, Any]]:
    """Reads a sentence as a mail of the supplier with this language; the old languages are heard from the Danish one."""
    known = Known.from_json(fells)
    domains = {one["id"]: one["domains"][0] for one in fells["suppliers"]}
    numbers = {one["supplier"]: one["number"] for one in fells["orders"]}

    def tell(language: str, text: str) -> dict[str, Any]:
        supplier = SUPPLIERS.get(language, "DA")
        mail = EmailMessage()
        mail["Authentication-Results"] = f"mx.fellside.example; dmarc=pass header.from={domains[supplier]}"
        mail["From"] = f"office@{domains[supplier]}"
        mail["To"] = "orders@fellside.example"
        mail["Subject"] = numbers[supplier]
        mail["Date"] = "Thu, 19 Nov 2026 10:12:00 +0100"
        mail.set_content(text)
        return read(mail.as_bytes(), known, source="mail.eml").to_json()

    return tell


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, table in SENTENCES.items() for text in table["sentences"]]
)
def test_goods_that_a_sentence_keeps_back_are_not_proposed(
    told: Callable[[str, str], dict[str, Any]], language: str, text: str
) -> None:
    reading = told(language, text.format(SENTENCES[language]["goods"]))

    assert reading["decision"]["action"] == "ask" or (reading["kind"] == "delay" and not counted(reading))


def counted(reading: dict[str, Any]) -> list[str]:
    """The quantities that a reading covers."""
    return [line["quantity"] for line in reading["lines"] if line["quantity"] not in (None, "0")]
