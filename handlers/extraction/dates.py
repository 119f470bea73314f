"""Strict reading of dates: day, month and year by words or by the locale's order, never guessed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from .lexicon import Lexicon

_DIGIT = re.compile(r"\d")
_CENTURY = 2000
_TWO_DIGITS = 100
_FIRST, _LAST = 2000, 2099
_MONTHS = 12
_HALF_YEAR = 183
_PARTS_OF_AN_INCH = (2, 4, 8, 16, 32)
_DAY_FOLLOWS = frozenset({"words.on", *(f"weekdays.{day}" for day in range(1, 8))})
_BEHIND = 32
_SUFFIX = 4
_MONTH_FIRST = ("en_us", "en_ph", "en_ca", "es_pr", "en_pr")
_YEAR_FIRST = ("sv", "hu", "lt", "ja", "zh", "ko")
_NORTHERN = ("da", "no", "nb", "nn", "sv")
_WEEK_BEHIND = re.compile(r"\.?[ \u00a0]?:?[ \u00a0]?#?\d{1,2}(?:[ ]?[/-][ ]?(?:\d{4}|\d{2}))?(?!\w)")
_WEEK_BEFORE = re.compile(
    r"(?<![\w.,/-])\d{1,2}(?:\.|[-:][^\W\d_]{1,5})?[ \u00a0]?(?:(?:20\d\d|kal|kalend\w*|napt\u00e1ri)\.?[ \u00a0])?$",
    re.IGNORECASE,
)


#: Where another stretch of a sentence begins, which may say the contrary.
_STRETCH = re.compile(
    r"[()\[\];:\n]|,(?=\s)|\s[-\u2013\u2014]+\s|[.!?]\s(?=[^\Wa-z\d_])"
    r"|(?<!\w)(?i:but|however|sondern|aber|jedoch|daf\u00fcr|maar|echter|mais|cependant|pero|sino|per\u00f2|bens\u00ec|ma|ale|lecz|tylko|natomiast|v\u0161ak|n\u00fdbr\u017e|men|utan|mas|ama|fakat|mutta|vaan|hanem)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date found in a text, with its place; sure is False where day and month could be changed over."""

    day: date
    start: int
    end: int
    sure: bool = True


_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("iso", re.compile(r"(?<![\w-])(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\w-])\.?")),
    ("iso", re.compile(r"(?<![\w-])(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?=T\d\d)")),
    ("iso", re.compile(r"(?<![\w-])(?P<y>20\d\d)\. ?(?P<m>\d{1,2})\. ?(?P<d>\d{1,2})\.?(?:-[^\W\d_]{1,5})?(?![\w-])")),
    ("northern", re.compile(r"(?<![\w/-])(?P<d>\d{1,2})/(?P<m>\d{1,2})[- ](?P<y>20\d\d)(?![\w/-])")),
    ("iso", re.compile(r"(?<![\w.,/-])(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?![\w-])")),
    ("marks", re.compile(r"(?<![\w/-])(?P<a>\d{1,2})(?P<k>[./-])\s?(?P<b>\d{1,2})(?P=k)\s?(?P<y>20\d\d|\d\d)(?![\w/-])")),
    ("words", re.compile(r"(?<![\w.,/-])(?P<d>\d{1,2})(?:st|nd|rd|th|er|[.\u00ba])?[ \u00a0-]?(?:de |of )?(?P<w>[^\W\d_]{3,12})\.?,?[ \u00a0-]?(?:de |del )?(?P<y>20\d\d)(?![\w-])")),
    ("words", re.compile(r"(?<![\w.,/-])(?P<y>20\d\d)\. ?(?P<w>[^\W\d_]{3,12})\.? (?P<d>\d{1,2})(?:\.|-[^\W\d_]{1,5}\.?|\.-[^\W\d_]{1,3})?(?![\w-])")),
    ("words", re.compile(r"(?<![\w])(?P<w>[^\W\d_]{3,12})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>20\d\d)(?![\w-])")),
    ("words", re.compile(r"(?<![\w.,/-])(?P<d>\d{1,2})-(?P<w>[^\W\d_]{3,9})-(?P<y>\d\d)(?![\w-])")),
    ("year_first", re.compile(r"(?<![\w.,/-])(?P<m>\d{1,2})\. ?(?P<d>\d{1,2})(?:\.|-[^\W\d_]{1,5})(?![\w])")),
    ("year_first_words", re.compile(r"(?<![\w])(?P<w>[^\W\d_]{3,12})\.? (?P<d>\d{1,2})(?:\.|-[^\W\d_]{1,5})(?![\w])")),
    ("bare", re.compile(r"(?<![\w.,/-])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?![\w])")),
    ("bare_words", re.compile(r"(?<![\w.,/-])(?P<d>\d{1,2})(?:st|nd|rd|th|er|[.\u00ba])?[ \u00a0](?:de |of )?(?P<w>[^\W\d_]{3,12})(?![\w])")),
    ("english", re.compile(r"(?<![\w])(?P<w>[^\W\d_]{3,9})\.? ?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\w])(?![.,/:-]\d)(?![ \u00a0]?[x\u00d7*])(?=(?:[ \u00a0](?P<next>[^\W\d_]{1,10})(?![\w]))?)")),
    ("hurried", re.compile(r"(?<![\w.,/-])(?P<a>\d{1,2})(?P<k>[./-])(?P<b>\d{1,2})(?![\w/-])(?![.,]\d)(?=(?:[ \u00a0](?P<next>[^\W\d_]{1,10})(?![\w]))?)")),
)  # fmt: skip
#: Those that can fit where no year of this century is written out.
_YEARLESS = tuple((form, pattern) for form, pattern in _FORMS if "(?P<y>20\\d\\d)" not in pattern.pattern)


def stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of a sentence around a place, between commas, brackets, dashes and words of contrast."""
    begins, ends = _cuts(text)
    before, behind = bisect_right(ends, start), bisect_left(begins, end)
    return ends[before - 1] if before else 0, begins[behind] if behind < len(begins) else len(text)


@lru_cache(maxsize=64)
def _cuts(text: str) -> tuple[list[int], list[int]]:
    """Where the stretches of a text are cut, each by its beginning and its end; a text is asked about once for each of its days."""
    found = [cut.span() for cut in _STRETCH.finditer(text)]
    return [begin for begin, _ in found], [end for _, end in found]


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one supplier writes dates, and on which day the mail was written."""

    locale: str
    words: Lexicon
    written: date | None

    def days(self, text: str) -> list[Day]:
        """Every date in the text, in order; where two forms overlap the first form of the table wins."""
        if _DIGIT.search(text) is None:
            return []
        return self.words.once((Calendar, self.locale, self.written), self._days, text)[:]

    def _days(self, text: str) -> list[Day]:
        found: list[Day] = []
        for form, pattern in _forms(self.locale, by_months=self.by_months, yearless="20" not in text):
            for match in pattern.finditer(text):
                free = all(match.end() <= day.start or match.start() >= day.end for day in found)
                day = _READERS[form](self, match) if free else None
                if day is not None:
                    found.append(day)
        return sorted(found, key=lambda day: day.start)

    def only(self, text: str) -> date | None:
        """The date in the text when there is exactly one and it is sure."""
        days = {day.day for day in self.days(text) if day.sure}
        return days.pop() if len(days) == 1 else None

    def weeks(self, text: str) -> list[tuple[int, int]]:
        """The places of calendar weeks with their numbers ('uge 48', 'viikolla 48', 'a 48. h\u00e9ten'): no quantities, and no days."""
        found = []
        for hit in self.words.hits(text):
            if hit.meaning == "words.week":
                behind, before = _WEEK_BEHIND.match(text, hit.end), _WEEK_BEFORE.search(text[: hit.start])
                start = before.start() if before and behind is None else hit.start
                found += [(start, behind.end() if behind else hit.end)] if behind or before else []
        return found

    def is_past(self, text: str, day: Day) -> bool:
        """Whether the words just behind a day say that it holds no more: '27 Kas\u0131m yerine', '27.11. sijaan'."""
        behind = text[day.end : day.end + _BEHIND]
        hits = [hit for hit in self.words.hits(behind) if hit.meaning == "words.was_behind"]
        return any(len(behind[: hit.start].strip(" .,'\u2019)")) <= _SUFFIX for hit in hits) or self._is_denied(
            text, day
        )

    def _is_denied(self, text: str, day: Day) -> bool:
        """'It will not make the 27th' puts an end to that day; 'not before the 27th' promises it."""
        start, end = stretch(text, day.start, day.end)
        hits = [hit for hit in self.words.hits(text) if start <= hit.start < end]
        beside = [
            hit
            for hit in hits
            if hit.meaning == "words.until"
            and (0 <= day.start - hit.end <= _SUFFIX or 0 <= hit.start - day.end <= _SUFFIX)
        ]
        return not beside and any(hit.meaning == "words.denies" for hit in hits)

    @property
    def by_months(self) -> bool:
        """Whether the month stands before the day also without a year, as Hungarians write."""
        return self.locale.lower().startswith("hu") or (not self.locale and "hu" in self.words.languages)

    def month(self, word: str) -> int | None:
        """The number of a month named in words."""
        names = self.words.meanings_of(word, "months")
        return int(names[0]) if names else None


def _made(year: int, month: int, day: int) -> date | None:
    year = year + _CENTURY if year < _TWO_DIGITS else year
    try:
        return date(year, month, day) if _FIRST <= year <= _LAST else None
    except ValueError:
        return None


def _found(day: date | None, match: re.Match[str], *, sure: bool = True) -> Day | None:
    return None if day is None else Day(day, match.start(), match.end(), sure)


def _iso(_calendar: Calendar, match: re.Match[str]) -> Day | None:
    return _found(_made(int(match["y"]), int(match["m"]), int(match["d"])), match)


def _marks(calendar: Calendar, match: re.Match[str]) -> Day | None:
    """By the supplier's own order where day and month could be changed over and people taught it, else by its locale."""
    general, could = _by_locale(calendar, match), _orders(match)
    own = calendar.words.taught("dates", "*") if len(set(could.values())) > 1 else None
    if own is None:
        return general
    if own in could:
        return _found(could[own], match)
    return general and replace(general, sure=False)


def could_be_ordered(text: str) -> set[str]:
    """The orders in which the uncertain dates of a text could be written; nothing where none is uncertain."""
    found = (_orders(match) for form, pattern in _FORMS if form == "marks" for match in pattern.finditer(text))
    return {order for could in found if len(set(could.values())) > 1 for order in could}


def _orders(match: re.Match[str]) -> dict[str, date]:
    """What a date written in figures could be, by the order of day, month and year."""
    first, second, third = int(match["a"]), int(match["b"]), int(match["y"])
    could = {"dmy": _made(third, second, first), "mdy": _made(third, first, second)}
    if len(match["y"]) == 2:  # noqa: PLR2004
        could["ymd"] = _made(first, second, third)
    return {order: day for order, day in could.items() if day is not None}


def _by_locale(calendar: Calendar, match: re.Match[str]) -> Day | None:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    locale = calendar.locale.lower().replace("-", "_")
    month_first = match["k"] in "/-" and locale in _MONTH_FIRST
    if locale.split("_")[0] in _YEAR_FIRST and len(match["y"]) == 2 and match["k"] == "-":  # noqa: PLR2004
        return _found(_made(first, second, year), match)
    day, month = (second, first) if month_first else (first, second)
    if month > _MONTHS >= day:
        return _found(_made(year, day, month), match)
    sure = bool(locale) or match["k"] == "." or day > _MONTHS or day == month
    if calendar.by_months and len(match["y"]) == 2:  # noqa: PLR2004 - '26.11.27.' begins with its year
        sure = False
    return _found(_made(year, month, day), match, sure=sure)


def _worded(calendar: Calendar, match: re.Match[str]) -> Day | None:
    month = calendar.month(match["w"])
    return None if month is None else _found(_made(int(match["y"]), month, int(match["d"])), match)


def _near(calendar: Calendar, month: int, day: int) -> date | None:
    """The day without a year that lies nearest to the day of writing."""
    written = calendar.written
    if written is None:
        return None
    made = [_made(year, month, day) for year in (written.year - 1, written.year, written.year + 1)]
    near = [one for one in made if one is not None and abs(one - written) < timedelta(days=_HALF_YEAR)]
    return near[0] if len(near) == 1 else None


def _northern(calendar: Calendar, match: re.Match[str]) -> Day | None:
    """'27/11-2026', as Danes and Norwegians write."""
    if calendar.locale.lower().replace("-", "_").split("_")[0] not in _NORTHERN:
        return None
    return _found(_made(int(match["y"]), int(match["m"]), int(match["d"])), match)


def _year_first(calendar: Calendar, match: re.Match[str]) -> Day | None:
    return _found(_near(calendar, int(match["m"]), int(match["d"])), match) if calendar.by_months else None


def _year_first_words(calendar: Calendar, match: re.Match[str]) -> Day | None:
    return _bare_words(calendar, match) if calendar.by_months else None


def _bare(calendar: Calendar, match: re.Match[str]) -> Day | None:
    if calendar.by_months and int(match["d"]) <= _MONTHS:
        return None
    return _found(_near(calendar, int(match["m"]), int(match["d"])), match)


def _bare_words(calendar: Calendar, match: re.Match[str]) -> Day | None:
    month = calendar.month(match["w"])
    return None if month is None else _found(_near(calendar, month, int(match["d"])), match)


def _english(calendar: Calendar, match: re.Match[str]) -> Day | None:
    """'Dec. 8' in English; 'in Dec 8 pcs' counts goods."""
    home = calendar.locale.lower()[:2] in ("en", "")
    counts = match["next"] is not None and bool(calendar.words.meanings_of(match["next"], "units"))
    return _bare_words(calendar, match) if home and not counts else None


def _hurried(calendar: Calendar, match: re.Match[str]) -> Day | None:
    """'Until 27/11' and 'op 27-11': only behind a word that stands before days, and never a fraction or a count."""
    before = match.string[max(match.start() - _BEHIND, 0) : match.start()]
    on = any(
        hit.meaning in _DAY_FOLLOWS and before[hit.end :] in (" ", "\u00a0", ", ", ". ")
        for hit in calendar.words.hits(before)
    )
    counts = match["next"] is not None and bool({*calendar.words.meanings_of(match["next"], "units")} - {"INH"})
    first, second = int(match["a"]), int(match["b"])
    inch = match["k"] == "/" and first < second and second in _PARTS_OF_AN_INCH
    if not on or counts or inch or not calendar.locale or calendar.by_months:
        return None
    month_first = match["k"] != "." and calendar.locale.lower().replace("-", "_") in _MONTH_FIRST
    day, month = (second, first) if month_first else (first, second)
    return _found(_near(calendar, month, day) if month <= _MONTHS else None, match)


@lru_cache(maxsize=256)
def _forms(locale: str, *, by_months: bool, yearless: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The forms in which somebody of a locale may write a day, in their order."""
    language = locale.lower().replace("-", "_").split("_")[0]
    home = {
        "northern": language in _NORTHERN,
        "year_first": by_months,
        "year_first_words": by_months,
        "english": locale.lower()[:2] in ("en", ""),
        "hurried": bool(locale) and not by_months,
    }
    return tuple(one for one in (_YEARLESS if yearless else _FORMS) if home.get(one[0], True))


_READERS: dict[str, Callable[[Calendar, re.Match[str]], Day | None]] = {
    "iso": _iso,
    "marks": _marks,
    "words": _worded,
    "northern": _northern,
    "year_first": _year_first,
    "year_first_words": _year_first_words,
    "bare": _bare,
    "bare_words": _bare_words,
    "english": _english,
    "hurried": _hurried,
}
