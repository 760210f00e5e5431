"""Which version of the extractors reads now? Any change of their code or vocabulary makes another one."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

import extractors

_READ = (".py", ".yaml")


@cache
def extractor_version() -> str:
    """`0.1.0+3f9a1c2e5b70`: the version of the package, and a hash over all rules and word lists, 12 hex digits."""
    root = Path(extractors.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in _READ):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    try:
        version = metadata.version("ketluan")
    except metadata.PackageNotFoundError:
        version = "0"
    return f"{version}+{digest.hexdigest()[:12]}"
