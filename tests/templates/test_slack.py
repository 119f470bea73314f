"""The Slack engine: values cannot break out of their place, loose commas do no harm, limits hold."""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates import BrokenTemplate, Mrkdwn, NotSayable, TooLongForSlack, said, slack
from templates.slack import without_loose_commas

NASTY = [
    "<!channel>",
    "<@U0LUIS>",
    '"}], "text": "broken',
    "\\",
    '\\"',
    "a\nb\tc",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "\u202eabc\u202c",
    "שלום עולם",
    "&amp; & &lt;",
    "<script>alert(1)</script>",
    "😀" * 100,
    "\ud800",
    "\x00\x1b[31m",
    "x" * 3001,
    ",]",
    ", , }",
    "[ ,",
    " ",
]
nasty_texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=400), st.text(alphabet='<>&"\\,[]{}\n!@', max_size=60))
SOURCE = """{"text": "Order for {{ a }}",
 "blocks": [
  {{ parts.header("Approve " ~ a ~ "?") }},
  {{ parts.facts([("State", a), (b, "x"), ("By", "U0LUIS" | mention ~ ", " ~ a), ("Gone", ""), ("Never", none)]) }},
  {{ parts.table(["Line", "Item"], [[1, a], [2, b]]) }},
  {{ parts.text(a ~ "x") }},
  {{ parts.actions([parts.button("do", "Approve", "v1:" ~ b | short(1900), accessibility_label="Approve " ~ a)]) }},
  {{ parts.context("PO-1", a) }},
]}"""


def strings(held: Any) -> Any:
    if isinstance(held, dict):
        for value in held.values():
            yield from strings(value)
    elif isinstance(held, list):
        for value in held:
            yield from strings(value)
    elif isinstance(held, str):
        yield held


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(a=nasty_texts, b=nasty_texts)
def test_no_value_breaks_out_of_its_place(render: Any, a: Any, b: Any) -> None:
    card = render("card", SOURCE, a=a, b=b)

    assert [block["type"] for block in card.blocks] == ["header", "section", "section", "section", "actions", "context"]
    assert len(card.blocks[1]["fields"]) == 2 + (a != "")
    for text in strings([card.text, *(block for block in card.blocks if block["type"] != "actions")]):
        assert "<" not in text.replace("<@U0LUIS>", "")
    json.dumps(card.blocks).encode()


def test_a_value_is_read_back_as_it_was_given(render: Any) -> None:
    card = render("card", '{"text": "{{ a }}", "blocks": [{{ parts.text(a) }}]}', a='5" seal & <b> \\ shaft')

    assert card.text == '5" seal &amp; &lt;b&gt; \\ shaft'
    assert card.blocks[0]["text"] == {"type": "mrkdwn", "text": card.text, "verbatim": True}


def test_a_machine_value_is_not_escaped_for_eyes(render: Any) -> None:
    source = '{"text": "t", "blocks": [{{ parts.actions([parts.button("go", "Go there", value)]) }}]}'

    card = render("card", source, value='v1:<a&b>"\\')

    assert card.blocks[0]["elements"][0]["value"] == 'v1:<a&b>"\\'


def test_constants_in_a_template_are_escaped_for_slack_and_not_for_html(render: Any) -> None:
    card = render("card", """{"text": "{{ "it's < 5 & \\"x\\"" }}", "blocks": []}""")

    assert card.text == 'it\'s &lt; 5 &amp; "x"'


def test_markup_joined_with_words_stays_markup(render: Any) -> None:
    source = '{"text": "{{ who | mention ~ " & " ~ name }}", "blocks": [{{ parts.text([who | mention, name] | join(" <> ")) }}]}'

    card = render("card", source, who="U0LUIS", name="<x>")

    assert card.text == "<@U0LUIS> &amp; &lt;x&gt;"
    assert card.blocks[0]["text"]["text"] == "<@U0LUIS> &lt;&gt; &lt;x&gt;"


def test_a_sentence_goes_into_a_card_unharmed(render: Any) -> None:
    sentence = render("words", 'Bo said "no" to <{{ a }}>.', a="<b>\n")
    card = render("card", '{"text": "{{ s }}", "blocks": [{{ parts.text(s ~ "&") }}]}', s=sentence)

    assert sentence == 'Bo said "no" to <&lt;b&gt;\n>.'
    assert card.text == sentence
    assert card.blocks[0]["text"]["text"] == sentence + Mrkdwn("&amp;")


def test_a_missing_value_is_an_error(render: Any) -> None:
    with pytest.raises(Exception, match="'total' is undefined"):
        render("card", '{"text": "{{ total }}", "blocks": []}')


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, date(2026, 11, 22), datetime(2026, 11, 22, tzinfo=UTC)])
def test_a_value_without_words_is_an_error(render: Any, value: Any) -> None:
    with pytest.raises(NotSayable):
        render("card", '{"text": "{{ value }}", "blocks": []}', value=value)


def test_a_status_speaks_its_value(render: Any) -> None:
    status = StrEnum("Status", {"APPROVED": "approved"})

    card = render("card", '{"text": "{{ status }} {{ true }} {{ 5 }}", "blocks": []}', status=status.APPROVED)

    assert card.text == "approved true 5"


@pytest.mark.parametrize(
    ("loose", "kept"),
    [
        ("[1,]", "[1]"),
        ("[1 , , 2,\n]", "[1  , 2\n]"),
        ("[ , , 1]", "[ 1]"),
        ('{"a": ",]",}', '{"a": ",]"}'),
        ('["a\\",]", ]', '["a\\",]" ]'),
        ('[,"[ ,", "b" , ]', '["[ ,", "b"  ]'),
        ("[,]", "[]"),
        ("{,}", "{}"),
        ('"\\\\",', '"\\\\",'),
    ],
)
def test_commas_with_nothing_beside_them_go(loose: Any, kept: Any) -> None:
    assert without_loose_commas(loose) == kept


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    )
)
def test_json_without_loose_commas_is_left_as_it_is(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        assert without_loose_commas(text) == text


def test_a_template_that_is_no_json_names_the_place(render: Any) -> None:
    with pytest.raises(BrokenTemplate, match=r"here: .*near .*oops"):
        render("card", '{"text": "a" oops "blocks": []}')


@pytest.mark.parametrize("source", ['{"text": "a"}', '{"blocks": []}', '{"text": 5, "blocks": []}', "[]"])
def test_a_card_needs_text_and_blocks(render: Any, source: Any) -> None:
    with pytest.raises(BrokenTemplate):
        render("card", source)


def test_a_view_needs_a_type(render: Any) -> None:
    with pytest.raises(BrokenTemplate):
        render("view", '{"type": "card", "blocks": []}')


def test_optional_buttons_may_be_empty(render: Any) -> None:
    source = '{"text": "t", "blocks": [{{ parts.actions(["", parts.button("go", "Start"), parts.overflow("more", [])]) }}, {{ parts.actions([""]) }}]}'

    card = render("card", source)

    assert [element["type"] for element in card.blocks[0]["elements"]] == ["button"]
    assert len(card.blocks) == 1


def test_a_modal_has_every_input(render: Any) -> None:
    source = """{"type": "modal", "title": {{ parts.plain("Count lines") }}, "close": {{ parts.plain("Back") }},
      "private_metadata": "{{ {"po": 'a"<b>'} | raw_json | string | exact }}",
      "blocks": [
       {{ parts.plain_text("why", "Why", initial='a"&<', placeholder="At least a word", hint="Seen by Bo", multiline=true) }},
       {{ parts.number("count", "Seal & ring", initial="1,5", optional=true) }},
       {{ parts.select("mode", "What was wrong", [("leak", "Leak"), ("noise", "Noise", "a hum or a knock")], initial="noise") }},
       {{ parts.external_select("asset", "Asset", "asset_search", initial=("P-101", "P-101 <CIP>")) }},
       {{ parts.users_select("who", "Who", initial="U0LUIS") }},
       {{ parts.datepicker("due", "Due", initial=due) }},
       {{ parts.checkboxes("done", "Done", [("a", "A"), ("b", "B")], initial=["b"]) }},
       {{ parts.radio("one", "One", [("a", "A"), ("b", "B")], initial="a") }},
      ]}"""

    view = render("view", source, due=date(2026, 11, 27))

    elements = [block["element"] for block in view["blocks"]]
    assert elements[0]["initial_value"] == 'a"&<'
    assert elements[1]["initial_value"] == "1,5"
    assert view["blocks"][1]["optional"] is True
    assert elements[2]["initial_option"]["value"] == "noise"
    assert elements[3]["initial_option"]["text"]["text"] == "P-101 &lt;CIP&gt;"
    assert elements[4]["initial_user"] == "U0LUIS"
    assert elements[5]["initial_date"] == "2026-11-27"
    assert [option["value"] for option in elements[6]["initial_options"]] == ["b"]
    assert elements[7]["initial_option"]["value"] == "a"


@pytest.mark.parametrize(
    ("rows", "types"),
    [(0, []), (1, ["section"]), (3, ["section"]), (4, ["table"]), (20, ["table"]), (24, ["table", "context"])],
)
def test_lines_become_a_table_when_there_are_many(render: Any, rows: Any, types: Any) -> None:
    source = '{"text": "t", "blocks": [{{ parts.table(["No", "Item"], rows, ["right", "left"]) }}]}'

    card = render("card", source, rows=[[at, "Seal"] for at in range(rows)])

    assert [block["type"] for block in card.blocks] == types
    if rows > 20:
        assert card.blocks[1]["elements"][0]["text"] == "and 14 more, see the PDF"
        assert len(card.blocks[0]["rows"]) == 11


def test_lines_say_how_many_are_left_out(render: Any) -> None:
    card = render("card", '{"text": "t", "blocks": [{{ parts.lines(rows) }}]}', rows=[f"{at} Seal" for at in range(24)])

    said_lines = card.blocks[0]["text"]["text"].split("\n")
    assert len(said_lines) == 11
    assert said_lines[-1] == "and 14 more, see the PDF"


def test_an_image_says_what_it_shows(render: Any) -> None:
    card = render(
        "card",
        '{"text": "t", "blocks": [{{ parts.image("https://x/y.png", "A <leak>", "Photo") }}, {{ parts.divider() }}]}',
    )

    assert card.blocks[0]["alt_text"] == "A &lt;leak&gt;"
    assert card.blocks[1] == {"type": "divider"}


@pytest.mark.parametrize(
    ("filtered", "words"),
    [
        ("52760 | money('EUR')", "EUR 527.60"),
        ("125000000 | money('EUR')", "EUR 1,250,000.00"),
        ("1200 | money('JPY')", "JPY 1,200"),
        ("1500 | money('BHD')", "BHD 1.500"),
        ("-5 | money('USD')", "USD -0.05"),
        ("1500 | quantity", "1.5"),
        ("2000 | quantity", "2"),
        ("1250000 | quantity", "1,250"),
        ("5 | quantity", "0.005"),
        ("'C0MAINT' | channel", "<#C0MAINT>"),
        ("moment | clock", "<!date^1795340460^{time}|09:41 UTC>"),
        ("moment | date", "<!date^1795340460^{date_short_pretty} {time}|22 Nov 2026 09:41 UTC>"),
        ("moment | day", "22 Nov 2026"),
        ("moment | short_day", "Sun 22 Nov"),
        ("'https://a.example/?a=1&b=2' | link('a|b>')", "<https://a.example/?a=1&amp;b=2|a¦b&gt;>"),
        ("'abcdefghij' | short(5)", "abcd…"),
        ("('U0LUIS' | mention ~ ' has it') | short(5)", "…"),
        ("[] | join", ""),
    ],
)
def test_filters_say_values_as_the_plant_does(render: Any, filtered: Any, words: Any) -> None:
    moment = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)

    assert render("words", "{{ " + filtered + " }}", moment=moment) == words


@pytest.mark.parametrize(
    "filtered",
    ["'<!channel>' | mention", "'u0' | channel", "naive | date", "naive | clock", "'javascript:alert(1)' | link('x')"],
)
def test_filters_refuse_what_is_not_of_their_kind(render: Any, filtered: Any) -> None:
    with pytest.raises(NotSayable):
        render("words", "{{ " + filtered + " }}", naive=datetime(2026, 11, 22, 9))  # noqa: DTZ001


@given(st.text(alphabet="<>&;|@!ampltgab ", max_size=60), st.integers(min_value=5, max_value=40))
def test_a_cut_never_ends_inside_an_entity(text: Any, most: Any) -> None:
    short = said.cut(said.escaped(text), most)

    assert len(short) <= most
    assert said.escaped(text).startswith(short.removesuffix("…").rstrip()) or short == "…"
    assert short.removesuffix("…").count("&") == sum(short.count(entity) for entity in ("&amp;", "&lt;", "&gt;"))


def test_html_filters_are_not_there() -> None:
    for name in ("safe", "e", "escape", "tojson", "urlize", "forceescape", "xmlattr"):
        assert name not in slack._cards().filters


def test_too_long_names_the_template_and_the_place(render: Any) -> None:
    source = '{"text": "t", "blocks": [{{ parts.actions([parts.button("go", label, "v")]) }}]}'

    with pytest.raises(TooLongForSlack, match=r"here: button text\.text: 76 characters, Slack takes at most 75"):
        render("card", source, label="x" * 76)
