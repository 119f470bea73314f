"""The purchase order on paper and as UBL: same bytes each time, nothing broken over pages, no value is markup."""

import io
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

import templates
from templates import documents, fonts

UBL = {
    "o": "urn:oasis:names:specification:ubl:schema:xsd:Order-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# The order of elements in UBL 2.1, as far as we use them; a schema refuses any other.
SEQUENCE = {
    "Order": "CustomizationID ProfileID ID IssueDate OrderTypeCode Note DocumentCurrencyCode CustomerReference LineCountNumeric "
    "QuotationDocumentReference OriginatorDocumentReference BuyerCustomerParty SellerSupplierParty Delivery DeliveryTerms "
    "PaymentTerms AllowanceCharge TaxTotal AnticipatedMonetaryTotal OrderLine",
    "Party": "EndpointID PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
    "PostalAddress": "StreetName CityName PostalZone Country",
    "Contact": "Name Telephone ElectronicMail",
    "AllowanceCharge": "ChargeIndicator AllowanceChargeReasonCode AllowanceChargeReason Amount TaxCategory",
    "TaxTotal": "TaxAmount TaxSubtotal",
    "TaxSubtotal": "TaxableAmount TaxAmount TaxCategory",
    "TaxCategory": "ID Percent TaxExemptionReason TaxScheme",
    "AnticipatedMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount AllowanceTotalAmount ChargeTotalAmount PayableAmount",
    "LineItem": "ID LineStatusCode Quantity LineExtensionAmount Delivery Price Item",
    "Item": "Name BuyersItemIdentification SellersItemIdentification ClassifiedTaxCategory",
}
# What Peppol BIS Order 3 demands.
MANDATORY = (
    "cbc:CustomizationID",
    "cbc:ProfileID",
    "cbc:ID",
    "cbc:IssueDate",
    "cbc:DocumentCurrencyCode",
    "cac:BuyerCustomerParty/cac:Party/cbc:EndpointID[@schemeID]",
    "cac:BuyerCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    "cac:SellerSupplierParty/cac:Party/cbc:EndpointID[@schemeID]",
    "cac:SellerSupplierParty/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    "cac:SellerSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    "cac:OrderLine/cac:LineItem/cbc:ID",
    "cac:OrderLine/cac:LineItem/cbc:Quantity[@unitCode]",
    "cac:OrderLine/cac:LineItem/cac:Item/cbc:Name",
)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\u200b", "") for page in PdfReader(io.BytesIO(pdf)).pages]


def ubl(document: dict[str, Any]) -> Any:
    return etree.fromstring(templates.purchase_order_ubl(document))


def one(tree: Any, path: str) -> Any:
    return tree.find(path, UBL).text


def test_the_paper_says_everything(order: Any) -> None:
    text = " ".join("\n".join(pages(templates.purchase_order_pdf(order))).split())

    for said in (
        "Purchase order",
        "PO-2026-00118",
        "Hartmann Seals B.V.",
        "Netherlands",
        "DAP Kiel, Incoterms 2020",
        "Bearing 6206-2RS C3",
        "EUR 527.60",
        "Intra-community supply",
        "keep [PO-2026-00118] in the subject",
        "Bo Lindqvist, 22 Nov 2026 09:41",
        "Code 7F3A-91C2",
        "Page 1 of 1",
        "edition 3, March 2026",
    ):
        assert said in text, said


def test_the_paper_carries_its_ubl_order(order: Any) -> None:
    reader = PdfReader(io.BytesIO(templates.purchase_order_pdf(order)))

    assert reader.attachments["PO-2026-00118.xml"] == [templates.purchase_order_ubl(order)]


def test_the_paper_is_pdf_a(order: Any) -> None:
    reader = PdfReader(io.BytesIO(templates.purchase_order_pdf(order)))

    described = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in described
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in described
    assert reader.metadata.creation_date == datetime(2026, 11, 22, 8, 42, tzinfo=UTC)


def test_one_order_is_always_the_same_bytes(order: Any) -> None:
    first = templates.purchase_order_pdf(order)
    documents._compiler.cache_clear()

    again = templates.purchase_order_pdf(order)

    assert first == again
    assert templates.purchase_order_pdf({**order, "issued_at": "2026-11-22T08:43:00+00:00"}) != first


def test_a_long_order_breaks_between_lines_and_repeats_its_head(order: Any) -> None:
    lines = [{**order["lines"][0], "line": str(at), "description": f"Seal number {at} of forty"} for at in range(1, 41)]

    sheets = pages(templates.purchase_order_pdf({**order, "lines": lines}))

    assert len(sheets) == 3
    for number, sheet in enumerate(sheets, start=1):
        assert f"Page {number} of 3" in sheet
        assert "Unit price" in sheet
        assert sheet.count("Seal number") == sheet.count("Your number HS-145")
    assert sum(sheet.count("Seal number") for sheet in sheets) == 40


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_both_papers_are_cut_to_size(order: Any, paper: Any, size: Any) -> None:
    box = PdfReader(io.BytesIO(templates.purchase_order_pdf(order, paper=paper))).pages[0].mediabox

    assert (round(box.width), round(box.height)) == size


def test_german_paper_is_german(order: Any) -> None:
    text = pages(templates.purchase_order_pdf({**order, "language": "de"}))[0]

    for said in ("Bestellung", "Liefertermin", "27.11.2026", "527,60 EUR", "Niederlande", "Seite 1 von 1"):
        assert said in text


def test_a_revision_shows_what_changed(tables: Any) -> None:
    text = pages(templates.purchase_order_pdf(tables["MAILS"]["purchase_order"][1]["document"]))[0]

    assert "Fassung 2, ersetzt Fassung 1 vom 20.11.2026" in text
    assert "Bisher: Menge 1 · Einzelpreis 190,00" in text
    assert "Position storniert" in text


def test_no_value_becomes_typesetting(order: Any) -> None:
    hostile = '#panic("x") *bold* $1$ @ref <script>alert(1)</script> #read("/etc/passwd") // \\ `x` {page}'
    line = {**order["lines"][0], "description": hostile, "supplier_part": hostile}
    parties = {key: {**order[key], "name": hostile, "street": hostile} for key in ("plant", "supplier", "deliver_to")}

    text = " ".join(
        pages(templates.purchase_order_pdf({**order, **parties, "lines": [line], "notes": hostile}))[0].split()
    )

    assert text.count('#panic("x") *bold* $1$') >= 4


@pytest.mark.parametrize("description", ["x" * 400, "long words " * 36, "\x00\x1b\u202eabc", "a\nb\tc"])
def test_long_and_broken_descriptions_stay_in_their_column(order: Any, description: str) -> None:
    line = {**order["lines"][0], "description": description}

    text = pages(templates.purchase_order_pdf({**order, "lines": [line]}))[0].replace("\n", "")

    assert "368.00" in text
    assert "\u202e" not in text
    assert description.replace("\n", " ").strip("\x00\x1b\u202e")[:20].split()[0] in text


def test_a_character_without_a_font_is_named(order: Any) -> None:
    line = {**order["lines"][0], "description": "Dichtung 漢 \u05d0"}
    document = {**order, "lines": [line]}

    with pytest.raises(
        templates.NoFontForCharacters, match=r"'漢' .CJK UNIFIED IDEOGRAPH-6F22.*HEBREW LETTER ALEF.*letters of Europe"
    ):
        templates.purchase_order_pdf(document)
    assert templates.unprintable(document) == ["漢", "\u05d0"]


def test_many_missing_characters_are_counted() -> None:
    with pytest.raises(fonts.NoFontForCharacters, match="and 4 more"):
        fonts.require_characters(["一二三四五六七八九"])


def test_european_names_have_a_font() -> None:
    assert (
        fonts.missing_characters(["Łódź Ålesund Þór Ñandú Ğüş Șerban Žižkov Ελλάδα Киев 45 °C ±0,1 µm Ø 30 ½″ €£ „x“"])
        == []
    )


def test_lacking_values_are_all_named(order: Any) -> None:
    document = {**order, "currency": "", "supplier": {}, "lines": [{**order["lines"][0], "unit_price": None}]}

    with pytest.raises(templates.NotInDocument, match=r"lacks currency, supplier\.name, lines\[1\]\.unit_price"):
        templates.purchase_order_pdf(document)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"total": "lots"}, "total: 'lots' is no number"),
        ({"net": "NaN"}, "net: 'NaN' is no number"),
        ({"ordered_on": "tomorrow"}, "'tomorrow' is no date"),
        ({"issued_at": "2026-11-22T08:00:00"}, "names no time zone"),
        ({"issued_at": "noon"}, "is no moment"),
    ],
)
def test_unreadable_values_are_named(order: Any, changed: Any, said: str) -> None:
    with pytest.raises(templates.NotInDocument, match=said):
        templates.purchase_order_pdf({**order, **changed})


def test_an_order_may_lack_all_that_is_optional(order: Any) -> None:
    line = {key: order["lines"][0][key] for key in ("line", "description", "quantity", "unit", "unit_price", "amount")}
    bare = {key: order[key] for key in ("number", "currency", "ordered_on", "issued_at", "net", "total")}
    bare |= {"plant": {"name": "Halden Works"}, "supplier": {"name": "Hartmann"}, "lines": [line]}

    text = pages(templates.purchase_order_pdf(bare))[0]

    assert "Reply to the mail that brought this order" in text
    assert one(ubl(bare), "cac:OrderLine/cac:LineItem/cbc:Quantity") == "2"


def test_dates_may_be_dates(order: Any) -> None:
    typed = {
        **order,
        "ordered_on": date(2026, 11, 22),
        "deliver_by": date(2026, 11, 27),
        "issued_at": datetime(2026, 11, 22, 8, 42, tzinfo=UTC),
    }

    assert "27 Nov 2026" in pages(templates.purchase_order_pdf(typed))[0]
    assert one(ubl(typed), "cbc:IssueDate") == "2026-11-22"


def test_an_approval_without_a_plant_zone_names_its_own(order: Any) -> None:
    plant = {**order["plant"], "time_zone": None}

    assert "22 Nov 2026 08:41 UTC" in pages(templates.purchase_order_pdf({**order, "plant": plant}))[0]


def test_typst_loads_only_when_a_pdf_is_made() -> None:
    asked = "import sys, templates; templates.mail; print('typst' in sys.modules, 'fontTools' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answer.stdout.split() == ["False", "False"]


def test_the_ubl_order_has_what_peppol_demands(order: Any) -> None:
    tree = ubl(order)

    for path in MANDATORY:
        assert tree.findall(path, UBL), path
    assert len(tree.findall("cac:OrderLine", UBL)) == 3
    assert tree.find("cac:OrderLine/cac:LineItem/cbc:Quantity", UBL).get("unitCode") == "C62"
    assert one(tree, "cac:OrderLine/cac:LineItem/cac:Price/cbc:PriceAmount") == "184.00"
    assert one(tree, "cac:OrderLine/cac:LineItem/cac:Item/cac:SellersItemIdentification/cbc:ID") == "HS-145"
    assert one(tree, "cac:OrderLine/cac:LineItem/cac:Item/cac:BuyersItemIdentification/cbc:ID") == "P-1001"
    assert one(tree, "cac:AnticipatedMonetaryTotal/cbc:PayableAmount") == "527.60"


def test_ubl_elements_stand_in_their_order(order: Any, tables: Any) -> None:
    for document in (order, tables["MAILS"]["purchase_order"][1]["document"]):
        for element in ubl(document).iter():
            names = [etree.QName(child).localname for child in element]
            sequence = SEQUENCE.get(etree.QName(element).localname, "").split()
            if sequence:
                assert [sequence.index(name) for name in names] == sorted(sequence.index(name) for name in names)


def test_no_ubl_element_is_empty(order: Any) -> None:
    bare = {
        **order,
        "supplier": {"name": "Hartmann", "country": "Nowhere"},
        "notes": "",
        "incoterm": None,
        "charges": [],
    }

    for element in ubl(bare).iter():
        if not len(element) and etree.QName(element).localname != "PostalAddress":
            assert element.text


@pytest.mark.parametrize(
    ("country", "code"), [("NL", "NL"), ("nl", "NL"), ("Netherlands", "NL"), ("Niederlande", "NL")]
)
def test_a_country_may_be_a_code_or_a_name(order: Any, country: str, code: str) -> None:
    tree = ubl({**order, "supplier": {**order["supplier"], "country": country}})

    assert one(tree, "cac:SellerSupplierParty/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode") == code


@settings(deadline=None, max_examples=60)
@given(hostile=st.text(min_size=1, max_size=80))
def test_any_text_survives_in_ubl(hostile: str) -> None:
    line = {
        "line": "1",
        "description": f"a{hostile}b",
        "quantity": "1E+3",
        "unit": "C62",
        "unit_price": "1",
        "amount": "1",
    }
    document = {
        "number": "PO-1",
        "currency": "EUR",
        "ordered_on": "2026-11-22",
        "issued_at": "2026-11-22T08:00:00+00:00",
        "net": "1",
        "total": "1",
    }

    tree = ubl({**document, "plant": {"name": "x"}, "supplier": {"name": '"<&>'}, "lines": [line]})

    assert one(tree, "cac:SellerSupplierParty/cac:Party/cac:PartyName/cbc:Name") == '"<&>'
    assert one(tree, "cac:OrderLine/cac:LineItem/cbc:Quantity") == "1000"
    assert one(tree, "cac:OrderLine/cac:LineItem/cac:Item/cbc:Name").startswith("a")
