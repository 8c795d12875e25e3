"""Hosts for Ansible on this machine: each an sshd of its own, with a /usr/bin and
an /etc/nginx of its own in a mount namespace. Real are ssh, its connections and
the processes on both sides; not real are the network's latency and hosts that
have cores of their own: a core that a task needs on the host is taken from
Ansible here.
"""

import os
import shutil
import subprocess
from pathlib import Path

from measure import BINARY, CACHE, SCRATCH
from servers import free_port

PEER = CACHE / "community-general-11.4.2"
ANSIBLE = CACHE / "ansible-core-2.19.14/bin"


class Hosts:
    """Started by `with`; `inventory` is theirs, `play` runs a playbook on all of them."""

    def __init__(self, name, count, installed):
        self.place = SCRATCH / name
        self.count, self.installed = count, installed
        self.inventory = self.place / "inventory"
        self.pid_files = []

    def __enter__(self):
        (self.place / "bin").mkdir(parents=True)
        if self.installed:
            shutil.copy(BINARY, self.place / "bin/remote-write-auth")
        for key in ("key", "host_key"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.place / key)
        Path("/run/sshd").mkdir(exist_ok=True)
        lines = [self.start(number) for number in range(self.count)]
        self.inventory.write_text("\n".join([VARIABLES.format(place=self.place, python=PEER / "bin/python"), *lines, ""]))
        return self

    def start(self, number):
        """An sshd in namespaces of its own; returns its line of the inventory."""
        place, port = self.place / f"host-{number}", free_port()
        (place / "nginx").mkdir(parents=True)
        (place / "sshd_config").write_text(SSHD.format(port=port, place=place, all=self.place))
        run("unshare", "--mount", "--uts", "--propagation", "private", "sh", "-ec", ENTER, "sh", place, self.place, shutil.which("sshd"))
        self.pid_files.append(place / "sshd.pid")
        return f"host-{number} ansible_port={port}"

    def __exit__(self, *_):
        for file in self.pid_files:
            os.kill(int(file.read_text()), 15)

    def play(self, playbook, connected=False, **settings):
        """Runs it, with connections of its own or with those that are open; returns what ended."""
        control = self.place / "control"
        if not connected:
            shutil.rmtree(control, ignore_errors=True)
        environment = {**ENVIRONMENT, "ANSIBLE_SSH_CONTROL_PATH_DIR": str(control), **settings}
        command = [str(ANSIBLE / "ansible-playbook"), "-i", str(self.inventory), str(playbook)]
        return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


ENTER = """
mount -t overlay overlay -o "lowerdir=$2/bin:/usr/bin" /usr/bin
mount --bind "$1/nginx" /etc/nginx
exec "$3" -f "$1/sshd_config" -E "$1/sshd.log"
"""

SSHD = """Port {port}
ListenAddress 127.0.0.1
HostKey {all}/host_key
AuthorizedKeysFile {all}/key.pub
PidFile {place}/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
Subsystem sftp internal-sftp
SetEnv HOME={place}
"""

# The peer needs its passlib, on the host, too.
VARIABLES = """[all:vars]
ansible_host=127.0.0.1
ansible_user=root
ansible_python_interpreter={python}
ansible_remote_tmp=/etc/nginx/.ansible
ansible_ssh_private_key_file={place}/key
ansible_ssh_common_args=-o UserKnownHostsFile={place}/known_hosts -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes
[hosts]"""

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": str(SCRATCH / "home"),
    "ANSIBLE_HOME": str(SCRATCH / "home/.ansible"),
    "ANSIBLE_COLLECTIONS_PATH": f"{SCRATCH / 'collections'}:{PEER / 'collections'}",
    "ANSIBLE_ROLES_PATH": str(SCRATCH / "roles"),
    "ANSIBLE_FORKS": "10",
    "ANSIBLE_SSH_ARGS": "-C -o ControlMaster=auto -o ControlPersist=60s",
    "ANSIBLE_DEPRECATION_WARNINGS": "false",
    "ANSIBLE_NOCOWS": "true",
    "LC_ALL": "C.UTF-8",
}
