"""What the comparisons of this folder share: reading, a line for what is not so, the count."""

import pathlib
import sys

TOP = pathlib.Path.cwd()
_results = []


def read(path):
    return TOP.joinpath(path).read_text(encoding="utf-8")


def check(claim, wrong):
    """Nothing wrong is what should be."""
    wrong = sorted(set(wrong))
    _results.append(not wrong)
    if wrong:
        print(f"not so: {claim}")
        for line in wrong:
            print(f"  {line}")


def end():
    print(f"{sum(_results)} passed, {len(_results) - sum(_results)} failed")
    sys.exit(not all(_results))
