"""The day on which a contractor comes, as people write it."""

from datetime import date

import pytest

from handlers.visit_days import day_in, time_in

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We accept and come on 2026-11-27.", FRIDAY),
        ("Wir nehmen den Auftrag an und kommen am 27.11.2026 um 8 Uhr.", FRIDAY),
        ("Wir kommen am 27.11. gegen 8.30 Uhr.", FRIDAY),
        ("Wir kommen am 27. November.", FRIDAY),
        ("We will come on 27 Nov at 8.", FRIDAY),
        ("We come on Friday 27 November, two fitters.", FRIDAY),
        ("Friday works for us, we come at 7.", FRIDAY),
        ("Wir kommen am Freitag.", FRIDAY),
        ("We will come on Monday.", date(2026, 11, 30)),
        ("Wir kommen morgen um sieben.", date(2026, 11, 24)),
        ("We come tomorrow.", date(2026, 11, 24)),
        ("We come on 4 January.", date(2027, 1, 4)),
        ("Guten Morgen,\nwir kommen am 27.11.2026.", FRIDAY),
        ("Guten Morgen, vielen Dank.", None),
        ("We come on 27 Nov or 30 Nov.", None),
        ("On 2026-11-27 or 2026-11-30.", None),
        ("Friday or Monday.", None),
        ("We come on Monday 27 November.", None),
        ("Next Friday.", None),
        ("Nächsten Freitag.", None),
        ("Not before Friday.", None),
        ("Spätestens Freitag.", None),
        ("Could we come on Friday?", None),
        ("We were there on 20 November.", None),
        ("It will be on 2026-13-45.", None),
        ("We need 27 bolts.", None),
        ("Soon.", None),
        ("", None),
    ],
)
def test_one_day_alone_counts_in_whatever_form(text: str, day: date | None) -> None:
    assert day_in(text, locale="de_DE" if "Wir" in text or "wir" in text else "en_GB", written=MONDAY) == day


@pytest.mark.parametrize(("locale", "day"), [("en_GB", date(2026, 12, 3)), ("", None)])
def test_figures_that_could_be_two_days_count_only_where_we_know_how_they_write(locale: str, day: date | None) -> None:
    assert day_in("We come on 03/12/2026.", locale=locale, written=MONDAY) == day


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("We come on Friday at 10:30.", "10:30"),
        ("Wir kommen am 27.11. um 14 Uhr.", "14:00"),
        ("gegen 14.30 Uhr", "14:30"),
        ("We arrive at 2 pm tomorrow", "14:00"),
        ("12 am", "00:00"),
        ("between 9:00 and 11:00", ""),
        ("10.11. kommen wir", ""),
        ("Can you be there at 10:00?", ""),
        ("tel 10:30:22", ""),
        ("We come.", ""),
    ],
)
def test_one_time_of_day_alone_is_taken_over(text: str, time: str) -> None:
    assert time_in(text) == time
