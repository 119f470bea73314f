"""What this Slack does not give us: a missing scope or method costs one feature, which the log says once."""

import structlog
from slack_sdk.errors import SlackApiError

log = structlog.get_logger()

FOR_GOOD = frozenset(
    {"missing_scope", "unknown_method", "method_deprecated", "not_allowed_token_type", "no_permission", "access_denied"}
)
"""Answers that stay the same until an administrator changes the app."""


def error_of(refused: SlackApiError) -> str:
    """Return the word with which Slack refused; a proxy or a broken server says none, and then its status stands in."""
    told = refused.response.data
    return str(told.get("error", "unknown")) if isinstance(told, dict) else f"status {refused.response.status_code}"


class Lacking:
    """Remembers what has been said, so that each thing is said once."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def note(self, feature: str, refused: SlackApiError) -> bool:
        """Say once that a feature is missing; returns whether that is so for good."""
        error = error_of(refused)
        if self.said.get(feature) != error:
            self.said[feature] = error
            told = refused.response.data
            needed = told.get("needed", "") if isinstance(told, dict) else ""
            log.warning(
                "Slack does not allow this; everything else goes on", without=feature, error=error, scope=needed
            )
        return error in FOR_GOOD

    def works(self, feature: str) -> None:
        """Forget what was said, because it works (again)."""
        self.said.pop(feature, None)
