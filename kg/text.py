"""Answers as text: tables for people, JSON, CSV, TSV and Markdown for programs and pages.

Nothing printed can take over a terminal or a spreadsheet: control characters are shown as escapes, and a cell that a
spreadsheet would run as a formula gets an apostrophe before it (JSON stays exact).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

FORMATS = ("table", "json", "csv", "tsv", "markdown")

_FORMULA = "=+-@\t\r＝＋－＠"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                      r"\U000e0000-\U000e007f]")
"""What moves a cursor, turns text around or cannot be seen; the joiners that Persian needs are none of it."""


def render(rows: Sequence[dict[str, Any]], columns: Sequence[str], form: str, width: int = 0) -> str:
    """Return rows in one of FORMATS, with a line end.

    `columns` are those shown in tables and Markdown; the other formats show all that any row has. A table is fitted into
    `width` characters where that is given.
    """
    match form:
        case "json":
            return as_json(rows)
        case "csv" | "tsv":
            names = list(dict.fromkeys(name for row in rows for name in row)) or list(columns)
            return _separated([names, *([plain(row.get(name)) for name in names] for row in rows)], form)
        case "markdown":
            return as_markdown([list(columns), *([plain(row.get(name)) for name in columns] for row in rows)])
    return table(columns, [[plain(row.get(name)) for name in columns] for row in rows], width)


def as_json(value: Any) -> str:
    """Return a value as JSON for programs: UTF-8, two blanks a level, a line end; what no terminal should get is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return escaped(text)


def escaped(text: str) -> str:
    r"""Return a JSON text in which what no terminal should get is escaped; its meaning stays.

    >>> print(escaped('{"name": "a\u202eb"}'))
    {"name": "a\u202eb"}
    """
    return _CONTROL.sub(lambda match: re.sub("....", r"\\u\g<0>", match[0].encode("utf-16-be").hex()), text)


def escaped_rdf(text: str) -> str:
    r"""Return Turtle, N-Triples or TSV in which what no terminal should get is escaped; its meaning stays.

    >>> print(escaped_rdf('"a\x1bb"'))
    "a\u001Bb"
    """
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04X}" if ord(match[0]) < 0x10000 else f"\\U{ord(match[0]):08X}", text)


def escaped_xml(text: str) -> str:
    r"""Return XML in which what no terminal should get is a reference; what XML cannot hold at all is shown.

    >>> print(escaped_xml("a\u202eb\x1bc"))
    a&#8238;b\x1bc
    """
    def reference(match: re.Match[str]) -> str:
        return f"&#{ord(match[0])};" if match[0] == "\r" or match[0] > "\x1f" else visible(match[0])

    return re.sub("[\ud800-\udfff\ufffe\uffff]", "\ufffd", _CONTROL.sub(reference, text))


def path_text(answer: dict[str, Any]) -> str:
    """Return chains for people: every hop as a sentence with date, standing and claims, the weakest hop of each marked."""
    blocks = []
    for number, chain in enumerate(answer["paths"], 1):
        lines = [f"chain {number} of {len(answer['paths'])}, {len(chain['hops'])} hop{'' if len(chain['hops']) == 1 else 's'}"]
        weakest = max(range(len(chain["hops"])), key=lambda at: _weakness(chain["hops"][at]))
        for at, hop in enumerate(chain["hops"]):
            marks = [hop["status"], *(name.replace("_", " an ") if name == "through_office" else name
                                      for name in ("inferred", "disputed", "through_office") if hop[name])]
            marks += [hop["mode"]] if hop["mode"] != "done" else []
            marks += ["weakest hop"] if at == weakest and len(chain["hops"]) > 1 else []
            marks += [f"says {', '.join(hop['said_by'])}"] if hop["said_by"] else []
            marks += [f"denied by {', '.join(hop['denied_by'])}"] if hop["denied_by"] else []
            date = f", {hop['date']}" if hop["date"] else ""
            lines.append(f"  {hop['from']} {hop['label']} {hop['to']}{date}  [{', '.join(marks)}]  {' '.join(hop['claims'])}")
        blocks.append("\n".join(lines))
    return visible("\n\n".join(blocks)) + "\n" if blocks else ""


def evidence_text(entries: Sequence[dict[str, Any]], bold: bool = False) -> str:
    """Return the evidence of claims for people: who says so, how it stands, the words, and the two ways to reach them."""
    return visible("\n\n".join(_evidence_block(entry) for entry in entries) + "\n").replace("\\x02", "\x1b[1m" if bold else "»").replace(
        "\\x03", "\x1b[0m" if bold else "«")


def _evidence_block(entry: dict[str, Any]) -> str:
    lines = [f"{entry['id']}  {entry['says']}"]
    standing = ", ".join(filter(None, (entry["status"], entry["mode"], f"“{entry['hedge']}”" if entry["hedge"] else "",
                                       "inferred" if entry["inferred"] else "", "disputed" if entry["disputed"] else "")))
    voices = [speaker["label"] for speaker in entry["said_by"]]
    if not entry["inferred"]:
        voices.append(entry["reporter"] + (" (own voice)" if not voices else ""))
    lines.append(f"    {standing}; {' → '.join(voices)}" if voices else f"    {standing}")
    if entry["date"]:
        origin = {"claim": "as the text gives it", "event": "taken over from another claim about it", "bound": "by the day it was told"}
        how = f"worked out from “{entry['date_words']}”" if entry["date_words"] else origin[entry["date_from"]]
        lines.append(f"    {entry['date']}, {how}" + (f": {entry['date_note']}" if entry["date_note"] else ""))
    if entry["inferred"]:
        lines.append(f"    because {entry['because']}; rests on {', '.join(entry['rests_on'])}")
    for name, words in (("denied_by", "denied in"), ("may_be_denied_by", "perhaps denied in")):
        if entry[name]:
            lines.append(f"    {words} {', '.join(entry[name])}")
    if entry["words"]:
        lines.append(f"    {entry['document']}, paragraph {entry['paragraph']}: “{entry['words']}”")
    if entry["passage"]:
        lines.append(f"    {entry['passage']['before']}\x02{entry['passage']['match']}\x03{entry['passage']['after']}")
    lines += [f"    {entry[name]}" for name in ("link", "source") if entry[name]]
    return "\n".join(lines)


def _weakness(hop: dict[str, Any]) -> tuple[bool, ...]:
    return (hop["disputed"], hop["inferred"], hop["status"] == "alleged", hop["mode"] == "planned", hop["through_office"],
            hop["status"] == "reported")


def visible(text: str) -> str:
    r"""Return a text whose control characters are shown instead of obeyed.

    >>> print(visible("a\x1b[31mb"))
    a\x1b[31mb
    """
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int = 0) -> str:
    """Return a table, empty columns left out; with a width it has a rule under its head and its cells are wrapped to fit.

    Where the columns cannot be made to fit, each row is shown as lines of its own, a name and its value a line.

    >>> print(table(["a", "b"], [["x", "yy"]], width=40), end="")
    a  b
    ─  ──
    x  yy
    """
    cells = [[visible(cell) for cell in row] for row in rows]
    shown = [index for index in range(len(columns)) if any(row[index] for row in cells)] or list(range(len(columns)))
    head = [columns[index].replace("_", " ") for index in shown]
    body = [[row[index] for index in shown] for row in cells]
    widths = [max(columns_of(text) for text in (name, *(row[at] for row in body))) for at, name in enumerate(head)]
    if width:
        widths = _fitted(widths, head, width - 2 * (len(widths) - 1))
        if sum(widths) + 2 * (len(widths) - 1) > width and len(widths) > 1:
            return "\n".join(_record(head, row, width) for row in body)
    lines = [_line(head, widths)]
    if width:
        lines.append(_line(["─" * each for each in widths], widths))
    for row in body:
        wrapped = [_wrap(text, each) for text, each in zip(row, widths, strict=True)]
        for level in range(max(map(len, wrapped))):
            lines.append(_line([part[level] if level < len(part) else "" for part in wrapped], widths))
    return "\n".join(lines) + "\n"


def _record(head: Sequence[str], row: Sequence[str], width: int) -> str:
    left = max(map(columns_of, head))
    lines = []
    for name, text in zip(head, row, strict=True):
        parts = _wrap(text, max(10, width - left - 2)) if text else []
        lines += [_line((name if not at else "", part), (left, 0)) for at, part in enumerate(parts)]
    return "\n".join(lines) + "\n"


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (each - columns_of(cell)) for cell, each in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _fitted(widths: list[int], head: Sequence[str], room: int) -> list[int]:
    """Return widths that fit the room, taking from the widest columns first and never below a readable least."""
    fitted = list(widths)
    least = [max(min(each, 10), columns_of(name)) for each, name in zip(widths, head, strict=True)]
    while sum(fitted) > room:
        spare = [each - low for each, low in zip(fitted, least, strict=True)]
        widest = max(range(len(fitted)), key=lambda at: (spare[at] > 0, fitted[at]))
        if spare[widest] <= 0:
            return fitted
        fitted[widest] -= 1
    return fitted


def _wrap(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n") or [""]:
        line = ""
        for whole in paragraph.split(" "):
            word = whole
            while columns_of(word) > width:
                if line:
                    lines.append(line)
                    line = ""
                lines.append(word[:width])
                word = word[width:]
            if line and columns_of(line) + 1 + columns_of(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


def plain(value: Any) -> str:
    """Return a value as one text: lists by semicolons, references by their labels, truth as yes or nothing."""
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case dict():
            return _plain_mapping(value)
        case list():
            return "; ".join(plain(item) for item in value)
    return str(value)


def _plain_mapping(value: dict[str, Any]) -> str:
    if "label" in value:
        return f"{value['label']} ({value['as']})" if "as" in value else str(value["label"])
    if "name" in value and "documents" in value:
        return str(value["name"])
    if "currency" in value and "value" in value:
        return f"{value['currency']} {value['value']}"
    return " | ".join(f"{key}: {plain(item)}" for key, item in value.items())


def _separated(rows: Sequence[Sequence[str]], form: str) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if form == "csv" else "\t", lineterminator="\n",
                        quoting=csv.QUOTE_MINIMAL)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula.

    >>> harmless("=1+1"), harmless("Elbit"), harmless("[..2017]")
    ("'=1+1", 'Elbit', '[..2017]')
    """
    shown = visible(cell).replace("\t", " ") if "\t" in cell else visible(cell)
    return "'" + shown if shown.lstrip().startswith(tuple(_FORMULA)) else shown


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table of texts; the first row is its head."""
    head, *body = ([visible(cell).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ") for cell in row]
                   for row in rows)
    lines = [head, ["---"] * len(head), *body]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
