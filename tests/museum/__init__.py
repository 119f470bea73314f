"""The museum of broken mails: every specimen by its name."""

from tests.museum.making import Specimen
from tests.museum.of_attachments import DOCUMENTS, PAPERS, SHEETS
from tests.museum.of_contents import PAGES, TEXTS
from tests.museum.of_structure import ENCODINGS, HEADERS, NESTING

MUSEUM: dict[str, Specimen] = HEADERS | ENCODINGS | NESTING | TEXTS | PAGES | SHEETS | PAPERS | DOCUMENTS
