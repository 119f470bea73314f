"""The longest plausible values of every template, by its name; a template without a sample fails the tests.

Each table maps a template's name to a list of value sets, one for each state that looks different.
More files named samples_*.py beside this one are read in the same way.
"""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]

CARDS: Samples = {}
VIEWS: Samples = {}
WORDS: Samples = {}
