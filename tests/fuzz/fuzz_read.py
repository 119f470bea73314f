"""Fuzzes the reader with coverage in mind: ``python -m tests.fuzz.fuzz_read CORPUS [libFuzzer options]`` (see ``make fuzz``).

The first byte chooses the plant, the rest is the mail. The corpus folder is filled with the mails of tests/mails before.
"""

import resource
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["handlers.extraction"]):
    import handlers.extraction.reader  # noqa: F401 - imported here so that its branches are counted

from handlers.extraction.lexicon import tables
from tests.fuzz.soundness import PLANTS, faults_of, golden, place

MOST_SECONDS = 8.0
"""For the readings that one input asks for, with every branch counted."""
_HEADS = ("Content-Type: ", "Content-Transfer-Encoding: base64", "boundary=", "multipart/alternative", "text/html", "text/csv", "<table>", "<td>", "UNB+", "ISA*", "<DespatchAdvice>", "dmarc=pass header.from=")  # fmt: skip


class Unsound(AssertionError):  # noqa: N818 - errors are named by what is wrong
    """A reading breaks a rule that holds for all readings."""


def one_input(content: bytes) -> None:
    """Read one input and hold the reading against what always holds."""
    if not content:
        return
    begun = time.process_time()
    faults = faults_of(content[1:], place(PLANTS[content[0] % len(PLANTS)]))
    took = time.process_time() - begun
    if took > MOST_SECONDS:
        faults.append(f"it took {took:.1f} s")
    if faults:
        raise Unsound("; ".join(faults))


def fill(folder: Path) -> None:
    """Put the mails of tests/mails and the dictionary of the trade's words where the fuzzer finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw, plant in golden():
        (folder / name).write_bytes(bytes([PLANTS.index(plant)]) + raw)
    words = {phrase for table in tables().values() for listed in table.get("columns", {}).values() for phrase in listed}
    names = [*_HEADS, *sorted(word for word in words if word.isascii())]
    lines = "".join(f'"{name.replace(chr(92), "").replace(chr(34), "")}"\n' for name in names)
    folder.with_suffix(".dict").write_text(lines, "ascii")


def main() -> None:
    """Run until libFuzzer is told to stop."""
    folder = Path(sys.argv[1])
    fill(folder)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    options = [
        f"-dict={folder.with_suffix('.dict')}",
        "-max_len=20000",
        "-len_control=0",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={folder.parent}/find-",
    ]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:]], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
