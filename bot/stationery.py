"""The plant's own paper from its files: logo, colour and terms of purchase, read and checked when the bot starts."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.settings import DocumentSettings
from orders.plant import Stationery
from templates.looks import LookRefused, logo_svg, readable_colour

LARGEST_TERMS = 256 * 1024
"""Bytes of the terms in one language; some eighty pages."""


def stationery(documents: DocumentSettings) -> Stationery:
    """Return the paper that the settings describe; raises ``LookRefused`` or ``OSError`` for a file that will not do."""
    return Stationery(_logo(documents.logo), readable_colour(documents.colour), dict(_terms(documents.terms_file)))


def stationery_faults(documents: DocumentSettings) -> Iterator[tuple[str, str]]:
    """Yield each of these settings that will not do, with what is wrong with it."""
    tries: dict[str, Callable[[], object]] = {
        "logo": lambda: _logo(documents.logo),
        "colour": lambda: readable_colour(documents.colour),
        "terms_file": lambda: list(_terms(documents.terms_file)),
    }
    for name, read in tries.items():
        try:
            read()
        except LookRefused as refused:
            yield name, str(refused)
        except UnicodeDecodeError:
            yield name, "it is no text in UTF-8"
        except OSError as trouble:
            yield name, f"{trouble.filename} cannot be read: {trouble.strerror}"


def _logo(file: Path | None) -> str:
    return logo_svg(file.read_bytes()) if file is not None else ""


def _terms(place: Path | None) -> Iterator[tuple[str, str]]:
    """Yield language and text: one file serves every language, a folder holds one a language, ``en.txt`` for all others."""
    if place is None:
        return
    if not place.is_dir():
        yield "", _text(place)
        return
    files = sorted(place.glob("*.txt"))
    if not files:
        raise LookRefused(f"{place} holds no file such as en.txt")
    for file in files:
        yield file.stem[:2].lower(), _text(file)
        if file.stem.lower() == "en":
            yield "", _text(file)


def _text(file: Path) -> str:
    size = file.stat().st_size
    if size > LARGEST_TERMS:
        raise LookRefused(f"{file.name} has {size // 1024} kB; {LARGEST_TERMS // 1024} kB are the most")
    return file.read_text("utf-8-sig").strip()
