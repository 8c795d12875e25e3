"""`check --rendered` on the whole output of kube-prometheus-stack, against what else
reads that stream: kubeconform, and the `helm template` that made it.

The chart is not in this tree: REMOTE_WRITE_AUTH_CHARTS names a folder that has it,
see tests/rendered/run. Kubeconform's schemas ask for nothing but an object, the
least that it can be given to do.
"""

import os
import pathlib
import subprocess

from measure import BINARY, CACHE, SCRATCH, process_ms

VALUES = """\
prometheus:
  ingress: {enabled: true, hosts: [prometheus.example.com], pathType: Prefix}
  prometheusSpec: {enableRemoteWriteReceiver: true}
"""


def measure(table):
    folder = os.environ.get("REMOTE_WRITE_AUTH_CHARTS", "")
    chart = pathlib.Path(folder) / "kube-prometheus-stack"
    if not folder or not (chart / "Chart.yaml").is_file():
        table.note("check --rendered on kube-prometheus-stack", "not measured", "see tests/rendered/run for the chart")
        return
    values, stream = SCRATCH / "values.yaml", SCRATCH / "rendered.yaml"
    values.write_text(VALUES)
    template = [str(CACHE / "helm-4.2.4/bin/helm"), "template", "kps", str(chart), "--include-crds",
                "--kube-version", "1.34.0", "-f", str(values)]  # fmt: skip
    stream.write_bytes(subprocess.run(template, stdout=subprocess.PIPE, check=True).stdout)
    check = [BINARY, "check", "--rendered", str(stream)]
    conform = [str(CACHE / "kubeconform-0.7.0/kubeconform"), "-schema-location", schemas(stream), str(stream)]
    ours, kubeconform, helm = process_ms(check, conform, template, runs=10, exit_codes=(0, 1))
    size = f"{stream.stat().st_size / 1e6:.1f} MB, {ours:.1f} ms"
    table.at_least("check --rendered beside kubeconform", 10, kubeconform / ours, f"{size}, {kubeconform:.0f} ms")
    table.at_least("check --rendered beside helm template", 10, helm / ours, f"{size}, {helm:.0f} ms")


def schemas(stream):
    """A folder with a schema for each kind of the stream."""
    folder = SCRATCH / "schemas"
    folder.mkdir()
    for line in stream.read_text().splitlines():
        if line.startswith("kind: "):
            kind = line.split()[1].strip('"').lower()
            (folder / f"{kind}.json").write_text('{"type":"object"}')
    return f"{folder}/{{{{.ResourceKind}}}}.json"
