"""Compares, both ways, what exists with what is documented: the module's options, the
role's variables, the flags of every entry, the entries themselves. Settings of the chart
are compared by tests/chart_lint, codes by tests/readme."""

import json
import os
import pathlib
import re
import subprocess

import yaml

from report import TOP, check, end, read

PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/remote-write-auth").absolute()
ROLE = "ansible/roles/remote_write_auth"
PREFIX = "remote_write_auth_"
# The role's own: it asks the endpoint by itself, and so does what the role returns.
ONLY_THE_ROLES = {"verify_url"}


def differ(first, of_first, second, of_second):
    """What only one of the two has."""
    if not first or not second:
        yield f"nothing was found in {of_second if first else of_first}"
    yield from (f"{name}: in {of_first}, not in {of_second}" for name in set(first) - set(second))
    yield from (f"{name}: in {of_second}, not in {of_first}" for name in set(second) - set(first))


def run(*arguments, given=None):
    return subprocess.run([PROGRAM, *arguments], input=given, stdout=subprocess.PIPE, text=True).stdout


def module_documentation():
    return yaml.safe_load(re.search(r'DOCUMENTATION = r"""(.*?)"""', read("ansible/plugins/modules/remote_write_auth.py"), re.DOTALL)[1])["options"]


def options_of_the_source():
    """The list that the module compares a task's options with."""
    return re.findall(r'"([a-z_]+)"', re.search(r"const OPTIONS: &\[&str\] = &\[(.*?)\];", read("src/ansible/names.rs"), re.DOTALL)[1])


def options_that_the_program_does_not_know():
    """Each documented option is asked of the program itself, and one that does not exist."""
    for option in [*module_documentation(), "no_such_option"]:
        answer = json.loads(run("-", given=json.dumps({"state": "validated", "auth_type": "none", option: None})))
        if (answer.get("code") == "option-unknown") != (option == "no_such_option"):
            yield f"{option}: {answer}"


def variables(names):
    return {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}


def variables_of_the_page():
    rows = [line.split("|")[1] for line in read(f"{ROLE}/README.md").splitlines() if line.startswith("| `")]
    return variables(re.findall(r"`(\w+)`", " ".join(rows)))


def variables_that_tasks_read():
    text = "".join(file.read_text(encoding="utf-8") for folder in ("tasks", "handlers") for file in TOP.joinpath(ROLE, folder).glob("*.yml"))
    # What begins with another underscore is the role's own.
    return {name for name in variables(re.findall(rf"\b{PREFIX}\w+", text)) if not name.startswith("_")} - {"result"}


def entries():
    listed = run("--help").split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  ([a-z]+) +\S", listed, re.MULTILINE)


def flags_of(*entry):
    """As the help of the entry has them."""
    return set(re.findall(r"--[a-z][a-z0-9-]*", run(*entry, "--help").split("Examples:")[0]))


def flags_of_the_definition():
    """(entry, flag) for each, from the completions: another way than the help's."""
    script = run("completions", "bash")
    for entry in entries():
        case = re.search(rf'^        remote__write__auth__subcmd__{entry}\)\n            opts="([^"]*)"', script, re.MULTILINE)
        if not case:
            yield (entry, "nothing in the completions")
            continue
        yield from ((entry, flag) for flag in case[1].split() if flag.startswith("--"))


def flags_of_the_page():
    for entry, text in re.findall(r"^## ([a-z]+)\n\n```text\n(.*?)^```", read("docs/COMMAND-LINE.md"), re.MULTILINE | re.DOTALL):
        options = text.split("Options:\n")[1].split("\n\nExamples:")[0]
        yield from ((entry, flag) for flag in re.findall(r"^ +(?:-\w, )?(--[a-z][a-z0-9-]*)", options, re.MULTILINE))


def commands():
    """(page, entry, rest of the command) wherever a page calls the program, continued lines joined."""
    for page in pages():
        text = re.sub(r"\\\n\s*", " ", read(page))
        for entry, rest in re.findall(r"(?:remote-write-auth|helm rwa) ([a-z]+)\b([^\n`|;]*)", text):
            if entry in entries_known:
                yield page, entry, rest


def pages():
    files = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], stdout=subprocess.PIPE, text=True, check=True)
    return [page for page in files.stdout.split() if page != "docs/COMMAND-LINE.md" and TOP.joinpath(page).exists()]


def flags_that_do_not_exist():
    known = {entry: flags_of(entry) for entry in entries_known}
    found = 0
    for page, entry, rest in commands():
        for flag in re.findall(r"(?<!\S)--[a-z][a-z0-9-]*", rest):
            found += 1
            if flag not in known[entry]:
                yield f"{page}: {entry} {flag}"
    if found < 20:
        yield f"only {found} flags were found on the pages"


def old_page():
    made = subprocess.run(["docs/command-line", PROGRAM], stdout=subprocess.PIPE, text=True, check=True).stdout
    if made != read("docs/COMMAND-LINE.md"):
        yield "write it anew: docs/command-line PROGRAM >docs/COMMAND-LINE.md"


entries_known = entries()
source, documented = options_of_the_source(), module_documentation()
role = yaml.safe_load(read(f"{ROLE}/meta/argument_specs.yml"))["argument_specs"]
check("the options of the module are those of its documentation", differ(source, "the source", documented, "the documentation"))
check("the program takes each documented option, and no other", options_that_the_program_does_not_know())
defaults = variables(yaml.safe_load(read(f"{ROLE}/defaults/main.yml")))
check("the role has a variable for each option", differ(set(source) | ONLY_THE_ROLES, "the module", defaults, "the role's defaults"))
for name, spec in role.items():
    check(f"argument_specs of {name} has each variable", differ(defaults, "defaults", variables(spec["options"]), "argument_specs"))
check("the role's page has each variable", differ(defaults, "defaults", variables_of_the_page(), "the page"))
check("the role's tasks read each variable", differ(defaults, "defaults", variables_that_tasks_read(), "the tasks"))
check("docs/COMMAND-LINE.md is what the program's help says", old_page())
check("it has each flag of each entry", differ(set(flags_of_the_definition()), "the completions", set(flags_of_the_page()), "the page"))
check("each flag of ours on any page exists at that entry", flags_that_do_not_exist())
end()
