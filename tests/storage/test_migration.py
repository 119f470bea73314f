"""The schema: made at once when new, told when old, refused when newer, and always what the tables say."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from storage import migration
from storage.database import Database, DatabaseUnusable
from storage.migration import Standing, migrate, revisions, state
from storage.tables import Person
from storage.unit_of_work import table


@pytest.fixture
def empty(database: Database) -> Database:
    """A database without any table."""
    with database.engine.begin() as connection:
        SQLModel.metadata.drop_all(connection)
    return database


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """The migrations of a release that comes after this one."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migration.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0002_more.py").write_text(
        '"""More."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        'revision = "0002"\ndown_revision = "0001"\nbranch_labels = None\ndepends_on = None\n\n\n'
        "def upgrade() -> None:\n    op.add_column('people', sa.Column('nickname', sa.Text(), nullable=True))\n\n\n"
        "def downgrade() -> None:\n    op.drop_column('people', 'nickname')\n"
    )
    return scripts


def differences(database: Database) -> list[Any]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, SQLModel.metadata)
    return [one for one in found if "alembic_version" not in str(one)]


def shape(database: Database) -> dict[str, Any]:
    looked_at = inspect(database.engine)
    return {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in looked_at.get_columns(name)),
            sorted(str(sorted(one["column_names"])) for one in looked_at.get_unique_constraints(name)),
            sorted(
                (
                    str(one["column_names"]),
                    one["unique"],
                    str({key: str(value) for key, value in one.get("dialect_options", {}).items()}),
                )
                for one in looked_at.get_indexes(name)
            ),
            sorted(
                (str(one["constrained_columns"]), one["referred_table"]) for one in looked_at.get_foreign_keys(name)
            ),
        )
        for name in looked_at.get_table_names()
        if name != "alembic_version"
    }


def test_a_new_database_is_made_at_once(empty: Database) -> None:
    assert state(empty).standing is Standing.FRESH

    said = migrate(empty)

    assert said == f"The database now has schema {revisions()[-1]}."
    assert state(empty).standing is Standing.CURRENT
    assert differences(empty) == []


def test_a_current_database_is_left_alone(empty: Database) -> None:
    migrate(empty)

    said = migrate(empty)

    assert said == f"The database has schema {revisions()[-1]}, as this release wants it."


def test_the_migrations_make_what_the_tables_say(empty: Database) -> None:
    """Stale migrations: write the first one anew with ``python -m storage.migration regenerate``."""
    from alembic import command

    with empty.engine.begin() as connection:
        command.upgrade(migration._alembic(connection, migration.SCRIPTS), "head")
    migrated = shape(empty)
    with empty.engine.begin() as connection:
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)

    assert migrated == shape(empty)
    assert differences(empty) == []


def test_tables_without_a_schema_number_are_given_one(database: Database) -> None:
    assert state(database).standing is Standing.UNMARKED

    migrate(database)

    assert state(database).standing is Standing.CURRENT


def test_an_older_database_is_told_and_upgraded(empty: Database, next_release: Path) -> None:
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(table(Person).insert().values(email="ana@h.example", name="Ana", roles="operator"))
    assert state(empty, next_release).standing is Standing.BEHIND
    assert "run `chargehand migrate`" in state(empty, next_release).sentence()

    said = migrate(empty, next_release)

    assert said.startswith("The database was brought from schema 0001 to 0002.")
    assert state(empty, next_release).standing is Standing.CURRENT
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT name, nickname FROM people")).all() == [("Ana", None)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_is_copied_before_it_is_upgraded(empty: Database, next_release: Path) -> None:
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(table(Person).insert().values(email="ana@h.example", name="Ana", roles="operator"))

    said = migrate(empty, next_release)

    copy = Path(f"{empty.url.database}.before-0001")
    assert str(copy) in said
    old = Database(f"sqlite:///{copy}")
    assert state(old).standing is Standing.CURRENT
    with old.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar() == 1
    old.close()


def test_a_newer_database_is_refused_with_its_version(empty: Database, next_release: Path) -> None:
    migrate(empty)
    migrate(empty, next_release)

    with pytest.raises(
        DatabaseUnusable, match="has schema 0002, which is newer than 0001: use the release that made it"
    ):
        migrate(empty)


def test_a_database_of_somebody_else_is_left_alone(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER PRIMARY KEY)"))

    with pytest.raises(DatabaseUnusable, match="other tables than ours"):
        migrate(empty)

    assert inspect(empty.engine).get_table_names() == ["invoices"]


def test_every_standing_has_its_sentence() -> None:
    assert set(migration.SENTENCES) == set(Standing)


def test_the_first_revision_is_not_written_anew_beside_a_second(next_release: Path) -> None:
    with pytest.raises(SystemExit, match="more than one revision"):
        migration.regenerate(next_release)


def test_the_first_revision_can_be_written_anew(tmp_path: Path) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(migration.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))

    written = migration.regenerate(scripts)

    assert revisions(scripts) == ["0001"]
    assert "op.create_table(" in written
