"""Writes what shifts.csv says, and the skills of people.csv: each person's are those of the file, no others."""

from collections.abc import Sequence

from bot.import_columns import SHAPES
from bot.import_ledger import Ledger, Wanted, upsert
from bot.import_reading import Entry
from bot.import_writing import fields_of
from orders.crew import plain
from orders.working_time import WEEKDAYS
from storage.tables import Person, PersonSkill, Shift
from storage.unit_of_work import Note, table

Entries = Sequence[Entry]


def write_shifts(ledger: Ledger, entries: Entries) -> None:
    """Write shifts by their name; a new one works on the plant's working days where the file does not say others."""
    existing = {row.plain: row for row in ledger.uow.all(Shift)}
    usual = "+".join(WEEKDAYS[day] for day in sorted(ledger.uow.plant.working.days))
    wanted = []
    for entry in entries:
        key = plain(entry.values["shift"])
        row = existing.get(key)
        fields = {**fields_of(SHAPES["shifts"], entry), "plain": key}
        fields = fields | {"name": row.name} if row is not None else {"days": usual} | fields
        lacking = [name for name in ("begins", "ends") if row is None and not fields.get(name)]
        if lacking:
            ledger.wrong.append(entry.wrong(lacking[0], "is empty, but a new shift needs it"))
        else:
            wanted.append(Wanted(key, fields["name"], entry, fields))
    upsert(ledger, Shift, wanted, existing, shape="shifts")


def write_skills(ledger: Ledger, entries: Entries) -> None:
    """Write the skills of people whose cell for them is filled; a shift that nobody knows is noted."""
    people = {row.email: row for row in ledger.uow.all(Person)}
    shifts = {row.plain for row in ledger.uow.all(Shift)}
    for entry in entries:
        person = people.get(entry.values["person"])
        if person is None:
            continue
        if "skills" in entry.values:
            _write(ledger, entry, person)
        shift = entry.values.get("shift")
        if shift and shifts and plain(shift) not in shifts:
            ledger.notes.append(
                f"{entry.file}: line {entry.line}: shift “{shift}” is none of shifts.csv; its hours are not known."
            )


def _write(ledger: Ledger, entry: Entry, person: Person) -> None:
    wanted = {plain(name): (name, until) for name, until in entry.values["skills"].items()}
    known = {row.plain: row for row in ledger.uow.all(PersonSkill, person_id=person.id)}
    before = {key: (row.name, row.valid_until) for key, row in known.items()}
    if wanted == before:
        return
    rows = table(PersonSkill)
    for key, (name, until) in wanted.items():
        if key in known:
            ledger.uow.change(PersonSkill, known[key].id, name=name, valid_until=until)
        else:
            ledger.uow.add(PersonSkill, person_id=person.id, plain=key, name=name, valid_until=until)
    for row in (row for key, row in known.items() if key not in wanted):
        ledger.uow.run(rows.delete().where(rows.c.id == row.id))
    ledger.count("people", person.email, "changed")
    said = {name: _said(before.values() if name == "before" else wanted.values()) for name in ("before", "after")}
    ledger.uow.audit(
        Note(person.email, "skills changed by import", {"skills": said["before"]}, {"skills": said["after"]})
    )


def _said(skills: object) -> list[str]:
    return sorted(f"{name} until {until}" if until else str(name) for name, until in skills)  # type: ignore[attr-defined]
