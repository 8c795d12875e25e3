"""Copies a reader's Quick start out of README.md into a folder.

    steps.py READER FOLDER

READER is a heading below *Quick start*. Of the blocks that stand under it, `sh` and
`console` become steps, numbered in their order: NUMBER-online.sh for the lines that get
packages, NUMBER-offline.sh for the others, NUMBER-wanted.txt for what a command is said
to print. A play becomes guard.yml, an nginx location location.conf, and a file the file
of that name.
"""

import pathlib
import re
import sys

LANGUAGES = {"sh", "console", "yaml", "json", "nginx"}
# Lines that ask the network; all others must do without.
GETS_PACKAGES = re.compile(r"^(sudo )?(apt-get|zypper) ")
README = pathlib.Path("README.md").read_text()


def blocks(reader):
    """(comment before it, language, content) of each fenced block of the reader's part."""
    part = re.search(rf"^### {re.escape(reader)}\n(.*?)(?=^##)", README.split("\n## Quick start\n")[1], re.MULTILINE | re.DOTALL)
    if not part:
        sys.exit(f"README.md has no Quick start for {reader}")
    return re.findall(r"(?:<!-- (.*?) -->\n)?```(\w+)\n(.*?)```", part[1], re.DOTALL)


def main(reader, folder):
    steps = 0

    def step(kind, text):
        nonlocal steps
        steps += kind != "wanted.txt"
        folder.joinpath(f"{steps:02}-{kind}").write_text(text)

    for comment, language, content in blocks(reader):
        if language not in LANGUAGES:
            sys.exit(f"nobody runs a block of {language}")
        if language == "sh":
            lines = content.splitlines(keepends=True)
            packages = [line for line in lines if GETS_PACKAGES.match(line)]
            if packages:
                step("online.sh", "".join(packages))
            step("offline.sh", "".join(line for line in lines if line not in packages))
        elif language == "console":
            for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", content, re.MULTILINE):
                step("offline.sh", command + "\n")
                step("wanted.txt", output)
        elif language == "nginx":
            folder.joinpath("location.conf").write_text(content)
        elif comment == "play":
            folder.joinpath("guard.yml").write_text("---\n" + content)
        elif comment.startswith("file: "):
            file = folder / comment.removeprefix("file: ")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
    if not steps:
        sys.exit(f"README.md shows {reader} nothing to run")


main(sys.argv[1], pathlib.Path(sys.argv[2]))
