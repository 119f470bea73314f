"""Sentences that name goods with a count and a verb of sending, and yet say that nothing left: none of them is proposed."""

import json
import tomllib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read

PLANTS = Path(__file__).parents[2] / "mails" / "plants"
PLANT = PLANTS / "fells.json"
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


OWN = ("de", "en", "fr", "it", "es", "nl", "pl", "sv")
"""Languages that suppliers of the other plant write as their own."""


@pytest.fixture(scope="module")
def at_home() -> dict[str, Any]:
    """The knowledge of the plant whose suppliers write the old languages as their own."""
    found: dict[str, Any] = json.loads((PLANTS / "tideway.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language in OWN for text in SENTENCES[language]["sentences"]]
)
def test_nor_where_every_word_of_the_sentence_is_known(at_home: dict[str, Any], language: str, text: str) -> None:
    supplier = next(one for one in at_home["suppliers"] if one["locale"].startswith(language))
    order = next(one for one in at_home["orders"] if one["supplier"] == supplier["id"])
    line = order["lines"][0]
    _, _, unit = SENTENCES[language]["goods"].rpartition(" ")[0].partition(" ")
    mail = EmailMessage()
    mail["Authentication-Results"] = f"mx.tideway.example; dmarc=pass header.from={supplier['domains'][0]}"
    mail["From"] = f"office@{supplier['domains'][0]}"
    mail["To"] = "orders@tideway.example"
    mail["Subject"] = order["number"]
    mail["Date"] = "Thu, 19 Nov 2026 10:12:00 +0100"
    mail.set_content(text.format(f"{line['quantity']} {unit} {line['supplier_sku']}"))

    reading = read(mail.as_bytes(), Known.from_json(at_home), source="mail.eml").to_json()

    assert reading["decision"]["action"] == "ask" or (reading["kind"] == "delay" and not counted(reading))
