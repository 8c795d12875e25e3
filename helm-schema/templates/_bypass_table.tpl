{{- /*
What the notes and check know of the ways past the edge, as far as it is data: the one
table for _bypasses.tpl and for src/policy/bypasses.rs, whose build script reads it here.
A template and not a file, since a parent's templates see no files of a library.

settings: those that lead there by themselves; values: these ones alone (none: any but
an empty one); of_service: only where the chart makes a service with an address.
since: the first version of the chart that reads a setting; found in its repository's tags.
*/ -}}
{{- define "remote-write-auth.bypassTable" -}}
{
  "settings": [
    {
      "keys": ["service", "type"],
      "values": ["LoadBalancer", "NodePort"],
      "of_service": true,
      "statement": "a service of this type leads from outside to Prometheus itself, past the login; use ClusterIP and let clients in by the ingress"
    },
    {
      "keys": ["service", "externalIPs"],
      "values": [],
      "of_service": true,
      "statement": "external addresses of the service lead to Prometheus itself, past the login; leave them out and let clients in by the ingress"
    },
    {
      "keys": ["hostNetwork"],
      "values": [],
      "of_service": false,
      "statement": "on the network of its node, port 9090 of Prometheus can be reached past the login; turn hostNetwork off"
    },
    {
      "keys": ["hostPort"],
      "values": [],
      "of_service": false,
      "statement": "a port of the node leads to Prometheus itself, past the login; leave hostPort out"
    }
  ],
  "since": [
    {"keys": ["defaultFlagsOverride"], "major": 15, "minor": 3},
    {"keys": ["hostPort"], "major": 15, "minor": 4},
    {"keys": ["service", "enabled"], "major": 15, "minor": 6},
    {"keys": ["portName"], "major": 24, "minor": 2},
    {"keys": ["ingress", "servicePort"], "major": 24, "minor": 5},
    {"keys": ["service", "additionalPorts"], "major": 24, "minor": 5},
    {"keys": ["route"], "major": 27, "minor": 15}
  ],
  "oldest_version": 11,
  "prometheus_port": 9090,
  "service_port": 80,
  "port_name": "http",
  "headless_suffix": "-headless",
  "standard_filters": [
    "RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite", "CORS"
  ],
  "class_annotation": "kubernetes.io/ingress.class",
  "nginx_prefix": "nginx.ingress.kubernetes.io/",
  "traefik_middlewares": "traefik.ingress.kubernetes.io/router.middlewares",
  "kong_plugins": "konghq.com/plugins",
  "login_words": ["auth", "middleware"],
  "open_way": "this way in leads to Prometheus itself, past the login; let it lead to the port of the program that asks for the login",
  "unseen_filter": "whether a filter of this route asks for the login is not judged; make sure that it does",
  "unseen_middlewares": "what the middlewares of this ingress ask for is not judged; make sure that one of them asks for the login",
  "unseen_annotations": "annotations of this controller are not judged; make sure that they ask for the login",
  "unseen_snippet": "a snippet of nginx is not judged; make sure that it asks for the login"
}
{{- end -}}
