"""Mail to reading: pure, without database, Slack or network."""

from .invoice_reading import read
from .known import Known, UnreadableKnowledge
from .reading import Reading

__all__ = ["Known", "Reading", "UnreadableKnowledge", "read"]
