"""Blocks: a text made of headings, paragraphs, lists of terms and listings, written as Markdown, as a man page or as HTML.

The manual is put together once from such blocks. What is written depends on them alone: no width, no locale, no clock.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title of the whole."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines shown as they are, such as commands; in Markdown it may be said in which language."""

    lines: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A part that is Markdown already, such as an answer; elsewhere its lines are shown as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms, each with what it means."""

    rows: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Listing | Ready | Terms


def markdown(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown.

    >>> print(markdown([Heading(2, "kg path"), Terms((("--count N", "How many."),)), Listing(("kg path a b",))]), end="")
    ## kg path
    <BLANKLINE>
    - `--count N`: How many.
    <BLANKLINE>
    ```
    kg path a b
    ```
    """
    parts = []
    for block in blocks:
        match block:
            case Heading(level, text):
                parts.append(f"{'#' * level} {_plain_markdown(text)}")
            case Paragraph(text):
                parts.append(_plain_markdown(text))
            case Listing(lines, language):
                parts.append("\n".join((f"```{language}", *lines, "```")))
            case Ready(text):
                parts.append(text)
            case Terms(rows):
                parts.append("\n".join(f"- {_code(term)}: {_plain_markdown(text)}" for term, text in rows))
    return "\n\n".join(parts) + "\n"


def _plain_markdown(text: str) -> str:
    # what stands between backquotes is code already
    return re.sub(r"(`[^`]+`)|([\\`*<]|(?<!\w)_|_(?!\w))", lambda found: found[1] or f"\\{found[2]}", text)


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def man_page(name: str, version: str, blocks: Iterable[Block]) -> str:
    r"""Return blocks as a page for `man`, section 1; headings of level 2 become its sections, deeper ones their parts.

    >>> print(man_page("kg", "kg 1", [Heading(2, "Name"), Paragraph("kg \u2013 ask")]), end="")
    .TH KG 1 "" "kg 1" "User Commands"
    .SH NAME
    kg \[u2013] ask
    """
    lines = [f'.TH {name.upper()} 1 "" "{_roff(version)}" "User Commands"']
    after_heading = True
    for block in blocks:
        match block:
            case Heading(1, _):
                continue
            case Heading(2, text):
                lines.append(f".SH {_roff(text.upper())}")
            case Heading(_, text):
                lines.append(f".SS {_roff(text)}")
            case Paragraph(text):
                lines += [*([] if after_heading else [".PP"]), *_roff_lines(text)]
            case Listing() | Ready():
                several = block.lines if isinstance(block, Listing) else block.text.splitlines()
                lines += [*([] if after_heading else [".PP"]), ".nf", ".RS 4", *map(_roff, several), ".RE", ".fi"]
            case Terms(rows):
                lines += [line for term, text in rows for line in (".TP", rf"\fB{_roff(term)}\fR", *_roff_lines(text))]
        after_heading = isinstance(block, Heading)
    return "\n".join(lines) + "\n"


_ROFF = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}
"""What roff would take for a command or typeset as something else."""


def _roff(text: str) -> str:
    escaped = "".join(_ROFF.get(char, char) if char.isascii() else rf"\[u{ord(char):04X}]" for char in text)
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


def _roff_lines(text: str) -> list[str]:
    """Return sentences on lines as short as writers of man pages keep them; man breaks them anew."""
    return [_roff(line) for line in textwrap.wrap(text, 72, break_long_words=False, break_on_hyphens=False)]


STYLE = ("body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#191817;background:#fff}"
         "pre{background:#f2f0ea;padding:.6em 1em;overflow:auto}dt{font-family:monospace}h3{border-top:1px solid #ccc;padding-top:1em}")


def web_page(blocks: Sequence[Block]) -> str:
    """Return blocks as one HTML page that asks nobody for anything; each heading can be linked to by its words.

    >>> "<h3 id=\\"kg-path\\">kg path</h3>" in web_page([Heading(1, "Commands"), Heading(3, "kg path")])
    True
    """
    title = next((block.text for block in blocks if isinstance(block, Heading)), "")
    parts = []
    for block in blocks:
        match block:
            case Heading(level, text):
                anchor = "-".join(re.findall(r"[a-z0-9]+", text.lower()))
                parts.append(f'<h{level} id="{anchor}">{html.escape(text)}</h{level}>')
            case Paragraph(text):
                parts.append(f"<p>{html.escape(text)}</p>")
            case Listing() | Ready():
                lines = block.lines if isinstance(block, Listing) else block.text.splitlines()
                parts.append(f"<pre>{html.escape(chr(10).join(lines))}</pre>")
            case Terms(rows):
                inner = "\n".join(f"<dt>{html.escape(term)}</dt><dd>{html.escape(text)}</dd>" for term, text in rows)
                parts.append(f"<dl>\n{inner}\n</dl>")
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{html.escape(title)}</title>\n'
    body = "\n".join(parts)
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}<style>{STYLE}</style>\n</head>\n<body><main>\n{body}\n'
            "</main></body>\n</html>\n")
