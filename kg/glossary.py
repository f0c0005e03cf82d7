"""The ontology for readers: every term with what it means, an example, where it may stand, and the questions that use it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.blocks import Block, Heading, Listing, Paragraph, Terms, markdown
from kg.schema import turtle_files
from kg.terms import ARMS, DCTERMS, PREFIXES, RDF, RDFS, SKOS

OWL = "http://www.w3.org/2002/07/owl#"

MODEL = (
    ("Claim", "said:event", "Event"), ("Claim", "said:participant and the other roles", "Entity"), ("Claim", "arms:inDocument", "Document"),
    ("Claim", "arms:evidence", "Evidence"), ("Evidence", "oa:hasSource", "Document"), ("Claim", "prov:wasAttributedTo", "Entity"),
    ("Claim", "arms:deniedBy, arms:mayBeDeniedBy, arms:restsOn", "Claim"), ("Event", "arms:participant and the other roles", "Entity"),
    ("Link", "arms:ofClaim", "Claim"), ("Link", "arms:from, arms:to", "Entity"), ("Entity", "arms:name", "Name"),
    ("Name", "arms:standsIn", "Document"), ("Claim", "arms:capacity", "Capacity"), ("Capacity", "arms:who", "Entity"),
    ("Capacity", "arms:asPost", "Post"), ("Document", "arms:reporter", "Outlet"),
)
"""What points at what. Event stands for all classes under arms:Happening, Entity for all things that have a name."""

FAMILIES = ("Event", "Stage", "Saying", "Relation", "Characteristic")
_USED = re.compile(r"\b(?:arms|said):([A-Za-z][A-Za-z-]*)")
_SCHEMA_WORDS = (
    ("under", RDFS + "subClassOf"), ("under", RDFS + "subPropertyOf"), ("a curator types", ARMS + "keyword"), ("needs", ARMS + "needs"),
    ("needs any of", ARMS + "needsAnyOf"), ("may have", ARMS + "mayHave"), ("of", RDFS + "domain"), ("its value", RDFS + "range"),
    ("its value, any of", ARMS + "rangeAnyOf"), ("takes", ARMS + "takes"), ("written", SKOS + "notation"), ("one of", SKOS + "inScheme"),
    ("much like", SKOS + "closeMatch"),
)

Term = dict[str, list[str]]


def glossary(folder: Path) -> str:
    """Return the reference of the ontology in a graph folder, as Markdown."""
    return markdown(_blocks(folder))


def read_terms(folder: Path) -> dict[str, Term]:
    """Return every term that the ontology declares: its values by the IRI of the property, sorted, in the order of names."""
    import pyoxigraph

    found: dict[str, Term] = defaultdict(lambda: defaultdict(list))
    for path in turtle_files(folder / "ontology"):
        for quad in pyoxigraph.parse(path=str(path)):
            if isinstance(quad.subject, pyoxigraph.NamedNode) and not isinstance(quad.object, pyoxigraph.BlankNode):
                found[quad.subject.value][quad.predicate.value].append(quad.object.value)
    return {iri: {name: sorted(values) for name, values in found[iri].items()} for iri in sorted(found)
            if iri.startswith(ARMS) and SKOS + "definition" in found[iri]}


def uses(folder: Path) -> dict[str, list[str]]:
    """Return by the local name of a term the questions whose query uses it, under either prefix."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((folder / "ontology" / "questions").glob("*.rq")):
        query = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
        for name in sorted(set(_USED.findall(query))):
            found[name].append(path.stem)
    return found


def _blocks(folder: Path) -> Iterator[Block]:
    terms, used = read_terms(folder), uses(folder)
    yield Heading(1, "The ontology")
    yield Paragraph(f"Made by `kg docs` from ontology/: {len(terms)} terms. arms: stands for {ARMS} and tells what is so; every property "
                    "of a happening exists a second time under said:, on claims, and tells what a source says. A term's questions "
                    "are commands: `kg NAME` asks one, `kg sparql --explain NAME` shows its query.")
    yield Heading(2, "The model")
    yield Paragraph("A claim is a record of its own, apart from the event that it speaks of. What firm claims that nobody denies say "
                    "stands on the event too, in the same words.")
    yield Listing(tuple(_diagram(MODEL)), "mermaid")
    yield Paragraph("The things that claims speak of:")
    yield Listing(tuple(_tree(terms)), "mermaid")
    for title, names in _sections(terms):
        yield Heading(2, title)
        for iri in names:
            yield Heading(3, _short(iri))
            yield from _entry(terms[iri], used.get(iri.removeprefix(ARMS), []))


def _diagram(arrows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    yield "flowchart LR"
    for start, wording, end in arrows:
        yield f'  {start} -- "{wording}" --> {end}'


def _tree(terms: dict[str, Term]) -> Iterator[str]:
    """Yield the classes that a curator may use for things, each under the one that it is a sort of."""
    yield "flowchart LR"
    things = [iri for iri in terms if ARMS + "legend" in terms[iri]]
    for iri in things:
        for above in terms[iri].get(RDFS + "subClassOf", []):
            if above in things:
                yield f"  {above.removeprefix(ARMS)} --> {iri.removeprefix(ARMS)}"


def _sections(terms: dict[str, Term]) -> list[tuple[str, list[str]]]:
    """Return the terms under headings, each under the first that takes it."""
    def has(name: str) -> list[str]:
        return [iri for iri in terms if name in terms[iri]]

    def is_a(*kinds: str) -> list[str]:
        return [iri for iri in terms if {OWL + kind for kind in kinds} & set(terms[iri].get(RDF + "type", []))]

    families = {ARMS + name for name in FAMILIES}
    wanted = (
        ("Things", has(ARMS + "legend")),
        ("Kinds of claim", [iri for iri in is_a("Class") if families & set(terms[iri].get(RDFS + "subClassOf", []))]),
        ("Records", is_a("Class")),
        ("Roles", has(ARMS + "takes")),
        ("Direct links", [iri for iri in terms if ARMS + "linkedTo" in terms[iri].get(RDFS + "subPropertyOf", [])]),
        ("Properties of records", is_a("ObjectProperty", "DatatypeProperty")),
        ("Words of fixed lists", has(SKOS + "inScheme")),
        ("What the schema is written with", is_a("AnnotationProperty")),
        ("Others", list(terms)),
    )
    taken: set[str] = set()
    sections = []
    for title, names in wanted:
        own = [iri for iri in names if iri not in taken]
        taken |= set(own)
        if own:
            sections.append((title, own))
    return sections


def _entry(term: Term, questions: Sequence[str]) -> Iterator[Block]:
    label = "; ".join(term.get(RDFS + "label", []))
    yield Paragraph(" ".join((f"{label}:", *term[SKOS + "definition"])))
    for example in term.get(SKOS + "example", []):
        yield Paragraph(f"For example: {example}")
    rows = [(word, ", ".join(map(_short, term[name]))) for word, name in _SCHEMA_WORDS if name in term]
    if questions:
        rows.append(("asked by", ", ".join(questions)))
    if rows:
        yield Terms(tuple(rows))


def _short(value: str) -> str:
    """Return an IRI by its prefix, anything else as it is."""
    for prefix, namespace in (*PREFIXES.items(), ("owl", OWL), ("dcterms", DCTERMS)):
        if value.startswith(namespace):
            return f"{prefix}:{value.removeprefix(namespace)}"
    return value
