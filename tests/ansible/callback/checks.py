# An assert task is a check, and its name says what it checks. Each prints one line into
# the file that CHECKS names, and so does any other task that fails, unless it
# is one whose failure the suite asks about.
from __future__ import annotations

import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: checks
type: notification
short_description: one line for each check
description: see above
"""

# What the suite provokes to fail, and then asserts about.
PROVOKED = ("trento.prometheus.remote_write_auth",)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "checks"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, verdict, title):
        with open(os.environ["CHECKS"], "a", encoding="utf-8") as lines:
            lines.write(f"{verdict} {os.environ['CHECKED']}: {' '.join(title.split())[:400]}\n")

    def _is_check(self, result):
        return result._task.action == "ansible.builtin.assert"

    def v2_runner_on_ok(self, result):
        if self._is_check(result):
            self._write("ok  ", result._task.get_name())

    def v2_runner_on_failed(self, result, ignore_errors=False):
        task, answer = result._task, result._result
        if self._is_check(result):
            failed = next((item for item in answer.get("results", []) if item.get("failed")), answer)
            why = failed.get("assertion", failed.get("msg"))
            self._write("FAIL", f"{task.get_name()} ({why})")
        elif task.action not in PROVOKED:
            self._write("FAIL", f"{task.get_name()} did not run ({answer.get('msg')})")

    def v2_runner_on_unreachable(self, result):
        # A playbook that does not ask about it has ended with another exit code.
        if result._task.action in PROVOKED:
            return
        self._write("FAIL", f"{result._task.get_name()} reached no host")
