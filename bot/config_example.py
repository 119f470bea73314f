"""Writes config.example.toml from the settings themselves, so that file and settings cannot drift apart."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config import Config
from bot.config_errors import fields, many, model_in
from bot.config_sources import variable

Place = tuple[str, ...]

HEAD = """\
# Settings of Chargehand. Copy this file to config.toml and change what differs at your plant.
# Order: option, environment (for instance CHARGEHAND_SLACK__MODE), ./config.toml, the user's own config.toml, default.
# Secrets never stand here: they come from the environment or from a file that a *_file setting names.
# `chargehand config show` prints every value and where it came from; `chargehand check` tries them.
"""


def example() -> str:
    """Return the text of config.example.toml."""
    return HEAD + "".join(_group(Config, ()))


def _group(shape: type[BaseModel], path: Place) -> Iterator[str]:
    inner = []
    for name, found in fields(shape):
        kind = model_in(found)
        if kind is not None and not many(found):
            inner.append(_heading((*path, name), found) + "".join(_group(kind, (*path, name))))
        elif kind is not None:
            inner.append("".join(_rows((*path, name), found, kind)))
        else:
            yield _setting((*path, name), found)
    yield from inner


def _heading(path: Place, found: FieldInfo) -> str:
    return f"\n# {found.description}\n[{'.'.join(path)}]\n"


def _setting(path: Place, found: FieldInfo) -> str:
    extra = _extra(found)
    comment = f"\n# {found.description} Write {extra['write']}.{_default(found)}\n"
    if extra["secret"]:
        return comment + f"# {path[-1]} comes from {variable(path)} or {path[-1]}_file, never from this file\n"
    if extra["example"] is None:
        return comment + f'# {path[-1]} = "…"\n'
    return comment + f"{path[-1]} = {_toml(extra['example'])}\n"


def _rows(path: Place, found: FieldInfo, kind: type[BaseModel]) -> Iterator[str]:
    heading = f"\n# {found.description}\n"
    for name, column in fields(kind):
        heading += f"#   {name}: {column.description} Write {_extra(column)['write']}.{_default(column)}\n"
    yield heading
    for number, row in enumerate(_extra(found)["example"]):
        values = row.model_dump(exclude_defaults=True)
        lines = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
        yield ("" if number == 0 else "\n") + f"[[{'.'.join(path)}]]\n{lines}"


def _default(found: FieldInfo) -> str:
    default = found.get_default(call_default_factory=True)
    return "" if default in (None, "", ()) else f" Default: {_toml(default)}."


def _extra(found: FieldInfo) -> dict[str, Any]:
    extra = found.json_schema_extra
    assert isinstance(extra, dict)
    return dict(extra)


def _toml(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
