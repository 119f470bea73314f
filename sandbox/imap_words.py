"""The words of IMAP: commands taken apart, strings and sets of numbers read and written."""

import re
from collections.abc import Sequence

Word = bytes | list["Word"]

NO_SUCH_FOLDER = "[NONEXISTENT] there is no such folder"


class BadCommand(ValueError):  # noqa: N818 - errors are named by what is wrong
    """The command cannot be understood (BAD)."""


class Refusal(Exception):  # noqa: N818 - it is the server's NO
    """The command is understood and refused (NO)."""


_WORD = re.compile(
    rb'\s*(?:\x00(?P<literal>\d+)\x00|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<open>\()|(?P<close>\))'
    rb'|(?P<atom>[^\s()"\x00\[]*\[[^\]]*\](?:<[\d.]+>)?|[^\s()"\x00]+))'
)


def words(line: bytes, literals: Sequence[bytes] = ()) -> list[Word]:
    """A command line as nested lists; NUL n NUL stands for the n-th literal."""
    levels: list[list[Word]] = [[]]
    at = 0
    line = line.strip()
    while at < len(line):
        found = _WORD.match(line, at)
        if found is None:
            msg = f"cannot be read from {line[at : at + 20]!r} on"
            raise BadCommand(msg)
        at = found.end()
        if found["open"]:
            levels.append([])
        elif found["close"]:
            _close(levels)
        else:
            levels[-1].append(_plain(found, literals))
    if len(levels) != 1:
        msg = "a bracket is left open"
        raise BadCommand(msg)
    return levels[0]


def text(word: Word) -> str:
    """A word that is a string."""
    if isinstance(word, list):
        msg = "a string was expected"
        raise BadCommand(msg)
    return word.decode("utf-8", "replace")


def atoms(word: Word) -> list[str]:
    """A word that is one string or a list of strings."""
    return [text(one) for one in word] if isinstance(word, list) else [text(word)]


def flag_list(word: Word) -> frozenset[str]:
    r"""Flags with the system's own in their usual spelling: \seen is \Seen."""
    return frozenset(flag.title() if flag.startswith("\\") else flag for flag in atoms(word))


def quoted(value: str) -> str:
    """A quoted string."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def numbers(word: Word, highest: int) -> list[range]:
    """A set such as 2,4:7,9:* as ranges; `*` is the highest, and a range may run backwards (RFC 3501, 9)."""
    ranges = []
    for piece in text(word).split(","):
        if not re.fullmatch(r"(\d+|\*)(:(\d+|\*))?", piece):
            msg = f"{piece} is no set of numbers"
            raise BadCommand(msg)
        ends = [highest if end == "*" else int(end) for end in piece.split(":")]
        ranges.append(range(min(ends), max(ends) + 1))
    return ranges


def _close(levels: list[list[Word]]) -> None:
    if len(levels) == 1:
        msg = "a bracket closes that was never opened"
        raise BadCommand(msg)
    inner = levels.pop()
    levels[-1].append(inner)


def _plain(found: re.Match[bytes], literals: Sequence[bytes]) -> bytes:
    if found["literal"] is not None:
        return literals[int(found["literal"])]
    if found["quoted"] is not None:
        return re.sub(rb"\\(.)", rb"\1", found["quoted"])
    return found["atom"]
