"""Imports go one way: dags → ketluan → extractors, and each outside library has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("extractors", "ketluan", "dags", "scripts")

# Inside ketluan: a module may import only from its own layer or from those to the right.
LAYERS = (
    ("cli", "web"),
    ("render", "export", "search", "trace", "due", "ingest"),
    ("inbox", "archive", "identity", "index"),
    ("settings", "stored", "errors"),
)

# library: the only files that may import it (a folder ends in a slash)
DOORS = {
    "airflow": ("dags/", "plugins/", "scripts/"),
    "elasticsearch": ("ketluan/index/elastic",),
    "elastic_transport": ("ketluan/index/elastic",),
    "fsspec": ("ketluan/objects.py",),
    "tantivy": ("ketluan/index/embedded",),
    "docx": ("extractors/readers/docx", "samples/"),
    "pypdfium2": ("extractors/readers/", "ketluan/web/sheets.py"),
    "starlette": ("ketluan/web/",),
    "jinja2": ("ketluan/web/",),
    "uvicorn": ("ketluan/web/", "scripts/"),
    "pdfplumber": ("extractors/readers/",),
    "lxml": ("extractors/readers/", "ketluan/export/"),
    "typer": ("ketluan/cli",),
    "rich": ("ketluan/cli", "ketluan/render", "scripts/"),
}

# What reads the network, the disk, the clock or the environment: not for extractors.
OUTSIDE = {"socket", "urllib", "http", "requests", "httpx", "tempfile", "shutil", "time", "random", "sqlite3", "glob"}
OUTSIDE_CALLS = {
    "open", "input", "Path.open", "os.environ", "os.getenv", "os.listdir", "os.getcwd",
    "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "datetime.date.today", "datetime.datetime.now",
    "Path.cwd", "Path.home",
}  # fmt: skip
# Data that ships with the package, and the programs a reader needs, are reached from here only.
MAY_TOUCH_OUTSIDE = ("extractors/vocabulary/", "extractors/readers/programs.py")


def python_files(*folders: str) -> list[str]:
    """Paths of all modules below the folders, relative to the project."""
    return sorted(str(path.relative_to(PROJECT)) for folder in folders for path in (PROJECT / folder).rglob("*.py"))


def parse(path: str) -> ast.Module:
    return ast.parse((PROJECT / path).read_text(encoding="utf-8"))


def imports(tree: ast.Module, path: str) -> Iterator[str]:
    """Dotted names of everything imported; `from a import b` gives `a.b`."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def wrong_way(path: str, name: str) -> bool:
    """Does the import go against the layers?"""
    top, *rest = name.split(".")
    package = path.split("/")[0]
    if top in PACKAGES and PACKAGES.index(top) > PACKAGES.index(package):
        return True
    if package == top == "ketluan" and rest and (ours := _layer(path.split("/")[1])) is not None:
        theirs = _layer(rest[0])
        return theirs is not None and theirs < ours
    return False


def _layer(part: str) -> int | None:
    module = part.removesuffix(".py")
    return next((number for number, names in enumerate(LAYERS) if module in names), None)


def wrong_door(path: str, name: str) -> bool:
    """Is the library imported where it must not be?"""
    top = name.split(".")[0]
    return top in DOORS and not path.startswith(DOORS[top])


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", python_files(*PACKAGES))
def test_imports_go_one_way(path: str) -> None:
    assert [name for name in imports(parse(path), path) if wrong_way(path, name)] == []


@pytest.mark.parametrize("path", python_files(*PACKAGES))
def test_each_library_has_one_door(path: str) -> None:
    assert [name for name in imports(parse(path), path) if wrong_door(path, name)] == []


@pytest.mark.parametrize("path", [p for p in python_files("extractors") if not p.startswith(MAY_TOUCH_OUTSIDE)])
def test_extractors_touch_nothing_outside(path: str) -> None:
    tree = parse(path)
    assert [name for name in imports(tree, path) if name.split(".")[0] in OUTSIDE] == []
    used = {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
    assert used & OUTSIDE_CALLS == set()


@pytest.mark.parametrize("path", python_files("ketluan"))
def test_the_library_never_prints(path: str) -> None:
    if path.startswith(("ketluan/cli", "ketluan/render")):
        return
    calls = {dotted(node.func) for node in ast.walk(parse(path)) if isinstance(node, ast.Call)}
    assert "print" not in calls


@pytest.mark.parametrize(
    ("path", "name", "wrong"),
    [
        ("extractors/header.py", "ketluan.settings", True),
        ("extractors/header.py", "extractors.model", False),
        ("ketluan/archive.py", "extractors.model", False),
        ("ketluan/archive.py", "dags.house", True),
        ("ketluan/archive.py", "ketluan.ingest", True),
        ("ketluan/settings.py", "ketluan.archive", True),
        ("ketluan/index/embedded.py", "ketluan.search", True),
        ("ketluan/index/embedded.py", "ketluan.errors", False),
        ("ketluan/search.py", "ketluan.index.base", False),
        ("ketluan/cli.py", "ketluan.search", False),
        ("dags/ingest_inbox.py", "ketluan.ingest", False),
    ],
)
def test_the_rule_of_layers_itself(path: str, name: str, wrong: bool) -> None:
    assert wrong_way(path, name) is wrong


@pytest.mark.parametrize(
    ("path", "name", "wrong"),
    [
        ("ketluan/ingest.py", "airflow.sdk.dag", True),
        ("dags/ingest_inbox.py", "airflow.sdk.dag", False),
        ("ketluan/index/embedded.py", "elasticsearch.helpers", True),
        ("ketluan/index/elastic.py", "elasticsearch.helpers", False),
        ("extractors/readers/txt.py", "docx.Document", True),
        ("extractors/readers/docx.py", "docx.Document", False),
    ],
)
def test_the_rule_of_doors_itself(path: str, name: str, wrong: bool) -> None:
    assert wrong_door(path, name) is wrong


def test_relative_imports_are_followed() -> None:
    tree = ast.parse("from ..archive import Archive\nfrom . import base")
    assert list(imports(tree, "ketluan/index/embedded.py")) == ["ketluan.archive.Archive", "ketluan.index.base"]
