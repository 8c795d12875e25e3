"""`check` on one file against `helm template` with the same policy in a chart of one
template, and on many files in one call."""

import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import time

from measure import BINARY, CACHE, SCRATCH, process_ms

MANY = 5000


def measure(table):
    chart, values = one_template_chart(), SCRATCH / "values.yaml"
    values.write_text(document(0))
    check = [BINARY, "check", str(values)]
    helms = {version: [str(CACHE / f"helm-{version}/bin/helm"), "template", "bench", str(chart), "-f", str(values)]
             for version in ("3.21.4", "4.2.4")}  # fmt: skip
    ours, *theirs = process_ms(check, *helms.values(), runs=30)
    for name, helm in zip(helms, theirs):
        table.at_least(f"check of one file beside helm {name} template", 80, helm / ours, f"{ours:.2f} ms, {helm:.1f} ms")
    many(table)
    first_use(table)
    six_sub_charts(table)
    one_large_file(table)


def many(table):
    folder = SCRATCH / "many"
    folder.mkdir()
    files = []
    for number in range(MANY):
        file = folder / f"{number}.yaml"
        file.write_text(document(number))
        files.append(file.name)
    # In the folder, since one argument of hyperfine holds all names. On one
    # core: what two do at once is not what one file costs.
    with contextlib.chdir(folder):
        one, all_of_them = process_ms(
            [BINARY, "check", files[0]], ["taskset", "-c", "0", BINARY, "check", *files], runs=10
        )
    each = (all_of_them - one) / (MANY - 1)
    size = sum(len(document(number)) for number in (0, MANY - 1)) / 2
    table.at_most(f"check of {MANY} files in one call, each", 0.04, each, f"{size:.0f} bytes each, one core")


def first_use(table):
    """What the policy's first answer in a process takes, and its second: asked by a
    program that does nothing else, linked as the binary is."""
    usual = {
        "extraFlags": ["web.enable-lifecycle", "web.enable-remote-write-receiver"],
        "auth": {"type": "basic", "basic": {"username": "alloy", "password": "0123456789abcdef" * 2}},
    }
    kinds = {
        "written as usual": usual,
        "a list of features": {**usual, "extraFlags": ["enable-feature=agent,remote-write-receiver"]},
        "a remark and a blank": {
            "extraFlags": ["web.enable-remote-write-receiver # on"],
            "auth": {"basic": {**usual["auth"]["basic"], "username": "al loy"}},
        },
        "refused": {"extraFlags": usual["extraFlags"]},
    }
    program = pathlib.Path(BINARY).with_name("examples") / "first-use-of-the-policy"
    for name, server in kinds.items():
        document = SCRATCH / "server.json"
        document.write_text(json.dumps({"prometheus": {"enabled": True, "server": server}}))
        asked = [subprocess.run([program, document], check=True, capture_output=True, text=True).stdout for _ in range(40)]
        first, second = (statistics.median(each) for each in zip(*(map(float, line.split()) for line in asked)))
        table.at_most(f"the policy's first use, {name}", 0.5, first / 1000, f"the second {second / 1000:.4f} ms")


def six_sub_charts(table):
    chart, values = six_sub_charts_on_disk()
    size = sum(file.stat().st_size for file in chart.rglob("values.yaml")) / 1000
    helm = [str(CACHE / "helm-4.2.4/bin/helm"), "template", "bench", str(chart), "-f", str(values)]
    ours, theirs = process_ms([BINARY, "check", "--chart", str(chart), "-f", str(values)], helm, runs=20)
    figures = f"{ours:.2f} ms, {theirs:.1f} ms, {size:.0f} kB of values"
    table.at_least("check --chart, six sub-charts, beside helm 4.2.4 template", 45, theirs / ours, figures)


def six_sub_charts_on_disk():
    chart, values = SCRATCH / "trento-server", SCRATCH / "chosen.yaml"
    if chart.exists():
        return chart, values
    values.write_text("prometheus: {server: {auth: {basic: {username: alloy, password: 0123456789abcdefx}}}}\n")
    below = ("alertmanager", "kube-state-metrics", "node-exporter", "pushgateway")
    flags = "prometheus: {server: {extraFlags: [web.enable-lifecycle, web.enable-remote-write-receiver]}}\n"
    sub_charts = {"web": 8, "wanda": 8, "mcp": 6, "postgresql": 60, "rabbitmq": 45}
    write_chart(chart, 4, [*sub_charts, "prometheus"], flags)
    shutil.copy("helm-schema/values.schema.json", chart)
    for name, parts in sub_charts.items():
        write_chart(chart / "charts" / name, parts)
    prometheus = chart / "charts/prometheus"
    write_chart(prometheus, 40, below, "".join(f"{name}: {{enabled: false}}\n" for name in below))
    for name in below:
        write_chart(prometheus / "charts" / name, 15)
    return chart, values


def write_chart(chart, parts, below=(), values=""):
    """A chart whose values look like those of charts that package a program."""
    (chart / "templates").mkdir(parents=True)
    entries = "".join(f"  - {{name: {name}, version: '*', repository: '', condition: {name}.enabled}}\n" for name in below)
    about = f"apiVersion: v2\nname: {chart.name}\nversion: 1.0.0\n"
    (chart / "Chart.yaml").write_text(about + (f"dependencies:\n{entries}" if below else ""))
    (chart / "values.yaml").write_text(values + "".join(PART.replace("NUMBER", str(number)) for number in range(parts)))
    (chart / "templates/parts.yaml").write_text(PARTS)


PART = """
## @section part NUMBER
## @param partNUMBER.image.registry where the image comes from
## @param partNUMBER.resources what it may take
##
partNUMBER:
  enabled: true
  replicas: 2
  image:
    registry: registry.example.com
    repository: "example/part-NUMBER"
    tag: "1.NUMBER.0"
    pullPolicy: IfNotPresent
    pullSecrets: []
  # resources:
  #   limits: {cpu: 500m, memory: 512Mi}
  resources: {}
  podSecurityContext:
    enabled: true
    fsGroup: 1001
  nodeSelector: {}
  tolerations: []
  existingSecret: ""
  extraEnvVars: []
"""

PARTS = """{{- range $name, $part := .Values }}
{{- if kindIs "map" $part }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ $.Release.Name }}-{{ $.Chart.Name }}-{{ $name | lower }}"}
data:
  part: |
    {{- toYaml $part | nindent 4 }}
{{- end }}
{{- end }}
"""


def one_large_file(table):
    values = large_file()
    size = values.stat().st_size / 1e6
    chart = SCRATCH / "chart"
    ours = time_and_memory([BINARY, "check", str(values)])
    theirs = time_and_memory([str(CACHE / "helm-4.2.4/bin/helm"), "template", "bench", str(chart), "-f", str(values)])
    for what, unit, mine, helms in zip(("time", "memory"), ("ms", "MB"), ours, theirs):
        figures = f"{mine:.0f} {unit}, {helms:.0f} {unit}"
        table.at_least(f"check of {size:.0f} MB beside helm 4.2.4 template: {what}", 9, helms / mine, figures)


def large_file():
    values = SCRATCH / "large.yaml"
    values.write_text(
        "".join(document(0).replace("prometheus:", f"copy{number}:") for number in range(6000))
        + "prometheus: {server: {auth: {type: none}}}\n"
    )
    return values


def time_and_memory(command):
    """Milliseconds and peak megabytes of a process, medians of three."""
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{command} ended with {status}")
        runs.append(((time.perf_counter() - start) * 1000, used.ru_maxrss / 1000))
    return [statistics.median(each) for each in zip(*runs)]


def one_template_chart():
    chart = SCRATCH / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: bench\nversion: 0.1.0\n")
    (chart / "values.yaml").write_text(
        "prometheus: {server: {extraFlags: [web.enable-lifecycle, web.enable-remote-write-receiver]}}\n"
    )
    (chart / "templates/configmap.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bench}\ndata: {replicas: {{ .Values.web.replicas | quote }}}\n"
    )
    shutil.copy("helm-schema/values.schema.json", chart)
    return chart


def document(number):
    """About 2 kB, of the kind that people write for a chart like Trento's."""
    services = "".join(
        f"""{name}:
  enabled: true
  replicas: {number % 5 + 1}
  image: {{repository: "registry.example.com/{name}", tag: "{number}"}}
  resources:
    limits: {{cpu: 500m, memory: 512Mi}}
    requests: {{cpu: 100m, memory: 128Mi}}
  ingress:
    enabled: true
    hosts:
      - host: {name}-{number}.example.com
        paths: ["/"]
"""
        for name in ("web", "wanda", "mcp", "postgresql", "rabbitmq")
    )
    return f"""# release {number}
{services}prometheus:
  enabled: true
  server:
    # the agents write into it
    extraFlags:
      - web.enable-lifecycle
      - web.enable-remote-write-receiver
    auth:
      type: basic
      basic:
        username: alloy
        password: "0123456789abcdef{number:032}"
"""
