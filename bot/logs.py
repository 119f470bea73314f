"""The log: lines for people or one JSON object a line, always on standard error."""

import logging
import sys

import structlog


def set_up(level: str, form: str) -> None:
    """Log from ``level`` on (``debug`` … ``error``) as ``text`` or ``json``."""
    weight = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(weight, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(message)s")
    last = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=_colours())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(weight),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _colours() -> bool:
    return sys.stderr.isatty()
