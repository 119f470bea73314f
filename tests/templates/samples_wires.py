"""What the wires themselves say: a refusal in place of a modal, and our own fault."""

from typing import Any

Samples = dict[str, list[dict[str, Any]]]

VIEWS: Samples = {
    "said": [{"words": "You cannot approve this order, because you asked for it. Bo Lindqvist has been asked."}]
}
WORDS: Samples = {"broken": [{"code": "K7Q2"}], "form_late": [{}]}
