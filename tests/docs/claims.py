"""Compares what the pages claim with the tree: links, the rooms and the walk of
docs/ARCHITECTURE.md, suites and files that are named, versions, pictures."""

import os
import pathlib
import re
import subprocess
import tempfile

from report import TOP, check, end, read

FILES = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"], stdout=subprocess.PIPE, text=True, check=True
).stdout.split()
PAGES = [file for file in FILES if file.endswith(".md") and (TOP / file).exists()]
HANDBOOK = [page for page in PAGES if page.startswith("docs/") or "/" not in page]


def anchors(path):
    """What GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", read(path), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = TOP.joinpath(page).parent / path if path else TOP / page
            if not file.exists():
                yield f"{page}: {target}"
            elif anchor and anchor not in anchors(file.relative_to(TOP) if file.is_absolute() else file):
                yield f"{page}: {target}"


def missing_files():
    """A name in code spelling that begins with a folder of the tree."""
    folders = {file.split("/")[0] for file in FILES if "/" in file}
    for page in HANDBOOK:
        for name in re.findall(r"`((?:\.?[\w-]+)/[\w./-]*)`", read(page)):
            if name.split("/")[0] in folders and not any(file == name or file.startswith(name.rstrip("/") + "/") for file in FILES):
                if not re.search(r"NAME|v4\.3|username-too-long", name):
                    yield f"{page}: {name}"


def missing_steps():
    steps = re.findall(r"^(\d+)\. `([^`]+)` `([^`]+)`:", read("docs/ARCHITECTURE.md"), re.MULTILINE)
    if len(steps) < 30:
        yield f"only {len(steps)} steps are found in docs/ARCHITECTURE.md"
    for number, file, function in steps:
        if int(number) > 15:
            yield f"step {number} is one too many: {file}"
        if file not in FILES:
            yield f"{file} does not exist"
        elif not re.search(rf"\bfn {function}\b", read(file)):
            yield f"{file} has no function {function}"


def wrong_rooms():
    """The same rooms with the same rights as in tests/house/run."""
    allowed = re.search(r"^ALLOWED='\n(.*?)'", read("tests/house/run"), re.MULTILINE | re.DOTALL)[1]
    wanted = {room: set(others.split()) for room, others in re.findall(r"^(\w+):(.*)$", allowed, re.MULTILINE)}
    section = read("docs/ARCHITECTURE.md").split("## The rooms")[1].split("Beside `src/`")[0]
    documented = {
        room: set(re.findall(r"`(\w+)`", others)) for room, others in re.findall(r"^\| `(\w+)` \|.*\|(.*)\|$", section, re.MULTILINE)
    }
    for room in wanted.keys() | documented.keys():
        if wanted.get(room) != documented.get(room):
            yield f"{room}: tests/house/run has {sorted(wanted.get(room, ['no such room']))}, the page {sorted(documented.get(room, ['no such room']))}"


def missing_suites():
    listed = subprocess.run(["tests/run", "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    known = {line.split()[0] for line in listed.splitlines()} | {"default"}
    for page in HANDBOOK:
        for names in re.findall(r"tests/run ((?:[a-z_]+ ?)+)", read(page)):
            for name in names.split():
                if name not in known:
                    yield f"{page}: tests/run {name}"


def version():
    return re.search(r'^version = "(.*)"$', read("Cargo.toml"), re.MULTILINE)[1]


def other_versions():
    """Versions of ours that are written down outside of Cargo.toml."""
    wanted = version()
    patterns = {
        "crates/helm-values/Cargo.toml": r'^version = "(.*)"$',
        "helm-schema/**/Chart.yaml": r"^version: (.*)$",
        "helm-schema/**/*.tpl": r'default "([^"]*\d\.\d[^"]*)"',
        "helm-schema/**/*.yaml": r"name: remote-write-auth\n +version: (\S+)",
        ".packaging/helm-plugin/*.yaml": r"^version: (.*)$",
        "helm-schema/README.md": r"(?:remote-write-auth:|version: )(\d[\w.-]*)",
    }
    for glob, pattern in patterns.items():
        files = [file for file in TOP.glob(glob) if "/charts/" not in str(file.relative_to(TOP))]
        found = 0
        for file in files:
            for other in re.findall(pattern, file.read_text(), re.MULTILINE):
                found += 1
                if other != wanted:
                    yield f"{file.relative_to(TOP)}: {other}, Cargo.toml has {wanted}"
        if not found:
            yield f"{glob}: no version is found there any more"
    for dependency in re.findall(r"name: remote-write-auth\n +version: (.*)$", read("helm-schema/examples/umbrella/Chart.yaml"), re.MULTILINE):
        if dependency != wanted:
            yield f"helm-schema/examples/umbrella/Chart.yaml: depends on {dependency}"


def changelogs_without_the_version():
    for page in ("CHANGELOG.md", "ansible/CHANGELOG.md"):
        text = read(page).replace("\\", "")  # antsibull-changelog escapes dots
        if not re.search(rf"^## \[?v?{re.escape(version())}\b", text, re.MULTILINE) and "## [Unreleased]" not in text:
            yield f"{page} has neither a section Unreleased nor one for {version()}"


def old_pictures():
    """Pictures that differ from what their texts say."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["docs/pictures/draw", scratch], check=True)
        drawn = {file.name: file.read_text() for file in pathlib.Path(scratch).iterdir()}
    kept = {file.name: file.read_text() for file in TOP.glob("docs/pictures/*.svg")}
    for name in drawn.keys() | kept.keys():
        if drawn.get(name) != kept.get(name):
            yield f"docs/pictures/{name}"


def old_recording():
    checked = subprocess.run(["docs/pictures/record", "--check"], stderr=subprocess.PIPE, text=True)
    return checked.stderr.splitlines()


def old_codes():
    """The page of all codes, made anew."""
    program = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/remote-write-auth").absolute()
    made = subprocess.run(["docs/codes", program], stdout=subprocess.PIPE, text=True, check=True).stdout
    if made != read("docs/CODES.md"):
        yield "write it anew: docs/codes PROGRAM >docs/CODES.md"


check("every link of a page leads somewhere", broken_links())
check("files and folders that the handbook names exist", missing_files())
check("suites that the handbook names exist", missing_suites())
check("each step of a newcomer's walk is a function in its file, fifteen at most", missing_steps())
check("the rooms of docs/ARCHITECTURE.md are those of tests/house/run", wrong_rooms())
check("all versions of ours are that of Cargo.toml", other_versions())
check("pictures are what docs/pictures/draw makes of their texts", old_pictures())
check("the recording of the demo shows the demo as it is", old_recording())
check("docs/CODES.md is what the program explains", old_codes())
check("both changelogs know this version", changelogs_without_the_version())
end()
