"""One more task of a play over ssh, with nothing to change: the installed program
over standard input beside a pipelined Python module, and the uploaded program
beside the same module as a file. Both verify one bcrypt hash of cost 5.
"""

import json
import statistics
import sys
import time

from hosts import Hosts
from measure import SCRATCH
from module import install_ours, options, written_by_others

OURS, PEERS = "trento.prometheus.remote_write_auth", "community.general.htpasswd"


def measure(table):
    (SCRATCH / "home").mkdir(exist_ok=True)
    install_ours()
    with Hosts("installed", 1, installed=True) as hosts:
        ours, peer = beside_the_peer(hosts, pipelining=True)
    figures = f"{ours:.0f} ms, {peer:.0f} ms"
    table.at_most("ssh: installed program beside the pipelined peer", 1, ours / peer, figures, unit=" times")
    with Hosts("bare", 1, installed=False) as hosts:
        ours, peer = beside_the_peer(hosts, pipelining=False)
    figures = f"{ours:.0f} ms, {peer:.0f} ms"
    table.at_most("ssh: uploaded program beside the peer as a file", 0.85, ours / peer, figures, unit=" times")


def peers_options():
    return {"path": "/etc/nginx/peers.htpasswd", "name": "alloy", "mode": "0640"}


def beside_the_peer(hosts, pipelining, more=10, rounds=3):
    """Milliseconds of one more task, ours and the peer's: many less one, by turns."""
    (hosts.place / "host-0/nginx/peers.htpasswd").write_text(written_by_others())
    asked = {OURS: options("/etc/nginx", 5), PEERS: {**peers_options(), **login()}}

    def play(module, count):
        start = time.perf_counter()
        ask(hosts, module, asked[module], count, pipelining)
        return (time.perf_counter() - start) * 1000

    times = {module: [] for module in asked}
    for module in asked:
        ask(hosts, module, asked[module], 1, pipelining, settled=False)
    for _ in range(rounds):
        for module in times:
            times[module].append((play(module, 1 + more) - play(module, 1)) / more)
    return [statistics.median(times[module]) for module in (OURS, PEERS)]


def login():
    asked = options("/etc/nginx", 5)
    return {"password": asked["password"], "hash_scheme": "bcrypt"}


def ask(hosts, module, its_options, count, pipelining, settled=True):
    playbook = hosts.place / "play.yml"
    tasks = [{"name": "Ask", module: its_options} for _ in range(count)]
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    asked = hosts.play(playbook, ANSIBLE_PIPELINING=str(pipelining))
    if asked.returncode or f"ok={count} " not in asked.stdout or (settled and "changed=0" not in asked.stdout):
        sys.exit(f"the play did not find everything in order:\n{asked.stdout[-2000:]}")
