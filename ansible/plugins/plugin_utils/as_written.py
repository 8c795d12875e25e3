# SPDX-License-Identifier: Apache-2.0
"""Numbers that ansible-core 2.16 and 2.18 make text of, as the variables hold them.

There a value keeps its type through one variable, and becomes text through a second
one or a filter: a password 0123 without quotes is the text 83 then, which nobody can
tell from a password. So the arguments of the task, as they are written, are asked for
once more with a Jinja that leaves a value alone; newer versions do so themselves.
"""

from __future__ import annotations

from ansible import template
from ansible.module_utils.common.text.converters import to_text
from ansible.parsing.splitter import parse_kv

MODULE = "trento.prometheus.remote_write_auth"
# Where a text that looks like a number may be meant.
CREDENTIALS = ("username", "password", "other_users")


def keep(nodes):
    """What a template comes to: a single value as it is."""
    values = list(nodes)
    if len(values) == 1 and isinstance(values[0], (bool, int, float, list, dict)):
        return values[0]
    return "".join(to_text(value) for value in values)


def arguments_of(task):
    """The arguments as they are written, before any template."""
    arguments = {}
    for defaults in getattr(task, "module_defaults", None) or []:
        for name in (f"group/{MODULE}", MODULE):
            arguments.update((isinstance(defaults, dict) and defaults.get(name)) or {})
    written = task.get_ds() or {}
    for name in (*(key for key in written if key.rpartition(".")[2] == "remote_write_auth"), "args"):
        value = written.get(name) or {}
        arguments.update(parse_kv(value) if isinstance(value, str) else value)
    return arguments


def with_types(value, held):
    """`value`, where a text in it was made of a number, with that number."""
    if isinstance(value, str) and isinstance(held, (bool, int, float)) and str(held) == value:
        return held
    if isinstance(value, dict) and isinstance(held, dict):
        return {key: with_types(item, held.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(held, list) and len(value) == len(held):
        return [with_types(item, one) for item, one in zip(value, held)]
    return value


def as_written(arguments, task, templar):
    """The arguments of a module; those that hold credentials as the variables hold them."""
    environment = getattr(template, "AnsibleEnvironment", None)
    if environment is None:  # since ansible-core 2.19
        return arguments
    keeping = type("KeepingEnvironment", (environment,), {"concat": staticmethod(keep)})
    try:
        templar = templar.copy_with_new_env(environment_class=keeping)
        written = arguments_of(task)
        held = {name: templar.template(written[name]) for name in CREDENTIALS if name in written and name in arguments}
    except Exception:  # pylint: disable=broad-except # it was templated before: nothing may come of this
        return arguments
    return {**arguments, **{name: with_types(arguments[name], value) for name, value in held.items()}}
