"""The words of the trade in each language, read from languages/*.toml and found in text in one pass."""

import tomllib
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from importlib.resources import files
from itertools import islice, takewhile
from typing import Any

from .memory import Found, Memory, More
from .words import WORD, fold, spellings, words_in

GAP = "*"
STEM = 4
SHORTEST = 3
PLAIN = "words.plain"
_VERBS = frozenset({"says.despatch", "says.delivery"})
_OUTWEIGH = _VERBS | {"says.future"}
_GAP_WORDS = 6
_LISTED = ("columns", "labels", "titles", "says", "words", "units", "weekdays", "months", "numbers", "mail")
_DETECT_FROM = 2
_LEAST_OWN = 5
#: Up to so many known words a text may as well be in a language that is much like it.
_SURE_FROM = 3
_SHORT = 400
_NO_PHRASES: list["_Phrase"] = []


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the lexicon in a text: its meaning, its words and its place in characters."""

    meaning: str
    first: int
    last: int
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many words the phrase spans."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class _Phrase:
    meaning: str
    stem: str
    """What its first word begins with; empty where that is looked up as a whole."""
    rest: tuple[str, ...]
    """What follows its first word."""
    second: str
    """The second word where it has to be exactly this one."""

    def end_in(self, words: list[str], at: int) -> int | None:
        """The place of its last word when it begins at this place, at which it was looked up; else None."""
        if self.stem and not words[at].startswith(self.stem):
            return None
        return _match(self.rest, words, at + 1) if self.rest else at


class Lexicon:
    """The phrases of some languages; it says the same whenever it is asked, so threads may share it."""

    memory: Memory | None = None
    """What was found in the texts of a mail already; the general words outlive mails and keep nothing."""

    def __init__(self, languages: Iterable[str]) -> None:
        self.languages = tuple(languages)
        self._listed = [_phrases_of(language) for language in self.languages]
        known = {first for listed in self._listed for first in listed}
        self._stems = frozenset(first.removesuffix(GAP) for first in known if first.endswith(GAP))
        self._firsts = frozenset(known)
        self._begun: dict[str, dict[str, list[_Phrase]]] = {}

    def hits(self, text: str) -> list[Hit]:
        """All phrases in the text, in the order of their first word; they may overlap."""
        return list(self._remembered(text)) if len(text) <= _SHORT else self._hits(text)

    @lru_cache(maxsize=1024)  # noqa: B019 - lexicons live as long as the process
    def _remembered(self, text: str) -> tuple[Hit, ...]:
        """The hits of a short text, because each sentence of a mail is asked about several times."""
        return tuple(self._hits(text))

    def _hits(self, text: str) -> list[Hit]:
        folded = fold(text)
        words = WORD.findall(folded)
        lasts: dict[tuple[str, int], int] = {}
        for at, word in enumerate(words):
            for phrase in self._candidates(word, words[at + 1] if at + 1 < len(words) else ""):
                last = phrase.end_in(words, at)
                if last is not None and last > lasts.get((phrase.meaning, at), -1):
                    lasts[phrase.meaning, at] = last
        places = [found.span() for found in WORD.finditer(folded)] if lasts else []
        hits = [Hit(meaning, at, last, places[at][0], places[last][1]) for (meaning, at), last in lasts.items()]
        return _unmasked(hits)

    @lru_cache(maxsize=1024)  # noqa: B019 - lexicons live as long as the process
    def begun(self, text: str, group: str) -> tuple[str, ...]:
        """What one shortened word may mean within a group: 'Desp.' and 'Versch' are the beginnings of known words."""
        words = words_in(text)
        if len(words) != 1 or len(words[0]) < SHORTEST or not words[0].isalpha():
            return ()
        firsts = {first for language in self.languages for first in _beginning_with(words[0], language)}
        names = [
            phrase.meaning.split(".", 1)[1]
            for first in sorted(firsts)
            for phrase in self._beginning(first, "")
            if phrase.meaning.startswith(f"{group}.") and not phrase.rest
        ]
        return tuple(dict.fromkeys(names))

    def everyday(self, text: str) -> int:
        """How many different everyday words of its languages a text uses: a list has few, a sentence some."""
        common = _common()
        return sum(any(language in self.languages for language in common.get(word, ())) for word in set(words_in(text)))

    def once(self, question: Hashable, find: Callable[[str, *More], Found], text: str, *more: *More) -> Found:
        """What is found in a text, found only once while a mail is read; see Memory."""
        memory = self.memory
        return find(text, *more) if memory is None else memory.once(question, find, text, *more)

    def little(self, word: str) -> bool:
        """Whether a folded word is one of the little words of its languages, which name no goods."""
        return any(language in self.languages for language in _little().get(word, ()))

    def taught(self, kind: str, text: str) -> str | None:  # noqa: ARG002 - the general words know no supplier
        """What one supplier means by a word of its own, where people taught it; None in the general words."""
        return None

    def _candidates(self, word: str, second: str) -> list[_Phrase]:
        """The phrases that may begin with these two words."""
        exact = self._beginning(word, second) if word in self._firsts else _NO_PHRASES
        stem = word[:STEM]
        return exact + self._beginning(stem + GAP, second) if stem in self._stems else exact

    def _beginning(self, first: str, second: str) -> list[_Phrase]:
        """The phrases that are looked up by this first word and may have this second one."""
        begun = self._begun.get(first)
        if begun is None:
            begun = _by_second([phrase for listed in self._listed for phrase in listed.get(first, ())])
            self._begun[first] = begun
        return begun.get(second) or begun[""]

    @lru_cache(maxsize=4096)  # noqa: B019 - lexicons live as long as the process
    def meanings_of(self, text: str, group: str) -> tuple[str, ...]:
        """What a whole short text means within a group: 'Stk.' in units is ('C62',)."""
        words = words_in(text)
        begun = f"{group}."
        names = [
            phrase.meaning.removeprefix(begun)
            for phrase in (self._candidates(words[0], words[1] if len(words) > 1 else "") if words else ())
            if phrase.meaning.startswith(begun) and phrase.end_in(words, 0) == len(words) - 1
        ]
        return tuple(dict.fromkeys(names))


@cache
def _phrases_of(language: str) -> dict[str, list[_Phrase]]:
    """The phrases of a language by what their first word is looked up by; lexicons of several languages share them."""
    found: dict[str, list[_Phrase]] = {}
    for group in _LISTED:
        for name, phrases in tables()[language].get(group, {}).items():
            spelled = (spelling for phrase in phrases for spelling in sorted(_written(phrase)))
            for key, phrase in (made for spelling in spelled if (made := _phrase(f"{group}.{name}", spelling))):
                found.setdefault(key, []).append(phrase)
    return found


@cache
def _firsts_of(language: str) -> tuple[str, ...]:
    """The first words of a language's phrases that are looked up as a whole, sorted."""
    return tuple(sorted(first for first in _phrases_of(language) if not first.endswith(GAP)))


def _beginning_with(begin: str, language: str) -> Iterable[str]:
    firsts = _firsts_of(language)
    return takewhile(lambda one: one.startswith(begin), islice(firsts, bisect_left(firsts, begin), None))


def _by_second(phrases: list[_Phrase]) -> dict[str, list[_Phrase]]:
    """Phrases of one first word, in their order, by the second word where it has to be exactly this one; '' for all others."""
    seconds = {phrase.second for phrase in phrases}
    if seconds == {""}:
        return {"": phrases}
    found: dict[str, list[_Phrase]] = {second: [] for second in ("", *seconds)}
    for phrase in phrases:
        for listed in [found[phrase.second]] if phrase.second else found.values():
            listed.append(phrase)
    return found


def _written(phrase: str) -> set[str]:
    """The ways in which a phrase is written; 'n\u00ba' also with a point inside, as 'n.\u00ba'."""
    return {way for one in spellings(phrase) for way in (one, one.replace("n\u00ba", "n \u00ba"))}


def _phrase(meaning: str, spelling: str) -> tuple[str, _Phrase] | None:
    pieces = tuple(_pieces(spelling))
    if not pieces or pieces[0] == GAP:
        return None
    stem = pieces[0][:-1] if pieces[0].endswith(GAP) else ""
    second = pieces[1] if len(pieces) > 1 and not pieces[1].endswith(GAP) else ""
    phrase = _Phrase(meaning, stem, pieces[1:], second)
    return pieces[0][:STEM] + GAP if stem else pieces[0], phrase


def _unmasked(hits: list[Hit]) -> list[Hit]:
    """Without the hits inside set phrases that mean nothing here, as 'follow' in 'as follows', and inside longer verbs."""
    hits = _without_shorter_verbs(hits)
    plain = [hit for hit in hits if hit.meaning == PLAIN]
    if not plain:
        return hits
    return [
        hit
        for hit in hits
        if hit.meaning != PLAIN and not any(one.first <= hit.first and hit.last <= one.last for one in plain)
    ]


def _without_shorter_verbs(hits: list[Hit]) -> list[Hit]:
    """'Handed over to the carrier' is not 'handed over', and 'bude zítra odesláno' not yet 'odesláno': the longer phrase counts."""
    longer = [hit for hit in hits if hit.meaning in _OUTWEIGH and hit.length > 1]
    if len({hit.meaning for hit in hits if hit.meaning in _OUTWEIGH}) < 2:  # noqa: PLR2004 - nothing to weigh
        return hits
    return [hit for hit in hits if hit.meaning not in _VERBS or not any(_says_more(one, hit) for one in longer)]


def _says_more(one: Hit, hit: Hit) -> bool:
    inside = one.first <= hit.first and hit.last <= one.last
    return inside and one.length > hit.length and one.meaning != hit.meaning


def _pieces(spelling: str) -> list[str]:
    pieces = []
    for piece in spelling.split():
        if piece == GAP:
            pieces.append(GAP)
            continue
        words = WORD.findall(piece)
        if piece.endswith(GAP) and words:
            words[-1] += GAP
        pieces += words
    return pieces


def _match(pieces: tuple[str, ...], words: list[str], at: int) -> int | None:
    """The place of the last word when these pieces begin at this place, else None; numbers do not fill their gaps."""
    place, gap = at, 0
    for piece in pieces:
        if piece == GAP:
            gap = _GAP_WORDS
            continue
        while place < len(words) and not _same(piece, words[place]):
            if gap == 0:
                return None
            gap -= words[place].isalpha()
            place += 1
        if place >= len(words):
            return None
        place, gap = place + 1, 0
    return place - 1


def _same(piece: str, word: str) -> bool:
    return word.startswith(piece[:-1]) if piece[-1] == GAP else word == piece


@cache
def tables() -> dict[str, dict[str, Any]]:
    """All language files by their code ('de')."""
    found = {}
    for entry in (files(__package__) / "languages").iterdir():
        if entry.name.endswith(".toml"):
            found[entry.name.removesuffix(".toml")] = tomllib.loads(entry.read_text("utf-8"))
    return dict(sorted(found.items()))


@cache
def _common() -> dict[str, tuple[str, ...]]:
    """Everyday words to the languages that use them."""
    found: dict[str, tuple[str, ...]] = {}
    for language, table in tables().items():
        for word in {spelling for common in table.get("common", []) for spelling in spellings(common)}:
            found[word] = (*found.get(word, ()), language)
    return found


@cache
def _little() -> dict[str, tuple[str, ...]]:
    """Articles, pronouns, prepositions, times and common verbs to the languages that use them."""
    found: dict[str, tuple[str, ...]] = {}
    for language, table in tables().items():
        said = [*table.get("common", []), *table.get("small", [])]
        for word in {spelling for one in said for spelling in spellings(one)}:
            found[word] = (*found.get(word, ()), language)
    return found


@cache
def _own() -> dict[str, tuple[str, ...]]:
    """Words of the trade that only one language knows, to that language: 'versendet' is German in a mail of two words, too."""
    found: dict[str, set[str]] = {}
    for language, table in tables().items():
        for word in _words_of(
            {key: held for key, held in table.items() if key not in {"common", "dated", "small", "units", "columns"}}
        ):
            found.setdefault(word, set()).add(language)
    return {word: tuple(known) for word, known in found.items() if len(known) == 1 and len(word) >= _LEAST_OWN}


def _words_of(held: Any) -> Iterable[str]:
    """Every phrase of one word in a table, however deep, as it is looked up."""
    if isinstance(held, str):
        yield from (spelling for spelling in spellings(held) if " " not in spelling)
    elif isinstance(held, dict):
        for inner in held.values():
            yield from _words_of(inner)
    elif isinstance(held, list):
        for inner in held:
            yield from _words_of(inner)


def asked_once(find: Callable[[str, Lexicon], Found]) -> Callable[[str, Lexicon], Found]:
    """Has a question about a text answered once while a mail is read; the answer is shared and not to be changed."""

    @wraps(find)
    def asked(text: str, words: Lexicon) -> Found:
        memory = words.memory
        return find(text, words) if memory is None else memory.once(find, find, text, words)

    return asked


def is_everyday(text: str) -> bool:
    """Whether the text is a single word that some language uses every day."""
    words = words_in(text)
    return len(words) == 1 and words[0] in _common()


def languages_of(text: str) -> tuple[str, ...]:
    """The languages whose everyday words the text uses most, at most two; a word of several counts the less for each."""
    counted: dict[str, float] = {}
    met: dict[str, set[str]] = {}
    times: dict[str, int] = {}
    shared: dict[str, set[str]] = {}
    common, own = _common(), _own()
    for word in words_in(text):
        everyday = common.get(word, ())
        speakers = everyday or own.get(word, ())
        for language in everyday:
            shared.setdefault(language, set()).update(everyday)
        for language in speakers:
            counted[language] = counted.get(language, 0.0) + 1 / len(speakers)
            times[language] = times.get(language, 0) + 1
            met.setdefault(language, set()).add(word)
    ranked = sorted(counted, key=lambda language: -counted[language])[:2]
    least = counted[ranked[0]] / 2 if ranked else 0.0
    found = [
        language
        for language in ranked
        if times[language] >= _DETECT_FROM
        and counted[language] >= least
        and (language == ranked[0] or met[language] - met[ranked[0]])
    ]
    return tuple(found) + _alike(found, shared, times)


def _alike(found: list[str], shared: dict[str, set[str]], times: dict[str, int]) -> tuple[str, ...]:
    """Where few words speak for a language, those that share its everyday words, too: whose 'no' it is decides what is denied."""
    if not found or times[found[0]] > _SURE_FROM:
        return ()
    return tuple(sorted(shared.get(found[0], set()) - {*found, "en"}))[:2]


@lru_cache(maxsize=256)
def lexicon(languages: tuple[str, ...]) -> Lexicon:
    """The shared lexicon of these languages; unknown codes are left out."""
    return Lexicon(language for language in languages if language in tables())


def lexicon_for(text: str, locale: str) -> Lexicon:
    """The lexicon of the supplier's language, English and what the text is written in."""
    home = locale.replace("-", "_").split("_")[0].lower()
    home = {"nb": "no", "nn": "no"}.get(home, home)
    return lexicon(tuple(sorted({home, "en", *languages_of(text)})))
