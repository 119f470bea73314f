"""The pretend workspace as a whole: what it keeps, how it starts, and what it does to typed words."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.__main__ import main
from sandbox.mrkdwn import typed, typed_command
from sandbox.outside import Outside, wipe
from sandbox.seed import Seed, SeedIsWrong
from sandbox.timing import Stamps
from sandbox.triggers import Triggers

PEOPLE = {"ana": "U1", "ana ruiz": "U2", "o'brien & co": "U3"}
CHANNELS = {"maintenance": "C1"}

TYPED = [
    ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ("ask @Ana Ruiz, not @ana", "ask <@U2>, not <@U1>"),
    ("@O'Brien & Co called", "<@U3> called"),
    ("see #maintenance-old or #maintenance.", "see #maintenance-old or <#C1>."),
    ("@nobody and me@ana.example", "@nobody and <mailto:me@ana.example|me@ana.example>"),
    ("@channel come", "<!channel> come"),
    ("<!channel>", "&lt;!channel&gt;"),
    ("go to https://halden.example/wo?a=1&b=2.", "go to <https://halden.example/wo?a=1&amp;b=2>."),
]


@pytest.mark.parametrize(("words", "stored"), TYPED, ids=[row[0] for row in TYPED])
def test_typed_words_are_stored_as_slack_stores_them(words: str, stored: str) -> None:
    assert typed(words, PEOPLE, CHANNELS) == stored


def test_a_command_names_people_and_channels_beside_their_ids() -> None:
    words = typed_command("assign 412 @Ana Ruiz in #maintenance", PEOPLE, CHANNELS)

    assert words == "assign 412 <@U2|ana ruiz> in <#C1|maintenance>"


def test_stamps_rise_even_when_the_clock_stands_still_or_turns_back() -> None:
    stamps = Stamps(lambda: 5.0, last="1800000000.000009")

    assert [stamps.next(), stamps.next()] == ["1800000000.000010", "1800000000.000011"]


async def test_everything_is_kept_over_a_restart(tmp_path: Path, seed: dict[str, Any]) -> None:
    outside = await Outside.start(tmp_path, seed=seed, mail=False)
    token, port = outside.bot_token, int(outside.url.rpartition(":")[2])
    said = outside.keyboard.say({"as": "U0ANA", "channel": "C0MAINT", "text": "P-101 leaks"})
    trigger = outside.triggers.give("U0ANA")
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]}
    outside.modals.open(trigger, view)
    await outside.stop()

    again = await Outside.start(tmp_path, port, seed=seed, mail=False)
    later = again.workspace.stamps.next()
    kept = again.control.messages("C0MAINT", "U0BO", "")
    views = again.modals.stack("U0ANA")
    keys = json.loads((tmp_path / "secrets.json").read_text("utf-8"))
    await again.stop()

    assert [one["text"] for one in kept] == ["P-101 leaks"]
    assert later > said["ts"]
    assert len(views) == 1
    assert (again.bot_token, keys["bot_token"], keys["port"]) == (token, token, port)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


async def test_kept_files_are_found_at_a_new_address(tmp_path: Path, seed: dict[str, Any]) -> None:
    photo = {"name": "leak.png", "mimetype": "image/png", "base64": "iVBORw0KGgo="}
    first = await Outside.start(tmp_path, seed=seed, mail=False)
    first.keyboard.say({"as": "U0ANA", "channel": "C0MAINT", "text": "", "files": [photo]})
    await first.stop()

    blocker = await asyncio.start_server(_hang_up, "127.0.0.1", int(first.url.rpartition(":")[2]))
    second = await Outside.start(tmp_path, seed=seed, mail=False)
    (message,) = second.control.messages("C0MAINT", "U0ANA", "")
    await second.stop()
    blocker.close()

    assert second.url != first.url
    assert message["files"][0]["url_private"].startswith(second.url + "/files-pri/")


async def test_a_changed_seed_is_merged_into_what_is_there(tmp_path: Path, seed: dict[str, Any]) -> None:
    first = await Outside.start(tmp_path, seed=seed, mail=False)
    first.keyboard.say({"as": "U0ANA", "channel": "C0MAINT", "text": "kept"})
    await first.stop()
    priya = {"id": "U0PRIYA", "email": "priya@halden.example", "name": "Priya Nair"}
    renamed = {**seed["people"][0], "title": "Lead technician"}

    more = {**seed, "people": [renamed, *seed["people"][1:], priya]}
    second = await Outside.start(tmp_path, seed=more, mail=False)
    state = second.control.state("U0PRIYA")
    messages = second.control.messages("C0MAINT", "U0PRIYA", "")
    await second.stop()

    assert [one["text"] for one in messages] == ["kept"]
    assert {one["id"]: one["title"] for one in state["people"]}["U0LUIS"] == "Lead technician"
    assert {one["id"] for one in state["channels"]} == {"C0MAINT", "D0PRIYA"}


async def test_wiping_forgets_the_world_and_nothing_else(tmp_path: Path, seed: dict[str, Any]) -> None:
    outside = await Outside.start(tmp_path, seed=seed, mail=False)
    await outside.stop()
    (tmp_path / "mine.txt").write_text("mine")

    wipe(tmp_path)

    assert names(tmp_path) == ["mine.txt"]


WRONG_SEEDS = [
    ({"people": [{"id": "U1", "name": "x"}]}, "people[0] lacks email"),
    ({"channels": [{"id": "C1"}]}, "channels[0] lacks name"),
    ({"suppliers": "none"}, "suppliers must be a list"),
]


@pytest.mark.parametrize(("seed_words", "words"), WRONG_SEEDS, ids=[row[1] for row in WRONG_SEEDS])
def test_a_wrong_seed_is_named(seed_words: dict[str, Any], words: str) -> None:
    with pytest.raises(SeedIsWrong, match=words.replace("[", r"\[")):
        Seed.of(seed_words)


async def test_it_runs_as_its_own_process_and_stops_cleanly(tmp_path: Path, seed: dict[str, Any]) -> None:
    plant = tmp_path / "seed.json"
    plant.write_text(json.dumps(seed), "utf-8")
    words = ["-m", "sandbox", "--data", str(tmp_path / "data"), "--plant", str(plant), "--no-mail"]
    pipe = asyncio.subprocess.PIPE

    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=pipe, stderr=pipe, env=_quiet())
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    process.send_signal(signal.SIGTERM)
    out, err = await asyncio.wait_for(process.communicate(), 20)

    assert line.startswith("sandbox ready http://127.0.0.1:")
    assert (out, err, process.returncode) == (b"", b"", 0)


def test_it_does_not_start_beside_real_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1234")

    status = main(["--data", str(tmp_path), "--plant", str(tmp_path / "none.json")])

    assert status == 2
    assert "SLACK_BOT_TOKEN hold real tokens" in capsys.readouterr().err


def test_a_missing_seed_file_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)

    status = main(["--data", str(tmp_path), "--plant", str(tmp_path / "none.json")])

    assert status == 1
    assert "none.json" in capsys.readouterr().err


async def test_mail_is_named_only_when_it_runs(outside: Outside) -> None:
    assert outside.mail_domain == "halden.example"
    with pytest.raises(RuntimeError, match="without mail"):
        _ = outside.smtp


def test_old_trigger_ids_are_forgotten(clock: Any, timing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.triggers.MOST", 2)
    triggers = Triggers(type(timing)(now=clock))
    for _ in range(3):
        triggers.give("U1")
    clock.time += 61
    triggers.give("U1")

    assert len(triggers._given) == 1


async def _hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def _quiet() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("SLACK_")}


async def test_the_mail_server_runs_beside_the_workspace(tmp_path: Path, seed: dict[str, Any]) -> None:
    suppliers = [{"name": "Hartmann Seals", "address": "orders@hartmann.example"}]
    outside = await Outside.start(tmp_path, seed={**seed, "suppliers": suppliers})
    changes = outside.workspace.feed.listen("U0ANA")

    async with aiohttp.ClientSession() as session:
        words = {"from": "orders@hartmann.example", "subject": "Hello", "text": "On its way", "authentication": "pass"}
        async with session.post(outside.url + "/sandbox/mail/new", json=words) as response:
            assert response.status == 200
        change = await asyncio.wait_for(changes.get(), 5)
        async with session.get(outside.url + "/sandbox/mail") as response:
            mail = await response.json()
    await outside.stop()

    assert change is not None
    assert change["kind"] == "mail"
    assert len(mail["plant"]) == 1
    assert outside.smtp[0] == outside.imap[0] == "127.0.0.1"
