"""Is anything lost when a run is killed? Kills many, at every step and at random moments, runs again, and compares.

    python -m benchmarks.killed 200 14      (`make chaos`): so many runs, and no more of them begun after 14 minutes

Prints a row for each way of killing; ends with 1 where any run did not end as an undisturbed one.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.ketluan.killing import ALL_STEPS, MANY_FILES, running, unharmed, wrong

SEED = 20210930


def ways(number: int, seconds: float) -> Iterator[tuple[str, dict[str, object]]]:
    """By turns: after a step, at a random moment, two runs at once at a random moment."""
    chance = random.Random(SEED)
    for n in range(number):
        if n % 3 == 0:
            step = ALL_STEPS[n // 3 % len(ALL_STEPS)]
            yield f"after {step}", {"step": step, "nth": chance.randint(1, 6), "workers": 2}
        else:
            after = chance.uniform(0.1, 1.1) * seconds
            name = "any moment" if n % 3 == 1 else "any moment, two at once"
            yield name, {"after": after, "workers": 2, "times": n % 3}


def main(number: int, minutes: float) -> int:
    began = time.monotonic()
    good, bad = Counter[str](), Counter[str]()
    with running() as runner, tempfile.TemporaryDirectory() as scratch:
        wanted = unharmed(runner, Path(scratch, "unharmed"), MANY_FILES)
        for n, (name, kill) in enumerate(ways(number, wanted.seconds), 1):
            if time.monotonic() - began > 60 * minutes:
                print(f"time is up: {n - 1} of {number} runs", file=sys.stderr)
                break
            with tempfile.TemporaryDirectory() as home:
                found = wrong(runner, Path(home), MANY_FILES, wanted, **kill)
            (bad if found else good)[name] += 1
            for line in found:
                print(f"{n} {name} {kill}: {line}", file=sys.stderr)
    print(f"{'killed':<26}{'runs':>6}{'as undisturbed':>16}{'not':>6}")
    for name in sorted(good | bad):
        print(f"{name:<26}{good[name] + bad[name]:>6}{good[name]:>16}{bad[name]:>6}")
    print(f"{'all':<26}{good.total() + bad.total():>6}{good.total():>16}{bad.total():>6}")
    return 1 if bad else 0


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:3]]
    sys.exit(main(int(given[0]) if given else 200, given[1] if len(given) > 1 else 14))
