"""What the parts share: the time of a process, and the table of results."""

import json
import os
import pathlib
import statistics
import subprocess
import time

SCRATCH = pathlib.Path(os.environ["SCRATCH"])
CACHE = pathlib.Path(os.environ["CACHE"])
BINARY = os.environ["BINARY"]
# Without the probe: what Ansible uploads.
UPLOAD = os.environ["UPLOAD"]


class Table:
    """Rows of: what, wanted, measured, and the figures it comes from."""

    def __init__(self):
        self.rows = []

    @property
    def missed(self):
        return [row for row in self.rows if row[0] == "MISSED"]

    def at_least(self, what, wanted, measured, figures, unit=" times"):
        self._add(measured >= wanted, what, f"at least {wanted:g}{unit}", f"{measured:.3g}{unit}", figures)

    def at_most(self, what, wanted, measured, figures, unit=" ms"):
        self._add(measured <= wanted, what, f"at most {wanted:g}{unit}", f"{measured:.3g}{unit}", figures)

    def note(self, what, measured, figures=""):
        """A figure without a limit."""
        self.rows.append(("", what, "", measured, figures))

    def _add(self, holds, what, wanted, measured, figures):
        self.rows.append(("ok" if holds else "MISSED", what, wanted, measured, figures))

    def show(self):
        widths = [max((len(row[column]) for row in self.rows), default=0) for column in range(4)]
        print()
        for row in self.rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths)]
            print("  ".join([*cells, row[4]]).rstrip())
        kept = sum(row[0] == "ok" for row in self.rows)
        print(f"\n{kept} passed, {len(self.missed)} failed")


def process_ms(*commands, runs=60, exit_codes=(0,)):
    """Medians of whole processes, start to end, one a command, taken by turns.

    By turns, so that what else the machine does affects all of them equally. The
    first runs fill the caches and do not count.
    """
    rounds, times = 5, [[] for _ in commands]
    for _ in range(rounds):
        for place, command in enumerate(commands):
            times[place] += _hyperfine(command, max(runs // rounds, 2), exit_codes)
    return [statistics.median(each) for each in times]


def _hyperfine(command, runs, exit_codes):
    subprocess_of = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if subprocess_of.returncode not in exit_codes:
        raise SystemExit(f"{command} ended with {subprocess_of.returncode}: {subprocess_of.stderr.decode()}")
    result = SCRATCH / "hyperfine.json"
    quoted = " ".join(f"'{word}'" for word in command)
    subprocess.run(
        ["hyperfine", "--shell=none", "--warmup=1", f"--runs={runs}", "--ignore-failure", "--style=none",
         f"--export-json={result}", quoted],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return [seconds * 1000 for seconds in json.loads(result.read_text())["results"][0]["times"]]


def call_ms(call, runs=25):
    """The median of a call in this process."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
