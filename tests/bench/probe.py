"""A whole probe of a guarded endpoint over TLS on loopback, about twenty-five
requests, against one of curl's to the same address; and what the program
weighs with the probe, which is in the image and the RPMs."""

import os
import subprocess

from measure import BINARY, SCRATCH, process_ms
from servers import await_port, free_port, start
from module import PASSWORD

PATH = "/prometheus/api/v1/write"


def measure(table):
    table.at_most("the program with the probe", 4.2, os.path.getsize(BINARY) / 1e6, f"{os.path.getsize(BINARY)} bytes", unit=" MB")
    place = SCRATCH / "probe"
    place.mkdir(exist_ok=True)
    port = free_port()
    server = start(nginx(place, port))
    try:
        await_port(port)
        url = f"https://localhost:{port}{PATH}"
        authority = str(place / "server.crt")
        anonymous = [BINARY, "probe", url, "--ca-file", authority]
        login = [*anonymous, "--username", "alloy", "--password-file", str(place / "password")]
        curl = ["curl", "-s", "-o", "/dev/null", "--cacert", authority, "--data-binary", f"@{place / 'nothing'}", url]
        once = process_ms(anonymous, login, curl)
        table.at_most("a probe over TLS, in requests of curl", 3, once[0] / once[2], f"{once[0]:.1f} ms against {once[2]:.1f} ms", unit=" times")
        table.note("with the login and a full batch", f"{once[1]:.1f} ms")
    finally:
        server.terminate()
        server.wait()


def nginx(place, port):
    run = lambda *command: subprocess.run(command, cwd=place, check=True, capture_output=True)  # noqa: E731
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "server.key", "-out", "server.crt")  # fmt: skip
    run("htpasswd", "-cbBC5", "htpasswd", "alloy", PASSWORD)
    (place / "password").write_text(PASSWORD)
    (place / "password").chmod(0o600)
    (place / "nothing").write_bytes(b"\0")
    (place / "nginx.conf").write_text(f"""
daemon off; user root; pid pid; error_log /dev/null; worker_processes 1; events {{}}
http {{ access_log off; client_max_body_size 2m; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
server {{ listen unix:{place}/receiver; location = {PATH} {{ return 204; }} location / {{ return 404; }} }}
server {{ listen 127.0.0.1:{port} ssl; ssl_certificate server.crt; ssl_certificate_key server.key;
location /prometheus {{ auth_basic p; auth_basic_user_file htpasswd; proxy_pass http://unix:{place}/receiver:; }} }} }}
""")
    return ["nginx", "-e", "/dev/null", "-c", str(place / "nginx.conf"), "-p", str(place)]
