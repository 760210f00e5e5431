"""How large may a file be before we refuse to read it? Every limit of the readers, in one place.

A notice of conclusions has 2 to 20 pages and some ten thousand letters; the limits lie far above that, and far below
what a file made to exhaust memory or time (a zip bomb, a PDF of 10,000 pages) asks for.
"""

from __future__ import annotations

from typing import Final

#: Size of the file as it was received, in bytes: a scan of 50 pages in colour has some 60 MB.
MAX_BYTES: Final = 100 * 2**20
#: Pages of a PDF.
MAX_PAGES: Final = 500
#: Characters of extracted text, table cells included.
MAX_CHARACTERS: Final = 2_000_000
#: Members of a zip package.
MAX_MEMBERS: Final = 2_000
#: Bytes of all members of a zip package, unpacked.
MAX_UNPACKED: Final = 200 * 2**20
#: Bytes of one XML part, unpacked: the parser's tree takes some ten times as much memory.
MAX_XML: Final = 20 * 2**20
#: Unpacked size over packed size of one XML part; Word's own parts reach about 20, one that repeats itself 1,000.
MAX_RATIO: Final = 200
#: A part smaller than this is never refused for its ratio.
RATIO_FROM: Final = 2**20
#: Images of this kind are looked at on a page to tell a scan from an empty page.
MAX_OBJECTS: Final = 2_000
#: Pixels of one picture: a page of A3 at 600 dots an inch has 70 million.
MAX_PIXELS: Final = 80_000_000
#: Pages of one scan that are recognized at the same time, each by a program of its own; whoever runs readers sets it.
PAGES_AT_ONCE = 2
