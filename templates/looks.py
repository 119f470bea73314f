"""How a plant's paper looks: its logo, its colour, and the terms of purchase that stand at its end."""

import base64
import re
import struct
from dataclasses import dataclass
from typing import Any

from lxml import etree

PLAIN_COLOUR = "#0b5c7a"
"""The colour of a plant that named none."""
LARGEST_LOGO = 512 * 1024
"""Bytes of a logo; more makes every order's mail heavy."""
_PNG = b"\x89PNG\r\n\x1a\n"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_READABLE = 4.5
"""The least contrast of coloured words on white (WCAG 2, level AA)."""


class LookRefused(ValueError):  # noqa: N818  # a refusal is called by what it refuses
    """A logo, colour or text that no paper can be made with; its words say why."""


@dataclass(frozen=True, slots=True)
class Look:
    """A paper's look: the logo as SVG (empty: the name in words), an sRGB colour, and the terms as plain text."""

    logo: str = ""
    colour: str = PLAIN_COLOUR
    annex: str = ""


def logo_svg(content: bytes) -> str:
    """Return a logo file as SVG text; a PNG is wrapped as it is. Raises ``LookRefused`` for anything else."""
    if len(content) > LARGEST_LOGO:
        raise LookRefused(f"it has {len(content) // 1024} kB; 512 kB are the most")
    return _wrapped(content) if content.startswith(_PNG) else _drawn(content)


def _wrapped(content: bytes) -> str:
    if len(content) < 24 or content[12:16] != b"IHDR":  # noqa: PLR2004  # signature, length, name, width and height
        raise LookRefused("it is a damaged PNG")
    width, height = struct.unpack(">II", content[16:24])
    picture = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/></svg>'
    )


def _drawn(content: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise LookRefused("it is neither SVG nor PNG") from fault
    if etree.QName(root).localname != "svg":
        raise LookRefused("it is neither SVG nor PNG")
    return etree.tostring(root, encoding="unicode")


def readable_colour(written: str) -> str:
    """Return a colour such as ``#0b5c7a`` that can be read on white; raises ``LookRefused``."""
    if not _COLOUR.fullmatch(written):
        raise LookRefused("write it as six hexadecimal digits such as #0b5c7a")
    contrast = 1.05 / (_luminance(written) + 0.05)
    if contrast < _READABLE:
        raise LookRefused(f"words in it cannot be read on white (contrast {contrast:.1f}, at least {_READABLE})")
    return written.lower()


def _luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004  # WCAG's own figures
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def paragraphs(annex: str) -> list[dict[str, Any]]:
    """Split terms into paragraphs at empty lines; one that begins with ``#`` is a heading."""
    told = []
    for block in re.split(r"\n[ \t]*\n", annex.replace("\r\n", "\n")):
        words = block.strip()
        heading = words.startswith("#") and "\n" not in words
        if words:
            told.append({"heading": heading, "text": words.lstrip("# ") if heading else words})
    return told
