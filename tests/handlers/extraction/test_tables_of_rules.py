"""Walks the tables that the reader is made of: rules of judgement, kinds of machines, formats, languages, units."""

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.extraction.columns import head_of
from handlers.extraction.decision import RULES, Facts, decide
from handlers.extraction.figures import Reader
from handlers.extraction.formats.table import FORMATS
from handlers.extraction.kinds import MACHINES, STRENGTH, strongest
from handlers.extraction.known import Known
from handlers.extraction.lexicon import languages_of, lexicon, tables
from handlers.extraction.sender import Sender
from handlers.extraction.statements import Heard, Statement
from handlers.extraction.units import FACTORS, PACKS, PIECES

GROUPS = ("columns", "labels", "titles", "says", "words", "units", "months", "mail")
VERIFIED = Sender("a@nordlager.example", "nordlager.example", None, "verified")


def trusted(trust: str, **more: Any) -> Sender:
    return Sender("a@b.example", "b.example", None, trust, **more)


@pytest.fixture
def statement(known: Known) -> Statement:
    order = known.orders[0]
    from handlers.extraction.claims import Claim

    return Statement(order, order.lines[0], order.lines[0].quantity, None, None, Claim("1", "20 pcs"), "article")


def facts_for(rule: str, statement: Statement) -> Facts:
    """The facts that no rule above this one fits and this one does."""
    heard = Heard([statement])
    usual: dict[str, Any] = {
        "kind": "despatch",
        "sender": VERIFIED,
        "orders": ("PO-2026-00042",),
        "related": True,
        "heard": heard,
    }
    nothing = Heard()
    late = Heard([statement], disputed={("PO-2026-00042", 1)})
    empty = Statement(statement.order, statement.line, None, None, None, statement.claim, "article")
    special: dict[str, dict[str, Any]] = {
        "hostile": {"hostile": True},
        "forged": {"sender": trusted("forged")},
        "bounce of ours": {"kind": "bounce", "mentioned": True},
        "bounce": {"kind": "bounce"},
        "automatic reply": {"kind": "auto_reply"},
        "newsletter": {"newsletter": True},
        "carrier progress": {"kind": "status"},
        "new bank details from a stranger": {"bank": True, "sender": trusted("unknown")},
        "new bank details": {"bank": True},
        "stranger without business": {"sender": trusted("unknown"), "related": False},
        "stranger": {"sender": trusted("unknown")},
        "own people": {"forwarded": True},
        "invoice": {"kind": "invoice"},
        "question": {"kind": "question"},
        "nothing for us": {"kind": "other", "related": False},
        "unread": {"kind": "other"},
        "portal": {"portal": True, "heard": nothing},
        "foreign order": {"heard": Heard([statement], foreign={"PO-2026-00051"})},
        "found by content": {"by_content": True},
        "no order": {"orders": ()},
        "disagreement": {"heard": late},
        "unclear": {"doubts": ["a doubt"]},
        "substitute": {"substitutes": True},
        "too much": {"over": ("too much",)},
        "closed order": {"known_closed": True},
        "waits for us": {"waits": True},
        "alarm": {"sender": trusted("verified", alarms=("several senders",))},
        "unverified": {"sender": trusted("known")},
        "correction": {"correction": True},
        "rejected": {"response": "rejected"},
        "nothing read": {"heard": nothing},
        "nothing covered": {"heard": Heard([empty])},
        "no date": {"undated": True},
        "everything open": {"everything": True},
        "complete": {},
    }
    return Facts(**(usual | special[rule]))


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_each_rule_of_judgement_decides_the_mail_made_for_it(rule: str, statement: Statement) -> None:
    decision = decide(facts_for(rule, statement))

    assert decision.rule == rule
    assert decision.asked[-1] == (rule, True)
    assert all(not fits for _, fits in decision.asked[:-1])
    assert decision.reasons[0]


def test_only_the_last_rules_propose_and_the_very_last_always_fits() -> None:
    proposing = [rule.name for rule in RULES if rule.action == "propose"]

    assert proposing == [rule.name for rule in RULES[-2:]]
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_the_machines_and_formats_have_names_of_their_own() -> None:
    assert [name for name, _ in MACHINES] == ["bounce", "auto_reply", "other", "status"]
    assert len({one.name for one in FORMATS}) == len(FORMATS)
    assert all(one.blocks is not None or one.notice is not None for one in FORMATS)


def test_the_strongest_effect_names_the_kind() -> None:
    assert [strongest([kind, "invoice"]) for kind in STRENGTH] == list(STRENGTH)
    assert strongest([]) == "other"


def phrases(*groups: str) -> Iterator[Any]:
    """Every phrase of every language as (language, group, name, phrase)."""
    for language, table in tables().items():
        for group in groups:
            for name, listed in table.get(group, {}).items():
                for phrase in listed:
                    yield pytest.param(language, group, name, phrase, id=f"{language}-{group}.{name}-{phrase}")


@pytest.mark.parametrize("language", tables())
def test_every_phrase_of_a_language_is_found_in_a_text(language: str) -> None:
    words = lexicon((language,))
    lost = []

    for group in GROUPS:
        for name, listed in tables()[language].get(group, {}).items():
            if (group, name) == ("words", "plain"):
                continue
            for phrase in listed:
                text = phrase.replace(" * ", " xx yy ").replace("*", "xx")
                meanings = {hit.meaning for hit in words.hits(text)}
                plain = any(other in text for other in tables()[language]["words"].get("plain", []))
                if f"{group}.{name}" not in meanings and not plain:
                    lost.append(f"{group}.{name}: {phrase}")

    assert not lost


@pytest.mark.parametrize("language", tables())
def test_a_language_file_speaks_the_same_words_as_english(language: str) -> None:
    english, other = tables()["en"], tables()[language]
    allowed = {"plain", "quotation", "YRD", "FOT", "INH", "ONZ", "LBR", "GLL", "DAY", "CEN", "SA", "CS", "MIL"}

    unknown = {
        f"{group}.{name}"
        for group in GROUPS
        if group != "units"
        for name in other.get(group, {})
        if name not in english[group] and name not in allowed
    }
    missing = {
        f"{group}.{name}"
        for group in ("columns", "labels", "says", "months")
        for name in english[group]
        if name not in other.get(group, {})
    }

    assert not unknown
    assert len(missing) <= 6, missing
    assert len(other["months"]) == 12
    assert len(other["common"]) >= 12


@pytest.mark.parametrize(("language", "group", "name", "phrase"), list(phrases("units")))
def test_every_unit_word_counts_in_a_cell(language: str, group: str, name: str, phrase: str) -> None:
    figure = Reader(lexicon((language,)), language).cell(f"3 {phrase}")

    assert figure is not None
    assert name in figure.units
    assert figure.number.value == 3


def test_every_unit_code_of_the_languages_is_a_piece_a_pack_or_a_measure() -> None:
    codes = {name for table in tables().values() for name in table["units"]}
    measures = {code for pair in FACTORS for code in pair} | {
        "PR",
        "SET",
        "HUR",
        "DAY",
        "GLL",
        "FOT",
        "INH",
        "LBR",
        "ONZ",
        "MTK",
    }

    assert codes <= PIECES | PACKS | measures


@pytest.mark.parametrize("language", tables())
def test_every_column_head_is_understood_as_what_it_is_listed_for(language: str) -> None:
    words = lexicon((language,))
    lost = []

    for name, listed in tables()[language]["columns"].items():
        for phrase in listed:
            head = head_of(phrase, words)
            if head is None or (name not in head.roles and len(head.roles) < 1):
                lost.append(f"{name}: {phrase}")

    assert not lost


@pytest.mark.parametrize("language", tables())
def test_a_text_in_a_language_is_taken_for_that_language(language: str) -> None:
    said = " ".join(tables()[language]["common"])

    assert language in languages_of(said)
