"""Names: how a spelling is folded into a key, and what may have been meant when no key matches.

Keys decide; likeness only ever suggests: "Orbiter 1K" and "Orbiter 2" are as alike as two spellings of one man.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_DROPPED = "'’‘ʼ`"
SUGGESTED = 5
"""How many names are offered at most."""


def fold(name: str) -> str:
    """Return the key of a spelling: no accents, no apostrophes, lower case, words of letters and digits.

    The page folds by the same rule (`assets/page/15-names.js`).

    >>> fold("Moshe Ya’alon"), fold("A.Lieberman"), fold("Kazakh Defense Ministry")
    ('moshe yaalon', 'a lieberman', 'kazakh defense ministry')
    """
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name.casefold().replace("´", "'"))  # else it would fall into a blank and an accent
        name = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    kept = ("" if char in _DROPPED else char if char.isalnum() else " " for char in name.casefold())
    return " ".join("".join(kept).split())


def suggest(typed: str, known: Iterable[str], cutoff: float = 75.0) -> list[str]:
    """Return the known names most like the typed one, best first; names with digits are never offered for others.

    >>> suggest("Tasmagambetof", ["Imangali Tasmagambetov", "Tali Ploskov"])
    ['Imangali Tasmagambetov']
    """
    from anyascii import anyascii
    from rapidfuzz import fuzz

    def key(name: str) -> str:
        return fold(anyascii(name))

    wanted = key(typed)
    digits = [char for char in wanted if char.isdigit()]
    scored = []
    for name in dict.fromkeys(known):
        candidate = key(name)
        if digits and digits != [char for char in candidate if char.isdigit()]:
            continue
        best = max([fuzz.ratio(wanted, candidate), *(fuzz.ratio(wanted, word) for word in candidate.split() if len(word) > 3)])
        if best >= cutoff:
            scored.append((-best, name))
    return [name for _, name in sorted(scored)[:SUGGESTED]]
