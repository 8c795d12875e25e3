#!/usr/bin/env python3
"""from-document.py DOCUMENT FOLDER: every block of the document, as the comment before it
says: the file of that path, a play NAME.yml, or a command NAME.sh in the folder.
"""

import pathlib
import re
import sys

PLAY = """\
- hosts: localhost
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  tasks:
"""

text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
folder = pathlib.Path(sys.argv[2])
blocks = re.findall(r"^<!-- (file|play|command): (\S+) -->\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
if len(blocks) != text.count("\n```\n"):
    sys.exit("a block has no comment that says what it is")
for kind, name, block in blocks:
    if kind == "play":
        path, block = folder / f"{name}.yml", PLAY + re.sub(r"^", "    ", block, flags=re.MULTILINE)
    else:
        path = pathlib.Path(name) if kind == "file" else folder / f"{name}.sh"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block, encoding="utf-8")
    path.chmod(0o755 if block.startswith("#!") else 0o644)
