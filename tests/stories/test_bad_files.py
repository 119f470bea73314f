"""Story: a wrong configuration or a wrong row is said in a sentence, with its place, and nothing is done by halves."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import demo
from storage.tables import Asset, Part, Person
from tests.stories.figures import rows
from tests.stories.plants import NURSERY

CONFIGURATION, FOUND = 3, 1
GOOD = '[plant]\nname = "Halden"\n\n[slack]\nmode = "socket"\n\n[storage]\npath = "{folder}/data"\n'

WRONG: dict[str, tuple[str, tuple[str, ...]]] = {
    "no TOML": (GOOD + "[mail\n", ("config.toml:9", "TOML")),
    "no text": ("\xff\xfe", ("config.toml",)),
    "an unknown setting": (GOOD + 'colour = "red"\n', ("config.toml:9", "storage.colour")),
    "a mistyped setting": (GOOD.replace("name", "nmae"), ("config.toml:2", "plant.nmae", "did you mean plant.name")),
    "a number for a word": (GOOD.replace('"Halden"', "7"), ("config.toml:2", "plant.name = 7")),
    "a zone that is none": (GOOD.replace("[slack]", 'time_zone = "Europe/Haldn"\n[slack]'), ("config.toml:4", "plant.time_zone")),
    "a mode that is none": (GOOD.replace("socket", "carrier pigeon"), ("config.toml:5", "slack.mode", '"socket" or "http"')),
    "a port that is none": (GOOD + "[web]\nport = 99999\n", ("config.toml:10", "web.port", "0 to 65535")),
    "a token in the file": (GOOD.replace('"socket"', '"socket"\nbot_token = "xoxb-1"'), ("slack.bot_token", "CHARGEHAND_SLACK__BOT_TOKEN")),
    "a channel by its name": (GOOD + '[channels]\nfaults = ["#maintenance"]\n', ("config.toml:10", "channels.faults")),
    "a rule for nobody": (GOOD + '[[approvals.rules]]\nname = "x"\nwho = []\n', ("approvals.rules",)),
    "no tokens at all": (GOOD, ("slack.bot_token",)),
    "a database of another kind": (GOOD.replace("path =", 'url = "oracle://x"\npath ='), ("storage.url", "postgresql://")),
}  # fmt: skip
"""What stands in the file, and what has to be named."""


async def _says(*words: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEHAND_")}
    process = await NURSERY.copy("bot", *words, environment=environment)
    said = await process.stdout.read()
    return await process.wait(), " ".join(said.decode().split())


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_configuration_is_named_with_its_place(tmp_path: Path, what: str) -> None:
    written, named = WRONG[what]
    config = tmp_path / "config.toml"
    config.write_bytes(written.replace("{folder}", str(tmp_path)).encode("latin-1"))

    status, said = await _says("run", "--config", str(config))

    assert status == CONFIGURATION, said
    assert "Traceback" not in said
    assert "xoxb-1" not in said
    assert all(word in said for word in named), said


async def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    status, said = await _says("run", "--config", str(tmp_path / "nothing.toml"))

    assert status == CONFIGURATION, said
    assert "nothing.toml" in said
    assert "Traceback" not in said


def _appended(name: str, row: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(row + "\n")

    return spoil


def _rewritten(name: str, what: str, instead: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert what in text
        (folder / name).write_text(text.replace(what, instead, 1), "utf-8")

    return spoil


def _not_text(folder: Path) -> None:
    (folder / "parts.csv").write_bytes(b"part,name\nP-1,\xff\x00\xfe\n")


BAD_ROWS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "an unknown part": (_appended("stock.csv", "P-99999,2,1"), ("stock.csv", "P-99999")),
    "a count below nothing": (_appended("stock.csv", "P-10231,3,-4"), ("stock.csv", "count", "-4")),
    "a price in words": (_rewritten("parts.csv", "184.00", "cheap"), ("parts.csv", "price", "cheap")),
    "a role that is none": (_rewritten("people.csv", "storekeeper", "wizard"), ("people.csv", "role", "wizard")),
    "a ring of assets": (_rewritten("assets.csv", 'FILL-1,"Filling line, sauces",Filling hall,,', 'FILL-1,"Filling line, sauces",Filling hall,P-101,'), ("assets.csv", "parent")),
    "no address at all": (_rewritten("suppliers.csv", "orders@hartmann.example", "call them"), ("suppliers.csv", "call them")),
    "too few columns": (_appended("stock.csv", "P-10231"), ("stock.csv",)),
    "no text": (_not_text, ("parts.csv",)),
}  # fmt: skip
"""How a folder is spoilt, and what has to be named."""


@pytest.mark.parametrize("what", BAD_ROWS)
async def test_a_bad_row_keeps_everything_out_and_is_named_with_its_place(tmp_path: Path, what: str) -> None:
    spoil, named = BAD_ROWS[what]
    folder = tmp_path / "plant"
    shutil.copytree(demo.folder(), folder, ignore=shutil.ignore_patterns("__*"))
    spoil(folder)
    config = tmp_path / "config.toml"
    config.write_text(GOOD.replace("{folder}", str(tmp_path)), "utf-8")

    status, said = await _says("import", str(folder), "--config", str(config))

    assert status == FOUND, said
    assert "Nothing was written" in said
    assert "Traceback" not in said
    assert all(word in said for word in named), said
    database = f"sqlite:///{tmp_path}/data/chargehand.db"
    assert [rows(database, kind) for kind in (Person, Asset, Part)] == [[], [], []]
