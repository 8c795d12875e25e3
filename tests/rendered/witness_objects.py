"""The rendered objects as the witness reads them: workloads, pods, receivers."""
import base64
import re

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEMPLATED = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}


def dig(node, *path, default=None):
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
        if node is None:
            return default
    return node


def flatten(documents):
    for document in documents:
        if document is None:
            continue
        if document["kind"].endswith("List") and "items" in document:
            yield from flatten(document["items"])
        else:
            yield document


def label(thing):
    meta = thing["metadata"]
    where = meta["namespace"] + "/" if meta.get("namespace") else ""
    return f'{thing["kind"]} {where}{meta["name"]}'


class World:
    def __init__(self, text):
        self.things = list(flatten(yaml.load_all(text, Loader)))
        self.pods = [pod for pod in map(self.pod_of, self.things) if pod]

    def named(self, kind, name, namespace):
        for thing in self.things:
            meta = thing["metadata"]
            if thing["kind"] == kind and meta["name"] == name and meta.get("namespace") == namespace:
                return thing
        return None

    def pod_of(self, thing):
        kind = thing["kind"]
        if kind in ("Prometheus", "PrometheusAgent"):
            return OperatorPod(self, thing)
        if kind == "Pod":
            template = thing
        elif kind in TEMPLATED:
            template = dig(thing, "spec", "template", default={})
        else:
            return None
        containers = dig(template, "spec", "containers", default=[])
        mine = [one for one in containers if looks_like_prometheus(one)]
        return Pod(self, thing, template, mine[0]) if mine else None


def looks_like_prometheus(container):
    image = container.get("image", "").split("@")[0]
    image = re.sub(r":[^/:]*$", "", image)
    if re.search(r"(^|/)(prometheus|prom|bitnami|bitnamilegacy)/prometheus$", image):
        return True
    words = " ".join(str(word) for word in argv(container))
    return "--storage.tsdb.path" in words or ("--config.file" in words and "--web." in words)


def argv(container):
    values = {}

    def expand(text):
        return re.sub(
            r"\$\$|\$\(([^)]*)\)",
            lambda m: "$" if m.group(0) == "$$" else values.get(m.group(1), m.group(0)),
            text,
        )

    for one in container.get("env") or []:
        if "valueFrom" not in one:
            values[one["name"]] = expand(one.get("value", ""))
    return [expand(word) for word in (container.get("command") or [])[1:] + (container.get("args") or [])]


def flag(words, name):
    found = []
    for at, word in enumerate(words):
        if word == "--" + name:
            found.append(words[at + 1] if at + 1 < len(words) else "")
        elif word.startswith(f"--{name}="):
            found.append(word.split("=", 1)[1])
    return found


def receiver(words):
    """Which of the two receivers these arguments turn on."""
    features = {one for value in flag(words, "enable-feature") for one in value.split(",")}
    write = "--web.enable-remote-write-receiver" in words or "remote-write-receiver" in features
    otlp = "--web.enable-otlp-receiver" in words or "otlp-write-receiver" in features
    return write, otlp


class Pod:
    def __init__(self, world, thing, template, container):
        self.world, self.thing = world, thing
        self.labels = dig(template, "metadata", "labels", default={})
        self.spec = dig(template, "spec", default={})
        self.containers = self.spec["containers"]
        self.mine = container
        self.words = argv(container)
        self.write, self.otlp = receiver(self.words)
        addresses = flag(self.words, "web.listen-address") or ["0.0.0.0:9090"]
        self.listens = [int(one.rsplit(":", 1)[1]) for one in addresses if not re.match(r"127\.|localhost|\[::1\]", one)]
        self.host_network = bool(self.spec.get("hostNetwork"))
        self.prefix = self.read_prefix().strip("/")

    def read_prefix(self):
        given = flag(self.words, "web.route-prefix")
        if given:
            return given[-1]
        url = (flag(self.words, "web.external-url") or [""])[-1]
        return re.sub(r"^[a-z]+://[^/]*", "", url)

    @property
    def namespace(self):
        return self.thing["metadata"].get("namespace")

    def paths(self):
        some = self.write or self.otlp
        prefix = "/" + self.prefix if self.prefix else ""
        every = [(self.write or not some, "/api/v1/write"), (self.otlp or not some, "/api/v1/otlp/v1/metrics")]
        return [prefix + path for on, path in every if on]

    def declared(self):
        return [(port, one) for one in self.containers for port in one.get("ports") or []]

    def number(self, target):
        if isinstance(target, int):
            return target
        for port, _ in self.declared():
            if port.get("name") == target:
                return port["containerPort"]
        return None

    def selected_by(self, service):
        wanted = dig(service, "spec", "selector", default={})
        return bool(wanted) and all(self.has(key, value) for key, value in wanted.items())

    def has(self, key, value):
        return self.labels.get(key) == value

    def login(self):
        """What Prometheus itself asks for."""
        config = flag(self.words, "web.config.file")
        if not config:
            return "open"
        text = self.file(config[-1])
        if text is None:
            return "not judged"
        read = yaml.load(text, Loader) or {}
        if dig(read, "basic_auth_users"):
            return "guarded"
        tls = dig(read, "tls_server_config", default={})
        strict = tls.get("client_auth_type") == "RequireAndVerifyClientCert" and tls.get("client_ca_file")
        return "guarded" if strict else "open"

    def file(self, path):
        for mount in self.mine.get("volumeMounts") or []:
            if not path.startswith(mount["mountPath"].rstrip("/") + "/"):
                continue
            key = path[len(mount["mountPath"].rstrip("/")) + 1 :]
            for volume in self.spec.get("volumes") or []:
                if volume["name"] != mount["name"]:
                    continue
                if "secret" in volume:
                    secret = self.world.named("Secret", volume["secret"]["secretName"], self.namespace)
                    plain = dig(secret, "stringData", key)
                    coded = dig(secret, "data", key)
                    return plain if plain is not None else coded and base64.b64decode(coded).decode()
                if "configMap" in volume:
                    return dig(self.world.named("ConfigMap", volume["configMap"]["name"], self.namespace), "data", key)
        return None

    def reached_at(self, number):
        """What answers at a port of the pod; None where that is not Prometheus."""
        if number in self.listens:
            return self.login()
        for port, container in self.declared():
            if port["containerPort"] == number:
                name = re.sub(r":[^/:]*$", "", container.get("image", "").split("@")[0]).rsplit("/", 1)[-1]
                if name in ("prometheus-config-reloader", "configmap-reload", "thanos"):
                    return None
                return None if container is self.mine else "not judged"
        lonely = len(self.containers) == 1 and self.listens
        return None if lonely else "not judged"


class OperatorPod(Pod):
    def __init__(self, world, thing):
        spec = thing["spec"]
        agent = thing["kind"] == "PrometheusAgent"
        name = thing["metadata"]["name"]
        extra = [one for one in spec.get("containers") or [] if one["name"] != "prometheus"]
        patch = [one for one in spec.get("containers") or [] if one["name"] == "prometheus"]
        words = self.arguments(spec)
        if patch and "args" in patch[0]:
            words = argv(patch[0])
        ports = [] if spec.get("listenLocal") else [{"name": spec.get("portName") or "web", "containerPort": 9090}]
        ports += patch[0].get("ports", []) if patch else []
        mine = {"name": "prometheus", "image": "prometheus/prometheus", "args": words, "ports": ports}
        reloader = {"name": "config-reloader", "image": "x/prometheus-config-reloader", "ports": [{"name": "reloader-web", "containerPort": 8080}]}
        sidecars = [{"name": "thanos-sidecar", "image": "x/thanos", "ports": [{"name": "grpc", "containerPort": 10901}, {"name": "http", "containerPort": 10902}]}] if spec.get("thanos") else []
        labels = dict(dig(spec, "podMetadata", "labels", default={}))
        labels.update({
            "app.kubernetes.io/name": "prometheus-agent" if agent else "prometheus",
            "app.kubernetes.io/managed-by": "prometheus-operator",
            "app.kubernetes.io/instance": name,
            "operator.prometheus.io/name": name,
        })
        if not agent:
            labels["prometheus"] = name
        pod = {"containers": [mine] + extra + [reloader] + sidecars, "hostNetwork": spec.get("hostNetwork")}
        super().__init__(world, thing, {"metadata": {"labels": labels}, "spec": pod}, mine)
        self.pods_named = ("prom-agent-" if agent else "prometheus-") + name
        self.operated = "prometheus-agent-operated" if agent else "prometheus-operated"
        own_arguments = bool(patch and "args" in patch[0])
        if not own_arguments:
            self.prefix = (spec.get("routePrefix") or re.sub(r"^[a-z]+://[^/]*", "", spec.get("externalUrl") or "")).strip("/")
            if spec.get("listenLocal"):
                self.listens = []

    @staticmethod
    def arguments(spec):
        version = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?(-)?", spec.get("version") or "3.13.2")
        major, minor, patch, early = version.groups()
        early = bool(early) and int(patch or 0) == 0

        def reached(wanted):
            return int(major) > 2 or int(minor) > wanted or (int(minor) == wanted and not early)

        words = []
        if spec.get("enableRemoteWriteReceiver") and reached(33):
            words.append("--web.enable-remote-write-receiver")
        wants = spec.get("enableOTLPReceiver")
        if (wants and reached(47)) or (wants is None and spec.get("otlp") is not None):
            words.append("--web.enable-otlp-receiver")
        if spec.get("enableFeatures") and reached(25):
            words.append("--enable-feature=" + ",".join(spec["enableFeatures"]))
        for one in spec.get("additionalArgs") or []:
            words.append("--" + one["name"] + ("=" + one["value"] if one.get("value") else ""))
        return words

    def has(self, key, value):
        if key == "statefulset.kubernetes.io/pod-name":
            return bool(re.fullmatch(re.escape(self.pods_named) + r"(-shard-\d+)?-\d+", value))
        return key in ("app.kubernetes.io/version", "operator.prometheus.io/shard") or super().has(key, value)

    def login(self):
        tls = dig(self.thing, "spec", "web", "tlsConfig", default={})
        if tls.get("clientAuthType") != "RequireAndVerifyClientCert":
            return "open"
        for key, kind in (("secret", "Secret"), ("configMap", "ConfigMap")):
            name = dig(tls, "client_ca", key, "name")
            if name:
                return "guarded" if self.world.named(kind, name, self.namespace) else "not judged"
        return "not judged" if tls.get("clientCAFile") else "open"
