"""Make the project importable in .venv, and put its command there, without building a package.

An editable install needs a build backend, which would be one more download; a `.pth`
line, a short command and the project's name and version do the same. Run with the environment's own
Python, after each `uv pip sync` (which takes out what the lock does not name).
"""

from __future__ import annotations

import shutil
import sysconfig
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# Shell and Python at once, so that it works wherever the folder lies (a `#!` line allows no blanks).
COMMAND = """\
#!/bin/sh
'''exec' "$(dirname "$0")/python" "$0" "$@"
' '''
import sys

from ketluan.cli import main

sys.exit(main())
"""


def link(site_packages: Path, scripts: Path) -> None:
    """Write `ketluan.pth`, the command `ketluan`, and the metadata that names the version."""
    command = scripts / "ketluan"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)
    (site_packages / "ketluan.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for old in site_packages.glob("ketluan-*.dist-info"):
        shutil.rmtree(old)
    info = site_packages / f"ketluan-{project['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: ketluan\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "INSTALLER").write_text("make setup\n", encoding="utf-8")
    files = ["ketluan.pth", *(f"{info.name}/{name}" for name in ("METADATA", "INSTALLER", "RECORD"))]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")


if __name__ == "__main__":
    link(Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("scripts")))
