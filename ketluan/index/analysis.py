"""Which analysis makes Elasticsearch spell words as `fold.py` does?

    python -m ketluan.index.analysis        # writes index_mappings/elasticsearch/settings.json anew

Text is indexed twice: `vi_exact` gives `fold.norm` of each word, `vi_folded` gives `fold.fold` of it. All of it is done
by character filters made from the tables of `fold.py`, and a word is what that module calls one, so that
a text typed into Kibana, where no Python runs, is understood as in our own search. Decomposed letters (as macOS types
them) are composed first.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ketluan.index import fold

SETTINGS = Path(__file__).parents[2] / "index_mappings" / "elasticsearch" / "settings.json"

#: A run of letters and digits, with marks that found no letter; longer ones are cut (Lucene refuses a term of 32 KiB).
WORD = r"[\p{L}\p{N}][\p{L}\p{N}\u0300-\u036f]{0,254}"
_SHAPES = "\u0302\u0306\u031b"  # â, ă, ơ
_TONES = "\u0300\u0301\u0309\u0303\u0323"


def settings() -> dict[str, Any]:
    """The settings of every index of ours."""
    return {
        "index": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "max_result_window": 10_000,
            "highlight.max_analyzed_offset": 10_000_000,
            "query.default_field": ["text^4", "text.folded", "headings^1.6", "headings.folded^0.4"],
            "refresh_interval": "-1",  # what is written is seen when it is complete: every write ends with a refresh
        },
        "analysis": {
            "char_filter": {
                "vi_compose": _mapping(_compositions()),
                "vi_spelling": _mapping(_any_case(fold.VARIANTS)),
                "vi_strip": _mapping(_stripped()),
                "vi_plain_spelling": _mapping(_any_case({a: b for a, b in fold.VARIANTS.items() if a.isascii()})),
            },
            "tokenizer": {"vi_words": {"type": "pattern", "pattern": WORD, "group": 0}},
            "analyzer": {
                "vi_exact": _analyzer("vi_compose", "vi_spelling"),
                "vi_folded": _analyzer("vi_compose", "vi_spelling", "vi_strip", "vi_plain_spelling"),
            },
        },
    }


def write() -> None:
    """Write the settings where the package keeps its data."""
    SETTINGS.write_text(as_json(), encoding="utf-8")


def as_json() -> str:
    """The settings as the file holds them: loose marks as escapes, so that no editor joins them to their letters."""
    text = json.dumps(settings(), ensure_ascii=False, indent=1) + "\n"
    return re.sub("[\u0300-\u036f]", lambda mark: f"\\u{ord(mark[0]):04x}", text)


def _analyzer(*char_filters: str) -> dict[str, Any]:
    return {"type": "custom", "char_filter": list(char_filters), "tokenizer": "vi_words", "filter": ["lowercase"]}


def _mapping(rules: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "mapping", "mappings": [f"{left} => {right}" for left, right in sorted(rules.items())]}


def _any_case(rules: Mapping[str, str]) -> dict[str, str]:
    """The rules for every mix of capitals: the filter that lowers them comes later."""
    return {mixed: right for left, right in rules.items() for mixed in _cases(left)}


def _cases(word: str) -> Iterable[str]:
    return ("".join(letters) for letters in itertools.product(*({c, c.upper()} for c in word)))


def _compositions() -> dict[str, str]:
    """Every way to write a Vietnamese letter in parts → the letter; and the letters that only look like one."""
    rules = {"ƣ": "ư", "Ƣ": "Ư", "Ð": "Đ", "ð": "đ"}
    for base, shape, tone in itertools.product("aeiouyAEIOUY", ("", *_SHAPES), ("", *_TONES)):
        letter = unicodedata.normalize("NFC", base + shape + tone)
        if len(letter) != 1 or letter == base:
            continue
        parts = {unicodedata.normalize("NFC", base + shape) + tone, unicodedata.normalize("NFC", base + tone) + shape}
        written = parts | {base + shape + tone, base + tone + shape}
        rules.update({w: letter for w in written if w != letter and unicodedata.normalize("NFC", w) == letter})
    return rules


def _stripped() -> dict[str, str]:
    """Every letter that `fold.fold` takes the marks from → the bare letter."""
    return {letter: bare for letter, bare in _letters() if bare != letter}


def _letters() -> Iterable[tuple[str, str]]:
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        yield chr(code), fold.fold(chr(code))


if __name__ == "__main__":
    write()
