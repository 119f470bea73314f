"""Days, kinds and numbers that short mails name in words, the same in every language; the mails stand in days.toml."""

import json
import tomllib
from email.header import Header
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read

PLANTS = Path(__file__).parents[2] / "mails" / "plants"
MAILS = tomllib.loads(Path(__file__).with_name("days.toml").read_text("utf-8"))["mail"]
PLACES = {
    "number": ("document", "number"),
    "despatched_on": ("shipment", "despatched_on"),
    "expected_on": ("shipment", "expected_on"),
    "delivered_on": ("shipment", "delivered_on"),
}


@cache
def known_of(plant: str) -> Known:
    """The plant with this name."""
    return Known.from_json(json.loads((PLANTS / f"{plant}.json").read_text("utf-8")))


def reading_of(mail: dict[str, Any]) -> dict[str, Any]:
    """The reading of a mail that was written on 18 November 2026, a Wednesday."""
    known = known_of(mail["plant"])
    raw = (
        f"Authentication-Results: {known.plant.trusted_authserv[0]}; dmarc=pass header.from={mail['domain']}\n"
        f"From: office@{mail['domain']}\nSubject: {Header(mail['subject'], 'utf-8').encode()}\n"
        "Date: Wed, 18 Nov 2026 10:12:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{mail['text']}"
    )
    return read(raw.encode(), known, source=mail["name"]).to_json()


@pytest.mark.parametrize("mail", MAILS, ids=[mail["name"] for mail in MAILS])
def test_a_mail_tells_its_kind_its_number_and_its_days(mail: dict[str, Any]) -> None:
    reading = reading_of(mail)

    said = {"kind": reading["kind"]} | {name: reading[group][key] for name, (group, key) in PLACES.items()}
    lines = {str(line["line"]): line["quantity"] for line in reading["lines"] if line["quantity"] not in (None, "0")}
    assert {name: said[name] for name in mail["told"]} == mail["told"]
    assert lines == mail.get("lines", lines)


def test_every_group_of_mails_speaks_all_languages() -> None:
    groups: dict[str, set[str]] = {}
    for mail in MAILS:
        group, _, language = mail["name"].rpartition("-")
        groups.setdefault(group, set()).add(language)

    assert len(groups) == 7
    assert all(len(languages) == 15 for languages in groups.values())
