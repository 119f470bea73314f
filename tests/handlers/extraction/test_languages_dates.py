"""Dates as the languages write them: by words with their endings, year first in Hungary, and never guessed."""

from datetime import date

import pytest

from handlers.extraction.dates import Calendar
from handlers.extraction.lexicon import lexicon
from handlers.extraction.sentences import promised

WRITTEN = date(2026, 11, 19)
DAYS = [
    ("pt", "pt_PT", "27 de novembro de 2026", date(2026, 11, 27)),
    ("pt", "pt_BR", "27/11/2026", date(2026, 11, 27)),
    ("pt", "pt_PT", "02-12-2026", date(2026, 12, 2)),
    ("da", "da_DK", "den 1. december 2026", date(2026, 12, 1)),
    ("da", "da_DK", "27/11-2026", date(2026, 11, 27)),
    ("da", "da_DK", "d. 27.11.26", date(2026, 11, 27)),
    ("no", "nb_NO", "3. desember 2026", date(2026, 12, 3)),
    ("no", "nb_NO", "27/11 2026", date(2026, 11, 27)),
    ("fi", "fi_FI", "24.11.2026", date(2026, 11, 24)),
    ("fi", "fi_FI", "11. joulukuuta 2026", date(2026, 12, 11)),
    ("fi", "fi_FI", "4.12. mennessä", date(2026, 12, 4)),
    ("cs", "cs_CZ", "1. 12. 2026", date(2026, 12, 1)),
    ("cs", "cs_CZ", "27. listopadu 2026", date(2026, 11, 27)),
    ("cs", "cs_CZ", "4. 12.", date(2026, 12, 4)),
    ("hu", "hu_HU", "2026. 11. 24.", date(2026, 11, 24)),
    ("hu", "hu_HU", "2026.12.04.", date(2026, 12, 4)),
    ("hu", "hu_HU", "2026. december 1-jén", date(2026, 12, 1)),
    ("hu", "hu_HU", "2026. nov. 27.", date(2026, 11, 27)),
    ("hu", "hu_HU", "december 4-én", date(2026, 12, 4)),
    ("hu", "hu_HU", "12. 04.", date(2026, 12, 4)),
    ("hu", "hu_HU", "12.04-én", date(2026, 12, 4)),
    ("tr", "tr_TR", "27 Kas\u0131m 2026", date(2026, 11, 27)),
    ("tr", "tr_TR", "11 Aral\u0131k 2026'd\u0131r", date(2026, 12, 11)),
    ("tr", "tr_TR", "04.12.2026'da", date(2026, 12, 4)),
]
#: The old day with the word behind it that says so, then the new one.
MOVED = [
    ("tr", "tr_TR", "27 Kas\u0131m 2026 yerine 11 Aral\u0131k 2026"),
    ("hu", "hu_HU", "2026. november 27. helyett 2026. december 11."),
    ("fi", "fi_FI", "27.11.2026 sijaan 11.12.2026"),
    ("no", "nb_NO", "11. desember 2026, ikke 27. november 2026"),
    ("pt", "pt_PT", "11/12/2026 em vez de 27/11/2026"),
    ("da", "da_DK", "11.12.2026 i stedet for 27.11.2026"),
    ("cs", "cs_CZ", "11. prosince 2026 místo 27. listopadu 2026"),
    ("en", "en_GB", "11 December 2026, as 27 November 2026 cannot be kept"),
]


def calendar(language: str, locale: str) -> Calendar:
    return Calendar(locale, lexicon(tuple(sorted({language, "en"}))), WRITTEN)


@pytest.mark.parametrize(("language", "locale", "text", "day"), DAYS)
def test_a_day_is_read_as_its_country_writes_it(language: str, locale: str, text: str, day: date) -> None:
    (found,) = calendar(language, locale).days(text)

    assert (found.day, found.sure) == (day, True)


@pytest.mark.parametrize(("language", "locale", "text"), MOVED)
def test_of_an_old_day_and_a_new_one_the_new_one_is_promised(language: str, locale: str, text: str) -> None:
    days = calendar(language, locale)

    assert promised(text if language == "en" else f"{text}.", days, days.words) == date(2026, 12, 11)


def test_a_hungarian_day_with_a_short_year_could_begin_with_the_year() -> None:
    found = calendar("hu", "hu_HU").days("26.11.27.")

    assert [one.sure for one in found] == [False]


@pytest.mark.parametrize(("language", "locale"), [("de", "de_DE"), ("fi", "fi_FI"), ("cs", "cs_CZ")])
def test_only_hungarians_put_the_month_before_the_day_without_a_year(language: str, locale: str) -> None:
    (found,) = calendar(language, locale).days("4. 12.")

    assert found.day == date(2026, 12, 4)


def test_a_fraction_and_a_year_are_no_northern_day() -> None:
    assert calendar("en", "en_US").days("3/4 2026") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "uge 48"),
        ("no", "uke 48"),
        ("fi", "vko 48/2026"),
        ("cs", "48. týden"),
        ("hu", "48. hét"),
        ("tr", "48. hafta"),
    ],
)
def test_a_calendar_week_is_a_place_and_no_day(language: str, text: str) -> None:
    days = calendar(language, language)

    assert days.weeks(text) == [(0, len(text))]
    assert days.only(text) is None
