"""What reading nginx' configuration costs: an unchanged run beside that of an
earlier build, and a large configuration beside nginx -T itself."""

import json
import os
import subprocess
import sys
import time

from measure import BINARY, SCRATCH, process_ms
from module import PASSWORD

KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
# As in ansible/docs/trento-playbook.md, with the other locations of Trento's vhost.
TRENTO = """
upstream prometheus { server 127.0.0.1:9090; }
upstream web { server 127.0.0.1:4000 max_fails=5 fail_timeout=60s; }
upstream wanda { server 127.0.0.1:4001 max_fails=5 fail_timeout=60s; }
server {
  listen unix:FOLDER/socket;
  location ~ ^/(api/checks|api/v1/checks|api/v2/checks|api/v3/checks)/ { allow all; proxy_set_header Host $host; proxy_pass http://wanda; }
  location ^~ /prometheus/ {
    include FOLDER/include;
    client_max_body_size 16m;
    proxy_set_header Host $http_host;
    proxy_pass http://prometheus/;
  }
  location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_pass http://web; }
}
"""


def measure(table):
    unchanged(table)
    reading(table)


def place(name, vhosts):
    """A folder with an nginx of its own, and its program."""
    folder = SCRATCH / name
    (folder / "vhosts").mkdir(parents=True)
    folder.chmod(0o711)
    temporary = "".join(f" {kind}_temp_path {folder}/{kind};" for kind in KINDS)
    main = f"worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
    main += f"http {{ access_log off;{temporary} server_names_hash_max_size 4096; include {folder}/vhosts/*.conf; }}\n"
    (folder / "nginx.conf").write_text(main)
    for number, text in enumerate(vhosts):
        (folder / f"vhosts/{number:04}.conf").write_text(text.replace("FOLDER", str(folder)))
    program = folder / "nginx"
    program.write_text(f'#!/bin/sh\nexec /usr/sbin/nginx -c {folder}/nginx.conf "$@"\n')
    program.chmod(0o755)
    return folder


def arguments(folder):
    options = {
        "username": "alloy", "password": PASSWORD, "htpasswd_path": f"{folder}/htpasswd",
        "include_path": f"{folder}/include", "group": "0", "nginx": f"{folder}/nginx",
        "_ansible_keep_remote_files": True,
    }  # fmt: skip
    file = folder / "args"
    file.write_text(json.dumps(options))
    return str(file)


def settled(binary, folder):
    """The command of a run that has nothing to change; its nginx runs."""
    file = arguments(folder)
    run_once(binary, file)
    time.sleep(0.1)
    subprocess.run([folder / "nginx"], check=True)
    run_once(binary, file)
    answer = run_once(binary, file)
    if answer["changed"]:
        sys.exit(f"the module does not settle: {answer}")
    return [binary, file]


def run_once(binary, file):
    answer = json.loads(subprocess.run([binary, file], stdout=subprocess.PIPE, check=False).stdout)
    if answer.get("failed"):
        sys.exit(f"the module refuses: {answer['msg']}")
    return answer


def unchanged(table):
    earlier = os.environ.get("BEFORE")
    if not earlier:
        table.note("an unchanged run beside an earlier build", "not measured", "name its program by --before")
        return
    folders = [place("unchanged-ours", [TRENTO]), place("unchanged-theirs", [TRENTO])]
    try:
        commands = [settled(binary, folder) for binary, folder in zip((BINARY, earlier), folders)]
        ours, theirs = process_ms(*commands, runs=60)
    finally:
        for folder in folders:
            subprocess.run([folder / "nginx", "-s", "stop"], check=False, stderr=subprocess.DEVNULL)
    table.at_most(
        "an unchanged run with Trento's vhost: over that of the earlier build", 5, ours - theirs,
        f"{ours:.2f} ms, {theirs:.2f} ms",
    )  # fmt: skip


def reading(table):
    """1,000 vhosts of 2 kB: what is read without asking nginx, less what a small one takes."""
    text = "server {{ listen unix:FOLDER/socket; server_name host{0}.example.com;\n{1}}}\n"
    line = "  location /path{0}/ {{ proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_pass http://127.0.0.1:4000; }}\n"
    many = [text.format(host, "".join(line.format(number) for number in range(17))) for host in range(1000)]
    large, small = place("large", many), place("small", [text.format(0, "")])
    size = sum(file.stat().st_size for file in (large / "vhosts").iterdir())
    # As nobody, so that nginx is not asked to test: with root a script is.
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    verify = [
        [*nobody, BINARY, "verify", "--nginx", str(folder / "nginx"), "--include-path", str(folder / "include"),
         "--htpasswd-path", str(folder / "htpasswd"), "--receiver-address", "127.0.0.1:9090"]
        for folder in (large, small)
    ]  # fmt: skip
    ours, base, nginx = process_ms(*verify, [str(large / "nginx"), "-T", "-q"], runs=20, exit_codes=(0, 1))
    table.at_most(
        f"reading 1,000 vhosts, {size / 1e6:.1f} MB: beside nginx -T", 0.1, (ours - base) / nginx,
        f"{ours:.1f} ms, a small one {base:.1f} ms, nginx -T {nginx:.1f} ms", unit=" times",
    )  # fmt: skip
