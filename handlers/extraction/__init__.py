"""Mail to reading: pure, without database, Slack or network."""

from .known import Known, UnreadableKnowledge
from .reader import read
from .reading import Reading

__all__ = ["Known", "Reading", "UnreadableKnowledge", "read"]
