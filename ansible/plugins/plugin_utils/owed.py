# SPDX-License-Identifier: Apache-2.0
"""By which nginx a reload is owed: told from one call of the role to the next, and to
its handler.

The action hands it on, as a fact of the host: a task of its own in the role would cost
each host one more process on the controller. A cache of facts keeps them longer than
the run, so what another run has written counts for nothing.
"""

from __future__ import annotations

import os

from ansible import constants

# {"run": TEXT, "programs": [PROGRAM…], "not_seen": [PROGRAM…]}, in the facts of the host.
FACT = "remote_write_auth__owed"
# The role sets these for its task: the program, and whether what was owed before is done.
PROGRAM, DONE = "remote_write_auth__program", "remote_write_auth__reloaded"


def this_run():
    """A name that no other run of Ansible has: that of its own temporary folder."""
    return os.path.basename(constants.DEFAULT_LOCAL_TMP)


def facts_after(answer, program, before, done=False):
    """The facts that change by a module's answer about `program`; none if none does.

    `before` is what stands there, of whatever run; with `done` it is not owed any more.
    """
    run = this_run()
    is_known = isinstance(before, dict) and before.get("run") == run
    known = before if is_known and not done else {"programs": [], "not_seen": []}
    after = {"run": run, **{name: list(known[name]) for name in ("programs", "not_seen")}}
    if answer.get("reload_owed"):
        codes = [finding.get("code") for finding in answer.get("findings") or []]
        for name in ["programs"] + ["not_seen"] * ("nginx-not-seen" in codes):
            after[name] += [program] if program not in after[name] else []
    if after == before or not (before or after["programs"]):
        return {}
    return {FACT: after}
