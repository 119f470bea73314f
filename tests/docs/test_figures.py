"""The guide states every figure's definition in the words of the code."""

from pathlib import Path

from orders.supplier_figures import FIGURES

GUIDE = Path(__file__).parents[2] / "docs" / "how" / "supplier-figures.md"


def test_every_figure_is_defined_in_the_guide_as_the_code_counts_it() -> None:
    text = GUIDE.read_text("utf-8")

    assert [figure.name for figure in FIGURES if f"| {figure.words} | {figure.definition} |" not in text] == []
