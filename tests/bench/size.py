"""The binary, which Ansible uploads for each task."""

import os

from measure import BINARY


def measure(table):
    size = os.path.getsize(BINARY)
    table.at_most("the static binary", 4.0, size / 1e6, f"{size} bytes", unit=" MB")
