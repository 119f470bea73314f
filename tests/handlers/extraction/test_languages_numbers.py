"""Counts as the fifteen languages write them: in words, with points or blanks between thousands, and beside calendar weeks."""

from decimal import Decimal
from typing import Any

import pytest

from handlers.extraction.dates import Calendar
from handlers.extraction.figures import Reader, Written
from handlers.extraction.known import OrderLine
from handlers.extraction.lexicon import lexicon, tables
from handlers.extraction.numbers import parse
from handlers.extraction.spelled import spelled
from handlers.extraction.units import Unclear, in_order_unit

ARTICLE = "VM-6205"
#: Twelve and two in the words of each language, before an article, each with a unit.
TWELVE = {
    "cs": "dvanáct kusů a dvě role",
    "da": "tolv stk. og to ruller",
    "de": "zwölf Stück und zwei Rollen",
    "en": "twelve pieces and two rolls",
    "es": "doce unidades y dos rollos",
    "fi": "kaksitoista kappaletta ja kaksi rullaa",
    "fr": "douze pièces et deux rouleaux",
    "hu": "tizenkét db és két tekercs",
    "it": "dodici pezzi e due rotoli",
    "nl": "twaalf stuks en twee rollen",
    "no": "tolv stk og to ruller",
    "pl": "dwanaście sztuk i dwie rolki",
    "pt": "doze peças e dois rolos",
    "sv": "tolv st och två rullar",
    "tr": "on iki adet ve iki rulo",
}
#: Numbers of several words: what the last of them says alone is not the count.
COMPOUND = {
    "cs": "dvacet čtyři kusy",
    "de": "zwei hundert und zwölf Stück",
    "en": "twenty four pieces",
    "es": "treinta y dos piezas",
    "fr": "quatre vingt deux pièces",
    "no": "tjue sju stk",
    "pl": "dwadzieścia cztery sztuki",
    "pt": "vinte e quatro peças",
    "sv": "trettio två st",
    "tr": "yirmi dört adet",
}


def written(text: str, language: str, *, locale: str = "", beside: tuple[str, ...] = ("en",)) -> list[Written]:
    """The quantities of a sentence, its article and its weeks masked as the reader of prose masks them."""
    words = lexicon(tuple(sorted({language, *beside})))
    masked = Calendar(locale or language, words, None).weeks(text)
    at = text.find(ARTICLE)
    masked += [(at, at + len(ARTICLE))] if at >= 0 else []
    return Reader(words, locale or language).written(text, masked)


def line(quantity: str = "24", received: int = 0) -> OrderLine:
    return OrderLine(1, ARTICLE, None, None, "Bearing", Decimal(quantity), "C62", {}, None, Decimal(received))


@pytest.mark.parametrize("language", TWELVE)
def test_a_count_in_words_counts_where_a_unit_follows(language: str) -> None:
    found = written(TWELVE[language], language)

    assert [(int(one.figure.number.value), one.counted) for one in found] == [(12, True), (2, True)]
    assert "C62" in found[0].figure.units
    assert "RO" in found[1].figure.units


@pytest.mark.parametrize("language", tables())
def test_every_count_in_words_is_read_as_its_number(language: str) -> None:
    words = lexicon((language,))
    unit = {"C62": tables()[language]["units"]["C62"][0]}["C62"]
    wrong = []

    for name, listed in tables()[language]["numbers"].items():
        for phrase in listed if name.isdigit() else ():
            text = phrase if words.meanings_of(phrase.split()[-1], "units") else f"{phrase} {unit}"
            said = spelled(text, words)
            if [(one.value, one.doubt) for one in said] != [(int(name), "")]:
                wrong.append((phrase, said))

    assert not wrong


@pytest.mark.parametrize("language", COMPOUND)
def test_a_number_of_several_words_is_never_read_as_one_of_them(language: str) -> None:
    found = written(COMPOUND[language], language)

    assert all(one.figure.strange for one in found)
    for one in found:
        with pytest.raises(Unclear):
            in_order_unit(one.figure, line())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We ship on pallets next week.", "tr"),
        ("Once units are ready we inform you.", "es"),
        ("Der Fahrer hat Ware geholt.", "hu"),
        ("We sent it to you with the fire pumps.", "da"),
        ("The two-part housing is ready.", "en"),
        ("One of our colleagues will call.", "en"),
        ("Sie haben acht gegeben.", "de"),
        ("Il materiale sei in viaggio.", "it"),
        ("Wij zenden een doos.", "nl"),
        ("Une boîte est partie.", "fr"),
    ],
)
def test_a_word_that_could_be_another_one_counts_nothing(text: str, language: str) -> None:
    assert written(text, language) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"six {ARTICLE} bearings left", 6),
        (f"half a dozen {ARTICLE}", 6),
        (f"a dozen {ARTICLE} left", 12),
        (f"two (2) pcs {ARTICLE}", 2),
        (f"2 (two) pcs {ARTICLE}", 2),
        (f"two dozen {ARTICLE}", 24),
    ],
)
def test_a_count_in_english_words_counts_the_article_behind_it(text: str, value: int) -> None:
    (found,) = written(text, "en")

    assert in_order_unit(found.figure, line("24")) == value


def test_words_and_figures_that_say_it_twice_must_agree() -> None:
    (found,) = written(f"twelve (20) pcs {ARTICLE}", "en")

    with pytest.raises(Unclear):
        in_order_unit(found.figure, line())


def test_two_of_the_four_says_what_left_and_what_was_ordered() -> None:
    found = written(f"two of the four {ARTICLE} pumps left", "en")

    assert [int(one.figure.number.value) for one in found] == [2, 4]


def test_both_are_two_of_an_order_of_two_and_nothing_else() -> None:
    (found,) = written(f"both {ARTICLE} left us", "en")

    assert in_order_unit(found.figure, line("2")) == 2
    with pytest.raises(Unclear):
        in_order_unit(found.figure, line("10"))


def test_both_that_joins_two_articles_counts_neither() -> None:
    (found,) = written(f"both {ARTICLE} and the motor left us", "en")

    with pytest.raises(Unclear):
        in_order_unit(found.figure, line("2"))


def test_a_cell_may_say_its_count_in_words() -> None:
    reader = Reader(lexicon(("de", "en")), "de_DE")

    cells = [reader.cell(text) for text in ("zwölf", "zwölf Stück", "zwölf oder mehr", "beide")]

    assert [cell and int(cell.number.value) for cell in cells] == [12, 12, None, None]


@pytest.mark.parametrize(
    ("text", "locale", "value", "other"),
    [
        ("1.200", "da_DK", 1200, Decimal("1.2")),
        ("1.200", "nb_NO", 1200, Decimal("1.2")),
        ("1.200", "pt_PT", 1200, Decimal("1.2")),
        ("1.200", "pt_BR", 1200, Decimal("1.2")),
        ("1.200", "tr_TR", 1200, Decimal("1.2")),
        ("1.200,50", "tr_TR", Decimal("1200.5"), None),
        ("1\u00a0200", "fi_FI", 1200, None),
        ("1\u00a0200,5", "cs_CZ", Decimal("1200.5"), None),
        ("2\u202f000", "hu_HU", 2000, None),
        ("12,00", "pt_PT", 12, None),
    ],
)
def test_a_number_is_read_by_its_locale_and_tells_its_other_meaning(
    text: str, locale: str, value: Any, other: Decimal | None
) -> None:
    number = parse(text, locale)

    assert number is not None
    assert (number.value, number.other) == (Decimal(value), other)


@pytest.mark.parametrize(
    ("text", "language", "locale"),
    [
        ("1 200 kpl VM-6205 noudettiin", "fi", "fi_FI"),
        ("1 200 ks VM-6205 odesláno", "cs", "cs_CZ"),
        ("1 200 db VM-6205 feladva", "hu", "hu_HU"),
        ("1 200 stk VM-6205 er sendt", "no", "nb_NO"),
        ("1 200 un. VM-6205 foram expedidas", "pt", "pt_PT"),
        ("1 200 pièces VM-6205 expédiées", "fr", "fr_FR"),
    ],
)
def test_a_blank_between_thousands_is_never_cut(text: str, language: str, locale: str) -> None:
    (found,) = written(text, language, locale=locale)

    assert in_order_unit(found.figure, line("1200")) == 1200
    with pytest.raises(Unclear):
        in_order_unit(found.figure, line("500"))


def test_a_blank_group_whose_end_is_the_open_quantity_is_asked_about() -> None:
    (found,) = written("1 200 Stk. VM-6205 versandt", "de", locale="de_DE")

    with pytest.raises(Unclear):
        in_order_unit(found.figure, line("1200", received=1000))


def test_a_loose_figure_beside_blank_groups_makes_them_doubtful() -> None:
    (found, *_) = written("40 1 200 kpl VM-6205", "fi", locale="fi_FI")

    assert any(one.figure.strange for one in [found, *_])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("resten i uge 49", "da"),
        ("resten i uke 49/2026", "no"),
        ("loput viikolla 49", "fi"),
        ("loput vko 49 mennessä", "fi"),
        ("zbytek ve 49. týdnu", "cs"),
        ("zbytek v týdnu 49", "cs"),
        ("a többi a 49. héten", "hu"),
        ("a többi a 49. hétre", "hu"),
        ("kalan 49. haftada", "tr"),
        ("restante na semana 49", "pt"),
        ("Rest in KW 49", "de"),
        ("reszta w 49. tygodniu", "pl"),
    ],
)
def test_the_number_of_a_calendar_week_is_no_quantity(text: str, language: str) -> None:
    assert written(text, language) == []
