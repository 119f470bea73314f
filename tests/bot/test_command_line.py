"""The command line: each command's words, its exit status, and no traceback for what people do wrong."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import bot.__main__ as command_line
from bot import demo
from bot.config import load
from bot.health import asked
from storage.database import Database

Running = Callable[..., Any]
DEMO = str(demo.settings())


def test_alone_it_says_what_it_is_and_five_examples(running: Running) -> None:
    ended = running()

    assert ended.status == command_line.FINE
    lines = [line for line in ended.out.splitlines() if line.startswith("  chargehand ")]
    assert ended.out.startswith("Chargehand keeps a plant's maintenance and purchasing")
    assert len(lines) == 5
    assert "New here? chargehand sandbox" in ended.out


def test_every_example_of_the_greeting_is_a_command_that_exists() -> None:
    commands = get_command(command_line.app).commands  # type: ignore[attr-defined]

    named = [line.split()[1] for line in command_line.GREETING.splitlines() if line.startswith("  chargehand ")]

    assert set(named) <= set(commands)


def test_every_command_has_a_sentence_and_an_example() -> None:
    commands = get_command(command_line.app).commands  # type: ignore[attr-defined]

    for name, command in commands.items():
        if name != "config":
            assert f"Example: chargehand {name}" in (command.help or ""), name


def test_help_is_quick_because_nothing_heavy_is_loaded() -> None:
    code = (
        "import sys; sys.argv = ['chargehand', '--help']\n"
        "import bot.__main__ as c\n"
        "try:\n    c.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'slack_bolt', 'slack_sdk', 'aiohttp', 'pydantic', 'jinja2', 'typst', 'lxml', 'babel'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.splitlines()[-1] == "LOADED []"


def test_an_unknown_command_is_wrong_use(running: Running) -> None:
    ended = running("fly")

    assert ended.status == command_line.USAGE
    assert "No such command" in ended.err


def test_a_wrong_configuration_is_said_without_a_traceback(running: Running) -> None:
    Path("config.toml").write_text('[approvals]\nundo_seconds = "one minute"\n')

    ended = running("verify")

    assert ended.status == command_line.CONFIGURATION
    assert ended.err == (
        'config.toml:2 approvals.undo_seconds = "one minute": write a number of seconds, for example 60.\n'
    )


def test_run_without_tokens_says_what_is_missing(running: Running) -> None:
    ended = running("run")

    assert ended.status == command_line.CONFIGURATION
    assert "slack.bot_token is missing: set CHARGEHAND_SLACK__BOT_TOKEN" in ended.err
    assert "Traceback" not in ended.err


def test_run_with_a_slack_that_does_not_answer_says_so(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARGEHAND_SLACK__BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("CHARGEHAND_SLACK__APP_TOKEN", "xapp-1")
    monkeypatch.setenv("CHARGEHAND_SLACK__API_URL", "http://127.0.0.1:9/api/")

    ended = running("run", "--config", DEMO)

    assert ended.status == command_line.OUTSIDE
    assert ended.err.strip().splitlines()[-1].startswith("Slack at http://127.0.0.1:9/api/ does not take")


def test_a_plant_is_imported_shown_and_verified(running: Running) -> None:
    dry = running("import", str(demo.folder()), "--dry-run", "--config", DEMO)
    real = running("import", str(demo.folder()), "--config", DEMO, "--json")
    verified = running("verify", "--json")

    assert (dry.status, real.status, verified.status) == (0, 0, 0)
    assert "Nothing was written: this was a dry run." in dry.out
    told = json.loads(real.out)
    assert told["written"] is True
    assert {one["file"]: one["new"] for one in told["files"]}["assets"] == 25
    assert json.loads(verified.out) == {"whole": True, "damage": []}


def test_wrong_rows_end_with_one_and_can_be_collected(running: Running, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "parts.csv").write_text("part,price\nP-1,cheap\n")

    ended = running("import", str(folder), "--wrong-rows", "wrong")

    assert ended.status == command_line.FOUND
    assert "parts.csv:2 price “cheap” is no number with a decimal point." in ended.out
    assert "Nothing was written." in ended.out
    assert Path("wrong/parts.csv").read_text() == (
        "part,price,problem\nP-1,cheap,price is no number with a decimal point\n"
    )


def test_a_folder_that_is_none_is_wrong_use(running: Running) -> None:
    ended = running("import", "nowhere")

    assert (ended.status, ended.err) == (command_line.USAGE, "nowhere is no folder.\n")


def test_a_document_that_is_not_there_is_said(running: Running) -> None:
    running("migrate")

    ended = running("show", "PO-1")

    assert ended.status == command_line.FOUND
    assert ended.out == ""
    assert ended.err == "I know no PO-1. Write it like WO-2026-00412 or PO-118.\n"


def test_an_empty_database_says_what_to_do(running: Running) -> None:
    ended = running("verify")

    assert ended.status == command_line.OUTSIDE
    assert ended.err == "The database is empty; `chargehand migrate` makes its tables.\n"


def test_migrate_makes_the_tables(running: Running) -> None:
    first, second = running("migrate"), running("migrate")

    assert first.out == "The database now has schema 0001.\n"
    assert second.out == "The database has schema 0001, as this release wants it.\n"


def test_damage_is_named_and_ends_with_five(running: Running, tmp_path: Path) -> None:
    running("import", str(demo.folder()), "--config", DEMO)
    database = Database(f"sqlite:///{tmp_path}/data/chargehand.db")
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE stock SET on_hand = on_hand + 1 WHERE id = 1")
        connection.exec_driver_sql("DELETE FROM audit WHERE number = 3")
    database.close()

    ended = running("verify")

    assert ended.status == command_line.DAMAGED
    assert "Entry 3 is missing; the next one is 4." in ended.out
    assert "its ledger" in ended.out


def test_a_folder_that_cannot_be_used_is_said(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    monkeypatch.setenv("CHARGEHAND_STORAGE__PATH", "file/data")

    ended = running("migrate")

    assert (ended.status, ended.err) == (command_line.OUTSIDE, "file/data cannot be used: Not a directory.\n")


def test_a_database_that_somebody_else_holds_is_said(running: Running, tmp_path: Path) -> None:
    running("migrate")
    holder = sqlite3.connect(tmp_path / "data" / "chargehand.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    ended = running("import", str(demo.folder()), "--config", DEMO)

    holder.close()
    assert ended.status == command_line.OUTSIDE
    assert ended.err.endswith("does not answer: database is locked\n")


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(OSError(98, "Address already in use"), command_line.OUTSIDE), (KeyboardInterrupt(), command_line.FINE)],
)
def test_trouble_of_the_machine_ends_in_a_sentence(trouble: BaseException, status: int) -> None:
    with pytest.raises(SystemExit) as ended, command_line._expected_errors():
        raise trouble

    assert ended.value.code == status


def test_a_fault_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), command_line._expected_errors():
        raise ZeroDivisionError


def test_settings_are_shown_with_their_origin_and_without_secrets(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARGEHAND_SLACK__BOT_TOKEN", "xoxb-very-secret")

    table, told = running("config", "show"), running("config", "show", "--json")

    assert "xoxb-very-secret" not in table.out + told.out
    shown = json.loads(told.out)
    assert shown["slack.bot_token"] == {"value": "set, not shown", "from": "CHARGEHAND_SLACK__BOT_TOKEN"}
    assert shown["log.level"] == {"value": "info", "from": "default"}


def test_the_manifest_is_printed_for_both_modes(running: Running) -> None:
    socket, http = running("print", "manifest"), running("print", "manifest", "--http", "https://x.example/slack")

    assert json.loads(socket.out)["settings"]["socket_mode_enabled"] is True
    assert json.loads(http.out)["settings"]["interactivity"]["request_url"] == "https://x.example/slack"


def test_the_systemd_unit_is_printed_and_names_settings_that_exist(running: Running) -> None:
    ended = running("print", "systemd")

    variables = [line.partition("=")[2] for line in ended.out.splitlines() if line.startswith("Environment=")]
    environment = dict(one.split("=", 1) for one in variables if not one.split("=", 1)[0].endswith("_FILE"))
    load([], environment=environment)
    files = [one.split("=")[0] for one in variables if one.split("=")[0].endswith("_FILE")]
    for name in files:
        with pytest.raises(Exception, match="cannot be read"):
            load([], environment={name: "/nowhere"})


def test_mails_are_read_without_a_database(running: Running, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"From: a@b.example\r\nSubject: hello\r\n\r\nhello\r\n")

    good, bad = running("read", "one.eml"), running("read", "none.eml")

    assert good.status == 0
    assert json.loads(good.out)
    assert (bad.status, bad.err) == (command_line.USAGE, "none.eml is no file\n")


def test_why_a_mail_is_read_as_it_is_is_said_in_sentences(running: Running, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"From: a@b.example\r\nSubject: hello\r\n\r\nhello\r\n")

    out = running("read", "one.eml", "--why").out

    assert out.startswith("one.eml:\nSender a@b.example: Unknown: the address belongs to no supplier.\n")
    assert "Decision: It is put away by the rule \u201cstranger without business\u201d" in out
    assert "  no  forged (the sender is not who the mail says)\n" in out
    assert "  yes stranger without business (an unknown sender and nothing about our orders)\n" in out


def test_health_without_a_bot_says_so(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARGEHAND_WEB__PORT", "9")

    ended, told = running("health"), running("health", "--json")

    assert ended.status == command_line.OUTSIDE
    assert ended.out.startswith("No bot answers at http://127.0.0.1:9/health")
    assert json.loads(told.out)["reachable"] is False


def test_health_that_is_switched_off_says_so() -> None:
    answer = asked(load([], options={"web": {"on": False}}, environment={}))

    assert answer.trouble == ("web.on is false, so there is no /health to ask.",)


def test_check_prints_a_line_a_thing_and_ends_with_one(running: Running) -> None:
    Path("config.toml").write_text("[plant]\nnam = 1\n")

    table, told = running("check"), running("check", "--json")

    assert table.status == command_line.FOUND
    assert "did you mean plant.name?" in table.out
    assert [one["verdict"] for one in json.loads(told.out)] == ["wrong"]


def test_typer_itself_knows_the_commands() -> None:
    told = CliRunner().invoke(command_line.app, ["--help"])

    assert told.exit_code == 0
    for name in ("run", "sandbox", "check", "import", "show", "verify", "read", "config", "print", "migrate", "health"):
        assert f"  {name} " in told.output
