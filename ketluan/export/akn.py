"""A notice as Akoma Ntoso 3.0 (OASIS LegalDocML), for legal information systems.

The document is a `doc` whose sections and conclusions are `hcontainer`s with the paths of the outline as numbers; what
the record knows besides the text (who leads, by when, cited keys) stands in `proprietary`, so that nothing is lost and
nothing inferred looks printed. A date that is known in part only is its first day, and `name` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from lxml import etree

from extractors.codec import encode
from extractors.model import Conclusion, Notice
from ketluan.stored import StoredNotice

NS = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OWN = "urn:ketluan:record:1"
_NO_XML = re.compile("[^\t\n\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SECTION = re.compile(r"[IVXLC]+(?=[.~-]|$)")


def akn(stored: StoredNotice) -> bytes:
    """The notice as an XML document, UTF-8."""
    root = etree.Element(_q("akomaNtoso"), nsmap={None: NS})  # type: ignore[dict-item]
    doc = _add(root, "doc", name="thong-bao")
    _meta(_add(doc, "meta"), stored)
    notice = stored.notice
    preface = _add(doc, "preface")
    for text in (notice.issuer, _number(notice), notice.title):
        if text:
            _add(preface, "p", text)
    body = _add(doc, "mainBody")
    for title, conclusions in groupby(notice.conclusions, key=lambda c: (_section(c), c.section)):
        _add_section(body, *title, conclusions)
    if not notice.conclusions:
        for paragraph in stored.text.split("\n"):
            _add(body, "p", paragraph)
    if notice.signer and notice.signer.name:
        _add(_add(doc, "conclusions"), "p", " ".join(filter(None, (notice.signer.position, notice.signer.name))))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _add_section(body: etree._Element, number: str, title: str | None, conclusions: Iterable[Conclusion]) -> None:
    place = body
    if number or title:
        place = _add(body, "hcontainer", name="section", eId=f"section_{len(body) + 1}")
        if number:
            _add(place, "num", number)
        if title:
            _add(place, "heading", title)
    for one in conclusions:
        held = _add(place, "hcontainer", name="conclusion", eId=f"conclusion_{_slug(one.path)}")
        _add(held, "num", one.path)
        content = _add(held, "content")
        for paragraph in (*one.context, *one.text.split("\n")):
            _add(content, "p", paragraph)


def _meta(meta: etree._Element, stored: StoredNotice) -> None:
    notice = stored.notice
    identification = _add(meta, "identification", source="#ketluan")
    base = f"/akn/vn/doc/thong-bao/{stored.id}"
    date, name = _date(notice)
    for level, suffix in (("FRBRWork", ""), ("FRBRExpression", "/vie@"), ("FRBRManifestation", "/vie@.akn")):
        held = _add(identification, level)
        _add(held, "FRBRthis", value=base + suffix)
        _add(held, "FRBRuri", value=base + suffix)
        _add(held, "FRBRdate", date=date, name=name)
        _add(held, "FRBRauthor", href="#issuer")
        if level == "FRBRWork":
            _add(held, "FRBRcountry", value="vn")
            if notice.number:
                _add(held, "FRBRnumber", value=notice.number)
        if level == "FRBRExpression":
            _add(held, "FRBRlanguage", language="vie")
    references = _add(meta, "references", source="#ketluan")
    issuer = notice.issuer or "không rõ"
    _add(references, "TLCOrganization", eId="issuer", href="/akn/ontology/organization/vn/issuer", showAs=issuer)
    _add(references, "TLCOrganization", eId="ketluan", href="/akn/ontology/organization/ketluan", showAs="ketluan")
    held = _add(meta, "proprietary", source="#ketluan")
    for one in notice.conclusions:
        _assignments(held, one)


def _assignments(held: etree._Element, one: Conclusion) -> None:
    made = etree.SubElement(held, f"{{{OWN}}}conclusion", nsmap={"k": OWN})
    made.set("path", _clean(one.path))
    made.set("kind", one.kind.value)
    for role, mentions in (("lead", one.lead), ("coordinating", one.coordinating), ("report-to", one.report_to)):
        for mention in mentions:
            etree.SubElement(made, f"{{{OWN}}}{role}").text = _clean(mention.name)
    for deadline in dict.fromkeys((*one.deadlines, *(d for a in one.assignments for d in a.deadlines))):
        found = etree.SubElement(made, f"{{{OWN}}}deadline")
        found.text = _clean(deadline.text)
        for name, value in (("from", deadline.from_), ("due", deadline.due), ("event", deadline.event)):
            if value:
                found.set(name, _clean(str(encode(value))))
        if deadline.inferred:
            found.set("inferred", " ".join(deadline.inferred))
    for key in dict.fromkeys(c.key for c in one.citations):
        etree.SubElement(made, f"{{{OWN}}}cites").text = _clean(key)


def _date(notice: Notice) -> tuple[str, str]:
    """The day and what it is; the first day of what is known in part, and a day that cannot be where nothing is."""
    for name, value in (
        ("issued", notice.issued),
        ("session", notice.session.held_on),
        ("month", notice.session.month),
    ):
        if value:
            whole = (*value.split("-"), "01", "01")[:3]
            return "-".join(whole), name if len(value) == 10 else f"{name}-in-part"
    return "0001-01-01", "unknown"


def _section(one: Conclusion) -> str:
    found = _SECTION.match(one.path)
    return found[0] if found else ""


def _number(notice: Notice) -> str:
    return f"Số: {notice.number or '…'}/{notice.symbol}" if notice.symbol else ""


def _slug(path: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in path)


def _add(parent: etree._Element, tag: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, _q(tag), {key: _clean(value) for key, value in attributes.items()})
    made.text = _clean(text) if text is not None else None
    return made


def _clean(text: str) -> str:
    """Letters that XML cannot hold are shown as `�`."""
    return _NO_XML.sub("\ufffd", text)


def _q(name: str) -> str:
    return f"{{{NS}}}{name}"
