"""Labels for assets: every code on the printed page is scanned, and the page is tagged for whoever has it read aloud."""

import io
from datetime import UTC, datetime

import pypdf
import pypdfium2
import pytest
import zxingcpp

from templates.asset_labels import SHEETS, Label, asset_labels_pdf, picture
from templates.fonts import NoFontForCharacters

ISSUED = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
LONG = Label("PACK-LINE-02-P-101-B", "A machine with a name that nobody would ever want to write twice on one day " * 3, "mailto:a@b.example")  # fmt: skip


def labels(count: int) -> list[Label]:
    return [Label(f"P-{at}", f"Pump {at}", f"mailto:plant@halden.example?subject=P-{at}:%20") for at in range(count)]


def scanned(pdf: bytes, dots_an_inch: int) -> list[list[str]]:
    """What a phone reads, page by page."""
    pages = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=dots_an_inch / 72).to_pil() for page in pages]
    return [[found.text for found in zxingcpp.read_barcodes(each)] for each in pictures]


@pytest.mark.parametrize("each", SHEETS)
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_every_code_on_a_printed_sheet_is_read_and_opens_its_own_asset(each: int, paper: str) -> None:
    made = labels(each + 1)

    pages = scanned(asset_labels_pdf(made, each=each, plant="Halden Works", issued=ISSUED, paper=paper), 150)

    assert [len(page) for page in pages] == [each, 1]
    assert {text for page in pages for text in page} == {one.opens for one in made}


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_sheet_is_tagged_with_a_title_a_language_and_words_for_each_code(language: str) -> None:
    pdf = asset_labels_pdf([LONG], each=8, plant="Halden Works", issued=ISSUED, language=language)

    catalogue = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]) in {"en", "de"}
    assert "Halden Works" in str(pypdf.PdfReader(io.BytesIO(pdf)).metadata.title)


def test_the_number_is_read_before_the_name() -> None:
    pdf = asset_labels_pdf(labels(1), each=24, plant="Halden Works", issued=ISSUED)

    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert text.index("P-0") < text.index("Pump 0")


def test_a_code_is_of_level_q_with_its_white_around_it_and_never_a_small_one() -> None:
    pdf = asset_labels_pdf([Label("P-1", "Pump", "P-1")], each=8, plant="Halden Works", issued=ISSUED)

    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil())
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.ec_level == "Q"
    assert 'viewBox="0 0 29 29"' in picture("P-1")


def test_the_same_labels_give_the_same_bytes() -> None:
    first, second = (asset_labels_pdf(labels(3), each=24, plant="Halden", issued=ISSUED) for _ in range(2))

    assert first == second


def test_a_name_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(NoFontForCharacters):
        asset_labels_pdf([Label("P-1", "水泵", "P-1")], each=8, plant="Halden", issued=ISSUED)
