"""Runs what README.md shows: `console` blocks in order, in a folder with the
files that it shows; each play's task through the module, asking only; and
compares its tables of codes with the source's list."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

TOP = pathlib.Path.cwd()
README = TOP.joinpath("README.md").read_text()
VARIABLES = {
    "provision_prometheus": "true", "trento_prometheus_auth": "basic", "rproxy_os_group": "nginx",
    "prometheus_username": "alloy", "prometheus_password": "0123456789abcdef", "trento_prometheus_auth_username": "alloy",
    "trento_prometheus_auth_password": "0123456789abcdef", "receiver": "true",
}  # fmt: skip
done = []


def blocks():
    """(comment before it, language, content) of each fenced block."""
    return re.findall(r"(?:<!-- (.*?) -->\n)?```(\w+)\n(.*?)```", README, re.DOTALL)


def run(command, folder):
    shown = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return shown.stdout


def example(name, wanted, found):
    if wanted.strip() != found.strip():
        sys.exit(f"README.md shows something else than happens: {name}\nit shows:\n{wanted}\nbut:\n{found}\n0 passed, 1 failed")
    done.append(name)


def run_consoles(folder):
    chart(folder / "chart")
    for comment, language, content in blocks():
        if comment.startswith("file: "):
            (folder / comment.removeprefix("file: ")).write_text(content)
        if language == "console":
            for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", content, re.MULTILINE):
                example(command, output, run(command, folder))


def chart(folder):
    """A chart that has a schema of its own, and a Prometheus in its tree."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: trento-server\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text("prometheus: {enabled: true, server: {}}\n")
    (folder / "values.schema.json").write_text('{"$schema": "http://json-schema.org/draft-07/schema#"}\n')


def run_plays():
    for comment, _, content in blocks():
        if comment == "play":
            task = yaml.safe_load(content)[0]["tasks"][0]
            options = {name: spelled(name, value) for name, value in task["trento.prometheus.remote_write_auth"].items()}
            asked = json.dumps({**options, "state": "validated"})
            answer = subprocess.run(["remote-write-auth", "-"], input=asked, stdout=subprocess.PIPE, text=True).stdout
            example(task["name"], "basic", json.loads(answer).get("access", answer))


def spelled(option, value):
    """What Ansible makes of `{{ name }}`; a longer expression stands for its option."""
    name = re.fullmatch(r"\{\{ (\w+) \}\}", value)
    return VARIABLES[name[1] if name else option]


def compare_codes():
    listed = subprocess.run(["remote-write-auth", "explain", "-o", "json"], stdout=subprocess.PIPE, text=True, check=True)
    wanted = [entry["code"] for entry in json.loads(listed.stdout)]
    first_cells = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    listed = re.findall(r"`([a-z]+(?:-[a-z]+)*)`", " ".join(first_cells))
    example("codes that are in no table", "", " ".join(sorted(set(wanted) - set(listed))))
    example("codes that do not exist, or stand twice", "", " ".join(sorted({code for code in listed if code not in wanted or listed.count(code) > 1})))


with tempfile.TemporaryDirectory() as scratch:
    run_consoles(pathlib.Path(scratch))
run_plays()
compare_codes()
print(f"{len(done)} passed, 0 failed")
