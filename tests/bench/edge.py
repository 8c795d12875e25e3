"""One nginx worker with the two files that the module wrote for a generated
password: how many agents it carries at each kind of hash, and how long a
request that needs no login waits beside eight that do. Against cost 5, cost 10 and apr1.

The worker has core 0 for itself; what it proxies to and the load have core 1.
About a minute. On a busy machine the worker's own time for a request still
shows what an idle one would carry.
"""

import base64
import json
import math
import os
import re
import sys
import time

from measure import SCRATCH
from module import PASSWORD, options, run_once
from passlib.hash import apr_md5_crypt
from servers import await_port, free_port, start

SECONDS = 8
AGENT_EVERY = 15.0


def measure(table):
    carried = {}
    for name, cost in {"the default": "auto", "cost 5": 5, "cost 10": 10, "apr1": None}.items():
        throughput, worker_ms, waited = of_one_worker(cost)
        carried[name] = throughput
        agents = throughput * AGENT_EVERY / 2
        figures = f"{throughput:.0f} requests a second, {worker_ms:.2f} ms of the worker each"
        if cost == "auto":
            table.at_least(f"agents of one worker, every 15 s, half load: {name}", 3000, agents, figures, unit="")
            table.at_most(f"no login needed, beside 8 logins, p99: {name}", 20, waited, "")
        else:
            table.note(f"  agents: {name}", f"{agents:.0f}", figures)
            table.note(f"  no login needed: {name}", f"{waited:.1f} ms")
    ratio = carried["the default"] / carried["cost 5"]
    table.at_least("requests a second: the default beside cost 5", 1.8, ratio, "")


def of_one_worker(cost):
    """Requests a second with the login, the worker's own time for one in ms, and
    the 99th percentile in ms of those without a login beside them."""
    place = SCRATCH / "edge"
    (place / "logs").mkdir(parents=True, exist_ok=True)
    write_logins(place, cost)
    port, upstream = free_port(), free_port()
    write_configurations(place, port, upstream)
    servers = [start(nginx(place, "upstream", "1")), start(nginx(place, "endpoint", "0"))]
    try:
        await_port(port)
        await_port(upstream)
        script = place / "login.lua"
        login = base64.b64encode(f"alloy:{PASSWORD}".encode()).decode()
        script.write_text(f'wrk.method = "POST"\nwrk.body = "\\0"\nwrk.headers["Authorization"] = "Basic {login}"\n')
        endpoint = f"http://127.0.0.1:{port}"
        logging_in = wrk(8, SECONDS, f"{endpoint}/prometheus/api/v1/write", "-s", str(script))
        before = worker_seconds(servers[1])
        loaded = output_of(start(logging_in))
        spent = worker_seconds(servers[1]) - before
        throughput = float(re.search(r"Requests/sec:\s+([\d.]+)", loaded)[1])
        requests = int(re.search(r"(\d+) requests in", loaded)[1])
        beside = start(logging_in)
        time.sleep(1)
        waited = percentile_99(output_of(start(wrk(1, SECONDS - 3, f"{endpoint}/open", "--latency"))))
        output_of(beside)
        return throughput, spent / max(requests, 1) * 1000, waited
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()


def write_logins(place, cost):
    """The module's two files at that cost; the same with an apr1 hash where there is none."""
    arguments = place / "arguments"
    arguments.write_text(json.dumps(options(place, cost or "auto")))
    run_once(arguments)
    if cost is None:
        (place / "htpasswd").write_text(f"alloy:{apr_md5_crypt.hash(PASSWORD)}\n")


def worker_seconds(master):
    """What the one worker of this nginx has run so far; `ps` would round it."""
    with open(f"/proc/{master.pid}/task/{master.pid}/children", encoding="ascii") as children:
        worker = children.read().split()[0]
    with open(f"/proc/{worker}/schedstat", encoding="ascii") as schedstat:
        return int(schedstat.read().split()[0]) / 1e9


def write_configurations(place, port, upstream):
    head = f"""daemon off;
worker_processes 1;
error_log {place}/logs/error.log;
events {{}}
"""
    if os.getuid() == 0:
        head = "user root;\n" + head
    (place / "upstream.conf").write_text(f"""{head}pid {place}/upstream.pid;
http {{
    access_log off;
    keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{upstream}; location / {{ return 204; }} }}
}}
""")
    (place / "endpoint.conf").write_text(f"""{head}pid {place}/endpoint.pid;
http {{
    access_log off;
    keepalive_requests 1000000;
    upstream prometheus {{ server 127.0.0.1:{upstream}; keepalive 16; }}
    server {{
        listen 127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        location /open {{ proxy_pass http://prometheus; }}
        location ^~ /prometheus/ {{
            include {place}/include;
            proxy_pass http://prometheus;
        }}
    }}
}}
""")


def nginx(place, name, core):
    log = f"{place}/logs/error.log"
    return ["taskset", "-c", core, "nginx", "-p", str(place), "-c", f"{place}/{name}.conf", "-e", log]


def wrk(connections, seconds, url, *more):
    return ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", *more, url]


def output_of(load):
    out, _ = load.communicate()
    if load.returncode or "Non-2xx" in out or "Requests/sec" not in out:
        sys.exit(f"the endpoint did not answer as it should:\n{out}")
    return out


def percentile_99(out):
    amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", out).groups()
    # wrk says 0 when not one request was answered in its time.
    return float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit] or math.inf
