"""One nginx worker with the file that the module wrote: how many agents it
carries at each kind of hash, and how long a request that needs no login waits
beside eight that do.

The worker has core 0 for itself; what it proxies to and the load have core 1.
"""

import base64
import math
import os
import re
import socket
import subprocess
import sys
import time

import bcrypt
from measure import SCRATCH
from module import PASSWORD
from passlib.hash import apr_md5_crypt

SECONDS = 8
AGENT_EVERY = 15.0


def measure(table):
    hashes = {
        "cost 5": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(5)).decode(),
        "cost 10": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(10)).decode(),
        "apr1": apr_md5_crypt.hash(PASSWORD),
    }
    for name, hashed in hashes.items():
        throughput, waited = of_one_worker(hashed)
        agents = throughput * AGENT_EVERY / 2
        behind = f"{throughput:.0f} requests a second"
        if name == "cost 5":
            table.at_least("agents of one worker, every 15 s, half load: cost 5", 3000, agents, behind, unit="")
            table.at_most("no login needed, beside 8 logins, p99: cost 5", 40, waited, "")
        else:
            table.told(f"  {name}", f"{agents:.0f}", behind)
            table.told(f"  {name}", f"{waited:.1f} ms")


def of_one_worker(hashed):
    """Requests a second with the login, and the 99th percentile in ms of those without beside them."""
    place = SCRATCH / "edge"
    (place / "logs").mkdir(parents=True, exist_ok=True)
    (place / "htpasswd").write_text(f"alloy:{hashed}\n")
    port, upstream = free_port(), free_port()
    write_configurations(place, port, upstream)
    servers = [start(nginx(place, "upstream", "1")), start(nginx(place, "door", "0"))]
    try:
        await_port(port)
        await_port(upstream)
        script = place / "login.lua"
        login = base64.b64encode(f"alloy:{PASSWORD}".encode()).decode()
        script.write_text(f'wrk.method = "POST"\nwrk.body = "\\0"\nwrk.headers["Authorization"] = "Basic {login}"\n')
        door = f"http://127.0.0.1:{port}"
        logging_in = wrk(8, SECONDS, f"{door}/prometheus/api/v1/write", "-s", str(script))
        throughput = float(re.search(r"Requests/sec:\s+([\d.]+)", output_of(start(logging_in)))[1])
        beside = start(logging_in)
        time.sleep(1)
        waited = percentile_99(output_of(start(wrk(1, SECONDS - 3, f"{door}/open", "--latency"))))
        output_of(beside)
        return throughput, waited
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()


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
    (place / "door.conf").write_text(f"""{head}pid {place}/door.pid;
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
            auth_basic Prometheus;
            auth_basic_user_file {place}/htpasswd;
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


def start(command):
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def output_of(load):
    out, _ = load.communicate()
    if load.returncode or "Non-2xx" in out or "Requests/sec" not in out:
        sys.exit(f"the door did not answer as it should:\n{out}")
    return out


def percentile_99(out):
    amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", out).groups()
    # wrk says 0 when not one request was answered in its time.
    return float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit] or math.inf


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("nginx does not listen")
