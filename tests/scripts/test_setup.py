"""`make setup` on a machine that has nothing, tried with the parts that can be tried without a download."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def fake(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def need(tmp_path: Path, uid: int, apt: str | None) -> subprocess.CompletedProcess[str]:
    """Ask for a missing tool on a machine with these programs only."""
    machine = tmp_path / "bin"
    fake(machine, "id", f"echo {uid}")
    if apt is not None:
        fake(machine, "apt-get", apt)
    for program in ("sh", "mktemp", "tail", "rm"):
        found = shutil.which(program)
        assert found
        (machine / program).symlink_to(found)
    script = f". {PROJECT}/scripts/say.sh; need 'a tool' its-package; echo went on"
    environment = {"PATH": str(machine), "RECORD": str(tmp_path / "record")}
    return subprocess.run(
        [str(machine / "sh"), "-c", script], env=environment, capture_output=True, text=True, check=False
    )


def test_root_gets_it_from_apt(tmp_path: Path) -> None:
    done = need(tmp_path, 0, 'echo "$@" >> "$RECORD"')
    assert done.returncode == 0
    assert done.stdout.endswith("went on\n")
    assert (tmp_path / "record").read_text().splitlines() == [
        "update",
        "install -y --no-install-recommends its-package",
    ]


def test_others_are_told_the_command(tmp_path: Path) -> None:
    done = need(tmp_path, 1000, 'echo "$@" >> "$RECORD"')
    assert done.returncode == 1
    assert "went on" not in done.stdout
    assert "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends its-package'" in done.stderr
    assert not (tmp_path / "record").exists()


def test_a_failure_of_apt_is_shown(tmp_path: Path) -> None:
    done = need(tmp_path, 0, "echo no such package; exit 100")
    assert done.returncode == 1
    assert "no such package" in done.stderr


def test_a_machine_without_apt_is_told_what_it_lacks(tmp_path: Path) -> None:
    done = need(tmp_path, 0, None)
    assert done.returncode == 1
    assert "its-package" in done.stderr


def test_the_lock_names_hashes_and_no_hosts() -> None:
    for lock in ("requirements.lock", "scripts/uv-requirements.txt", "deploy/requirements.txt", "deploy/celery.txt"):
        text = (PROJECT / lock).read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in block for block in blocks), lock
        assert "://" not in text
        assert "index-url" not in text


def test_the_project_is_linked(tmp_path: Path) -> None:
    """The command runs the project from any folder, also one with a blank in its path."""
    scripts = tmp_path / "a folder" / "bin"
    scripts.mkdir(parents=True)
    program = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import link_project;"
        "link_project.link(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))"
    )
    subprocess.run([sys.executable, "-c", program, str(PROJECT / "scripts"), str(tmp_path), str(scripts)], check=True)
    assert (tmp_path / "ketluan.pth").read_text() == f"{PROJECT}\n"
    fake(scripts, "python", f'exec "{sys.executable}" "$@"')
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [str(scripts / "ketluan"), "--help"], cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "search" in done.stdout


@pytest.mark.parametrize("script", sorted((PROJECT / "scripts").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_plain_sh(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert "[[" not in script.read_text(encoding="utf-8"), "Debian's sh is dash"
