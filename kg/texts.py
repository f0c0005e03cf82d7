"""The texts, which stay outside the project: their paragraphs, and where a locator stands in them.

A paragraph is a line that is not empty, counted from 1. Locators are compared after folding quotes, dashes and white space;
case is kept. A locator holds where its beginning and its end stand, as whole words and in this order, exactly once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Misuse, Problem
from kg.model import Corpus, Evidence

_FOLDED = {0x2018: "'", 0x2019: "'", 0x201A: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0x00AB: '"', 0x00BB: '"',
           0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-"}


@dataclass(frozen=True, slots=True)
class Text:
    """One text: the name of its file, the checksum of its bytes, and its paragraphs as they stand."""

    name: str
    sha256: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the locators found: counts, and a problem for each that does not hold."""

    checked: int
    found: int
    missing: int
    ambiguous: int
    without_text: int
    problems: tuple[Problem, ...]


def fold_text(text: str) -> str:
    """Return a text with quotes, dashes and white space made plain; its case is kept.

    >>> fold_text("Ya’alon  –  “ties”")
    'Ya\\'alon - "ties"'
    """
    return " ".join(text.translate(_FOLDED).split())


def read_text(path: Path) -> Text:
    """Return a text from its file, which has to be UTF-8."""
    data = path.read_bytes()
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Misuse(f"{path.name} is not UTF-8: byte {error.start}") from None
    return Text(path.name, hashlib.sha256(data).hexdigest(), tuple(line for line in lines if line.strip()))


def find_texts(corpus: Corpus, folder: Path) -> dict[str, Text]:
    """Return the texts in a folder by the document they belong to: told by checksum, else by the name the document gives.

    Raises Misuse where the folder is none.
    """
    if not folder.is_dir():
        raise Misuse(f"no folder of texts: {folder}")
    texts = [read_text(path) for path in sorted(folder.glob("*.txt")) if path.is_file()]
    by_sum = {text.sha256: text for text in texts}
    by_name = {text.name: text for text in texts}
    found = {}
    for document in corpus.documents.values():
        text = by_sum.get(document.sha256) or by_name.get(document.text)
        if text:
            found[document.key] = text
    return found


def texts_by_checksum(folder: Path, documents: dict[str, str]) -> dict[str, Text]:
    """Return the texts in a folder whose checksum belongs to a document, by the document's id."""
    if not folder.is_dir():
        raise Misuse(f"no folder of texts: {folder}")
    texts = [read_text(path) for path in sorted(folder.glob("*.txt")) if path.is_file()]
    return {documents[text.sha256]: text for text in texts if text.sha256 in documents}


def occurrences(paragraph: str, words: str) -> list[tuple[int, int]]:
    """Return where a locator stands in a paragraph, as (start, end) in the folded paragraph.

    >>> occurrences("Ruiz met Berg on Monday.", "Ruiz met … Monday")
    [(0, 23)]
    """
    folded = fold_text(paragraph)
    first, *rest = (_spans(folded, end) for end in words.split("…"))
    if not rest:
        return first
    return [(start, end) for start, first_end in first for last_start, end in rest[0] if last_start >= first_end]


def _spans(folded: str, words: str) -> list[tuple[int, int]]:
    pattern = r"(?<!\w)(?=(" + re.escape(fold_text(words)) + r")(?!\w))"  # looking ahead finds those that overlap too
    return [match.span(1) for match in re.finditer(pattern, folded)]


def locators(corpus: Corpus) -> Iterator[tuple[str, str, Evidence]]:
    """Yield every locator as (document, what it belongs to, evidence)."""
    for claim in corpus.claims.values():
        if claim.evidence:
            yield claim.document, claim.key, claim.evidence
    for entity in corpus.entities.values():
        if entity.evidence:
            yield entity.document, entity.key, entity.evidence
    for document in corpus.documents.values():
        if document.year_evidence:
            yield document.key, f"the year of {document.key}", document.year_evidence
        for passage in document.nothing:
            if passage.words:
                yield document.key, "a passage that yields nothing", Evidence(passage.paragraph, passage.words, passage.place)


def check_locators(corpus: Corpus, texts: dict[str, Text]) -> Checked:
    """Return how many locators stand where they say, and a problem for each that does not, and for each changed text."""
    problems = [Problem(document.place, "T01", f"the text {texts[key].name} has changed: its sha256 is {texts[key].sha256}",
                        "compare it with what was curated, then mend the locators and the checksum")
                for key, document in corpus.documents.items() if key in texts and texts[key].sha256 != document.sha256]
    found = missing = ambiguous = without = 0
    for document, owner, evidence in locators(corpus):
        if document not in texts:
            without += 1
            continue
        number = _count(texts[document], evidence)
        if number == 1:
            found += 1
        elif number == 0:
            missing += 1
            problems.append(Problem(evidence.place, "T02", f"{owner}: '{evidence.words}' does not stand in paragraph {evidence.paragraph}",
                                    _elsewhere(texts[document], evidence)))
        else:
            ambiguous += 1
            problems.append(Problem(evidence.place, "T03",
                                    f"{owner}: '{evidence.words}' stands {number} times in paragraph {evidence.paragraph}",
                                    "lengthen one of its ends until it stands once"))
    return Checked(found + missing + ambiguous, found, missing, ambiguous, without, tuple(sorted(problems)))


def misspelt_names(corpus: Corpus, texts: dict[str, Text]) -> list[Problem]:
    """Return a problem for each spelling that does not stand in a document it is kept with."""
    folded = {key: fold_text("\n".join(text.paragraphs)) for key, text in texts.items()}
    return [Problem(name.place, "T04", f"the spelling '{name.text}' does not stand in {document}", "mend the spelling or `in:`")
            for entity in corpus.entities.values() for name in entity.names for document in name.documents
            if document in folded and not _spans(folded[document], name.text)]


def _count(text: Text, evidence: Evidence) -> int:
    if not 1 <= evidence.paragraph <= len(text.paragraphs):
        return 0
    return len(occurrences(text.paragraphs[evidence.paragraph - 1], evidence.words))


def _elsewhere(text: Text, evidence: Evidence) -> str:
    places = [(number, count) for number, paragraph in enumerate(text.paragraphs, 1)
              if (count := len(occurrences(paragraph, evidence.words)))]
    if len(places) == 1 and places[0][1] == 1:
        return f"it stands in paragraph {places[0][0]} now: look whether that still proves the claim, then mend the number"
    if places:
        return "it stands in paragraphs " + ", ".join(str(number) for number, _ in places)
    return f"the text has {len(text.paragraphs)} paragraphs and the words in none; mend the locator"
