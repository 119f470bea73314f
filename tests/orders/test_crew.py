"""Who is ranked before whom for a job, and what is said about each: skills, certificates, shifts over midnight, absences, load."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.crew import Candidate, Job, ShiftHours, judged, shift_of, skills_named, turns_of
from orders.working_time import WorkingTime, holidays_named

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = WorkingTime(holidays=holidays_named(("2026-11-26",)))
EARLY = shift_of("early", "06:00", "14:00", "mon+tue+wed+thu+fri")
LATE = shift_of("late", "14:00", "22:00", "mon+tue+wed+thu+fri")
NIGHT = shift_of("night", "22:00", "06:00", "sun+mon+tue+wed+thu")
MONDAY = datetime(2026, 11, 23, 8, tzinfo=BERLIN)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BERLIN)


TODAY = at(23, 14)


def job(due: datetime = TODAY, *skills: str, minutes: int = 60) -> Job:
    return Job(skills, due, minutes)


def ranked(people: list[Candidate], wanted: Job, now: datetime = MONDAY) -> list[tuple[str, str]]:
    return [(one.candidate.name, one.why()) for one in judged(people, wanted, now, CALENDAR, BERLIN)]


def test_skill_comes_before_presence_and_presence_before_load() -> None:
    people = [
        Candidate(1, "Ana", "mechanic", shift=EARLY),
        Candidate(2, "Bo", "mechanic", {"Welding": None}, EARLY, busy=180),
        Candidate(3, "Cy", "welding", shift=LATE),
        Candidate(4, "Di", "welder", {"welding": date(2026, 11, 3)}, EARLY),
        Candidate(5, "Ed", "mechanic", {"welding": None}, EARLY, ((date(2026, 11, 20), date(2026, 11, 27)),)),
    ]

    assert ranked(people, job(at(23, 14), "welding")) == [
        ("Bo", "mechanic, on early shift, 3 h of 6"),
        ("Cy", "welding, not on shift then"),
        ("Ed", "mechanic, away until 27 Nov"),
        ("Ana", "no welding, on early shift, 0 h of 6"),
        ("Di", "welding only until 3 Nov, on early shift, 0 h of 6"),
    ]


def test_a_technician_comes_before_a_supervisor_who_has_less_to_do() -> None:
    people = [Candidate(1, "Boss", "mechanic", shift=EARLY, technician=False), Candidate(2, "Ana", "mechanic", shift=EARLY, busy=60)]  # fmt: skip

    assert [name for name, _ in ranked(people, job())] == ["Ana", "Boss"]


def test_hours_are_those_of_the_persons_own_shift_until_the_job_is_due() -> None:
    window = (MONDAY, at(25, 12))

    assert turns_of(EARLY, window, CALENDAR, BERLIN) == {
        date(2026, 11, 23): 360,
        date(2026, 11, 24): 480,
        date(2026, 11, 25): 360,
    }
    assert sum(turns_of(NIGHT, window, CALENDAR, BERLIN).values()) == 2 * 480
    assert turns_of(NIGHT, (at(23, 2), at(23, 4)), CALENDAR, BERLIN) == {date(2026, 11, 22): 120}


def test_a_holiday_is_nobodys_shift_unless_the_shift_works_on_holidays() -> None:
    window = (at(26, 0), at(26, 23))
    always = shift_of("watch", "06:00", "14:00", "mon+tue+wed+thu+fri+sat+sun", holidays=True)

    assert turns_of(EARLY, window, CALENDAR, BERLIN) == {}
    assert turns_of(always, window, CALENDAR, BERLIN) == {date(2026, 11, 26): 480}


def test_the_night_in_which_clocks_change_is_as_long_as_it_really_is() -> None:
    night = shift_of("night", "22:00", "06:00", "sat")
    autumn = (datetime(2026, 10, 24, 12, tzinfo=BERLIN), datetime(2026, 10, 25, 12, tzinfo=BERLIN))
    spring = (datetime(2026, 3, 28, 12, tzinfo=BERLIN), datetime(2026, 3, 29, 12, tzinfo=BERLIN))

    assert turns_of(night, autumn, CALENDAR, BERLIN) == {date(2026, 10, 24): 9 * 60}
    assert turns_of(night, spring, CALENDAR, BERLIN) == {date(2026, 3, 28): 7 * 60}


def test_a_night_shift_is_on_shift_in_the_morning_of_the_next_day() -> None:
    people = [Candidate(1, "Nia", "mechanic", shift=NIGHT), Candidate(2, "Eve", "mechanic", shift=EARLY)]

    assert ranked(people, job(at(24, 5)), at(23, 23))[0] == ("Nia", "mechanic, on night shift, 0 h of 6")
    assert NIGHT.worked_at(at(24, 5), CALENDAR, BERLIN) == date(2026, 11, 23)
    assert NIGHT.worked_at(at(24, 6), CALENDAR, BERLIN) is None
    assert NIGHT.worked_at(datetime(2026, 11, 23, 21, 30, tzinfo=UTC), CALENDAR, BERLIN) == date(2026, 11, 23)


def test_what_speaks_against_somebody_is_said_in_sentences() -> None:
    (one,) = judged([Candidate(1, "Bo", "fitter", {"ladder": date(2025, 1, 31)}, LATE, busy=540)], job(at(24, 16), "ladder", "crane", minutes=90), MONDAY, CALENDAR, BERLIN)  # fmt: skip
    (away,) = judged([Candidate(1, "Bo", absences=((date(2026, 11, 1), date(2026, 12, 4)),))], job(), MONDAY, CALENDAR, BERLIN)  # fmt: skip
    (none,) = judged([Candidate(1, "Bo", shift=LATE)], job(), MONDAY, CALENDAR, BERLIN)

    assert one.warnings() == (
        "Bo has no skill “crane”.",
        "The certificate of Bo for ladder holds only until 31 Jan 2025.",
        "Bo would have 10.5 h of work in 10 h on shift until it is due.",
    )
    assert away.warnings() == ("Bo is away until 4 Dec.",)
    assert none.warnings() == ("Bo is not on shift when it is due, on 23 Nov.",)


def test_a_certificate_counts_on_its_last_day_and_not_on_the_next() -> None:
    people = [Candidate(1, "Bo", skills={"crane": date(2026, 11, 23)}, shift=EARLY)]

    assert ranked(people, job(at(23, 14), "CRANE"))[0][1] == "on early shift, 0 h of 6"
    assert ranked(people, job(at(24, 14), "crane"))[0][1].startswith("crane only until 23 Nov")


def test_a_job_past_its_due_date_is_judged_by_what_is_left_of_today() -> None:
    people = [Candidate(1, "Ana", "mechanic", shift=EARLY), Candidate(2, "Bo", "mechanic", shift=LATE)]

    assert ranked(people, job(at(20, 12)), at(23, 13)) == [
        ("Bo", "mechanic, on late shift, 0 h of 8"),
        ("Ana", "mechanic, on early shift, 0 h of 1"),
    ]


def test_somebody_without_a_shift_works_the_plants_hours() -> None:
    assert ranked([Candidate(1, "Ana", "mechanic")], job(at(23, 17))) == [("Ana", "mechanic, there, 0 h of 9")]


@pytest.mark.parametrize(
    ("written", "skills"),
    [("", ()), ("welding", ("welding",)), ("welding + forklift, welding", ("welding", "forklift")), (" + ", ())],
)
def test_several_skills_are_told_apart(written: str, skills: tuple[str, ...]) -> None:
    assert skills_named(written) == skills


@given(
    begins=st.times(), ends=st.times(), days=st.frozensets(st.integers(0, 6)), hours=st.integers(0, 24 * 20),
)  # fmt: skip
def test_no_shift_has_more_minutes_than_the_time_until_the_job_is_due_twice_over(
    begins: time, ends: time, days: frozenset[int], hours: int
) -> None:
    end = datetime.fromtimestamp(MONDAY.timestamp() + hours * 3600, BERLIN)

    turns = turns_of(ShiftHours("any", begins, ends, days), (MONDAY, end), CALENDAR, BERLIN)

    assert all(minutes >= 0 for minutes in turns.values())
    assert sum(turns.values()) <= hours * 60
