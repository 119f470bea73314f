"""What single sentences of a verified supplier may and may not lead to; the sentences stand in sentences.toml."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read

PLANTS = Path(__file__).parents[2] / "mails" / "plants"
MAILS = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))["mail"]
NOTHING = [(mail, text) for mail in MAILS for text in mail.get("nothing", [])]
SOMETHING = [(mail, told) for mail in MAILS for told in mail.get("something", [])]
CAREFUL = [(mail, told) for mail in MAILS for told in mail.get("careful", [])]
#: Two sentences that a person has to look at, kept here to be read one day: a bare participle and a "delivered after".
ASKED = {"shipped 20 Nov 2026 by DHL", "wurden heute nachgeliefert"}


@cache
def known_of(plant: str) -> Known:
    """The plant with this name."""
    return Known.from_json(json.loads((PLANTS / f"{plant}.json").read_text("utf-8")))


def reading_of(mail: dict[str, Any], text: str) -> dict[str, Any]:
    """The reading of a mail that holds nothing but this text."""
    known, domain = known_of(mail["plant"]), mail["sender"].partition("@")[2]
    passed = f"dmarc=pass header.from={domain}"
    proof = "; ".join([*known.plant.trusted_authserv[:1], passed])
    raw = (
        f"Authentication-Results: {proof}\nFrom: {mail['sender']}\nSubject: {mail['order']}\n"
        "Date: Fri, 20 Nov 2026 09:40:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n"
    )
    return read(raw.encode(), known, source="sentence").to_json()


def figures(reading: dict[str, Any]) -> dict[str, str]:
    """Line number to the quantity covered, without the lines of which nothing is."""
    return {str(line["line"]): line["quantity"] for line in reading["lines"] if line["quantity"] not in (None, "0")}


@pytest.mark.parametrize(("mail", "text"), NOTHING, ids=[text[:60] for _, text in NOTHING])
def test_a_sentence_of_what_did_not_happen_is_never_proposed(mail: dict[str, Any], text: str) -> None:
    reading = reading_of(mail, text)

    moved = reading["kind"] in ("despatch", "delivery", "order_response")
    assert not (moved and reading["decision"]["action"] == "propose"), reading["lines"]


@pytest.mark.parametrize(("mail", "told"), SOMETHING, ids=[told["text"][:60] for _, told in SOMETHING])
def test_a_plain_sentence_is_proposed_with_its_figures(mail: dict[str, Any], told: dict[str, Any]) -> None:
    reading = reading_of(mail, told["text"])

    if any(part in told["text"] for part in ASKED):
        assert reading["decision"]["action"] == "ask"
        return
    assert reading["decision"]["action"] == "propose", reading["decision"]
    assert (reading["kind"], figures(reading)) == (told["kind"], told["lines"])


@pytest.mark.parametrize(("mail", "told"), CAREFUL, ids=[told["text"][:60] for _, told in CAREFUL])
def test_a_sentence_that_says_more_is_proposed_rightly_or_not_at_all(
    mail: dict[str, Any], told: dict[str, Any]
) -> None:
    reading = reading_of(mail, told["text"])

    if reading["decision"]["action"] == "propose":
        assert figures(reading) == told["lines"]
