"""Every setting that a template of the library or an example reads or sets exists in
values.yaml, and every one there is read by a template."""

import pathlib
import re
import sys

import yaml

CHART = pathlib.Path("helm-schema")
# A sub-chart does not see the parent's values, so the parent hands these to the containers itself.
READ_BY_PARENTS = {"nginx.image", "nginx.resources"}


def leaves(table, above=""):
    """Paths of what is set; a table that is empty or free in form is one setting."""
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and value and key not in ("resources", "tls", "nodeSelector"):
            yield from leaves(value, f"{path}.")
        else:
            yield path


def read_by_templates():
    text = "".join(file.read_text(encoding="utf-8") for file in (CHART / "templates").glob("*.tpl"))
    text = re.sub(r"\$image\.", "$settings.image.", text)
    paths = re.findall(r'(?:\$settings|settings" \.(?:context)? \| fromJson\))\.([A-Za-z.]+)', text)
    # `$image` stands for the table; a table by itself is read by its members.
    return {path for path in paths if path not in ("image", "image.")}


def set_by_examples():
    for file in CHART.glob("examples/**/*.yaml"):
        if "templates" in file.parts:
            continue
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            yield from ((file, path) for path in settings_in(document))


def settings_in(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "remote-write-auth" and isinstance(value, dict):
                yield from leaves(value)
            else:
                yield from settings_in(value)


documented = set(leaves(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))))
read = read_by_templates()
wrong = [f"a template reads {path}, which values.yaml does not have" for path in sorted(read - documented)]
wrong += [f"no template reads {path}" for path in sorted(documented - read - READ_BY_PARENTS)]
wrong += [f"{file} sets {path}, which values.yaml does not have" for file, path in set_by_examples() if path not in documented]
if wrong:
    sys.exit("\n".join(wrong))
