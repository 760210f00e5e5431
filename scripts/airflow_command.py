"""The command `airflow`, as a program that may be imported without starting anything.

Readers of files are processes of their own, started with `spawn`, which runs the main program again up to
its `__main__` guard. Airflow's own script imports all of Airflow there, and inside a task that fails,
because a task may not open Airflow's database.
"""

import sys

if __name__ == "__main__":
    from airflow.__main__ import main

    sys.exit(main())  # type: ignore[no-untyped-call]
