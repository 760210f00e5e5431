"""What the pages say is so: settings and commands are named, links lead somewhere, no machine's path stands in them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ketluan.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([PROJECT / "README.md", PROJECT / "CHANGELOG.md", *(PROJECT / "docs").rglob("*.md")])


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def targets() -> list[str]:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_each_setting_is_in_the_readme(setting: str) -> None:
    assert f"`KETLUAN_{setting.upper()}`" in README


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_the_readme_gives_the_default(setting: str) -> None:
    default = Settings.model_fields[setting].default
    written = "none" if default is None else f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
    assert f"| `KETLUAN_{setting.upper()}` | {written} |" in README


@pytest.mark.parametrize("setting", sorted(set(re.findall(r"`KETLUAN_([A-Z_]+)`", README))))
def test_each_setting_of_the_readme_is_real(setting: str) -> None:
    assert setting.lower() in Settings.model_fields


@pytest.mark.parametrize("target", targets())
def test_each_make_target_is_in_the_readme_and_in_help(target: str) -> None:
    assert f"make {target}" in README
    done = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {target} ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)(?![a-z-])", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= set(targets())


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_resolve(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_in_code_marks_exist(page: Path) -> None:
    """`ketluan/ingest.py` in a page is a promise; names of what programs write (`var/…`) are not looked for."""
    pattern = r"`((?:extractors|ketluan|dags|scripts|tests|docs|samples|deploy|index_mappings)/[\w./-]+)`"
    named = re.findall(pattern, page.read_text(encoding="utf-8"))
    assert [path for path in named if not (PROJECT / path).exists()] == []


def sources() -> list[Path]:
    """Every text of the project; what programs write (`.venv`, `var` …) left out."""
    kept = {".md", ".py", ".yml", ".yaml", ".toml", ".sh", ".json", ".txt", ".lock", ".cfg", ""}
    made = re.compile(r"(\.(?!ci/|pre-commit|gitignore).*|var.*|dist|__pycache__)")
    parts = (path.relative_to(PROJECT) for path in PROJECT.rglob("*"))
    mine = (path for path in parts if not any(made.fullmatch(part) for part in path.parts if part != ".ci"))
    return [PROJECT / path for path in mine if path.suffix in kept and (PROJECT / path).is_file()]


def test_no_path_of_a_machine() -> None:
    """Nothing of where it was written; the lock names packages and hashes, never an address to fetch them from."""
    homes = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/[a-z]")
    found = []
    for path in sources():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [name(path)] if homes.search(text) and path != Path(__file__) else []
    assert found == []
    assert "://" not in (PROJECT / "requirements.lock").read_text(encoding="utf-8")


def test_ci_calls_the_test_command_of_the_readme() -> None:
    command = "make test"
    assert f"\n{command}" in README
    assert (PROJECT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(f"\n{command}")
    assert (PROJECT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("page", sorted((PROJECT / "docs" / "decisions").glob("*.md")), ids=name)
def test_a_decision_says_context_choice_and_cost(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    for part in ("**Context.**", "**Choice.**", "**Cost.**"):
        assert part in text


def test_decision_numbers_are_used_once() -> None:
    numbers = [page.name[:4] for page in (PROJECT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_changelog_has_an_open_section() -> None:
    assert "## [Unreleased]" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
