"""How fast, beside what a user would take instead? `make bench` runs all of it; see `docs/performance/`.

Absolute times depend on the machine and on what else runs on it, so each row is a ratio of two
things measured by turns in one run on the same cores.
"""
