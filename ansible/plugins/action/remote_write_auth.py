# SPDX-License-Identifier: Apache-2.0
"""Runs the program on the target, in one of two ways.

Where Ansible itself would pipeline a module, and the package is installed on the
target in the collection's version, the installed program runs with its arguments
on standard input: one round trip, nothing is uploaded, and the password never
touches the target's disk. Everywhere else the program for the target's
architecture is uploaded, as Ansible does with any binary module. What the
options may be is never decided here.
"""

from __future__ import annotations

import json
import shlex

from ansible.plugins.action import ActionBase
from ansible_collections.trento.prometheus.plugins.plugin_utils.as_written import as_written
from ansible_collections.trento.prometheus.plugins.plugin_utils import owed
from ansible_collections.trento.prometheus.plugins.plugin_utils.version import VERSION

try:
    from ansible.module_utils.common.json import Direction, get_module_encoder

    ENCODER = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
except ImportError:  # until ansible-core 2.18
    ENCODER = None

# ansible-doc and linters pass by folders that begin so; plugins/modules/remote_write_auth.py
# is the documentation.
MODULES = {
    "x86_64": "trento.prometheus.__x86_64.remote_write_auth",
    "aarch64": "trento.prometheus.__aarch64.remote_write_auth",
}

# Where the package puts it. It may run as root, so only root may have written it.
INSTALLED = "/usr/bin/remote-write-auth"
ASK_INSTALLED = f"""uname -m
case $(stat -L -c %u:%A {INSTALLED} 2>/dev/null) in
0:-rwxr-xr-x) exec {INSTALLED} - ;;
esac
cat >/dev/null"""


class ActionModule(ActionBase):
    """The module's action: chooses the program and returns its answer."""

    TRANSFERS_FILES = False
    _supports_async = True

    def run(self, tmp=None, task_vars=None):
        """Returns the module's answer, or why it could not be started."""
        result = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        self._task.args = as_written(decrypted(self._task.args), self._task, self._templar)
        answer = self._answer(task_vars)
        return {**result, **answer, **self._facts(answer, task_vars)}

    def _answer(self, task_vars):
        architecture = None
        if self._would_pipeline():
            architecture, answer = self._ask_installed(task_vars)
            # None: not installed. Another version: its rules may be others.
            if answer is not None and answer.get("code") != "version-differs":
                return answer
        architecture = architecture or self._architecture(task_vars)
        module = MODULES.get(architecture)
        if module is None or not self._is_packed(module):
            return unsupported(architecture)
        answer = self._execute_module(module_name=module, task_vars=task_vars, wrap_async=self._task.async_val)
        return explained(answer, architecture)

    def _facts(self, answer, task_vars):
        """What the role's handler has to know of this call; nothing where no role calls."""
        if owed.PROGRAM not in task_vars:
            return {}
        program, done = (self._templar.template(task_vars.get(name, False)) for name in (owed.PROGRAM, owed.DONE))
        before = task_vars.get("ansible_facts", {}).get(owed.FACT)
        facts = owed.facts_after(answer, program, before, done)
        return {"ansible_facts": {**answer.get("ansible_facts", {}), **facts}} if facts else {}

    def _would_pipeline(self):
        become = self._connection.become
        # Until 2.18 Ansible asks only for su; doas reads from a terminal, too.
        if become and become.name.rpartition(".")[2] in ("su", "doas"):
            return False
        return self._is_pipelining_enabled("new", self._task.async_val)

    def _ask_installed(self, task_vars):
        """The architecture, and the answer of the installed program if there is one."""
        arguments = dict(self._task.args)
        self._update_module_args(MODULES["x86_64"], arguments, task_vars)
        arguments["_ansible_wanted_version"] = VERSION
        command = ASK_INSTALLED
        environment = self._compute_environment_string()
        if environment:
            command = f"{environment} /bin/sh -c {shlex.quote(command)}"
        reply = self._low_level_execute_command(command, in_data=json.dumps(arguments, cls=ENCODER).encode())
        return parsed(reply["stdout"])

    def _architecture(self, task_vars):
        # Under delegation the known facts are another host's.
        facts = {} if self._task.delegate_to else task_vars.get("ansible_facts", {})
        known = facts.get("architecture")
        return known or self._low_level_execute_command("uname -m", sudoable=False)["stdout"].strip()

    def _is_packed(self, module):
        return self._shared_loader_obj.module_loader.find_plugin_with_context(module).resolved


def decrypted(value):
    """The same, with text where a task has !vault itself: until ansible-core 2.18 no module
    that is not Python can be sent such a value."""
    if type(value).__name__ == "AnsibleVaultEncryptedUnicode":
        return str(value)
    if isinstance(value, dict):
        return {key: decrypted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decrypted(item) for item in value]
    return value


def parsed(text):
    """The lines of ASK_INSTALLED: an architecture, then the answer or nothing."""
    lines = text.strip().splitlines()
    is_answer = len(lines) > 1 and lines[-1].startswith("{")
    architecture = lines[-2 if is_answer else -1].strip() if lines else None
    try:
        return architecture, json.loads(lines[-1]) if is_answer else None
    except ValueError:
        return architecture, None


def refused(code, message):
    return {"failed": True, "changed": False, "code": code, "msg": f"{message} [{code}]"}


def unsupported(architecture):
    return refused(
        "architecture-unsupported",
        f"the target is {architecture or 'of an unknown architecture'}, and the collection has no program for that; "
        f"it has them for {' and '.join(MODULES)}",
    )


def explained(answer, architecture):
    """The answer, or, where an uploaded program could not start, what to do about it."""
    if not answer.get("failed") or "code" in answer or answer.get("rc") not in (126, 127):
        return answer
    output = f"{answer.get('module_stdout', '')}{answer.get('module_stderr', '')}"
    if "xec format error" in output:
        return {**answer, **unsupported(architecture)}
    if "ermission denied" in output:
        message = (
            "the folder for the files of Ansible on the target does not let programs run; set ansible_remote_tmp to a "
            "folder on a file system without noexec, or install the package remote-write-auth there and turn "
            "pipelining on"
        )
        return {**answer, **refused("remote-tmp-noexec", message)}
    return answer
