"""Importing who can do what and when: skills with certificates, shifts over midnight, and what nobody can read."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.plant_import import import_plant
from orders.plant import Plant
from storage.happenings import reading
from storage.tables import Person, PersonSkill, Shift

PEOPLE = "person,name,role,trade,skills,shift\nluis@x.example,Luis Moreno,technician,mechanic,{},early\n"


def _take(database: Any, folder: Path, **files: str) -> Any:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return import_plant(database, Plant(), folder)


def _rows(database: Any, kind: Any) -> list[Any]:
    return list(reading(database, Plant(), datetime.now(UTC), lambda uow: uow.all(kind)))


def _skills(database: Any) -> list[tuple[str, date | None]]:
    return [(row.name, row.valid_until) for row in _rows(database, PersonSkill)]


def test_people_bring_several_skills_with_the_last_day_of_their_certificates(database: Any, tmp_path: Path) -> None:
    report = _take(
        database, tmp_path / "a", people=PEOPLE.format("Welding until 31.05.2027 + Forklift: 2026-12-31+crane")
    )

    assert report.written
    assert _rows(database, Person)[0].trade == "mechanic"
    assert _skills(database) == [("Welding", date(2027, 5, 31)), ("Forklift", date(2026, 12, 31)), ("crane", None)]


def test_the_cell_is_all_that_somebody_can_an_empty_one_keeps_and_a_dash_clears(database: Any, tmp_path: Path) -> None:
    _take(database, tmp_path / "a", people=PEOPLE.format("welding until 2027-05-31+crane"))
    kept = _take(database, tmp_path / "a", people=PEOPLE.format(""))
    same = _take(database, tmp_path / "a", people=PEOPLE.format("crane+welding until 2027-05-31"))
    longer = _take(database, tmp_path / "a", people=PEOPLE.format("WELDING until 2029-05-31"))
    after = _skills(database)
    _take(database, tmp_path / "a", people=PEOPLE.format("-"))

    assert [(one.files[0].changed, one.files[0].same) for one in (kept, same, longer)] == [(0, 1), (0, 1), (1, 0)]
    assert after == [("WELDING", date(2029, 5, 31))]
    assert _skills(database) == []


def test_shifts_have_times_and_weekdays_also_over_midnight(database: Any, tmp_path: Path) -> None:
    shifts = "Shift Name,Start,End,Weekdays\nNight,22:00,6:00,sun to thu\nWeekend,6.00,18:00,sat+sun\nDay,7:00,24:00,\n"

    report = _take(database, tmp_path / "a", shifts=shifts, people=PEOPLE.format(""))

    assert [(row.name, row.begins, row.ends, row.days) for row in _rows(database, Shift)] == [
        ("Night", "22:00", "06:00", "mon+tue+wed+thu+sun"),
        ("Weekend", "06:00", "18:00", "sat+sun"),
        ("Day", "07:00", "00:00", "mon+tue+wed+thu+fri"),
    ]
    assert any("shift “early” is none of shifts.csv" in note for note in report.notes)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"people": PEOPLE.format("welding until soon")}, "is no date"),
        ({"people": PEOPLE.format("welding until 03/04/2027")}, "could be two dates"),
        ({"shifts": "shift,begins,ends\nnight,25:00,06:00\n"}, "is no time of day"),
        ({"shifts": "shift,begins,ends\nnight,22:00,\n"}, "a new shift needs it"),
        ({"shifts": "shift,begins,ends,days\nnight,22:00,06:00,now and then\n"}, "names no weekdays"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    database: Any, tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    report = _take(database, tmp_path / "a", **files)

    assert not report.written
    assert any(reason in fault.reason for fault in report.wrong)
    assert _rows(database, PersonSkill) == []
