"""Every setting that a template of the library or an example reads or sets exists in
values.yaml. That each one there changes what is rendered is asked of Helm, by the
suite chart."""

import pathlib
import re
import sys

import yaml

CHART = pathlib.Path("helm-schema")
FREE = ("resources", "tls", "nodeSelector")


def leaves(table, above=""):
    """Paths of what is set; a table that is empty or free in form is one setting."""
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and value and key not in FREE:
            yield from leaves(value, f"{path}.")
        else:
            yield path


def read_by_templates():
    text = "".join(file.read_text(encoding="utf-8") for file in (CHART / "templates").glob("*.tpl"))
    paths = re.findall(r'(?:\$settings|settings" \.(?:context)? \| fromJson\))\.([A-Za-z.]+)', text)
    shared = re.findall(r"\$(nginx|shared)\.([A-Za-z.]+)", text)
    below = "global.remote-write-auth."
    # A table by itself is read by its members.
    return {path for path in paths if path not in ("route", "image")} | {
        f"{below}{'nginx.' if table == 'nginx' else ''}{path}" for table, path in shared if not path.startswith("image.")
    }


def set_by_examples():
    for file in CHART.glob("examples/**/*.yaml"):
        if "templates" in file.parts:
            continue
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            yield from ((file, path) for path in settings_in(document))


def settings_in(node, above=""):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "remote-write-auth" and isinstance(value, dict):
                yield from leaves(value, above)
            else:
                yield from settings_in(value, f"{key}.remote-write-auth." if key == "global" else above)


documented = set(leaves(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))))
read = read_by_templates()
if len(read) < 12:
    sys.exit(f"the templates read only {sorted(read)}")
wrong = [f"a template reads {path}, which values.yaml does not have" for path in sorted(read - documented)]
wrong += [f"{file} sets {path}, which values.yaml does not have" for file, path in set_by_examples() if path not in documented]
if wrong:
    sys.exit("\n".join(wrong))
