#!/usr/bin/env python3
"""Reads rendered objects and says which receivers are on and who gets to them.

A second opinion for the suite, written apart from the program: it shares no
code with it and asks in the other direction, from each entrance inwards. One
file name a line comes in, one line of JSON goes out for each: the workloads
with their receivers, and the ways as [to, from object, port, outside, access].
It knows the kinds that the suite's charts render and no more.
"""
import json
import re
import sys

from witness_objects import dig, label, OperatorPod, World


def together(*answers):
    for answer in ("guarded", "not judged"):
        if answer in answers:
            return answer
    return "open"


class Entrances:
    """Every entrance, asked where it leads."""

    def __init__(self, world):
        self.world, self.found = world, []
        for pod in world.pods:
            self.pod = pod
            self.own()
            services = [one for one in world.things if one["kind"] == "Service" and pod.selected_by(one) and one["metadata"].get("namespace") == pod.namespace]
            for service in services:
                self.service(service)
            if isinstance(pod, OperatorPod) and not dig(pod.thing, "spec", "serviceName") and not world.named("Service", pod.operated, pod.namespace):
                answer = pod.reached_at(9090)
                if answer:
                    self.routes(pod.operated, {"port": 9090, "name": dig(pod.thing, "spec", "portName", default="web")}, answer)
                    where = pod.namespace + "/" if pod.namespace else ""
                    self.add(f"Service {where}{pod.operated}, made by the operator", 9090, False, answer)

    def add(self, entrance, port, outside, answer):
        self.found.append([label(self.pod.thing), entrance, str(port), outside, answer])

    def own(self):
        pod = self.pod
        numbers = set(pod.listens) | {port["containerPort"] for port, _ in pod.declared()}
        for number in sorted(numbers):
            answer = pod.reached_at(number)
            if answer is None:
                continue
            self.add(label(pod.thing), number, pod.host_network, answer)
            for port, _ in pod.declared():
                same = pod.host_network and port.get("hostPort") == number
                if port["containerPort"] == number and port.get("hostPort") and not same:
                    self.add(label(pod.thing), port["hostPort"], True, answer)

    def service(self, service):
        spec = service["spec"]
        for port in spec.get("ports") or []:
            number = self.pod.number(port.get("targetPort", port["port"]))
            answer = None if number is None else self.pod.reached_at(number)
            if answer is None:
                continue
            outside = spec.get("type") in ("NodePort", "LoadBalancer") or bool(port.get("nodePort")) or bool(spec.get("externalIPs"))
            self.add(label(service), port["port"], outside, answer)
            self.routes(service["metadata"]["name"], port, answer)

    def routes(self, service, port, answer):
        for thing in self.world.things:
            reader = getattr(self, "of_" + thing["kind"].lower(), None)
            if reader and thing["metadata"].get("namespace") == self.pod.namespace:
                for asked, paths, login in reader(thing, service):
                    if asked in (port["port"], port.get("name"), None):
                        kept_out = self.kept_out(paths)
                        self.add(label(thing), port["port"], True, "left out" if kept_out else together(login, answer))

    def kept_out(self, paths):
        how, rule = paths
        if how == "any" or not re.fullmatch(r"(/[A-Za-z0-9_-]+)*/?", rule) or not rule:
            return False
        rule = rule.lower().rstrip("/")
        for path in self.pod.paths():
            path = path.lower()
            if path == rule or rule.startswith(path + "/") or (how == "prefix" and path.startswith(rule)):
                return False
        return True

    def of_ingress(self, thing, name):
        notes = dig(thing, "metadata", "annotations", default={})
        kind = dig(thing, "spec", "ingressClassName") or notes.get("kubernetes.io/ingress.class") or ""
        mine = {rule.get("host") for rule in dig(thing, "spec", "rules", default=[])}
        anywhere = any(
            other["kind"] == "Ingress" and mine & {rule.get("host") for rule in dig(other, "spec", "rules", default=[])} and any(
                key.endswith("/rewrite-target") or (key.endswith("/use-regex") and value == "true")
                for key, value in dig(other, "metadata", "annotations", default={}).items()
            ) for other in self.world.things
        ) or any("router.middlewares" in key or "snippet" in key for key in notes)
        default = dig(thing, "spec", "defaultBackend", "service")
        if default and default["name"] == name:
            yield self.asked(default), ("any", ""), self.ingress_login(thing, notes, kind, None)
        for rule in dig(thing, "spec", "rules", default=[]):
            for path in dig(rule, "http", "paths", default=[]):
                service = dig(path, "backend", "service")
                if service and service["name"] == name:
                    how = "exact" if path.get("pathType") == "Exact" else "prefix"
                    rules = ("any", "") if anywhere or not path.get("path") else (how, path["path"])
                    yield self.asked(service), rules, self.ingress_login(thing, notes, kind, rule.get("host"))

    @staticmethod
    def asked(service):
        return dig(service, "port", "number") or dig(service, "port", "name")

    def ingress_login(self, thing, notes, kind, host):
        if "nginx" in kind:
            return self.nginx(thing, {key.split("/")[-1]: value for key, value in notes.items() if key.startswith("nginx.ingress.kubernetes.io/")}, host)
        if "traefik" in kind:
            return together(*[self.by_annotation(one) for one in (notes.get("traefik.ingress.kubernetes.io/router.middlewares") or "").split(",") if one.strip()])
        words = "auth|plugin|middleware|snippet|jwt|oidc|oauth|client-ca|mutual|security|tls.options"
        hints = [key for key in notes if not key.startswith("cert-manager.io/")]
        return "not judged" if any(re.search(words, key.lower()) for key in hints) else "open"

    @staticmethod
    def nginx(thing, notes, host):
        if any(key.endswith("snippet") for key in notes):
            return "not judged"
        # The server asks for a certificate, whatever a location lifts.
        tls_hosts = [one for tls in dig(thing, "spec", "tls", default=[]) for one in tls.get("hosts") or []]
        certified = notes.get("auth-tls-secret") and notes.get("auth-tls-verify-client", "on") == "on"
        if certified and notes.get("ssl-redirect") != "false" and host in tls_hosts:
            return "guarded"
        if notes.get("satisfy") == "any" and ("whitelist-source-range" in notes or "allowlist-source-range" in notes):
            return "open"
        if notes.get("auth-url"):
            return "guarded"
        if re.search("basic|digest", notes.get("auth-type", "")) and notes.get("auth-secret"):
            return "open" if notes.get("auth-realm") == "off" else "guarded"
        return "open"

    def by_annotation(self, reference):
        match = re.fullmatch(r"(.+)@kubernetescrd", reference.strip())
        if not match:
            return "not judged"
        for thing in self.world.things:
            meta = thing["metadata"]
            if thing["kind"] == "Middleware" and match.group(1) == f'{meta.get("namespace")}-{meta["name"]}':
                return self.middleware(thing)
        return "not judged"

    def middleware(self, thing):
        if thing is None:
            return "not judged"
        spec, namespace = thing["spec"], thing["metadata"].get("namespace")
        for kind in ("basicAuth", "digestAuth"):
            if kind in spec:
                secret = self.world.named("Secret", spec[kind].get("secret"), namespace)
                keys = set(dig(secret, "data", default={})) | set(dig(secret, "stringData", default={}))
                if dig(secret, "type") == "kubernetes.io/basic-auth":
                    return "guarded" if kind == "basicAuth" and keys >= {"username", "password"} else "not judged"
                return "guarded" if len(keys) == 1 else "not judged"
        if dig(spec, "forwardAuth", "address"):
            return "guarded"
        if "plugin" in spec:
            return "not judged"
        if "chain" in spec:
            return together(*[self.middleware(self.world.named("Middleware", one["name"], one.get("namespace", namespace))) for one in spec["chain"]["middlewares"]])
        return "open"

    def of_ingressroute(self, thing, name):
        namespace = thing["metadata"].get("namespace")
        tls = dig(thing, "spec", "tls", "options", "name")
        option = "open"
        if tls:
            found = self.world.named("TLSOption", tls, namespace)
            names = dig(found, "spec", "clientAuth", "secretNames", default=[])
            kind = dig(found, "spec", "clientAuth", "clientAuthType", default="RequireAndVerifyClientCert")
            if found is None:
                option = "not judged"
            elif names and kind == "RequireAndVerifyClientCert":
                option = "guarded" if all(self.world.named("Secret", one, namespace) for one in names) else "not judged"
        for route in thing["spec"]["routes"]:
            middlewares = [self.world.named("Middleware", one["name"], one.get("namespace", namespace)) for one in route.get("middlewares") or []]
            login = together(option, *[self.middleware(one) for one in middlewares])
            moved = any(one is None or not set(one["spec"]) <= {"basicAuth", "digestAuth", "forwardAuth", "ipAllowList", "headers"} for one in middlewares)
            match = route.get("match", "")
            rules = ("any", "")
            if not moved and "||" not in match and "!" not in match and match.count("Path") == 1:
                prefix, exact = re.search(r"PathPrefix\(`([^`]*)`\)", match), re.search(r"Path\(`([^`]*)`\)", match)
                rules = ("prefix", prefix.group(1)) if prefix else ("exact", exact.group(1)) if exact else rules
            for service in route.get("services") or []:
                if service["name"] == name:
                    yield service.get("port"), rules, login

    def of_httproute(self, thing, name):
        namespace = thing["metadata"].get("namespace")
        for rule in thing["spec"]["rules"]:
            login, moved = "open", False
            for one in rule.get("filters") or []:
                if one["type"] == "ExtensionRef" and one["extensionRef"]["kind"] == "Middleware":
                    login = together(login, self.middleware(self.world.named("Middleware", one["extensionRef"]["name"], namespace)))
                    moved = True
                elif one["type"] == "ExtensionRef":
                    login, moved = together(login, "not judged"), True
                elif one["type"] == "URLRewrite":
                    moved = True
            for backend in rule.get("backendRefs") or []:
                if backend["name"] == name:
                    for match in rule.get("matches") or [{}]:
                        path = match.get("path")
                        how = {"PathPrefix": "prefix", "Exact": "exact"}.get(dig(path, "type", default="PathPrefix"))
                        rules = (how, path.get("value", "/")) if path and how and not moved else ("any", "")
                        yield backend.get("port"), rules, login


def main():
    for line in sys.stdin:
        with open(line.strip(), encoding="utf-8") as file:
            world = World(file.read())
        receivers = [[label(pod.thing), pod.write or pod.otlp] for pod in world.pods]
        print(json.dumps({"receivers": sorted(receivers), "ways": sorted(Entrances(world).found)}), flush=True)


if __name__ == "__main__":
    main()
