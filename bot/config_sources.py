"""Where settings come from: files, environment and options, each remembered, so that every value can name its origin."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource

from bot.config_lines import Path as Place
from bot.config_lines import line_of, lines_of

PREFIX = "CHARGEHAND_"
Tree = dict[str, Any]


class ConfigurationWrong(Exception):  # noqa: N818  # said to whoever starts the bot
    """The configuration cannot be used; ``sentences`` says what is wrong and what would be right."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


@dataclass(frozen=True)
class Source:
    """One place that settings come from: its name, its values, and the lines they stand on."""

    name: str
    values: Tree
    lines: Mapping[Place, int] = field(default_factory=dict)

    def origin(self, path: Place) -> str:
        """Say where a setting stands: ``config.toml:14``, ``CHARGEHAND_SLACK__MODE`` or ``option``."""
        if self.name == ENVIRONMENT:
            return variable(path)
        line = line_of(path, dict(self.lines))
        return f"{self.name}:{line}" if line else self.name

    def holds(self, path: Place) -> bool:
        """Say whether the source says something about this setting."""
        return any(place[: len(path)] == path for place in leaves(self.values))


ENVIRONMENT = "environment"


def variable(path: Place) -> str:
    """Return the environment variable of a setting: ``CHARGEHAND_SLACK__BOT_TOKEN``."""
    return PREFIX + "__".join(str(part).upper() for part in path)


def leaves(tree: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the path of every value in nested tables and lists of tables."""
    rows: list[tuple[str | int, Any]] = []
    if isinstance(tree, Mapping):
        rows = list(tree.items())
    elif isinstance(tree, list) and tree and all(isinstance(row, Mapping) for row in tree):
        rows = list(enumerate(tree))
    if not rows:
        yield path
    for key, value in rows:
        yield from leaves(value, (*path, key))


def places() -> list[Path]:
    """Return the configuration files that are there: ``./config.toml``, then the user's own."""
    own = Path(platformdirs.user_config_dir("chargehand")) / "config.toml"
    return [path for path in (Path("config.toml"), own) if path.exists()]


def from_file(path: Path) -> Source:
    """Read one TOML file; raises ``ConfigurationWrong`` when it cannot be read or is no TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        values = tomllib.loads(text)
    except OSError as trouble:
        raise ConfigurationWrong(f"{path} cannot be read: {trouble.strerror}.") from trouble
    except UnicodeDecodeError as trouble:
        line = trouble.object[: trouble.start].count(b"\n") + 1
        raise ConfigurationWrong(f"{path}:{line} holds a byte that is not UTF-8; save the file as UTF-8.") from trouble
    except tomllib.TOMLDecodeError as trouble:
        raise ConfigurationWrong(_no_toml(path, str(trouble))) from trouble
    return Source(str(path), _beside(values, path.parent), lines_of(text))


def _no_toml(path: Path, trouble: str) -> str:
    reason, _, where = trouble.rpartition(" (at ")
    line = where.partition(",")[0].removeprefix("line ").rstrip(")")
    hint = 'text stands in quotes, for example name = "Halden Works"'
    return f"{path}:{line if line.isdigit() else 'end'} is no TOML ({reason or trouble}); {hint}."


def _beside(values: Tree, folder: Path) -> Tree:
    """Read relative paths as standing beside the configuration file."""
    return {
        key: _beside(value, folder)
        if isinstance(value, dict)
        else str(folder / value)
        if isinstance(value, str) and value and (key.endswith("_file") or key in {"path", "logo"})
        else value
        for key, value in values.items()
    }


class _Environment(EnvSettingsSource):
    """Environment variables of a given mapping; a list may be written with commas."""

    def __init__(self, shape: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._given = variables
        super().__init__(
            shape, env_prefix=PREFIX, env_prefix_target="all", env_nested_delimiter="__", case_sensitive=False
        )

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._given.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        with suppress(ValueError):
            return super().decode_complex_value(field_name, field, value)
        return [part.strip() for part in str(value).split(",")]


def from_environment(shape: type[BaseSettings], variables: Mapping[str, str] | None = None) -> Source:
    """Read the environment variables that name one of our settings; raises ``ConfigurationWrong`` for a stray group."""
    given = dict(os.environ if variables is None else variables)
    groups = {f"{PREFIX}{found.alias or name}__".upper() for name, found in shape.model_fields.items()}
    stray = [name for name in given if name.startswith(PREFIX) and not name.upper().startswith(tuple(groups))]
    if stray:
        known = ", ".join(sorted(name.removesuffix("__") for name in groups))
        raise ConfigurationWrong(f"{stray[0]} is no setting: a name begins with one of {known}, followed by __.")
    aliases = {name: found.alias or name for name, found in shape.model_fields.items()}
    values = _Environment(shape, given)()
    return Source(ENVIRONMENT, {aliases.get(name, name): value for name, value in values.items()})


def merged(sources: Sequence[Source]) -> Tree:
    """Lay the sources over each other, the first one on top; a list is taken whole."""
    result: Tree = {}
    for source in reversed(sources):
        _lay(source.values, result)
    return result


def _lay(values: Tree, result: Tree) -> None:
    for key, value in values.items():
        if isinstance(value, Mapping) and isinstance(result.get(key), dict):
            _lay(dict(value), result[key])
        else:
            result[key] = json.loads(json.dumps(value, default=str)) if isinstance(value, (dict, list)) else value


def secrets_of(shape: type[BaseModel], path: Place = ()) -> Iterator[Place]:
    """Yield the path of every setting that is a secret."""
    for name, found in shape.model_fields.items():
        key = found.alias or name
        extra = found.json_schema_extra
        if isinstance(found.annotation, type) and issubclass(found.annotation, BaseModel):
            yield from secrets_of(found.annotation, (*path, key))
        elif isinstance(extra, dict) and extra.get("secret"):
            yield (*path, key)


def value_at(tree: Any, path: Place) -> Any:
    """Return what stands at a path, or None."""
    for part in path:
        if isinstance(tree, Mapping):
            tree = tree.get(part)
        elif isinstance(tree, Sequence) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            return None
    return tree


def password_in(url: Any) -> str:
    """Return ``password@`` out of an address, empty where there is none."""
    _, _, rest = str(url or "").partition("://")
    login, at, _ = rest.rpartition("@")
    return login.partition(":")[2] and login.partition(":")[2] + at
