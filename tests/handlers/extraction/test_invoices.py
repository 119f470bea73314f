"""What invoices in every form charge: taken where all is said and adds up, asked about where anything is missing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import typst

from handlers.extraction import Known, read
from handlers.extraction.invoice_checks import CHECKS, doubts_of
from handlers.extraction.invoice_paper import Bill, BillLine, accounts_in
from handlers.extraction.invoice_words import LABELS, money_in, sums_of

Make = Callable[..., bytes]
ORDER = "PO-2026-00042"
UBL = """<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>RE-1187</cbc:ID><cbc:IssueDate>2026-11-18</cbc:IssueDate>{head}<cbc:{root}TypeCode>{code}</cbc:{root}TypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:OrderReference><cbc:ID>PO-2026-00042</cbc:ID></cac:OrderReference>
{refers}
<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">5.00</cbc:Amount></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">50.40</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">55.40</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">65.93</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">65.93</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:{root}Line><cbc:ID>1</cbc:ID><cbc:{counted}Quantity unitCode="H87">12</cbc:{counted}Quantity>
<cbc:LineExtensionAmount currencyID="EUR">50.40</cbc:LineExtensionAmount>
<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>
<cac:Item><cbc:Name>Lager</cbc:Name><cac:SellersItemIdentification><cbc:ID>NL-99812</cbc:ID></cac:SellersItemIdentification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">{price}</cbc:PriceAmount><cbc:BaseQuantity>{per}</cbc:BaseQuantity></cac:Price>
</cac:{root}Line></{root}>"""
CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>RE-1188</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20261118</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:SellerAssignedID>NL-99812</ram:SellerAssignedID><ram:Name>Lager</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:BuyerOrderReferencedDocument><ram:LineID>1</ram:LineID></ram:BuyerOrderReferencedDocument>
<ram:NetPriceProductTradePrice><ram:ChargeAmount>420.00</ram:ChargeAmount><ram:BasisQuantity>100</ram:BasisQuantity></ram:NetPriceProductTradePrice>
</ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">12</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>50.40</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-2026-00042</ram:IssuerAssignedID>
</ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery><ram:DespatchAdviceReferencedDocument><ram:IssuerAssignedID>LS-771204</ram:IssuerAssignedID>
</ram:DespatchAdviceReferencedDocument></ram:ApplicableHeaderTradeDelivery>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20261218</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>50.40</ram:LineTotalAmount>
<ram:TaxBasisTotalAmount>50.40</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">9.58</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""
INVOIC = (
    "UNA:+.? 'UNB+UNOC:3+4098765000016:14+4300001000009:14+261119:1530+0001'UNH+1+INVOIC:D:96A:UN:EAN008'"
    "BGM+{code}+90011+9'DTM+137:20261118:102'RFF+ON:PO-2026-00042'RFF+DQ:LS-771204'CUX+2:EUR:4'"
    "LIN+1++NL-99812:SA'QTY+47:12:PCE'MOA+203:50.40'PRI+AAA:4.20'UNS+S'MOA+79:50.40'MOA+124:9.58'MOA+77:{total}'UNT+12+1'UNZ+1+0001'"
)
X12 = (
    "ISA*00*          *00*          *01*098765432      *ZZ*HOLLINQUARRY   *261119*1530*U*00401*000000417*0*P*>~"
    "GS*IN*098765432*HOLLINQUARRY*20261119*1530*417*X*004010~ST*810*0001~BIG*20261118*551903*20261105*PO-2026-00042***{code}~"
    "{currency}IT1*1*12*EA*4.20**VP*NL-99812~TDS*5740~SAC*C*D240***700~SE*6*0001~GE*1*417~IEA*1*000000417~"
)


def ubl(**more: str) -> bytes:
    given = {
        "root": "Invoice",
        "code": "380",
        "counted": "Invoiced",
        "tax": "10.53",
        "price": "4.20",
        "per": "1",
        "refers": "",
    }
    given |= {"head": "<cbc:DueDate>2026-12-18</cbc:DueDate>"} | more
    return UBL.format(**given).encode()


@pytest.fixture
def charged(letter: Make, known: Known) -> Callable[..., dict[str, Any]]:
    """Reads a mail with one attachment and returns what it charges."""

    def reads(name: str, kind: str, content: bytes, text: str = "Anbei.") -> dict[str, Any]:
        raw = letter(text, attached=[(name, kind, content)], subject="Rechnung")
        said = read(raw, known).to_json()
        assert said["kind"] == "invoice"
        found: dict[str, Any] = said["invoice"]
        return found

    return reads


def test_a_ubl_invoice_says_everything(charged: Any) -> None:
    bill = charged("re.xml", "application/xml", ubl())

    assert bill["doubts"] == []
    assert (bill["number"], bill["issued_on"], bill["due_on"], bill["currency"]) == (
        "RE-1187",
        "2026-11-18",
        "2026-12-18",
        "EUR",
    )
    assert (bill["charges"], bill["net"], bill["tax"], bill["total"]) == ("5", "55.4", "10.53", "65.93")
    (line,) = bill["lines"]
    assert (line["order"], line["line"], line["quantity"], line["amount"], line["tax_rate"]) == (
        ORDER,
        "1",
        "12",
        "50.4",
        "19",
    )


def test_a_ubl_credit_note_names_its_invoice(charged: Any) -> None:
    refers = "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>RE-1100</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"

    bill = charged(
        "gs.xml", "application/xml", ubl(root="CreditNote", code="381", counted="Credited", refers=refers, head="")
    )

    assert (bill["kind"], bill["refers_to"], bill["doubts"]) == ("credit_note", "RE-1100", [])


def test_a_price_for_a_hundred_is_a_hundredth(charged: Any) -> None:
    bill = charged("re.xml", "application/xml", ubl(price="420.00", per="100"))

    assert bill["doubts"] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"price": "4.30"}, "line 1 does not add up"),
        ({"tax": "10.35"}, "the total is 65.93"),
        ({"code": "386"}, "before the goods"),
        ({"code": "384"}, "corrects an earlier"),
    ],
)
def test_a_ubl_invoice_that_is_not_right_in_itself_is_asked_about(
    charged: Any, wrong: dict[str, str], said: str
) -> None:
    bill = charged("re.xml", "application/xml", ubl(**wrong))

    assert any(said in doubt for doubt in bill["doubts"])


def test_a_cross_industry_invoice_says_everything(charged: Any) -> None:
    bill = charged("factur-x.xml", "application/xml", CII.format(total="59.98").encode())

    assert bill["doubts"] == []
    assert (bill["number"], bill["note"], bill["due_on"], bill["total"]) == (
        "RE-1188",
        "LS-771204",
        "2026-12-18",
        "59.98",
    )


def test_a_cross_industry_invoice_whose_total_is_wrong_is_asked_about(charged: Any) -> None:
    bill = charged("factur-x.xml", "application/xml", CII.format(total="58.98").encode())

    assert bill["doubts"] == ["the lines come to 50.40 with 9.58 tax, and the total is 58.98"]


@pytest.mark.parametrize(("code", "kind"), [("380", "invoice"), ("381", "credit_note")])
def test_an_edifact_invoice_says_everything(charged: Any, code: str, kind: str) -> None:
    bill = charged("i.edi", "application/octet-stream", INVOIC.format(code=code, total="59.98").encode())

    assert bill["doubts"] == []
    assert (bill["kind"], bill["number"], bill["note"], bill["total"], bill["tax"]) == (
        kind,
        "90011",
        "LS-771204",
        "59.98",
        "9.58",
    )


def test_two_edifact_invoices_in_one_interchange_are_asked_about(charged: Any) -> None:
    one = INVOIC.format(code="380", total="59.98")
    again = one[one.index("UNH") : one.index("UNZ")].replace("90011", "90012").replace("UNH+1", "UNH+2")

    bill = charged("i.edi", "application/octet-stream", one.replace("UNZ", again + "UNZ").encode())

    assert "several invoices in one interchange" in bill["doubts"]


def test_an_x12_invoice_says_everything_once_it_names_its_currency(charged: Any) -> None:
    named = charged("810.x12", "application/EDI-X12", X12.format(code="DI", currency="CUR*SE*EUR~").encode())
    silent = charged("810.x12", "application/EDI-X12", X12.format(code="CR", currency="").encode())

    assert (named["doubts"], named["total"], named["charges"]) == ([], "57.4", "7")
    assert (silent["kind"], silent["doubts"]) == ("credit_note", ["no currency could be read"])


PAGE = (
    "<h2>{title} RE-1190</h2><p>Datum 18.11.2026, Ihre Bestellung PO-2026-00042</p><table><tr><th>Pos</th><th>Artikel</th>"
    "<th>Menge</th><th>Preis</th><th>Betrag</th></tr><tr><td>1</td><td>NL-99812</td><td>12 Stk</td><td>4,20</td><td>50,40</td></tr>"
    "{rows}</table><p>{below}</p>"
)


@pytest.mark.parametrize(
    ("rows", "below", "doubt"),
    [
        ("", "Gesamtbetrag EUR 50,40", ""),
        ("", "Fracht: 5,00 EUR, MwSt 19 %: 10,53 EUR, Gesamtbetrag: 65,93 EUR", ""),
        ("<tr><td></td><td>Zwischensumme</td><td></td><td></td><td>50,40</td></tr>", "Gesamtbetrag EUR 50,40", ""),
        ("<tr><td></td><td>Fracht</td><td></td><td></td><td>5,00</td></tr>", "Gesamtbetrag EUR 55,40", ""),
        ("", "Gesamtbetrag EUR 54,40", "the total is 54.40"),
        ("", "Gesamtbetrag 50,40", "no currency"),
        ("", "Bitte zahlen Sie bald.", "no total"),
        ("", "Rabatt 5,00 EUR. Gesamtbetrag EUR 45,40", "as rabatt"),
        (
            "<tr><td></td><td>Kranwagen</td><td></td><td></td><td>80,00</td></tr>",
            "Gesamtbetrag EUR 130,40",
            "charges something else",
        ),
    ],
)
def test_a_table_is_taken_where_its_sums_agree(letter: Make, known: Known, rows: str, below: str, doubt: str) -> None:
    page = PAGE.format(title="Rechnung", rows=rows, below=below)

    said = read(letter("Bitte HTML anzeigen.", html=page, subject="Rechnung RE-1190"), known).to_json()

    assert said["kind"] == "invoice"
    doubts = said["invoice"]["doubts"]
    assert (doubts == []) if not doubt else any(doubt in each for each in doubts)


PRINTED = """= Invoice
Invoice number: R-7781 \\
Invoice date: 23 Nov 2026 \\
Your order: PO-2026-00042

#table(columns: (auto, 1fr, auto, auto, auto), stroke: none,
  [Pos], [Article], [Qty], [Unit price], [Amount],
  [1], [NL-44120 Mechanical seal 45 mm], [6 pcs], [20.00], [120.00],
  [2], [NL-99812 O-ring], [20 pcs], [1.50], [30.00])

Net total: 150.00 EUR \\
VAT 19%: 28.50 EUR \\
Total amount: TOTAL EUR
"""


@pytest.mark.parametrize(("total", "doubt"), [("178.50", ""), ("187.50", "the total is 187.50")])
def test_a_printed_invoice_is_taken_where_its_sums_agree(letter: Make, known: Known, total: str, doubt: str) -> None:
    pages = typst.compile(PRINTED.replace("TOTAL", total).encode())
    attached = [("R-7781.pdf", "application/pdf", pages)]

    said = read(letter("Our invoice is attached.", attached=attached, subject="Invoice R-7781"), known).to_json()

    bill = said["invoice"]
    assert (bill["number"], bill["currency"], bill["net"], bill["tax"]) == ("R-7781", "EUR", "150", "28.5")
    assert [(line["quantity"], line["price"], line["amount"]) for line in bill["lines"]] == [
        ("6", "20", "120"),
        ("20", "1.5", "30"),
    ]
    assert (bill["doubts"] == []) if not doubt else any(doubt in each for each in bill["doubts"])


@pytest.mark.parametrize("title", ["Proforma-Rechnung", "Mahnung zur Rechnung", "Kontoauszug mit Rechnung"])
def test_what_is_no_invoice_for_a_delivery_is_asked_about(letter: Make, known: Known, title: str) -> None:
    page = PAGE.format(title=title, rows="", below="Gesamtbetrag EUR 50,40")

    said = read(letter("Bitte HTML anzeigen.", html=page, subject=f"{title} RE-1190"), known).to_json()

    assert said["invoice"]["doubts"]


def test_an_invoice_that_comes_with_a_despatch_is_kept_beside_it(letter: Make, known: Known) -> None:
    text = f"Wir haben heute zu {ORDER} versendet: 12 Stk NL-99812. Die Rechnung liegt bei."

    said = read(letter(text, attached=[("re.xml", "application/xml", ubl())], subject="Versand"), known).to_json()

    assert said["invoice"]["number"] == "RE-1187"
    assert said["invoice"]["doubts"] == []


def test_a_mail_that_charges_nothing_has_no_invoice(letter: Make, known: Known) -> None:
    said = read(letter(f"Your order {ORDER} left today: 12 pcs NL-99812."), known).to_json()

    assert "invoice" not in said


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("EUR 1.234,56", ["1234.56"]),
        ("1,356.00", ["1356.00"]),
        ("19 %", []),
        ("18.11.2026", []),
        ("USD 100", ["100"]),
        ("100", []),
        ("-18,10", ["-18.10"]),
        ("1 234,50", ["1234.50"]),
    ],
)
def test_amounts_are_told_from_dates_counts_and_percentages(text: str, amounts: list[str]) -> None:
    assert money_in(text, "de_DE") == [Decimal(each) for each in amounts]


@pytest.mark.parametrize("meaning", ["net", "tax", "total", "charge", "unclear"])
def test_every_label_is_found_with_the_amount_behind_it(meaning: str) -> None:
    for label in LABELS[meaning]:
        (found,) = sums_of(f"{label}: 12,50 EUR", "de_DE")
        assert (found.meaning, found.amount) == (meaning, Decimal("12.50")), label


def test_every_check_names_what_it_misses() -> None:
    good = Bill(number="R-1", issued_on=date(2026, 11, 18), currency="EUR", total=Decimal("8.40"), tax=Decimal(0))
    good.lines = [BillLine(quantity=Decimal(2), price=Decimal("4.20"), amount=Decimal("8.40"))]
    bad = Bill(total=Decimal(9), lines=[BillLine(quantity=Decimal(-1), price=Decimal(1), amount=Decimal(3))])

    assert doubts_of(good) == []
    assert all(list(check(bad)) for check in CHECKS)


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001", ["DE02120300000000202051"]),
        ("Konto: DE02120300000000202051", ["DE02120300000000202051"]),
        ("DE02120300000000202052", []),
        ("NO93 8601 1117 947 und IT60X0542811101000000123456", ["NO9386011117947", "IT60X0542811101000000123456"]),
        ("Rechnung RE12 3456 7890", []),
        ("", []),
    ],
)
def test_an_account_is_known_by_its_check_digits(text: str, accounts: list[str]) -> None:
    assert accounts_in(text) == accounts
