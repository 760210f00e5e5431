"""Make the project importable in .venv, and put its command there, without building a package.

An editable install needs a build backend, which would be one more download; a `.pth`
line and a short command do the same. Run with the environment's own Python.
"""

from __future__ import annotations

import sysconfig
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
    """Write `ketluan.pth` and the command `ketluan`."""
    (site_packages / "ketluan.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    command = scripts / "ketluan"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    link(Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("scripts")))
