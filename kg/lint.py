"""Evidence that may not carry its claim: nothing here is wrong for certain, all of it deserves a second look."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from kg.errors import Problem
from kg.model import Claim, Corpus, Entity, Party
from kg.texts import Text, fold_text

MOST_CLAIMS = 3
"""How many claims one locator may be behind before it is remarked on."""

LONG = 3
"""Words of a name that are no longer than this tell nobody from anybody."""

_FURNITURE = ("page furniture", "title repeated", "picture credit", "caption repeated")


def lint(corpus: Corpus, texts: dict[str, Text]) -> list[Problem]:
    """Return what deserves a second look, ordered by place; the rules on words need the texts."""
    return sorted({*shared_locators(corpus), *titles_as_evidence(corpus, texts), *far_names(corpus, texts)})


def shared_locators(corpus: Corpus) -> Iterator[Problem]:
    """One locator under many claims proves none of them in particular."""
    behind: dict[tuple[str, int, str], list[Claim]] = defaultdict(list)
    for claim in corpus.claims.values():
        if claim.evidence:
            behind[claim.document, claim.evidence.paragraph, claim.evidence.words].append(claim)
    for claims in behind.values():
        first = claims[0].evidence
        if len(claims) > MOST_CLAIMS and first:
            yield Problem(first.place, "L01", f"one locator is behind {len(claims)} claims: {', '.join(claim.key for claim in claims)}",
                          "give each the words that prove it")


def titles_as_evidence(corpus: Corpus, texts: dict[str, Text]) -> Iterator[Problem]:
    """A title, a dateline or page furniture proves little."""
    for claim in corpus.claims.values():
        document = corpus.documents.get(claim.document)
        if not (document and claim.evidence):
            continue
        number = claim.evidence.paragraph
        furniture = {passage.paragraph for passage in document.nothing if not passage.words and passage.because in _FURNITURE}
        text = texts.get(document.key)
        is_title = text and number <= len(text.paragraphs) and fold_text(text.paragraphs[number - 1]) == fold_text(document.title)
        if number in furniture or is_title:
            yield Problem(claim.evidence.place, "L02", f"{claim.key} rests on a title or page furniture, paragraph {number}",
                          "cite the sentence that says it")


def far_names(corpus: Corpus, texts: dict[str, Text]) -> Iterator[Problem]:
    """None of the things a claim speaks of is named in the paragraph it cites, nor in the one before."""
    states = [entity for entity in corpus.entities.values() if entity.kind == "state"]
    common = {word for state in states for name in state.names for word in fold_text(name.text).casefold().split()}
    for claim in corpus.claims.values():
        text = texts.get(claim.document)
        if not (text and claim.evidence) or claim.evidence.paragraph > len(text.paragraphs):
            continue
        last = claim.evidence.paragraph
        near = fold_text(" ".join(text.paragraphs[max(0, last - 2):last])).casefold()
        values = [value for several in (*claim.roles.values(), claim.at) for value in several]
        parties = [corpus.entities[value.key] for value in values if isinstance(value, Party)]
        named = [entity for entity in parties if entity.names]
        if named and len(named) == len(parties) and not any(_stands(entity, near, common) for entity in named):
            yield Problem(claim.evidence.place, "L03", f"{claim.key}: none of what it speaks of is named in or just before "
                          f"paragraph {claim.evidence.paragraph}: {', '.join(entity.label for entity in named)}",
                          "look whether the words prove the claim; a note tells the reader how they do")


def _stands(entity: Entity, near: str, common: set[str]) -> bool:
    """Whether a name, or a word of one that tells it from others, stands in a text."""
    words = {word for name in entity.names for word in fold_text(name.text).casefold().split() if len(word) > LONG} - common
    return any(fold_text(name.text).casefold() in near for name in entity.names) or bool(words & set(re.findall(r"\w+", near)))
