"""config.example.toml and the settings say the same, both ways."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.config import Config, load
from bot.config_errors import dotted, fields, many, model_in
from bot.config_example import example
from bot.config_sources import leaves

FILE = Path(__file__).parents[2] / "config.example.toml"


def declared(shape: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, found in fields(shape):
        inner = model_in(found)
        if inner is not None and not many(found):
            yield from declared(inner, (*path, name))
        else:
            yield ".".join((*path, name)), found


def test_the_example_is_the_one_that_the_settings_write() -> None:
    assert FILE.read_text("utf-8") == example(), "write it anew: bot.config_example.example()"


def test_every_setting_of_the_example_exists() -> None:
    config = load([FILE], environment={})

    assert config.site.name == "Halden Works"


def test_every_setting_stands_in_the_example() -> None:
    text = FILE.read_text("utf-8")
    written = {dotted(path).partition("[")[0] for path in leaves(tomllib.loads(text))}

    lacking = [
        name
        for name, found in declared(Config)
        if name not in written and f"\n# {name.rpartition('.')[2]} " not in text
    ]

    assert lacking == []


def test_every_setting_has_a_sentence_and_says_what_may_be_written() -> None:
    for name, found in declared(Config):
        assert found.description, name
        assert found.description.endswith("."), name
        assert found.json_schema_extra["write"], name


def test_no_secret_stands_in_the_example() -> None:
    tree = tomllib.loads(FILE.read_text("utf-8"))

    for name, found in declared(Config):
        if found.json_schema_extra["secret"]:
            *path, last = name.split(".")
            group = tree
            for part in path:
                group = group[part]
            assert last not in group
