#!/usr/bin/env python3
"""from-document.py DOCUMENT FOLDER: each block of the document whose first line names
a file becomes that file, so that what is written there is what is tried.
"""

import pathlib
import re
import sys

text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
for block in re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
    name = re.match(r"(?:#|\{#) (\S+?\.(?:yml|j2))\b", block)
    if name:
        # The first line is for readers; one of YAML may stay.
        lines = block if block.startswith("# ") and name[1].endswith(".yml") else block.split("\n", 1)[1]
        file = pathlib.Path(sys.argv[2], name[1])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(lines, encoding="utf-8")
