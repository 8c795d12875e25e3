"""What an editor with yaml-language-server offers, explains and underlines in a values
file, set up as docs/EDITORS.md says: by the policy that the program prints, by a
chart's own schema that it was merged into, and by an editor's settings."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

from server import Server

PAGE = pathlib.Path("docs/EDITORS.md").read_text()
FIRST_LINE = re.search(r"```yaml\n(.*\n)```", PAGE)[1]
# An extension sends `yaml.schemas` as `schemas` of the section `yaml`.
OF_AN_EDITOR = {name.removeprefix("yaml."): value for name, value in json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1]).items()}
SERVER = FIRST_LINE + "prometheus:\n  server:\n"
AUTH = SERVER + "    auth:\n"
LOGIN = AUTH + "      basic:\n"
WHOLE = LOGIN + '        username: alloy\n        password: "0123"\n'
OFFERED = [
    ("prometheus", FIRST_LINE + "|"),
    ("server", FIRST_LINE + "prometheus:\n  |"),
    ("auth", SERVER + "    |"),
    ("auth", SERVER + "    au|"),
    ("type", AUTH + "      |"),
    ("basic", AUTH + "      |"),
    ("basic", AUTH + "      type: |"),
    ("none", AUTH + "      type: |"),
    ("username", LOGIN + "        |"),
    ("password", LOGIN + "        |"),
    ("existingSecret", LOGIN + "        |"),
]
EXPLAINED = [
    ("auth", AUTH.replace("auth", "au|th") + "      type: none\n", "or the type none to leave it open to anyone"),
    ("type", AUTH + "      ty|pe: none\n", "none leaves the receiver open to anyone"),
    ("the value of type", AUTH + "      type: no|ne\n", "none leaves the receiver open to anyone"),
    ("basic", WHOLE.replace("basic", "bas|ic"), "A username and a password, or the name of an existing Secret"),
    ("username", WHOLE.replace("username", "user|name"), "without a colon"),
    ("password", WHOLE.replace("password", "pass|word"), "in quotes, since YAML reads a bare 0123 as a number"),
    ("existingSecret", LOGIN + "        existing|Secret: logins\n", "kubernetes.io/basic-auth"),
]
UNDERLINED = [
    ("a receiver that nobody spoke of", SERVER + "    extraFlags: [web.enable-remote-write-receiver]\n", "auth-not-chosen"),
    ("a login without a password", LOGIN + "        username: alloy\n", "password-missing"),
    ("a password that is a number", LOGIN + "        username: alloy\n        password: 0123\n", "value-has-wrong-type"),
    ("a type that does not exist", AUTH + "      type: oauth\n", "auth-type-unknown"),
    ("a whole login", WHOLE, None),
    ("none", AUTH + "      type: none\n", None),
]
results = []


def check(claim, wrong):
    """Nothing wrong is what should be."""
    results.append(not wrong)
    if wrong:
        print(f"not so: {claim}\n  {wrong}")


def refusals(node):
    """The names of properties that nobody can supply."""
    if isinstance(node, dict):
        properties = node.get("properties")
        yield from (name for name, value in (properties or {}).items() if value is False)
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from refusals(below)


def offers(server, name, text, sentences):
    """What is wrong with what is offered there."""
    items = server.completions(text)
    if name not in [item["label"] for item in items]:
        return f"offered is {[item['label'] for item in items]}"
    # As a key, in the text that is put in, or in what is shown beside it.
    everything = json.dumps(items)
    return next((f"offered is {sentence}" for sentence in sentences if json.dumps(sentence)[1:-1] in everything), None)


def underlines(server, text, code):
    """What is wrong with the messages shown in the text."""
    _, messages = server.open(text)
    if code is None:
        return messages and f"it shows {messages}"
    return None if any(f"[{code}]" in message for message in messages) else f"it shows {messages}"


def ask(server, of, schema, first_line):
    begun = lambda text: text.replace(FIRST_LINE, first_line)
    sentences = set(refusals(json.loads(schema)))
    check(f"{of}: it holds refusals", None if len(sentences) > 10 else f"found are {len(sentences)}")
    for name, text in OFFERED:
        check(f"{of}: {name} is offered, and no refusal", offers(server, name, begun(text), sentences))
    for name, text, wanted in EXPLAINED:
        shown = server.hover(begun(text))
        check(f"{of}: {name} is explained", None if wanted in shown else f"shown is {shown!r}")
    for what, text, code in UNDERLINED:
        check(f"{of}: {what} shows {code or 'nothing'}", underlines(server, begun(text), code))


def main(program, language_server):
    run = lambda *arguments: subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout
    own = '{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"web": {"title": "ours"}}}\n'
    for of, first_line, settings in (
        ("the policy", FIRST_LINE, {}),
        ("a chart's own schema", FIRST_LINE, {}),
        ("the settings of an editor", "", OF_AN_EDITOR),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            schema = pathlib.Path(scratch, "values.schema.json")
            if of == "a chart's own schema":
                schema.write_text(own)
                run("schema", "--into", str(schema))
            else:
                schema.write_text(run("schema"))
            server = Server(language_server, pathlib.Path(scratch), settings)
            ask(server, of, schema.read_text(), first_line)
            server.end()
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(not all(results))


main(*sys.argv[1:])
