"""What FatturaPA, cXML, openTRANS and ZUGFeRD 1 invoices charge, and what of them is asked about."""

import email
from decimal import Decimal
from email.policy import default
from pathlib import Path

import pytest
from lxml import etree

from handlers.extraction import invoice_cii, invoice_cxml, invoice_fatturapa, invoice_opentrans, invoice_ubl
from handlers.extraction.formats.xml import root_of
from handlers.extraction.invoice_checks import doubts_of
from handlers.extraction.invoice_paper import Bill

MAILS = Path(__file__).parents[2] / "mails"
READERS = {
    "fatturapa-whole": invoice_fatturapa.bill_of,
    "fatturapa-credit": invoice_fatturapa.bill_of,
    "cxml-invoice-whole": invoice_cxml.bill_of,
    "cxml-credit-memo": invoice_cxml.bill_of,
    "opentrans-invoice-whole": invoice_opentrans.bill_of,
    "zugferd-1-whole": invoice_cii.bill_of,
}


def document(name: str) -> str:
    """Return the document that a mail brings."""
    mail = email.message_from_bytes((MAILS / f"{name}.eml").read_bytes(), policy=default)
    (part,) = mail.iter_attachments()
    return str(part.get_content() if isinstance(part.get_content(), str) else part.get_content().decode())


def root(text: str) -> etree._Element:
    found = root_of(text.encode())
    assert found is not None
    return found


def charged(name: str, *changes: tuple[str, str]) -> Bill:
    """Return what a mail's document charges with some of it written otherwise."""
    text = document(name)
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    bill = READERS[name](root(text), "1")
    assert bill is not None
    bill.doubts = doubts_of(bill)
    return bill


@pytest.mark.parametrize("name", READERS)
def test_every_reader_takes_its_own_documents_and_no_others(name: str) -> None:
    own, others = READERS[name], {*READERS.values(), invoice_ubl.bill_of} - {READERS[name]}

    assert own(root(document(name)), "1") is not None
    assert [reads(root(document(name)), "1") for reads in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("fatturapa-whole", "IT60X0542811101000000123456"),
        ("opentrans-invoice-whole", "DE02120300000000202051"),
        ("zugferd-1-whole", "DE02120300000000202051"),
        ("cxml-invoice-whole", ""),
    ],
)
def test_the_account_that_an_invoice_names_is_kept(name: str, account: str) -> None:
    assert charged(name).accounts == ([account] if account else [])


@pytest.mark.parametrize(
    ("name", "before", "after", "doubt"),
    [
        ("fatturapa-whole", "TD01", "TD02", "before the goods"),
        ("fatturapa-whole", "TD01", "TD05", "corrects an earlier"),
        ("fatturapa-whole", "TD01", "TD17", "a document of the type TD17"),
        ("fatturapa-whole", "<TipoDocumento>TD01</TipoDocumento>", "", "a document of the type that is not named"),
        ("fatturapa-whole", "841.80", "840.80", "the total is 840.8"),
        ("fatturapa-whole", "468.00", "469.00", "line 1 does not add up"),
        ("fatturapa-whole", "<Quantita>18.00</Quantita>", "", "no quantity"),
        ("fatturapa-whole", "<Imposta>151.80</Imposta>", "", "no tax is named"),
        ("cxml-invoice-whole", 'purpose="standard"', 'purpose="debitMemo"', "corrects an earlier"),
        ("cxml-invoice-whole", 'operation="new"', 'operation="delete"', "takes back"),
        ("cxml-invoice-whole", '"production"', '"test"', "test"),
        ("cxml-invoice-whole", 'currency="USD">40.00', 'currency="EUR">40.00', "no currency"),
        ("cxml-invoice-whole", "660.00", "650.00", "the total is 650"),
        ("cxml-invoice-whole", 'quantity="10"', "", "no quantity"),
        ("opentrans-invoice-whole", "308.45", "259.20", "the total is 259.2"),
        ("opentrans-invoice-whole", "<TAX_AMOUNT>49.25</TAX_AMOUNT>", "", "no tax is named"),
        ("opentrans-invoice-whole", "<PRICE_LINE_AMOUNT>248.00", "<PRICE_LINE_AMOUNT>24.80", "does not add up"),
        ("zugferd-1-whole", "302.26", "254.00", "the total is 254"),
        ("zugferd-1-whole", "<ram:TypeCode>380", "<ram:TypeCode>386", "before the goods"),
    ],
)
def test_what_is_not_right_in_itself_is_asked_about(name: str, before: str, after: str, doubt: str) -> None:
    doubts = charged(name, (before, after)).doubts

    assert any(doubt in one for one in doubts), doubts


@pytest.mark.parametrize("name", READERS)
def test_a_document_that_is_whole_has_no_doubts(name: str) -> None:
    assert charged(name).doubts == []


def test_several_fatturapa_invoices_in_one_file_are_asked_about() -> None:
    text = document("fatturapa-whole")
    body = text[text.index("<FatturaElettronicaBody>") : text.index("</p:FatturaElettronica>")]

    assert "several invoices in one file" in charged("fatturapa-whole", (body, body * 2)).doubts


def test_a_simplified_fatturapa_has_no_rows_to_read() -> None:
    text = document("fatturapa-whole").replace("p:FatturaElettronica ", "p:FatturaElettronicaSemplificata ")
    text = text.replace("</p:FatturaElettronica>", "</p:FatturaElettronicaSemplificata>")

    assert invoice_fatturapa.bill_of(root(text), "1") is None


def test_a_fatturapa_service_without_a_quantity_is_one_at_its_price() -> None:
    quantity = "<Quantita>18.00</Quantita><UnitaMisura>PZ</UnitaMisura><PrezzoUnitario>26.00000000</PrezzoUnitario>"

    line = charged("fatturapa-whole", (quantity, "<PrezzoUnitario>468.00</PrezzoUnitario>")).lines[0]

    assert (line.quantity, line.price, line.units) == (Decimal(1), Decimal("468.00"), ())


def test_a_fatturapa_discount_as_an_amount_is_taken_off_each_and_a_surcharge_is_added() -> None:
    price = "<PrezzoUnitario>26.00000000</PrezzoUnitario>"
    changed = "<PrezzoUnitario>27.00</PrezzoUnitario><ScontoMaggiorazione><Tipo>SC</Tipo><Importo>2.00</Importo></ScontoMaggiorazione>"
    changed += "<ScontoMaggiorazione><Tipo>MG</Tipo><Percentuale>4.00</Percentuale></ScontoMaggiorazione>"

    bill = charged("fatturapa-whole", (price, changed))

    assert (bill.lines[0].price, bill.doubts) == (Decimal("26.00"), [])


def test_what_a_fatturapa_charges_beside_its_rows_and_its_rounding_belong_to_the_sums() -> None:
    fund = "<DatiCassaPrevidenziale><ImportoContributoCassa>10.00</ImportoContributoCassa></DatiCassaPrevidenziale>"
    head = f"<Arrotondamento>0.01</Arrotondamento>{fund}<ScontoMaggiorazione><Tipo>SC</Tipo><Importo>3.00</Importo></ScontoMaggiorazione>"

    bill = charged("fatturapa-whole", ("</DatiGeneraliDocumento>", head + "</DatiGeneraliDocumento>"))

    assert bill.charges == Decimal("24.01")


def test_a_fatturapa_without_its_total_is_the_sum_of_its_rates() -> None:
    total = "<ImportoTotaleDocumento>841.80</ImportoTotaleDocumento>"

    assert charged("fatturapa-whole", (total, "")).total == Decimal("841.80")


def test_a_fatturapa_that_names_two_orders_for_one_row_names_none() -> None:
    bill = charged("fatturapa-whole", ("<RiferimentoNumeroLinea>2<", "<RiferimentoNumeroLinea>1<"))

    assert [line.order for line in bill.lines] == ["", ""]


@pytest.mark.parametrize(("unit", "codes"), [("PZ", ("C62",)), ("pz.", ("C62",)), ("", ()), ("BANCALI", ("BANCALI",))])
def test_units_of_a_fatturapa_are_free_words(unit: str, codes: tuple[str, ...]) -> None:
    bill = charged("fatturapa-whole", ("<UnitaMisura>PZ<", f"<UnitaMisura>{unit}<"))

    assert bill.lines[0].units == codes


def test_a_cxml_price_for_several_and_a_discount_of_a_line_are_reckoned() -> None:
    price = '<UnitPrice><Money currency="USD">58.00</Money></UnitPrice>'
    basis = '<UnitPrice><Money currency="USD">5,900.00</Money></UnitPrice><PriceBasisQuantity quantity="100" conversionFactor="1"/>'
    taken = '<InvoiceDetailDiscount><Money currency="USD">10.00</Money></InvoiceDetailDiscount></InvoiceDetailItem>'
    amount = ('<SubtotalAmount><Money currency="USD">580.00</Money></SubtotalAmount></InvoiceDetailItem>',)

    bill = charged(
        "cxml-invoice-whole",
        (price, basis),
        (amount[0], amount[0].replace("580.00", "590.00").replace("</InvoiceDetailItem>", taken)),
    )

    assert (bill.lines[0].amount, bill.lines[0].per, bill.doubts) == (Decimal("580.00"), Decimal(100), [])


def test_a_cxml_invoice_of_its_head_alone_has_no_lines() -> None:
    text = document("cxml-invoice-whole")
    order = text[text.index("<InvoiceDetailOrder>") : text.index("<InvoiceDetailSummary>")]

    assert "no line could be read" in charged("cxml-invoice-whole", (order, "")).doubts


def test_a_cxml_invoice_that_was_paid_in_part_is_asked_about_and_names_its_note() -> None:
    deposit = '<DepositAmount><Money currency="USD">5.00</Money></DepositAmount></InvoiceDetailSummary>'
    note = '<InvoiceDetailHeaderIndicator/><InvoiceDetailShipping><ShipNoticeIDInfo shipNoticeID="S-81"/></InvoiceDetailShipping>'

    bill = charged(
        "cxml-invoice-whole", ("</InvoiceDetailSummary>", deposit), ("<InvoiceDetailHeaderIndicator/>", note)
    )

    assert (bill.note, "something of it was paid before" in bill.doubts) == ("S-81", True)


@pytest.mark.parametrize("terms", ['payInNumberOfDays="soon"', 'payInNumberOfDays="9999"'])
def test_terms_of_a_cxml_invoice_that_are_no_days_name_no_day(terms: str) -> None:
    assert charged("cxml-invoice-whole", ('payInNumberOfDays="30"', terms)).due_on is None


@pytest.mark.parametrize(
    ("written", "kind", "doubt"),
    [
        ("credit_note", "credit_note", ""),
        ("commercial_invoice", "invoice", ""),
        ("proforma", "invoice", "before the goods"),
        ("corrected_invoice", "invoice", "corrects an earlier"),
    ],
)
def test_the_type_of_an_opentrans_invoice_is_looked_at(written: str, kind: str, doubt: str) -> None:
    day = "<INVOICE_DATE>2026-11-19</INVOICE_DATE>"

    bill = charged("opentrans-invoice-whole", (day, f"{day}<INVOICE_TYPE>{written}</INVOICE_TYPE>"))

    assert bill.kind == kind
    assert bill.doubts == [] if not doubt else doubt in bill.doubts[0]


def test_an_opentrans_invoice_that_no_machine_shall_take_and_one_with_allowances() -> None:
    stop = "<CONTROL_INFO><STOP_AUTOMATIC_PROCESSING>please look</STOP_AUTOMATIC_PROCESSING></CONTROL_INFO>"
    given = '<ALLOW_OR_CHARGES_FIX><ALLOW_OR_CHARGE type="{}"><ALLOW_OR_CHARGE_VALUE><AOC_MONETARY_AMOUNT>{}</AOC_MONETARY_AMOUNT>'
    given += "</ALLOW_OR_CHARGE_VALUE></ALLOW_OR_CHARGE></ALLOW_OR_CHARGES_FIX>"
    both = given.format("surcharge", "15.20") + given.format("allowance", "4.00")

    stopped = charged("opentrans-invoice-whole", ("<INVOICE_HEADER>", f"<INVOICE_HEADER>{stop}"))
    beside = charged("opentrans-invoice-whole", ("<NET_VALUE_EXTRA>11.20</NET_VALUE_EXTRA>", both))

    assert "no machine" in stopped.doubts[0]
    assert (beside.charges, beside.doubts) == (Decimal("11.20"), [])


@pytest.mark.parametrize(("rate", "percent"), [("0.19", "19"), ("19", "19"), ("0", "0"), ("", "")])
def test_a_rate_of_bmecat_is_a_share(rate: str, percent: str) -> None:
    tax = "<TAX_DETAILS_FIX><bmecat:TAX>0.19</bmecat:TAX></TAX_DETAILS_FIX></PRODUCT_PRICE_FIX>"

    bill = charged("opentrans-invoice-whole", (tax, tax.replace("0.19", rate)))

    assert bill.lines[0].tax_rate == percent


def test_a_zugferd_1_copy_and_a_test_are_asked_about() -> None:
    copy = "<ram:CopyIndicator><udt:Indicator>true</udt:Indicator></ram:CopyIndicator></rsm:HeaderExchangedDocument>"
    test = "<ram:TestIndicator><udt:Indicator>true</udt:Indicator></ram:TestIndicator></rsm:SpecifiedExchangedDocumentContext>"

    bill = charged(
        "zugferd-1-whole",
        ("</rsm:HeaderExchangedDocument>", copy),
        ("</rsm:SpecifiedExchangedDocumentContext>", test),
    )

    assert len(bill.doubts) == 2
