"""The same work by this build and by an earlier one, given by --before PROGRAM.

Measured without one bcrypt verification more or less in either: what the two share
is in both times, so a ratio here is that of whole processes, as users wait for them.
"""

import os

import check
import module
from measure import BINARY, SCRATCH, process_ms

MANY = 500
SLOWER = 1.05


def measure(table):
    earlier = os.environ.get("BEFORE")
    if not earlier:
        table.note("beside an earlier build", "not measured", "name its program by --before")
        return
    for what, words, runs in rows():
        ours, theirs = process_ms([BINARY, *words], [earlier, *words], runs=runs)
        table.at_most(f"beside the earlier build: {what}", SLOWER, ours / theirs, f"{ours:.2f} ms, {theirs:.2f} ms", unit=" times")


def rows():
    """What is run, its arguments, and how many times."""
    one = SCRATCH / "before.yaml"
    one.write_text(check.document(0))
    yield "check of one file", ["check", str(one)], 100
    many = []
    for number in range(MANY):
        file = SCRATCH / f"before-{number}.yaml"
        file.write_text(check.document(number))
        many.append(str(file))
    yield f"check of {MANY} files", ["check", *many], 20
    chart, values = check.six_sub_charts_on_disk()
    yield "check --chart with six sub-charts", ["check", "--chart", str(chart), "-f", str(values)], 60
    yield "check of a file of 10 MB", ["check", str(check.large_file())], 10
    for cost in (5, 10):
        yield f"module, nothing to change, cost {cost}", [module.arguments(cost)], 60
