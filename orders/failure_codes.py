"""The plant's own words for what was wrong, why, and what was done, each with its code and the assets that it is for."""

from dataclasses import dataclass

KINDS = ("mode", "cause", "remedy")
"""What a failure code can be about."""


@dataclass(frozen=True, slots=True)
class FailureCode:
    """One entry of a plant's own list."""

    kind: str
    code: str
    words: str
    classes: tuple[str, ...] = ()
    """Words of the classes of assets that it is for; none: it is for all."""
    finds: tuple[str, ...] = ()
    """Words of a report or of a sentence that point to it; a star stands for any ending."""

    def fits(self, asset_class: str) -> bool:
        """Say whether it is meant for assets of a class."""
        said = asset_class.casefold()
        return not self.classes or any(word.casefold() in said for word in self.classes)
