"""The Ansible module with nothing to change, against one bcrypt verification
and against community.general.htpasswd, alone and through ansible-playbook."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import bcrypt
from measure import BINARY, CACHE, SCRATCH, UPLOAD, call_ms, process_ms

# As `openssl rand -hex 24` writes them: one that does not look generated would have cost 10.
PASSWORD = "7c1f9be20a64d3587e92fb05c6d81a3f4e6072db95ac18fe"
ANSIBLE = CACHE / "ansible-core-2.19.14/bin"
PEER = CACHE / "community-general-11.4.2"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": str(SCRATCH / "home"),
    "ANSIBLE_HOME": str(SCRATCH / "home/.ansible"),
    "ANSIBLE_REMOTE_TMP": str(SCRATCH / "home/tmp"),
    "ANSIBLE_PIPELINING": "false",
    "ANSIBLE_COLLECTIONS_PATH": f"{SCRATCH / 'collections'}:{PEER / 'collections'}",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_DEPRECATION_WARNINGS": "false",
    "LC_ALL": "C.UTF-8",
}


def measure(table):
    (SCRATCH / "home").mkdir(exist_ok=True)
    for cost in (4, 5, 10):
        beside_one_verification(table, cost)
    beside_the_peer(table)
    through_ansible(table)


def options(folder, cost, nginx=""):
    return {
        "username": "alloy",
        "password": PASSWORD,
        "bcrypt_cost": cost,
        "htpasswd_path": f"{folder}/htpasswd",
        "include_path": f"{folder}/include",
        "group": str(os.getgid()),
        "nginx": nginx,
    }


def arguments(cost):
    """A file of arguments whose state is there already; kept, to be used again."""
    folder = SCRATCH / f"cost-{cost}"
    folder.mkdir(exist_ok=True)
    file = folder / "args"
    file.write_text(json.dumps({**options(folder, cost), "_ansible_keep_remote_files": True}))
    run_once(file)
    answer = run_once(file)
    if answer["changed"]:
        sys.exit(f"the module does not settle: {answer}")
    return str(file)


def run_once(file):
    answer = json.loads(subprocess.run([BINARY, file], stdout=subprocess.PIPE, check=False).stdout)
    if answer.get("failed"):
        sys.exit(f"the module refuses: {answer['msg']}")
    return answer


def beside_one_verification(table, cost):
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(cost))
    verification = call_ms(lambda: bcrypt.checkpw(PASSWORD.encode(), hashed))
    (module,) = process_ms([BINARY, arguments(cost)], runs=40)
    table.at_most(
        f"module, nothing to change, cost {cost}: over one verification", 0.7, module - verification,
        f"{module:.2f} ms, a verification {verification:.2f} ms",
    )  # fmt: skip


def beside_the_peer(table):
    ours, peer = process_ms([BINARY, arguments(5)], [str(PEER / "bin/python"), peers_process()], runs=30)
    table.at_least("module process beside community.general.htpasswd", 50, peer / ours, f"{ours:.2f} ms, {peer:.0f} ms")


def peers_process():
    """What ansible uploads and runs for one task of the peer, kept for us."""
    ask("community.general.htpasswd", peers_options(), keep=True)
    found = sorted((SCRATCH / "home/tmp").glob("*/AnsiballZ_htpasswd.py"))
    if not found:
        sys.exit("ansible kept no module of community.general.htpasswd")
    kept = SCRATCH / "AnsiballZ_htpasswd.py"
    shutil.copy(found[0], kept)
    return str(kept)


def peers_options():
    """The same file, written at cost 5 by other hands: the peer has no such option."""
    folder = SCRATCH / "peer"
    folder.mkdir(exist_ok=True)
    file = folder / "htpasswd"
    if not file.exists():
        file.write_text(written_by_others())
        file.chmod(0o640)
    return {"path": str(file), "name": "alloy", "password": PASSWORD, "hash_scheme": "bcrypt", "mode": "0640"}


def written_by_others():
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(5, prefix=b"2b")).decode()
    return f"alloy:{hashed}\n"


def through_ansible(table):
    install_ours()
    folder = SCRATCH / "cost-5"
    ours = task_ms("trento.prometheus.remote_write_auth", options(folder, 5))
    peer = task_ms("community.general.htpasswd", peers_options())
    table.at_least("task through ansible-playbook beside the same", 5, peer / ours, f"{ours:.0f} ms, {peer:.0f} ms")


def install_ours():
    galaxy = str(ANSIBLE / "ansible-galaxy")
    archive = subprocess.run(
        ["ansible/build", "--binary", UPLOAD, "--out", str(SCRATCH / "archive"), "--ansible-galaxy", galaxy],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ).stdout.strip()  # fmt: skip
    subprocess.run(
        [galaxy, "collection", "install", "--offline", "-p", str(SCRATCH / "collections"), archive],
        check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT,
    )  # fmt: skip


def task_ms(module, its_options, more=15, rounds=3):
    """One more task of a play: many tasks less one task, by their number."""
    def play(count):
        start = time.perf_counter()
        ask(module, its_options, count=count)
        return (time.perf_counter() - start) * 1000

    play(1)
    return statistics.median((play(1 + more) - play(1)) / more for _ in range(rounds))


def ask(module, its_options, count=1, keep=False):
    tasks = [{"name": "Ask", module: its_options} for _ in range(count)]
    play = Path(SCRATCH / "play.yml")
    play.write_text(json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]))
    environment = {**ENVIRONMENT, **({"ANSIBLE_KEEP_REMOTE_FILES": "1"} if keep else {})}
    asked = subprocess.run(
        [str(ANSIBLE / "ansible-playbook"), "-i", "localhost,", "-e", f"ansible_python_interpreter={PEER}/bin/python", play],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if asked.returncode or f"ok={count} " not in asked.stdout or "changed=0" not in asked.stdout:
        sys.exit(f"the play did not find everything in order:\n{asked.stdout[-2000:]}")
