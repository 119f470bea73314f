"""Turns what is wrong with a configuration into sentences: where it stands, what is there, what would be right."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.config_lines import Path as Place
from bot.config_sources import ENVIRONMENT, Source, secrets_of, value_at, variable

Shape = type[BaseModel]


def sentences(shape: Shape, wrong: ValidationError, sources: Sequence[Source]) -> list[str]:
    """Return one sentence for each error, in the order of the configuration; nothing secret is repeated."""
    found = dict.fromkeys(_sentence(shape, tuple(error["loc"]), error["type"], sources) for error in wrong.errors())
    return list(found)


def _sentence(shape: Shape, location: Place, kind: str, sources: Sequence[Source]) -> str:
    path = _known_part(shape, location)
    source = next((source for source in sources if source.holds(path)), None)
    where = source.origin(path) if source else "config.toml"
    name = dotted(path)
    if kind == "extra_forbidden":
        return f"{where} {name}: there is no such setting; {_nearest(shape, path)}"
    said = _written(shape, path, source)
    return f"{where} {name}{said}: write {_hint(shape, path)}."


def _known_part(shape: Shape, location: Place) -> Place:
    """Cut off what pydantic adds behind a setting, for instance the member of a union."""
    path: Place = ()
    for part in location:
        path = (*path, part)
        found = field_at(shape, path)
        if found is None and not isinstance(part, int):
            return path
        if found is not None and model_in(found) is None:
            return path
    return path


def _written(shape: Shape, path: Place, source: Source | None) -> str:
    if source is None:
        return " is missing"
    if path in set(secrets_of(shape)):
        return ""
    value = value_at(source.values, path)
    return " = " + json.dumps(value, ensure_ascii=False, default=str)[:120]


def _hint(shape: Shape, path: Place) -> str:
    found = field_at(shape, path)
    extra = found.json_schema_extra if found else None
    return str(extra.get("write")) if isinstance(extra, dict) else f"a table [{dotted(path)}] with settings in it"


def _nearest(shape: Shape, path: Place) -> str:
    around = model_at(shape, path[:-1])
    names = [found.alias or name for name, found in around.model_fields.items()] if around else []
    near = get_close_matches(str(path[-1]), names, n=1, cutoff=0.5)
    if near:
        return f"did you mean {dotted((*path[:-1], near[0]))}?"
    return f"known here are {', '.join(names)}."


def dotted(path: Place) -> str:
    """Write a path as people do: ``approvals.rules[2].who``, counting from one."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def fields(shape: Shape) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the settings of a group by the name they have in the file."""
    for name, found in shape.model_fields.items():
        yield found.alias or name, found


def model_in(found: FieldInfo) -> Shape | None:
    """Return the group that a field holds, alone or in a list."""
    for kind in (found.annotation, *get_args(found.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def many(found: FieldInfo) -> bool:
    """Say whether a field holds rows of a group rather than one."""
    return model_in(found) is not found.annotation


def field_at(shape: Shape, path: Place) -> FieldInfo | None:
    """Return the declaration of a setting, or None for something that is none."""
    around = model_at(shape, path[:-1])
    return dict(fields(around)).get(str(path[-1])) if around and path and not isinstance(path[-1], int) else None


def model_at(shape: Shape, path: Place) -> Shape | None:
    """Return the group at a path, rows of lists included."""
    here: Shape | None = shape
    for part in path:
        if isinstance(part, int) or here is None:
            continue
        found: Any = dict(fields(here)).get(part)
        here = model_in(found) if found is not None else None
    return here


def secret_in_file(path: Place, origin: str) -> str:
    """Say what to do about a secret that stands in a file which people copy and mail around."""
    name = dotted(path)
    hint = f"set {variable(path)}, or name a file with {name}_file"
    return f"{origin} {name}: a secret does not stand in this file; {hint}."


__all__ = ["ENVIRONMENT", "dotted", "field_at", "fields", "model_at", "model_in", "secret_in_file", "sentences"]
