"""`python -m ketluan.web`: serve the page with the settings of the environment."""

from __future__ import annotations

from ketluan.settings import Settings
from ketluan.web.app import serve

if __name__ == "__main__":
    serve(Settings())
