# judge.py HTPASSWD_FILE LOGIN PASSWORD: does that line let in that password?
# PASSWORD is its name in passwords.json, so that it stands in no command line.
# Two independent judges answer, Apache's htpasswd and Python's bcrypt.
import json
import pathlib
import subprocess
import sys

import bcrypt

path, login, name = sys.argv[1:]
password = json.loads(pathlib.Path(__file__).with_name("passwords.json").read_text())[name]
text = pathlib.Path(path).read_text()
lines = dict(line.split(":", 1) for line in text.splitlines() if not line.startswith("#"))
apache = subprocess.run(["htpasswd", "-vi", path, login], input=password, text=True, capture_output=True)
python = bcrypt.checkpw(password.encode(), lines.get(login, "").encode()) if login in lines else False
print(f"{'yes' if apache.returncode == 0 else 'no'} {'yes' if python else 'no'}")
