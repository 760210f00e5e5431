"""A followed question as an Atom feed (RFC 4287), for any feed reader.

Ids are URNs that never change, whatever the address of the page; `updated` is that of the newest entry, so that the
feed is the same, byte by byte, until there is news.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from lxml import etree

from ketluan.follow import Follow, News

_NS = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(one: Follow, address: str, label: str | None = None) -> bytes:
    """The feed. `address` is where the page is reached, without a slash at its end; `label` that of the archive."""
    feed = etree.Element(_name("feed"), nsmap={None: _NS})  # type: ignore[dict-item]
    name = f"{label}: {one.name}" if label else one.name
    _text(feed, "title", f"Kết luận: {name}")
    _text(feed, "id", f"urn:uuid:{one.id}")
    _text(feed, "updated", one.news[0].at if one.news else one.made)
    own = f"{address}/follow/{one.id}.atom"
    etree.SubElement(feed, _name("link"), rel="self", type="application/atom+xml", href=own)
    _text(etree.SubElement(feed, _name("author")), "name", "Kho kết luận")
    for news in one.news:
        _entry(feed, news, address)
    return bytes(etree.tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _entry(feed: etree._Element, news: News, address: str) -> None:
    entry = etree.SubElement(feed, _name("entry"))
    _text(entry, "title", news.title)
    _text(entry, "id", news.id)
    _text(entry, "updated", news.at)
    path = f"/notices/{quote(news.notice)}" if news.notice else "/follow"
    etree.SubElement(entry, _name("link"), rel="alternate", type="text/html", href=address + path)
    lines = [f"{found.id.partition(':')[2]}: {found.text}" for found in news.found]
    lines += [f"… và {news.more} kết luận nữa."] if news.more else []
    _text(entry, "content", "\n\n".join(lines) or news.title)


def _text(parent: etree._Element, name: str, text: str) -> None:
    """Letters that XML cannot hold (control characters) are shown as `�`."""
    etree.SubElement(parent, _name(name)).text = _NO_XML.sub("\ufffd", text)


def _name(name: str) -> str:
    return f"{{{_NS}}}{name}"
