"""`check` on one file against `helm template` with the same law in a chart of one
template, and on many files in one call."""

import contextlib
import shutil

from measure import BINARY, CACHE, SCRATCH, process_ms

MANY = 5000


def measure(table):
    chart, values = one_template_chart(), SCRATCH / "values.yaml"
    values.write_text(document(0))
    check = [BINARY, "check", str(values)]
    helms = {version: [str(CACHE / f"helm-{version}/bin/helm"), "template", "bench", str(chart), "-f", str(values)]
             for version in ("3.21.4", "4.2.4")}  # fmt: skip
    version, ours, *theirs = process_ms([BINARY, "--version"], check, *helms.values(), runs=30)
    for name, helm in zip(helms, theirs):
        table.at_least(f"check of one file beside helm {name} template", 30, helm / ours, f"{ours:.2f} ms, {helm:.1f} ms")
    table.at_most("check beside --version: reading, the law's first use", 0.5, ours - version, f"{version:.2f} ms")
    many(table)


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
    table.at_most(f"check of {MANY} files in one call, each", 0.2, each, f"{size:.0f} bytes each, one core")


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
