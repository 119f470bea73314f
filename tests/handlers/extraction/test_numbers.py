"""Numbers, dates and quantities are read strictly: what could mean two things says so, and nothing is guessed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as some

from handlers.extraction.contents import Content, contents_of
from handlers.extraction.dates import Calendar
from handlers.extraction.figures import Reader
from handlers.extraction.known import OrderLine
from handlers.extraction.lexicon import lexicon
from handlers.extraction.numbers import Number, decimal_mark, parse, plain
from handlers.extraction.units import FACTORS, Figure, Unclear, in_order_unit, same_unit

LOCALES = (
    "de_DE",
    "de_CH",
    "de_AT",
    "en_GB",
    "en_US",
    "fr_FR",
    "it_IT",
    "nl_NL",
    "pl_PL",
    "sv_SE",
    "es_ES",
    "pt_PT",
    "cs_CZ",
)
READER = Reader(lexicon(("de", "en")), "de_DE")


def line(quantity: str = "20", unit: str = "C62", received: str = "0", **packs: str) -> OrderLine:
    held = {code: Decimal(size) for code, size in packs.items()}
    return OrderLine(1, "6204-2RS", "NL-99812", None, "Bearing", Decimal(quantity), unit, held, None, Decimal(received))


@given(some.integers(0, 10**9), some.sampled_from(LOCALES))
def test_a_whole_number_written_by_its_locale_is_read_back_or_says_its_other_meaning(whole: int, locale: str) -> None:
    text = format_decimal(whole, locale=locale)

    number = parse(text, locale)

    assert number is not None
    assert Decimal(whole) in (number.value, number.other)


@given(some.decimals(0, 10**6, places=2), some.sampled_from(LOCALES))
def test_a_fraction_written_by_its_locale_is_read_back(fraction: Decimal, locale: str) -> None:
    text = format_decimal(fraction, format="#,##0.00", locale=locale)

    number = parse(text, locale)

    assert number == Number(fraction)


@given(some.text(max_size=40), some.sampled_from(("", *LOCALES)))
def test_whatever_is_written_a_number_is_never_negative_and_never_no_number(text: str, locale: str) -> None:
    number = parse(text, locale)

    assert number is None or (number.value.is_finite() and number.value >= 0)


@pytest.mark.parametrize(
    ("text", "locale", "value", "other"),
    [
        ("1.200", "de_DE", "1200", "1.2"),
        ("1.200", "en_GB", "1.200", "1200"),
        ("1.200", "", "1.200", "1200"),
        ("1,200", "en_US", "1200", "1.2"),
        ("1'200", "de_CH", "1200", None),
        ("1\u202f200,50", "fr_FR", "1200.50", None),
        ("1.234.567", "en_US", "1234567", None),
        ("1.234,5", "en_US", "1234.5", None),
        ("0.500", "de_DE", "0.500", None),
        ("1200", "", "1200", None),
    ],
)
def test_a_mark_is_read_by_the_locale_and_the_other_reading_is_kept(
    text: str, locale: str, value: str, other: str | None
) -> None:
    number = parse(text, locale)

    assert number is not None
    assert number.value == Decimal(value)
    assert number.other == (None if other is None else Decimal(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5",
        "NaN",
        "1e5",
        "1,2,3",
        "1.2.3",
        "12.34.567",
        "1,200.30.1",
        "1 200 30",
        "--",
        "1234567890123456",
        "1.200,",
        "\u0661,",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert parse(text, "de_DE") is None


def test_a_locale_that_is_not_known_has_no_mark() -> None:
    assert decimal_mark("xx_YY") == decimal_mark("") == ""


@given(some.decimals(0, 10**9, places=3))
def test_a_decimal_is_written_without_needless_noughts_and_means_the_same(value: Decimal) -> None:
    text = plain(value)

    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith("0"))


@given(
    some.dates(date(2020, 1, 1), date(2035, 12, 31)),
    some.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%d. %B %Y", "%B %d, %Y", "%d %b %Y"]),
)
def test_a_date_in_any_usual_form_is_read_back(day: date, form: str) -> None:
    calendar = Calendar("de_DE", lexicon(("de", "en")), day)

    assert calendar.only(f"am {day.strftime(form)} um 10") == day


@given(some.dates(date(2020, 1, 1), date(2035, 12, 31)), some.integers(-170, 170))
def test_a_day_without_a_year_is_the_one_nearest_to_the_mail(written: date, distance: int) -> None:
    day = written + timedelta(days=distance)
    calendar = Calendar("de_DE", lexicon(("de", "en")), written)

    assert calendar.only(day.strftime("%d.%m.")) == day


@pytest.mark.parametrize(
    ("text", "locale", "day", "sure"),
    [
        ("03/04/2026", "en_GB", date(2026, 4, 3), True),
        ("03/04/2026", "en_US", date(2026, 3, 4), True),
        ("03/04/2026", "", date(2026, 4, 3), False),
        ("04/04/2026", "", date(2026, 4, 4), True),
        ("13/04/2026", "en_US", date(2026, 4, 13), True),
        ("04/13/2026", "en_GB", date(2026, 4, 13), True),
        ("26-11-05", "sv_SE", date(2026, 11, 5), True),
        ("5-Nov-26", "en_GB", date(2026, 11, 5), True),
    ],
)
def test_day_and_month_change_places_by_locale_only(text: str, locale: str, day: date, sure: bool) -> None:
    found = Calendar(locale, lexicon(("en",)), None).days(text)

    assert [(one.day, one.sure) for one in found] == [(day, sure)]


@pytest.mark.parametrize(
    "text",
    [
        "6204",
        "A-42",
        "31.02.2026",
        "99.99.2026",
        "32 November 2026",
        "5 Foobar 2026",
        "KW 34",
        "10",
        "1.5",
        "2026",
        "12.11.",
        "5 Nov",
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert Calendar("de_DE", lexicon(("de", "en")), None).only(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 Stk", "12"),
        ("12 Stk.", "12"),
        ("x 12", "12"),
        ("-", "0"),
        ("\u2014", "0"),
        ("0,00", "0"),
        ("1.200,50 m", "1200.50"),
        ("Stk 12", "12"),
        ("nil", "0"),
    ],
)
def test_a_cell_is_a_quantity(text: str, value: str) -> None:
    figure = READER.cell(text)

    assert figure is not None
    assert figure.number.value == Decimal(value)


@pytest.mark.parametrize("text", ["", "-5", "NL-99812", "12/10", "12.11.2026", "ca. 12", "Rest folgt", "x y"])
def test_a_cell_that_is_no_quantity_says_nothing(text: str) -> None:
    assert READER.cell(text) is None


def test_the_content_of_a_pack_is_read_from_its_description() -> None:
    assert contents_of("Kartuschen, 10 / Karton", READER) == [Content(("CT",), Decimal(10))]
    assert contents_of("ohne Angabe", READER) == []


@pytest.mark.parametrize(("first", "second"), FACTORS)
def test_every_factor_is_exact(first: str, second: str) -> None:
    figure = Figure(Number(Decimal(60)), (first,))

    assert in_order_unit(figure, line("1000000", second)) == Decimal(60) * FACTORS[first, second]


@given(some.integers(1, 1000), some.integers(1, 500))
def test_packs_of_a_known_content_count_pieces(packs: int, content: int) -> None:
    stated = Figure(Number(Decimal(packs)), ("BX",), Decimal(content))

    assert in_order_unit(stated, line("500000", BX=str(content))) == packs * content
    assert in_order_unit(Figure(Number(Decimal(packs)), ("BX",)), line("500000", BX=str(content))) == packs * content


@pytest.mark.parametrize(
    ("figure", "asked"),
    [
        (Figure(Number(Decimal(2)), ("BX",)), line()),
        (Figure(Number(Decimal(2)), ("BX",), Decimal(12)), line(BX="10")),
        (Figure(Number(Decimal(2)), ("BX",), Decimal(5), ("MTR",)), line()),
        (Figure(Number(Decimal(2)), ("KGM",)), line()),
        (Figure(Number(Decimal(3)), strange="Fuder"), line()),
        (Figure(Number(Decimal(3))), line(BX="10")),
        (Figure(Number(Decimal("1.2"), other=Decimal(1200), guessed=True)), line("2000", "MTR")),
        (Figure(Number(Decimal(1200), other=Decimal("1.2"))), line("500", "MTR")),
        (Figure(Number(Decimal(2)), ("C62", "RO")), line(RO="10")),
    ],
)
def test_a_quantity_that_cannot_be_said_in_the_order_s_unit_is_unclear(figure: Figure, asked: OrderLine) -> None:
    with pytest.raises(Unclear):
        in_order_unit(figure, asked)


def test_a_number_is_settled_by_what_is_possible_for_the_line() -> None:
    ambiguous = Number(Decimal("1.2"), other=Decimal(1200))
    guessed = Number(Decimal("1.2"), other=Decimal(1200), guessed=True)

    assert in_order_unit(Figure(Number(Decimal(1200), other=Decimal("1.2"))), line("1200")) == 1200
    assert in_order_unit(Figure(guessed), line("1200")) == 1200
    with pytest.raises(Unclear):
        in_order_unit(Figure(ambiguous), line("1200"))


def test_content_in_another_unit_is_brought_to_the_order_s() -> None:
    figure = Figure(Number(Decimal(3)), ("RO",), Decimal(2), ("KMT",))

    assert in_order_unit(figure, line("9000", "MTR")) == 6000
    assert same_unit("EA", "C62")
    assert not same_unit("EA", "KGM")


def test_nothing_is_nothing_in_every_unit() -> None:
    assert in_order_unit(Figure(Number(Decimal(0)), ("KGM",)), line()) == 0
    assert in_order_unit(Figure(Number(Decimal(2)), ("C62",)), line("5", "SET")) == 2
