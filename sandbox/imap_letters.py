"""An opened IMAP folder: numbers and uids, searching, fetching, flagging, copying."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from sandbox.imap_words import NO_SUCH_FOLDER, BadCommand, Refusal, Word, atoms, flag_list, numbers, text
from sandbox.mail_store import Letter, MailStore
from sandbox.mail_summary import header, parsed

FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
Test = Callable[[Letter], bool]


class Selected:
    """What one session sees of a folder: `uids` in the order of their numbers, until `news` is told."""

    def __init__(self, store: MailStore, name: str, *, read_only: bool) -> None:
        self._store = store
        self._read_only = read_only
        self.name = name
        self.uids = [letter.uid for letter in store.letters(name)]

    def news(self) -> list[str]:
        """What changed since the client was last told; afterwards the numbers are the new ones."""
        now = [letter.uid for letter in self._store.letters(self.name)]
        there = set(now)
        gone = [number for number, uid in enumerate(self.uids, 1) if uid not in there]
        lines = [f"* {number} EXPUNGE" for number in reversed(gone)]
        if set(now) - set(self.uids):
            lines += [f"* {len(now)} EXISTS", "* 0 RECENT"]
        self.uids = now
        return lines

    def search(self, criteria: list[Word], *, by_uid: bool) -> list[int]:
        """The numbers or uids of what matches all criteria."""
        said = list(criteria)
        if said and said[0] == b"CHARSET":
            del said[:2]
        tests = []
        while said:
            tests.append(self._test(said))
        return [
            letter.uid if by_uid else number
            for number, letter in self._numbered().items()
            if all(test(letter) for test in tests)
        ]

    def fetch(self, rest: list[Word], *, by_uid: bool) -> Iterator[bytes]:
        """One line (with literals) per letter."""
        items = [item.upper() for word in rest[1:] for item in atoms(word)]
        if by_uid and "UID" not in items:
            items.insert(0, "UID")
        for number, letter in self._among(rest[0], by_uid=by_uid):
            if any(item.startswith("BODY[") for item in items):
                self._change(letter, letter.flags | {"\\Seen"})
            parts = b" ".join(self._item(letter, item) for item in items)
            yield b"* %d FETCH (%b)" % (number, parts)

    def store(self, rest: list[Word], *, by_uid: bool) -> Iterator[str]:
        """Set, add or take away flags; answers the new ones unless it shall be silent."""
        how, flags = text(rest[1]).upper(), flag_list(rest[2] if len(rest) == _ONE_LIST else rest[2:])
        for number, letter in self._among(rest[0], by_uid=by_uid):
            new = _MERGE[how[:1] if how[:1] in "+-" else ""](letter.flags, flags)
            self._change(letter, new)
            if not how.endswith(".SILENT"):
                yield f"* {number} FETCH (UID {letter.uid} FLAGS ({' '.join(sorted(new))}))"

    def copy(self, rest: list[Word], *, by_uid: bool) -> str:
        """Put the same mails into another folder; answers [COPYUID …] (RFC 4315)."""
        target = self._store.folder(text(rest[1]))
        if target is None:
            raise Refusal(NO_SUCH_FOLDER.replace("[NONEXISTENT]", "[TRYCREATE]"))
        letters = [letter for _, letter in self._among(rest[0], by_uid=by_uid)]
        new = [self._store.deliver(target.name, letter.mail, letter.flags) for letter in letters]
        if not new:
            return "nothing to copy"
        old = ",".join(str(letter.uid) for letter in letters)
        return f"[COPYUID {target.uidvalidity} {old} {','.join(map(str, new))}] copied"

    def take_out(self, which: Word, *, by_uid: bool) -> None:
        """Remove letters, as after a MOVE."""
        self._writable()
        self._store.remove(self.name, [letter.uid for _, letter in self._among(which, by_uid=by_uid)])

    def expunge(self, which: Word | None = None) -> None:
        r"""Remove what is \Deleted, among the uids given or everywhere."""
        if self._read_only:
            return
        letters = self._among(which, by_uid=True) if which is not None else self._numbered().items()
        self._store.remove(self.name, [letter.uid for _, letter in letters if "\\Deleted" in letter.flags])

    def _numbered(self) -> dict[int, Letter]:
        letters = {letter.uid: letter for letter in self._store.letters(self.name)}
        return {number: letters[uid] for number, uid in enumerate(self.uids, 1) if uid in letters}

    def _among(self, which: Word, *, by_uid: bool) -> list[tuple[int, Letter]]:
        highest = (self.uids[-1] if self.uids else 0) if by_uid else len(self.uids)
        ranges = numbers(which, highest)
        return [
            (number, letter)
            for number, letter in self._numbered().items()
            if any((letter.uid if by_uid else number) in wanted for wanted in ranges)
        ]

    def _change(self, letter: Letter, flags: frozenset[str]) -> None:
        if flags != letter.flags:
            self._writable()
            self._store.set_flags(self.name, letter.uid, flags)

    def _writable(self) -> None:
        if self._read_only:
            msg = "[READ-ONLY] the folder is only examined"
            raise Refusal(msg)

    def _item(self, letter: Letter, item: str) -> bytes:
        plain = _PLAIN_ITEMS.get(item)
        if plain is not None:
            return f"{item} {plain(letter)}".encode()
        section = re.fullmatch(r"BODY(?:\.PEEK)?\[(HEADER|TEXT|)\](?:<(\d+)\.(\d+)>)?", _RFC822.get(item, item))
        if section is None:
            msg = f"{item} cannot be fetched here"
            raise BadCommand(msg)
        content = _section(self._store.raw(letter.mail), section[1])
        name = item.replace(".PEEK", "") if item not in _RFC822 else item
        if section[2]:
            start = int(section[2])
            content, name = content[start : start + int(section[3])], f"{name.partition('<')[0]}<{start}>"
        return b"%b {%d}\r\n%b" % (name.encode(), len(content), content)

    def _test(self, said: list[Word]) -> Test:
        """Take one criterion off the front."""
        word = said.pop(0)
        if isinstance(word, list):
            inner, tests = list(word), []
            while inner:
                tests.append(self._test(inner))
            return lambda letter: all(test(letter) for test in tests)
        name = text(word).upper()
        if name in _FLAG_TESTS:
            flag, wanted = _FLAG_TESTS[name]
            return lambda letter: not flag or (flag in letter.flags) == wanted
        if name in _COMPOUND:
            return _COMPOUND[name](self, said)
        if re.match(r"[\d*]", name):
            among = {letter.uid for _, letter in self._among(word, by_uid=False)}
            return lambda letter: letter.uid in among
        return self._text_test(name, said)

    def _not(self, said: list[Word]) -> Test:
        test = self._test(said)
        return lambda letter: not test(letter)

    def _or(self, said: list[Word]) -> Test:
        one, other = self._test(said), self._test(said)
        return lambda letter: one(letter) or other(letter)

    def _uid(self, said: list[Word]) -> Test:
        among = {letter.uid for _, letter in self._among(said.pop(0), by_uid=True)}
        return lambda letter: letter.uid in among

    def _keyword(self, said: list[Word]) -> Test:
        keyword = text(said.pop(0))
        return lambda letter: keyword in letter.flags

    def _unkeyword(self, said: list[Word]) -> Test:
        keyword = text(said.pop(0))
        return lambda letter: keyword not in letter.flags

    def _size(self, said: list[Word], sign: int) -> Test:
        limit = int(text(said.pop(0)))
        return lambda letter: (letter.size - limit) * sign > 0

    def _date(self, said: list[Word], signs: tuple[int, ...]) -> Test:
        day = datetime.strptime(text(said.pop(0)), "%d-%b-%Y").date()  # noqa: DTZ007 - IMAP's days have no zone
        return lambda letter: _sign((letter.at.date() - day).days) in signs

    def _text_test(self, name: str, said: list[Word]) -> Test:
        field = text(said.pop(0)) if name == "HEADER" else name
        if name not in {"HEADER", "SUBJECT", "FROM", "TO", "CC", "BODY", "TEXT"}:
            msg = f"{name} cannot be searched for"
            raise BadCommand(msg)
        needle = text(said.pop(0)).casefold()
        if name in {"BODY", "TEXT"}:
            return lambda letter: needle in self._store.raw(letter.mail).decode("utf-8", "replace").casefold()
        return lambda letter: needle in header(parsed(self._store.raw(letter.mail)), field).casefold()


def _section(raw: bytes, section: str) -> bytes:
    if not section:
        return raw
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = end.end() if end else len(raw)
    return raw[:cut] if section == "HEADER" else raw[cut:]


def _sign(days: int) -> int:
    return (days > 0) - (days < 0)


_ONE_LIST = 3
_RFC822 = {"RFC822": "BODY[]", "RFC822.HEADER": "BODY.PEEK[HEADER]", "RFC822.TEXT": "BODY[TEXT]"}
_MERGE: dict[str, Callable[[frozenset[str], frozenset[str]], frozenset[str]]] = {
    "+": frozenset.union,
    "-": frozenset.difference,
    "": lambda _, new: new,
}
_PLAIN_ITEMS: dict[str, Callable[[Letter], str]] = {
    "UID": lambda letter: str(letter.uid),
    "FLAGS": lambda letter: f"({' '.join(sorted(letter.flags))})",
    "RFC822.SIZE": lambda letter: str(letter.size),
    "INTERNALDATE": lambda letter: letter.at.strftime('"%d-%b-%Y %H:%M:%S %z"'),
}
_FLAG_TESTS: dict[str, tuple[str, bool]] = {
    "ALL": ("", True),
    "OLD": ("", True),
    **{flag[1:].upper(): (flag, True) for flag in FLAGS},
    **{f"UN{flag[1:].upper()}": (flag, False) for flag in FLAGS},
}
_COMPOUND: dict[str, Callable[[Selected, list[Word]], Test]] = {
    "NOT": Selected._not,  # noqa: SLF001 - the table of this module
    "OR": Selected._or,  # noqa: SLF001
    "UID": Selected._uid,  # noqa: SLF001
    "KEYWORD": Selected._keyword,  # noqa: SLF001
    "UNKEYWORD": Selected._unkeyword,  # noqa: SLF001
    "LARGER": lambda selected, said: selected._size(said, 1),  # noqa: SLF001
    "SMALLER": lambda selected, said: selected._size(said, -1),  # noqa: SLF001
    "SINCE": lambda selected, said: selected._date(said, (0, 1)),  # noqa: SLF001
    "BEFORE": lambda selected, said: selected._date(said, (-1,)),  # noqa: SLF001
    "ON": lambda selected, said: selected._date(said, (0,)),  # noqa: SLF001
}
