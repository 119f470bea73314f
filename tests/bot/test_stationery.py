"""The plant's own paper as the configuration names it: files beside it, read once, each fault in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.check_inside import check_fonts
from bot.config import ConfigurationWrong, load

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>'
Writing = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writing:
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        (tmp_path / "plant").mkdir()
        file = tmp_path / "plant" / "config.toml"
        file.write_text(text, "utf-8")
        return file

    return write


def test_logo_and_terms_are_read_from_beside_the_configuration(written: Writing) -> None:
    file = written('[documents]\nlogo = "logo.svg"\ncolour = "#7A1F0B"\nterms_file = "terms.txt"\n')
    (file.parent / "logo.svg").write_text(SVG, "utf-8")
    (file.parent / "terms.txt").write_text("\ufeffThese terms apply.\n", "utf-8")

    paper = load([file], environment={}).plant().stationery

    assert (paper.logo, paper.colour) == (SVG, "#7a1f0b")
    assert paper.terms_in("de") == paper.terms_in("en_GB") == "These terms apply."


def test_a_folder_holds_the_terms_in_each_supplier_s_language(written: Writing) -> None:
    file = written('[documents]\nterms_file = "terms"\n')
    (file.parent / "terms").mkdir()
    (file.parent / "terms" / "en.txt").write_text("These terms apply.", "utf-8")
    (file.parent / "terms" / "de.txt").write_text("Diese Bedingungen gelten.", "utf-8")

    paper = load([file], environment={}).plant().stationery

    assert paper.terms_in("de_AT") == "Diese Bedingungen gelten."
    assert paper.terms_in("fi") == paper.terms_in("en") == "These terms apply."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('logo = "nowhere.svg"', "documents.logo: .*nowhere.svg cannot be read: No such file"),
        ('logo = "config.toml"', "documents.logo: it is neither SVG nor PNG"),
        ('colour = "#ffff00"', "documents.colour: words in it cannot be read on white"),
        ('terms_file = "empty"', "documents.terms_file: .*empty holds no file such as en.txt"),
        ('terms_file = "latin.txt"', "documents.terms_file: it is no text in UTF-8"),
    ],
)
def test_what_cannot_be_printed_with_is_said_with_its_place(written: Writing, line: str, said: str) -> None:
    file = written(f"[documents]\n{line}\n")
    (file.parent / "empty").mkdir()
    (file.parent / "latin.txt").write_bytes("Maße".encode("latin-1"))

    with pytest.raises(ConfigurationWrong, match=rf"config.toml:2 {said}"):
        load([file], environment={})


def test_terms_that_no_font_can_print_are_found_before_the_first_order(written: Writing) -> None:
    file = written('[documents]\nterms_file = "terms.txt"\n')
    (file.parent / "terms.txt").write_text("These terms apply. 条", "utf-8")

    (finding,) = check_fonts(load([file], environment={}))

    assert "条" in finding.sentence
    assert "terms of purchase cannot be printed" in finding.sentence
