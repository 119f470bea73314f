"""The fonts that documents are set in, and the question whether they can show a text at all."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path


class NoFontForCharacters(ValueError):  # noqa: N818 - errors are named by what is wrong
    """No font has some of the document's characters; the paper would silently lack them."""


@cache
def font_folders(extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The folders with our own two fonts, and the plant's further ones."""
    import fontpkg_inter
    import fontpkg_noto_sans

    own = tuple(str(Path(package.__file__).parent / "files") for package in (fontpkg_inter, fontpkg_noto_sans))
    return own + extra


def missing_characters(texts: Iterable[str], extra: tuple[str, ...] = ()) -> list[str]:
    """Every character of the texts that no font has, in order of first appearance."""
    used = dict.fromkeys(character for text in texts for character in text if character not in "\n\u200b\t")
    return [character for character in used if ord(character) not in characters(extra)]


def require_characters(texts: Iterable[str], extra: tuple[str, ...] = ()) -> None:
    """NoFontForCharacters, naming each character and what to do about it, when a text cannot be shown."""
    missing = missing_characters(texts, extra)
    if missing:
        named = ", ".join(f"{one!r} ({unicodedata.name(one, 'no name')})" for one in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""  # noqa: PLR2004 - as many as were named
        raise NoFontForCharacters(
            f"no font has {named}{more}: write it in the letters of Europe in the part's, supplier's or plant's name"
        )


@cache
def characters(extra: tuple[str, ...] = ()) -> frozenset[int]:
    """Every code point that at least one font has."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for folder in font_folders(extra):
        for path in sorted(Path(folder).rglob("*.[to]tf")):
            with TTFont(path, lazy=True) as font:
                found.update(font.getBestCmap())
    return frozenset(found)
