"""Structured documents: UBL, EDIFACT, X12 and cXML say what they say, and what they leave open is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from lxml import etree

from handlers.extraction import Known, UnreadableKnowledge, read
from handlers.extraction.claims import Notice
from handlers.extraction.formats import csv, cxml, edifact, ubl, x12, xlsx
from handlers.extraction.formats.notices import WITHDRAWN

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
ISA = "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*PLANT          *261119*0900*U*00401*000000001*0*P*>~"


def of_ubl(kind: str, inner: str) -> Notice:
    notice = ubl.notice_of(etree.fromstring(f'<{kind} xmlns="{SPACE}{kind}-2">{inner}</{kind}>'), "1.2")
    assert notice is not None
    return notice


def of_cxml(inner: str) -> Notice | None:
    return cxml.notice_of(etree.fromstring(f"<cXML><Request>{inner}</Request></cXML>"), "1.2")


def of_edifact(message: str, *segments: str) -> Notice | None:
    return edifact.notice_of("'".join(["UNB+UNOC:3+a+b", f"UNH+1+{message}:D:96A:UN", *segments, "UNT+9+1", ""]), "1.2")


def of_x12(kind: str, *segments: str) -> Notice | None:
    return x12.notice_of(ISA + "~".join([f"ST*{kind}*0001", *segments, "SE*9*0001", ""]), "1.2")


def figures(notice: Notice | None) -> list[dict[str, list[str]]]:
    assert notice is not None
    return [
        {role: [str(one.number.value) for one in found] for role, found in claim.figures.items()}
        for claim in notice.claims
    ]


@pytest.mark.parametrize(("code", "response"), [("AP", "accepted"), ("CA", "changed"), ("RE", "rejected"), ("AB", "")])
def test_a_ubl_order_response_says_its_answer(code: str, response: str) -> None:
    line = "<OrderLine><LineItem><ID>1</ID><LineStatusCode>5</LineStatusCode><Quantity unitCode='C62'>4</Quantity><Item><SellersItemIdentification><ID>HB-H318</ID></SellersItemIdentification></Item></LineItem><OrderLineReference><LineID>2</LineID></OrderLineReference></OrderLine>"

    notice = of_ubl(
        "OrderResponse",
        f"<ID>R1</ID><IssueDate>2026-11-19</IssueDate><OrderResponseCode>{code}</OrderResponseCode><OrderReference><ID>PO-2026-00051</ID></OrderReference>{line}",
    )

    assert (notice.response, notice.number, notice.orders) == (response, "R1", ["PO-2026-00051"])
    assert figures(notice)[0]["confirmed"] == ["4"]


def test_a_ubl_invoice_and_a_foreign_document_are_told_apart() -> None:
    invoice = of_ubl(
        "Invoice", "<ID>I1</ID><IssueDate>2026-11-19</IssueDate><OrderReference><ID>PO-2026-00051</ID></OrderReference>"
    )

    assert (invoice.kind, invoice.number) == ("invoice", "I1")
    assert ubl.notice_of(etree.fromstring("<Invoice/>"), "1") is None
    assert cxml.notice_of(etree.fromstring("<Invoice/>"), "1") is None


def test_a_cxml_confirmation_counts_what_is_accepted_and_what_is_on_back_order() -> None:
    item = '<ConfirmationItem lineNumber="1" quantity="12"><UnitOfMeasure>EA</UnitOfMeasure><ConfirmationStatus type="accept" quantity="10" deliveryDate="2026-11-27"/><ConfirmationStatus type="backordered" quantity="2"/><ConfirmationStatus type="accept" quantity="x"/></ConfirmationItem>'

    notice = of_cxml(
        f'<ConfirmationRequest><ConfirmationHeader confirmID="C1" type="except" noticeDate="2026-11-19"/><OrderReference orderID="PO-2026-00060"/>{item}</ConfirmationRequest>'
    )

    assert figures(notice) == [{"confirmed": ["10"], "outstanding": ["2"]}]
    assert notice is not None
    assert "unreadable" in notice.claims[0].flags
    assert notice.number == "C1"


@pytest.mark.parametrize(
    ("kind", "response"), [("accept", "accepted"), ("reject", "rejected"), ("except", ""), ("other", "")]
)
def test_a_cxml_confirmation_of_the_whole_order_says_its_answer(kind: str, response: str) -> None:
    notice = of_cxml(f'<ConfirmationRequest><ConfirmationHeader type="{kind}"/></ConfirmationRequest>')

    assert notice is not None
    assert notice.response == response


def test_a_cxml_invoice_and_a_withdrawn_ship_notice_move_nothing() -> None:
    invoice = of_cxml(
        '<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="I1" invoiceDate="2026-11-19"/><OrderReference orderID="PO-2026-00060"/></InvoiceDetailRequest>'
    )
    withdrawn = of_cxml(
        '<ShipNoticeRequest><ShipNoticeHeader operation="delete"/><ShipNoticePortion><ShipNoticeItem quantity="?"/></ShipNoticePortion></ShipNoticeRequest>'
    )

    assert invoice is not None
    assert (invoice.kind, invoice.number, invoice.orders) == ("invoice", "I1", ["PO-2026-00060"])
    assert withdrawn is not None
    assert withdrawn.doubts == [WITHDRAWN]
    assert "unreadable" in withdrawn.claims[0].flags
    assert of_cxml("<ProfileRequest/>") is None


def test_an_edifact_notice_takes_dates_carriers_lots_and_serials() -> None:
    notice = of_edifact(
        "DESADV", "BGM+351+D1+9", "DTM+137:261119:101", "DTM+11:202611180800:203", "DTM+17:20261124:102", "DTM+35:20261125:102",
        "TDT+20++30+31+:::DHL", "RFF+CN:4711", "RFF+ON:PO-2026-00080", "LIN+1++1:EN", "PIA+3+SUB:SA", "QTY+12:5:PCE", "QTY+83:2", "QTY+12:x",
        "QTY+99:1", "RFF+ON:PO-2026-00080:2", "RFF+BT:L7", "GIN+BN+S1+S2", "DTM+17:20261201:102",
    )  # fmt: skip

    assert notice is not None
    assert [str(day) for day in (notice.issued_on, notice.despatched_on, notice.expected_on, notice.delivered_on)] == [
        "2026-11-19",
        "2026-11-18",
        "2026-11-24",
        "2026-11-25",
    ]
    assert (notice.carrier, notice.tracking) == ("DHL", ["4711"])
    claim = notice.claims[0]
    assert (claim.line_ours, claim.lots, claim.serials, str(claim.expected_on)) == (
        "2",
        ["L7"],
        ["S1", "S2"],
        "2026-12-01",
    )
    assert {"substitute", "unreadable"} <= claim.flags
    assert figures(notice) == [{"now": ["5"], "outstanding": ["2"]}]


def test_edifact_marks_may_be_others_and_released() -> None:
    text = (
        "UNA:+,? 'UNB+x'UNH+1+DESADV:D:96A:UN'BGM+351+D?+1'LIN+1'QTY+12:2,5:MTR'UNT+5+1'UNH+2+INVOIC:D:96A:UN'UNT+2+2'"
    )

    notice = edifact.notice_of(text, "1")

    assert notice is not None
    assert (notice.number, notice.doubts[:1]) == ("D+1", ["messages of several kinds in one interchange"])
    assert figures(notice) == [{"now": ["2.5"]}]
    assert edifact.notice_of("UNB+x'UNH+1+PRICAT:D:96A:UN'BGM+9+1'", "1") is None


def test_an_edifact_answer_refuses_lines_by_their_code() -> None:
    notice = of_edifact(
        "ORDRSP",
        "BGM+231+A1+27",
        "PIA+5+x:SA",
        "QTY+113:1",
        "LIN+1+7",
        "PIA+5+1600-0425:SA",
        "QTY+113:300:MTR",
        "DTM+67:99999999:102",
    )

    assert notice is not None
    assert notice.response == "rejected"
    assert figures(notice) == [{"confirmed": ["0"]}]


def test_an_x12_notice_takes_packs_lots_and_doubts() -> None:
    notice = of_x12(
        "856", "BSN*01*S1*20261119", "HL*1**O", "PRF*PO-2026-00061", "HL*2*1*I", "LIN*1*VP*CIS-FLT0988", "SN1*1*3*CS*6*8", "PO4*12**EA",
        "PRF*PO-2026-00061", "REF*LT*L7", "REF*SE*S1", "REF*CN*1Z1", "DTM*017*261124", "DTM*035*20261125", "SN1**x*EA",
    )  # fmt: skip

    assert notice is not None
    assert notice.doubts == [WITHDRAWN]
    claim = notice.claims[0]
    assert (claim.lots, claim.serials, notice.tracking) == (["L7"], ["S1"], ["1Z1"])
    assert str(claim.figures["now"][0].content) == "12"
    assert (str(notice.expected_on), str(notice.delivered_on)) == ("2026-11-24", "2026-11-25")
    assert "unreadable" in claim.flags


def test_an_x12_acknowledgment_tells_accepted_back_ordered_and_substituted() -> None:
    notice = of_x12(
        "855",
        "BAK*00*AC*PO-2026-00060*20261103****SO1",
        "ACK*IA*1*EA",
        "PO1*1*12*EA*1**VP*7789-5VX1060",
        "ACK*IA*10*EA*068*20261120",
        "ACK*IB*2*EA",
        "PO1*2*24*EA*1**VP*7789-B68",
        "ACK*IS*24*EA",
        "ST*855*0002",
    )

    assert notice is not None
    assert figures(notice) == [
        {"ordered": ["12"], "confirmed": ["10"], "outstanding": ["2"]},
        {"ordered": ["24"], "confirmed": ["24"]},
    ]
    assert "substitute" in notice.claims[1].flags
    assert notice.doubts == ["several messages of one order in one interchange"]


def test_an_x12_invoice_has_a_number_and_an_unknown_set_is_nothing() -> None:
    invoice = of_x12("810", "BIG*20261119*INV1*20261103*PO-2026-00060", "PO1*1*12*EA")

    assert invoice is not None
    assert (invoice.kind, invoice.number, invoice.orders) == ("invoice", "INV1", ["PO-2026-00060"])
    assert of_x12("997", "AK1*x") is None
    assert x12.notice_of("ISA*", "1") is None


def test_a_workbook_shows_its_visible_sheets_with_the_supplier_s_mark(sheet: Callable[..., bytes]) -> None:
    grids = xlsx.blocks_of(
        sheet([["Artikel", "Menge"], ["NL-1", 2.5], ["NL-2", 20], [True, ""]], hidden=[["x", 1]]),
        "1",
        xlsx.Sight(",", [].append, bool),
    )

    assert [[[cell.text for cell in row] for row in grid.rows] for grid in grids] == [
        [["Artikel", "Menge"], ["NL-1", "2,5"], ["NL-2", "20"], ["True", ""]]
    ]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "mark"),
    [("a;b\n1;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ('"a,x";b\n"1,5";2\n', ";"), ("nothing\n", ""), ("", "")],
)
def test_the_mark_of_a_csv_file_is_found(text: str, mark: str) -> None:
    assert csv.delimiter(text) == mark


def test_a_separator_line_names_the_mark() -> None:
    grid = csv.blocks_of("\ufeffsep=|\na|b\n1|2\n", "1")[0]

    assert [[cell.text for cell in row] for row in grid.rows] == [["a", "b"], ["1", "2"]]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"plant": None},
        {"plant": {"today": "x"}},
        {"plant": {}, "orders": [{"number": "1", "lines": [{"line": "x", "quantity": "1"}]}]},
        {"plant": {}, "suppliers": [{}]},
    ],
)
def test_knowledge_of_another_form_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(UnreadableKnowledge):
        Known.from_json(content)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=some.lists(some.tuples(some.integers(0, 4000), some.integers(0, 60), some.binary(max_size=12)), max_size=6),
    which=some.integers(0, 500),
)
def test_a_damaged_mail_never_breaks_the_reader(cuts: list[tuple[int, int, bytes]], which: int, known: Known) -> None:
    from pathlib import Path

    mails = sorted((Path(__file__).parents[2] / "mails").glob("*.eml"))
    raw = mails[which % len(mails)].read_bytes()
    for start, length, put in cuts:
        raw = raw[:start] + put + raw[start + length :]

    reading = read(raw, known).to_json()

    assert reading["decision"]["rule"] != "fault", reading["problems"]
