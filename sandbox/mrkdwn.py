"""What Slack does to the words people type: escaping, mentions, channels and links."""

import re
from collections.abc import Mapping

BROADCASTS = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}
_LINK = re.compile(r"\bhttps?://[^\s<>|]*[^\s<>|.,;:!?)\]\"']")
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")


def escaped(text: str) -> str:
    """The three characters Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """A typed message as Slack stores it; both mappings give ids by lower-case name."""
    named = _coded(escaped(text), people, channels, with_names=False)
    linked = _LINK.sub(lambda found: f"<{found[0]}>", named)
    return _MAIL.sub(lambda found: _mail_link(linked, found), linked)


def typed_command(text: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """The words behind a slash command, in the style of `should_escape`: <@U123|name>, <#C123|name>."""
    return _LINK.sub(lambda found: f"<{found[0]}>", _coded(escaped(text), people, channels, with_names=True))


def _coded(text: str, people: Mapping[str, str], channels: Mapping[str, str], *, with_names: bool) -> str:
    text = _replaced(text, "@", people, with_names=with_names)
    text = _replaced(text, "#", channels, with_names=with_names)
    pattern = r"(?<![\w<])@(" + "|".join(BROADCASTS) + r")\b"
    return re.sub(pattern, lambda found: BROADCASTS[found[1]], text)


def _replaced(text: str, sign: str, known: Mapping[str, str], *, with_names: bool) -> str:
    if sign not in text or not known:
        return text
    # The longest name first, so that "@Ana Ruiz" is not read as "@Ana".
    written = {escaped(name): one for name, one in known.items()}
    names = "|".join(re.escape(name) for name in sorted(written, key=len, reverse=True))

    def code(found: re.Match[str]) -> str:
        name = found[1].lower()
        return f"<{sign}{written[name]}|{name}>" if with_names else f"<{sign}{written[name]}>"

    return re.sub(rf"(?<![\w<]){sign}({names})(?![\w-])", code, text, flags=re.IGNORECASE)


def _mail_link(text: str, found: re.Match[str]) -> str:
    inside = text.rfind("<", 0, found.start()) > text.rfind(">", 0, found.start())
    return found[0] if inside else f"<mailto:{found[0]}|{found[0]}>"
