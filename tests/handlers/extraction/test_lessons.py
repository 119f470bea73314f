"""What a corrected mail teaches about its supplier, and everything from which nothing must be learnt."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from handlers.extraction import Known, Reading, read
from handlers.extraction.columns import ROLES
from handlers.extraction.guesses import Corrected
from handlers.extraction.known import ReadingRule
from handlers.extraction.lessons import MOST_READINGS, is_read_so, lessons, with_more
from handlers.extraction.rules import KINDS, ROLE_WORDS, is_lawful, own_unit, words_of

ORDER, OTHER, VALVES = "PO-2026-00042", "PO-2026-00043", "PO-2026-00090"
LEFT = "Lieferschein {note} zu Ihrer Bestellung {order}. Die Ware hat heute unser Haus verlassen."
CONFIRMED = "Auftragsbestätigung {note} zu Ihrer Bestellung {order}. Wir bestätigen Ihre Bestellung."
Make = Callable[..., bytes]
Row = tuple[str, ...]


def page(head: Row, *rows: Row, order: str = ORDER, note: str = "LS-4711", says: str = LEFT) -> str:
    """A note as a supplier's system writes it."""
    told = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    names = "".join(f"<th>{name}</th>" for name in head)
    return f"<p>{says.format(note=note, order=order)}</p><table><tr>{names}</tr>{told}</table>"


def said(
    *lines: tuple[int, str | None], order: str = ORDER, kind: str = "despatch", on: str | None = None
) -> Corrected:
    """What a person says the mail means."""
    told = [{"order": order, "line": line, "quantity": quantity, "expected_on": on} for line, quantity in lines]
    return Corrected.from_json({"kind": kind, "lines": told})


def counted(reading: Reading) -> dict[tuple[str, int], str]:
    """What a reading says is covered now."""
    return {(one.order.number, one.line.line): str(one.quantity) for one in reading.statements if one.quantity}


def taught(known: Known, rules: list[ReadingRule], supplier: str = "S1") -> Known:
    return with_more(known, supplier, rules)


# -- each kind of rule, learnt from one mail, makes the next one certain


def test_a_column_is_learnt_and_the_next_mail_is_proposed(known: Known, letter: Make) -> None:
    head = ("Pos", "Artikel", "Menge", "Raus")
    wrong = letter(html=page(head, ("1", "NL-99812", "20", "10"), ("2", "NL-44120", "6", "4")))
    following = letter(
        html=page(head, ("1", "NL-99812", "40", "15"), ("2", "NL-31260", "600", "200"), order=OTHER, note="LS-9")
    )

    rules = lessons(wrong, known, said((1, "10"), (2, "4")))
    after = read(following, taught(known, rules))

    assert rules == [ReadingRule("column", "raus", "now")]
    assert read(following, known).decision.action == "ask"
    assert (after.decision.action, counted(after)) == ("propose", {(OTHER, 1): "15", (OTHER, 2): "200"})
    assert after.to_json()["rules"] == ["column “raus” means shipped now"]


def test_a_column_that_says_otherwise_than_it_is_called_is_learnt_together_with_the_right_one(
    known: Known, letter: Make
) -> None:
    head = ("Pos", "Artikel", "Lieferung", "Raus")
    wrong = letter(html=page(head, ("1", "NL-99812", "20", "10"), ("2", "NL-44120", "6", "4")))

    rules = lessons(wrong, known, said((1, "10"), (2, "4")))

    assert read(wrong, known).decision.action == "propose"
    assert {words_of(rule) for rule in rules} == {
        "column “lieferung” means ordered",
        "column “raus” means shipped now",
    }


def test_the_heads_of_a_table_in_plain_text_are_learnt_too(known: Known, letter: Make) -> None:
    rows = "1       NL-99812    {}\n2       NL-44120    {}\n"
    text = f"{LEFT.format(note='LS-2', order=ORDER)}\n\nZeile   Artikel     Raus\n{rows}\nGruss\n"

    rules = lessons(letter(text.format("10", "4")), known, said((1, "10"), (2, "4")))
    after = read(letter(text.format("20", "3")), taught(known, rules))

    assert (after.decision.action, counted(after)) == ("propose", {(ORDER, 1): "20", (ORDER, 2): "3"})


def test_a_full_delivery_teaches_no_more_than_that_a_column_counts(known: Known, letter: Make) -> None:
    wrong = letter(html=page(("Pos", "Artikel", "Raus"), ("1", "NL-99812", "20"), ("2", "NL-44120", "6")))

    rules = lessons(wrong, known, said((1, "20"), (2, "6")))

    assert rules == [ReadingRule("column", "raus", "quantity")]


def test_a_column_of_a_confirmation_is_learnt_as_what_is_confirmed(known: Known, letter: Make) -> None:
    rows = (("1", "NL-99812", "20", "20"), ("2", "NL-44120", "6", "4"), ("3", "NL-70031", "500", "500"))
    wrong = letter(html=page(("Pos", "Artikel", "Menge", "Machbar"), *rows, says=CONFIRMED))

    rules = lessons(wrong, known, said((1, "20"), (2, "4"), (3, "500"), kind="order_response"))

    assert rules == [ReadingRule("column", "machbar", "confirmed")]


@pytest.mark.parametrize(("day", "order"), [("2026-12-05", "dmy"), ("2026-05-12", "mdy")])
def test_the_order_of_dates_is_learnt_and_only_uncertain_dates_are_read_by_it(
    known: Known, letter: Make, day: str, order: str
) -> None:
    def late(on: str) -> bytes:
        text = f"Order {VALVES}: delivery is delayed.\n\nNew delivery date: {on} for V50-16.\n"
        head = {"authentication_results": "mx.brackwater.example; dmarc=pass header.from=globalvalve.example"}
        return letter(text, **head, **{"from": "ops@globalvalve.example", "subject": "Delay"})

    rules = lessons(late("05/12/2026"), known, said((1, None), order=VALVES, kind="delay", on=day))
    wiser = taught(known, rules, "S8")

    assert rules == [ReadingRule("dates", "*", order)]
    assert read(late("06/12/2026"), known).decision.action == "ask"
    uncertain = read(late("06/12/2026"), wiser)
    assert uncertain.decision.action == "propose"
    assert str(uncertain.expected_on) == ("2026-12-06" if order == "dmy" else "2026-06-12")
    assert str(read(late("25/11/2026"), wiser).expected_on) == "2026-11-25"
    assert read(late("25/11/2026"), wiser).rules == ()
    assert read(late("13/13/2026"), wiser).decision.action == "ask"


def test_a_word_for_a_pack_of_the_order_is_learnt_as_that_pack(known: Known, letter: Make) -> None:
    head = ("Pos", "Artikel", "geliefert")
    wrong = letter(html=page(head, ("1", "NL-99812", "2 Geb"), ("2", "NL-44120", "4 Stk")))
    following = letter(html=page(head, ("2", "NL-31260", "3 Geb"), order=OTHER, note="LS-9"))

    rules = lessons(wrong, known, said((1, "20"), (2, "4")))

    assert rules == [ReadingRule("unit", "geb", "BX")]
    assert counted(read(following, taught(known, rules))) == {(OTHER, 2): "600"}


def test_a_word_for_a_pack_that_the_order_does_not_know_is_learnt_as_so_many(known: Known, letter: Make) -> None:
    head = ("Pos", "Artikel", "geliefert", "Einheit")
    wrong = letter(html=page(head, ("2", "NL-44120", "2", "Bund")))
    following = letter(html=page(head, ("2", "NL-44120", "1", "Bund"), note="LS-9"))
    other_pack = letter(html=page(head, ("1", "NL-99812", "1", "Bund"), note="LS-9"))

    rules = lessons(wrong, known, said((2, "6")))
    wiser = taught(known, rules)

    assert rules == [ReadingRule("unit", "bund", "3 C62")]
    assert counted(read(following, wiser)) == {(ORDER, 2): "3"}
    assert read(other_pack, wiser).decision.action == "ask"


def test_numbers_of_the_suppliers_own_are_learnt_as_our_articles(known: Known, letter: Make) -> None:
    head = ("Pos", "Artikel", "geliefert")
    wrong = letter(html=page(head, ("1", "NX-77120", "10"), ("2", "NX-88210", "4")))
    following = letter(html=page(head, ("1", "NX 77120", "20"), note="LS-9"))

    rules = lessons(wrong, known, said((1, "10"), (2, "4")))
    after = read(following, taught(known, rules))

    assert {(rule.kind, rule.said, rule.means) for rule in rules} == {
        ("part", "NX77120", "6204-2RS"),
        ("part", "NX88210", "SPA-1500"),
    }
    assert (after.decision.action, counted(after)) == ("propose", {(ORDER, 1): "20"})


# -- nothing is guessed


@pytest.mark.parametrize(
    ("why", "head", "rows", "lines"),
    [
        ("it read so already", ("Pos", "Artikel", "geliefert"), [("1", "NL-99812", "10")], [(1, "10")]),
        ("two columns say the same", ("Pos", "Artikel", "Raus", "Fort"), [("1", "NL-99812", "4", "4"), ("2", "NL-44120", "2", "2")], [(1, "4"), (2, "2")]),
        ("nothing in it says so", ("Pos", "Artikel", "geliefert"), [("1", "NL-99812", "10")], [(1, "7")]),
        ("either row could be either article", ("Pos", "Artikel", "geliefert"), [("1", "77120", "4"), ("2", "88210", "4")], [(1, "4"), (2, "4")]),
        ("a full delivery cannot tell the columns apart", ("Pos", "Artikel", "Menge", "Raus"), [("1", "NL-99812", "20", "2"), ("2", "NL-44120", "6", "1")], [(1, "20"), (2, "6")]),
        ("what is confirmed is never what was shipped", ("Pos", "Artikel", "Bestätigt"), [("1", "NL-99812", "10")], [(1, "10")]),
        ("a line that is not on the order", ("Pos", "Artikel", "Raus"), [("1", "NL-99812", "10")], [(9, "10")]),
    ],
)  # fmt: skip
def test_where_two_things_could_be_meant_nothing_is_learnt(
    known: Known, letter: Make, why: str, head: Row, rows: list[Row], lines: list[tuple[int, str]]
) -> None:
    assert lessons(letter(html=page(head, *rows)), known, said(*lines)) == [], why


@pytest.mark.parametrize(
    ("why", "head"),
    [
        ("forged", {"authentication_results": "mx.brackwater.example; dmarc=fail header.from=nordlager.example"}),
        ("not verified", {"authentication_results": ""}),
        ("unknown", {"from": "someone@stranger.example"}),
        ("a look-alike", {"from": "versand@nord1ager.example"}),
        ("our own people", {"from": "lager@brackwater.example"}),
    ],
)
def test_nothing_is_learnt_of_a_sender_who_is_not_verified(
    known: Known, letter: Make, why: str, head: dict[str, str]
) -> None:
    rows = (("1", "NL-99812", "20", "10"), ("2", "NL-44120", "6", "4"))
    raw = letter(html=page(("Pos", "Artikel", "Menge", "Raus"), *rows), **head)

    assert lessons(raw, known, said((1, "10"), (2, "4"))) == [], why


def test_nothing_is_learnt_of_a_mail_that_goes_over_a_limit_or_of_no_mail_at_all(known: Known, letter: Make) -> None:
    assert lessons(b"\xff\x00 no mail", known, said((1, "10"))) == []
    assert lessons(b"", known, said((1, "10"))) == []


def test_a_search_that_cannot_be_ended_teaches_nothing(known: Known, letter: Make) -> None:
    raw = letter(html=page(("Pos", "Artikel", "Menge", "Raus"), ("1", "NL-99812", "20", "10")))
    moments = iter([0.0, *[9.0] * MOST_READINGS])

    assert lessons(raw, known, said((1, "10"))) == [ReadingRule("column", "raus", "now")]
    assert lessons(raw, known, said((1, "10")), clock=lambda: next(moments)) == []


# -- a rule is never above what keeps mail from being taken wrongly


def test_a_taught_number_never_stands_above_a_known_one(known: Known, letter: Make) -> None:
    rules = [ReadingRule("part", "NL44120", "6204-2RS")]
    raw = letter(html=page(("Pos", "Artikel", "geliefert"), ("1", "NL-44120", "5")))

    assert counted(read(raw, taught(known, rules))) == {(ORDER, 2): "5"}


def test_a_taught_column_does_not_let_more_than_is_open_pass(known: Known, letter: Make) -> None:
    rules = [ReadingRule("column", "raus", "now")]
    raw = letter(html=page(("Pos", "Artikel", "Raus"), ("1", "NL-99812", "30")))

    assert read(raw, taught(known, rules)).decision.rule == "too much"


def test_a_rule_of_one_supplier_says_nothing_of_another(known: Known, letter: Make) -> None:
    rules = [ReadingRule("column", "raus", "now")]
    rows = (("1", "NL-99812", "20", "10"), ("2", "NL-44120", "6", "4"))
    raw = letter(html=page(("Pos", "Artikel", "Menge", "Raus"), *rows))

    assert read(raw, taught(known, rules, "S2")).decision.action == "ask"


def test_a_column_to_be_ignored_says_nothing(known: Known, letter: Make) -> None:
    rows = (("1", "NL-99812", "20", "2"), ("2", "NL-44120", "6", "1"))
    raw = letter(html=page(("Pos", "Artikel", "Menge", "Behälter"), *rows))

    after = read(raw, taught(known, [ReadingRule("column", "behalter", "ignore")]))

    assert counted(after) == {(ORDER, 1): "20", (ORDER, 2): "6"}
    assert after.rules == ("column “behalter” means nothing that counts",)


# -- the tables


def test_every_role_has_its_words() -> None:
    assert set(ROLE_WORDS) == set(ROLES)
    assert len(set(ROLE_WORDS.values())) == len(ROLE_WORDS)


@pytest.mark.parametrize(
    ("rule", "lawful"),
    [
        (ReadingRule("column", "menge", "now"), True),
        (ReadingRule("column", "menge", "everything"), False),
        (ReadingRule("column", "", "now"), False),
        (ReadingRule("dates", "*", "dmy"), True),
        (ReadingRule("dates", "*", "dym"), False),
        (ReadingRule("unit", "geb", "10 C62"), True),
        (ReadingRule("unit", "geb", "0 C62"), False),
        (ReadingRule("unit", "geb", "10 XX"), False),
        (ReadingRule("unit", "geb", "many"), False),
        (ReadingRule("part", "77120", "SPA-1500"), True),
        (ReadingRule("part", "7", "SPA-1500"), False),
        (ReadingRule("kind", "menge", "now"), False),
    ],
)
def test_a_rule_says_something_the_reader_can_use_or_is_left_out(rule: ReadingRule, lawful: bool) -> None:
    assert is_lawful(rule) is lawful
    assert bool(words_of(replace(rule, kind=rule.kind if rule.kind in KINDS else "part")))


def test_so_many_of_a_unit_are_exact() -> None:
    assert own_unit("2.5 KGM") == (Decimal("2.5"), "KGM")
    assert own_unit("BX") == (None, "BX")
    assert own_unit("2.5KGM") is None


@pytest.mark.parametrize(
    "content", [{}, {"kind": "despatch", "lines": [{"order": "x"}]}, {"kind": "despatch", "lines": [{"order": "x", "line": 1, "quantity": "many"}]}]
)  # fmt: skip
def test_what_is_no_correction_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no correction"):
        Corrected.from_json(content)


def test_a_reading_agrees_only_with_what_was_said_of_it(known: Known, letter: Make) -> None:
    reading = read(letter(html=page(("Pos", "Artikel", "geliefert"), ("1", "NL-99812", "10"))), known)

    assert is_read_so(reading, said((1, "10")))
    assert is_read_so(reading, said((1, "10"), (2, "0")))
    assert not is_read_so(reading, said((1, "9")))
    assert not is_read_so(reading, said((1, "10"), kind="delivery"))
    assert not is_read_so(reading, said((1, "10"), on="2026-12-01"))
    assert not is_read_so(reading, Corrected("despatch"))


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (("Pos", "Artikel", "Menge", "Raus"), ("1", "NL-44120", "6 Stk", "4 Stk")),
        (("Pos", "Artikel", "geliefert"), ("1", "NL-44120", "2 Bund")),
        (("Pos", "Artikel", "geliefert", "Einheit"), ("1", "NL-44120", "2", "Bund")),
    ],
)
def test_what_nobody_has_taught_is_asked_about(known: Known, letter: Make, head: Row, row: Row) -> None:
    assert read(letter(html=page(head, row)), known).decision.rule == "unclear"


def test_a_word_that_everybody_uses_for_a_unit_is_never_learnt_anew(known: Known, letter: Make) -> None:
    head = ("Pos", "Artikel", "Menge", "Raus")
    wrong = letter(html=page(head, ("1", "NL-44120", "6 Stk", "3 Stk")))

    assert lessons(wrong, known, said((2, "3"))) == [ReadingRule("column", "raus", "now")]


def test_no_rule_takes_away_what_tells_goods_apart(known: Known, letter: Make) -> None:
    head = ("Pos", "Bestellnummer", "Artikelnummer", "geliefert")
    raw = letter(html=page(head, ("1", OTHER, "NL-99812", "10"), ("2", ORDER, "NL-44120", "4")))
    rules = [ReadingRule("column", "bestellnummer", "ignore"), ReadingRule("column", "artikelnummer", "remark")]

    assert counted(read(raw, taught(known, rules))) == {(OTHER, 1): "10", (ORDER, 2): "4"}


def test_a_line_of_which_nothing_comes_tells_what_was_shipped_from_what_was_ordered(known: Known, letter: Make) -> None:
    head = ("Pos", "Artikel", "Menge", "Raus")
    wrong = letter(html=page(head, ("1", "NL-99812", "20", "20"), ("2", "NL-44120", "6", "0")))

    assert lessons(wrong, known, said((1, "20"))) == [ReadingRule("column", "raus", "now")]
