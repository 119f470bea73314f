"""The tables of the structured formats are walked: every code of a unit, an answer, a status and a purpose does what it says."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from handlers.extraction.claims import Notice
from handlers.extraction.formats import cxml, edifact, x12
from handlers.extraction.formats.codes import SPELLINGS, X12_UNITS, unece_unit, x12_unit
from handlers.extraction.formats.edifact_message import ACTIONS, ROLES
from handlers.extraction.formats.edifact_message import ANSWERS as EDIFACT_ANSWERS
from handlers.extraction.formats.edifact_message import DOUBTFUL as EDIFACT_DOUBTFUL
from handlers.extraction.formats.notices import CUT_OFF, TEST
from handlers.extraction.formats.x12_set import ANSWERS, DOUBTFUL, STATES
from handlers.extraction.known import OrderLine
from handlers.extraction.numbers import Number
from handlers.extraction.units import FACTORS, PACKS, PIECES, Figure, Unclear, in_order_unit

ISA = "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*PLANT          *261119*0900*U*00401*000000001*0*{}*>~"
MEASURES = frozenset(
    {
        "PR",
        "SET",
        "KT",
        "FOT",
        "INH",
        "YRD",
        "MTR",
        "CMT",
        "MMT",
        "GLL",
        "LTR",
        "MLT",
        "LBR",
        "ONZ",
        "KGM",
        "GRM",
        "TNE",
    }
    | {"STN", "HUR", "FTK", "MTK", "DZN", "CEN", "MIL", "GRO", "DPR"}
)


def line(unit: str, quantity: str = "5000", **packs: str) -> OrderLine:
    held = {code: Decimal(size) for code, size in packs.items()}
    return OrderLine(1, "A", "B", None, "thing", Decimal(quantity), unit, held, None, Decimal(0))


def of_edifact(message: str, *segments: str, test: str = "") -> Notice:
    head = f"UNB+UNOC:3+a+b+261119:0900+1++++++{test}"
    notice = edifact.notice_of("'".join([head, f"UNH+1+{message}:D:96A:UN", *segments, "UNT+9+1", ""]), "1")
    assert notice is not None
    return notice


def of_x12(kind: str, *segments: str, usage: str = "P") -> Notice:
    notice = x12.notice_of(ISA.format(usage) + "~".join([f"ST*{kind}*0001", *segments, "SE*9*0001", ""]), "1")
    assert notice is not None
    return notice


def of_cxml(inner: str, mode: str = "production") -> Notice:
    text = f"<cXML><Request deploymentMode='{mode}'>{inner}</Request></cXML>"
    notice = cxml.notice_of(etree.fromstring(text), "1")
    assert notice is not None
    return notice


@pytest.mark.parametrize("codes", [*X12_UNITS.values(), *SPELLINGS.values()])
def test_a_code_stands_for_codes_that_orders_use(codes: tuple[str, ...]) -> None:
    assert set(codes) <= PIECES | PACKS | MEASURES


@pytest.mark.parametrize(
    ("unit", "order_unit", "factor"),
    [(code, wanted, factor) for (code, wanted), factor in FACTORS.items()],
)
def test_a_unit_counts_in_the_order_s_unit_by_its_exact_factor(unit: str, order_unit: str, factor: Decimal) -> None:
    figure = Figure(Number(Decimal(60)), unece_unit(unit))

    assert in_order_unit(figure, line(order_unit)) == 60 * factor


@pytest.mark.parametrize(
    ("units", "order_unit", "packs", "wanted"),
    [
        (x12_unit("EA"), "C62", {}, "3"),
        (x12_unit("DZ"), "C62", {}, "36"),
        (x12_unit("CA"), "C62", {"CS": "12"}, "36"),
        (x12_unit("RL"), "FOT", {"RO": "100"}, "300"),
        (x12_unit("KT"), "SET", {}, "3"),
        (unece_unit("XBX"), "C62", {"BX": "10"}, "30"),
        (unece_unit("xct"), "C62", {"CT": "6"}, "18"),
        (unece_unit("H87"), "C62", {}, "3"),
        (unece_unit("NRL"), "MTR", {"RO": "50"}, "150"),
        (unece_unit("GRO"), "C62", {}, "432"),
        (unece_unit("PCS"), "C62", {}, "3"),
    ],
)
def test_a_unit_of_a_document_is_said_in_the_order_s_unit(
    units: tuple[str, ...], order_unit: str, packs: dict[str, str], wanted: str
) -> None:
    assert in_order_unit(Figure(Number(Decimal(3)), units), line(order_unit, **packs)) == Decimal(wanted)


@pytest.mark.parametrize(
    ("units", "order_unit"),
    [
        (x12_unit("LB"), "KGM"),
        (x12_unit("GA"), "LTR"),
        (x12_unit("CA"), "C62"),
        (x12_unit("FT"), "MTR"),
        (unece_unit("NMP"), "C62"),
        (unece_unit("ZZ"), "C62"),
        (unece_unit("KGM"), "C62"),
    ],
)
def test_a_unit_without_an_exact_factor_is_asked_about(units: tuple[str, ...], order_unit: str) -> None:
    with pytest.raises(Unclear):
        in_order_unit(Figure(Number(Decimal(3)), units), line(order_unit))


@pytest.mark.parametrize(("kind", "qualifier", "role"), [(kind, *one) for kind in ROLES for one in ROLES[kind].items()])
def test_a_quantity_of_edifact_means_what_its_qualifier_says(kind: str, qualifier: str, role: str) -> None:
    message = {"despatch": "DESADV", "delivery": "RECADV", "order_response": "ORDRSP", "invoice": "INVOIC"}[kind]

    claim = of_edifact(message, "BGM+1+D1+9", "LIN+1++1:EN", f"QTY+{qualifier}:3:PCE").claims[0]

    assert [one.number.value for one in claim.figures.get(role, [])] == ([] if role == "content" else [3])


@pytest.mark.parametrize(("code", "response"), EDIFACT_ANSWERS.items())
def test_an_edifact_answer_is_told_by_function_or_type(code: str, response: str) -> None:
    place = f"BGM+231+A1+{code}" if code.isdigit() else f"BGM+231+A1+9+{code}"

    assert of_edifact("ORDRSP", place, "RFF+ON:P1").response == response


@pytest.mark.parametrize(("action", "flag"), ACTIONS.items())
def test_an_edifact_line_says_what_is_done_with_it(action: str, flag: str) -> None:
    claim = of_edifact("ORDRSP", "BGM+231+A1+4", f"LIN+1+{action}+1:EN", "QTY+21:3:PCE").claims[0]

    assert flag in claim.flags
    assert ("confirmed" in claim.figures) == (flag == "refused")


@pytest.mark.parametrize(("code", "doubt"), EDIFACT_DOUBTFUL.items())
def test_an_edifact_document_that_replaces_or_repeats_is_doubted(code: str, doubt: str) -> None:
    assert of_edifact("DESADV", f"BGM+351+D1+{code}").doubts == [doubt]


@pytest.mark.parametrize(("code", "doubt"), DOUBTFUL.items())
@pytest.mark.parametrize("head", ["BSN*{}*S1*20261119", "BAK*{}*AC*P1*20261119"])
def test_an_x12_set_that_replaces_or_repeats_is_doubted(code: str, doubt: str, head: str) -> None:
    assert of_x12("856" if head.startswith("BSN") else "855", head.format(code)).doubts == [doubt]


@pytest.mark.parametrize(("code", "answer"), ANSWERS.items())
def test_an_x12_acknowledgment_tells_its_answer_and_whether_it_holds_for_all(
    code: str, answer: tuple[str, bool]
) -> None:
    notice = of_x12("855", f"BAK*00*{code}*P1*20261119")

    assert (notice.response, notice.whole) == answer


@pytest.mark.parametrize(("code", "state"), STATES.items())
def test_an_x12_line_says_what_is_done_with_it(code: str, state: str) -> None:
    claim = of_x12("855", "BAK*00*AC*P1*20261119", "PO1*1*3*EA", f"ACK*{code}*3*EA").claims[0]

    role = "outstanding" if state == "outstanding" else "confirmed"
    assert [one.number.value for one in claim.figures[role]] == [0 if state == "refused" else 3]


@pytest.mark.parametrize("code", ["IH", "IF", "BP", "ZZ", ""])
def test_an_x12_status_that_is_not_certain_is_asked_about(code: str) -> None:
    claim = of_x12("855", "BAK*00*AC*P1*20261119", "PO1*1*3*EA", f"ACK*{code}*3*EA").claims[0]

    assert "unreadable" in claim.flags
    assert "confirmed" not in claim.figures


@pytest.mark.parametrize(("kind", "answer"), cxml.ANSWERS.items())
def test_a_cxml_confirmation_tells_its_answer_and_whether_it_holds_for_all(kind: str, answer: tuple[str, bool]) -> None:
    notice = of_cxml(f'<ConfirmationRequest><ConfirmationHeader type="{kind}"/></ConfirmationRequest>')

    assert (notice.response, notice.whole, notice.doubts) == (*answer, [])


@pytest.mark.parametrize(
    ("kind", "state"), [*cxml.STATES.items(), ("requestToPay", "unreadable"), ("unknown", "unreadable")]
)
def test_a_cxml_item_says_what_is_done_with_it(kind: str, state: str) -> None:
    item = f'<ConfirmationItem quantity="3"><UnitOfMeasure>EA</UnitOfMeasure><ConfirmationStatus type="{kind}" quantity="3"/></ConfirmationItem>'

    claim = of_cxml(f'<ConfirmationRequest><ConfirmationHeader type="detail"/>{item}</ConfirmationRequest>').claims[0]

    said = {role: [one.number.value for one in found] for role, found in claim.figures.items()}
    assert said == {"refused": {"confirmed": [0]}, "unreadable": {}}.get(state, {state: [3]})
    assert ("unreadable" in claim.flags) == (state == "unreadable")


@pytest.mark.parametrize(
    "notice",
    [
        lambda: of_edifact("DESADV", "BGM+351+D1+9", test="1"),
        lambda: of_x12("856", "BSN*00*S1*20261119", usage="T"),
        lambda: of_cxml("<ShipNoticeRequest/>", mode="test"),
    ],
)
def test_a_document_marked_as_a_test_is_doubted(notice: Callable[[], Any]) -> None:
    assert TEST in notice().doubts


def test_a_document_without_its_end_is_doubted() -> None:
    cut = edifact.notice_of("UNB+UNOC:3+a+b'UNH+1+DESADV:D:96A:UN'BGM+351+D1+9'LIN+1'QTY+12:3", "1")
    short = x12.notice_of(ISA.format("P") + "ST*856*0001~BSN*00*S1*20261119~HL*1**I~SN1**3", "1")

    assert cut is not None
    assert short is not None
    assert (cut.doubts, short.doubts) == ([CUT_OFF], [CUT_OFF])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("QTY+12:2,5:MTR", "2.5"),
        ("QTY+12:2.5:MTR", "2.5"),
        ("QTY+12:40.000:KGM", "40.000"),
        ("QTY+12:40,000:KGM", None),
    ],
)
def test_a_decimal_mark_of_edifact_is_a_point_or_a_comma_but_never_a_guess(text: str, value: str | None) -> None:
    claim = of_edifact("DESADV", "BGM+351+D1+9", "LIN+1", text).claims[0]

    assert [str(one.number.value) for one in claim.figures.get("now", [])] == ([value] if value else [])
    assert ("unreadable" in claim.flags) == (value is None)


def test_released_characters_are_characters_even_the_releasing_one() -> None:
    notice = of_edifact("DESADV", "BGM+351+A?+B??+9", "LIN+1", "IMD+F++:::it?'s 5?:1", "QTY+12:3:PCE")

    assert notice.number == "A+B?"
    assert notice.claims[0].free == "it's 5:1"


def test_syntax_level_b_has_its_own_service_characters() -> None:
    text = "UNB\x1dUNOB\x1f1\x1da\x1db\x1cUNH\x1d1\x1dDESADV\x1fD\x1f96A\x1fUN\x1cBGM\x1d351\x1dD1\x1d9\x1cUNT\x1d3\x1d1\x1c"

    notice = edifact.notice_of(text, "1")

    assert edifact.takes(text.encode())
    assert notice is not None
    assert notice.number == "D1"


@pytest.mark.parametrize(
    ("level", "codec", "letters"),
    [("C", "iso8859-1", "Ærøskøbing"), ("D", "iso8859-2", "Łódź"), ("E", "iso8859-5", "Пермь"), ("Y", "utf-8", "Łódź")],
)
def test_an_interchange_is_read_in_the_charset_that_it_names(level: str, codec: str, letters: str) -> None:
    content = f"UNB+UNO{level}:3+a+b'UNH+1+DESADV:D:96A:UN'IMD+{letters}'".encode(codec)

    assert letters in edifact.text_of(content, "")
