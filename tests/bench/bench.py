"""Runs the parts, one after the other, and closes with the table."""

import sys

import before
import check
import edge
import fleet
import module
import nginx
import probe
import remote
import rendered
import size
from measure import Table

PARTS = {"size": size.measure, "module": module.measure, "ssh": remote.measure, "fleet": fleet.measure, "many_hosts": fleet.measure_many, "check": check.measure, "rendered": rendered.measure, "edge": edge.measure, "nginx": nginx.measure, "probe": probe.measure, "before": before.measure}


def main(arguments):
    strict = "--strict" in arguments
    names = [word for word in arguments if word != "--strict"] or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"no part is called {unknown[0]}; there are {', '.join(PARTS)}")
    table = Table()
    try:
        for name in names:
            print(f"measuring: {name}", flush=True)
            PARTS[name](table)
    finally:
        table.show()
    if strict and table.missed:
        sys.exit(1)


main(sys.argv[1:])
