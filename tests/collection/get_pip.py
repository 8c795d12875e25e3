"""Stands where ansible-test looks for its download of get-pip: the pip that Python
brings is brought up to the version that it asks for. Nothing but PyPI is needed."""

import ensurepip
import os
import subprocess
import sys

# ensurepip points this process's pip at an empty configuration; the next pip needs the real one.
environment = dict(os.environ)
ensurepip.bootstrap()
# Two options of get-pip's own; ensurepip's Python has no wheel, and its setuptools does no harm.
wanted = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *wanted], env=environment))
