"""Fifty hosts in one play, ten at a time, with nothing to change on them: our role
beside the peer's module with what it needs to come to the same end: an assert, and
an include. Whole plays over connections that are open; what it takes to open
them, the same for both, is listed separately. Time, and the memory of Ansible and of all that
runs on the hosts for it.
"""

import contextlib
import json
import re
import statistics
import sys
import threading
import time
from pathlib import Path

from hosts import Hosts
from measure import SCRATCH
from module import install_ours, options, written_by_others

HOSTS, ROUNDS = 50, 3
# What a large site does with one play.
MANY_HOSTS, MANY_FORKS = 200, 50


def measure(table):
    with furnished("fleet", HOSTS) as hosts:
        books = {"ours": book(hosts, "ours", ours()), "module": book(hosts, "module", peers()[1:2]), "peer": book(hosts, "peer", peers())}
        for playbook in books.values():
            play(hosts, playbook, settled=False)
        times = {name: [] for name in books}
        for _ in range(ROUNDS):
            for name, playbook in books.items():
                times[name].append(seconds(lambda book=playbook: play(hosts, book)))
        cold = {name: seconds(lambda book=books[name]: play(hosts, book, connected=False)) for name in ("ours", "peer")}
        ours_s, module_s, peer_s = (statistics.median(of_one) for of_one in times.values())
        memory = {name: megabytes(lambda book=playbook: play(hosts, book), hosts) for name, playbook in books.items()}
    table.at_least(f"role on {HOSTS} hosts beside the peer's", 6, peer_s / ours_s, f"{ours_s:.1f} s, {peer_s:.1f} s")
    table.at_least("  its module alone", 3, module_s / ours_s, f"{module_s:.1f} s")
    table.note("  connections included", f"{cold['peer'] / cold['ours']:.3g} times", f"{cold['ours']:.1f} s, {cold['peer']:.1f} s")
    table.note("  memory, ours", f"{memory['ours']:.0f} MB", f"the peer's {memory['peer']:.0f} MB")


def measure_many(table):
    """The memory of the controller, that is of Ansible and its workers, with many hosts at once."""
    with furnished("many-hosts", MANY_HOSTS) as hosts:
        books = {"ours": book(hosts, "ours", ours()), "module": book(hosts, "module", peers()[1:2])}
        memory = {}
        for name, playbook in books.items():
            play(hosts, playbook, settled=False, forks=MANY_FORKS)
            memory[name] = megabytes(lambda book=playbook: play(hosts, book, forks=MANY_FORKS), hosts, "ansible-playbook")
    figures = f"{memory['ours']:.0f} MB, {memory['module']:.0f} MB"
    what = f"memory of the controller, {MANY_HOSTS} hosts at forks {MANY_FORKS}, beside the peer's module"
    table.at_most(what, 1, memory["ours"] / memory["module"], figures, unit=" times")


@contextlib.contextmanager
def furnished(name, count):
    """Hosts with our program, and with the peer's file as others have written it."""
    (SCRATCH / "home").mkdir(exist_ok=True)
    install_ours()
    with Hosts(name, count, installed=True) as hosts:
        for number in range(count):
            (hosts.place / f"host-{number}/nginx/peers.htpasswd").write_text(written_by_others())
        yield hosts


def ours():
    names = {f"remote_write_auth_{name}": value for name, value in options("/etc/nginx", 5).items()}
    return [{"name": "Guard", "ansible.builtin.import_role": {"name": "trento.prometheus.remote_write_auth"}, "vars": names}]


def peers():
    asked = options("/etc/nginx", 5)
    rights = {"owner": "root", "group": "root"}
    include = 'satisfy all;\nauth_basic "Prometheus";\nauth_basic_user_file /etc/nginx/peers.htpasswd;\n'
    login = {"path": "/etc/nginx/peers.htpasswd", "name": "alloy", "password": asked["password"], "hash_scheme": "bcrypt"}
    chosen = ["'basic' in ['basic', 'none']", f"'{login['name']}' | length > 0 and '{login['password']}' | length > 0"]
    return [
        {"name": "Judge", "ansible.builtin.assert": {"that": chosen, "quiet": True}},
        {"name": "Login", "community.general.htpasswd": {**login, **rights, "mode": "0640"}},
        {"name": "Include", "ansible.builtin.copy": {"content": include, "dest": "/etc/nginx/peers.conf", **rights, "mode": "0644"}},
    ]  # fmt: skip


def book(hosts, name, tasks):
    playbook = hosts.place / f"{name}.yml"
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    return playbook


def play(hosts, playbook, settled=True, connected=True, forks=10):
    asked = hosts.play(playbook, connected, ANSIBLE_PIPELINING="true", ANSIBLE_FORKS=str(forks))
    everywhere = len(re.findall(r" unreachable=0 +failed=0 ", asked.stdout)) == hosts.count
    if asked.returncode or not everywhere or (settled and asked.stdout.count(" changed=0 ") != hosts.count):
        sys.exit(f"the play did not find everything in order:\n{asked.stdout[-2000:]}")


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def megabytes(call, hosts, program=""):
    """The most memory at once, shared pages counted once, of what the call starts here and on the hosts;
    with `program` of those alone that have it on their command line."""
    done, most = threading.Event(), 0

    def watch():
        nonlocal most
        idle = proportional(hosts, program)
        while not done.wait(0.5):
            most = max(most, proportional(hosts, program) - idle)

    watcher = threading.Thread(target=watch)
    watcher.start()
    call()
    done.set()
    watcher.join()
    return most / 1000


def proportional(hosts, program):
    """Kilobytes of all processes of this run, the hosts' own sshds among them."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            is_of_this_run = str(hosts.place).encode() in (process / "environ").read_bytes() + command
            if is_of_this_run and program.encode() in command:
                total += int(re.search(r"^Pss:\s+(\d+)", (process / "smaps_rollup").read_text(), re.M)[1])
        except (OSError, TypeError):
            continue  # it has ended, or is the kernel's
    return total
