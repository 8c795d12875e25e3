#!/usr/bin/env bash
# What the cases of tests/cluster share: a namespace of its own for each, under
# `restricted`, the questions that are asked at its edges, and what must not be found.
# Sourced by run: ok, refused, within, DIR, CHART, BEFORE, NODE_IP and helm3, helm4 are its.
# shellcheck disable=SC2034 # the cases use what is set here

readonly CANARY=canary-9f41-Wm3x-Kq7v-Ld2p
readonly SECOND=canary-7c20-Zb8n-Ht5r-Yw1s
readonly NOT_CHOSEN='nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]'
LOGIN=(--set prometheus.server.auth.basic.username=agent --set "prometheus.server.auth.basic.password=$CANARY")
UNPORTABLE=(--set prometheus.server.auth.basic.username=agent --set-string "prometheus.server.auth.basic.password=$CANARY\"")
EXISTING=(--set prometheus.server.auth.basic.existingSecret=agents)
# Without the schema: what an editor of the policy, a GitOps tool or an old Helm may do.
UNJUDGED=(--skip-schema-validation)

begin() {
  HELM=helm$1 NS=h$1-${2//_/-} EDGE=traefik
  kubectl create namespace "$NS" >/dev/null
  kubectl label namespace "$NS" pod-security.kubernetes.io/enforce=restricted >/dev/null
  cat >"$DIR/values.yaml" <<YAML
remote-write-auth:
  image: {registry: "", repository: localhost/remote-write-auth, tag: test}
  route: {host: $NS.test}
  test: {url: "http://traefik.invalid/"}
  deadlineSeconds: 300 # a busy machine takes its time
prometheus:
  server:
    image: {repository: localhost/prometheus, tag: test}
    extraFlags: [web.enable-lifecycle, web.enable-admin-api, web.enable-remote-write-receiver]
YAML
  cat >"$DIR/nginx.yaml" <<'YAML'
remote-write-auth: {edge: nginx}
global: {remote-write-auth: {image: {registry: localhost, repository: remote-write-auth, tag: test}, nginx: {image: "localhost/nginx:test"}}}
prometheus:
  server:
    service:
      additionalPorts: [{name: edge, port: 8081, protocol: TCP, targetPort: 8081}]
    ingress: {servicePort: 8081}
    sidecarContainers:
      remote-write-auth-nginx: '{{ include "remote-write-auth.nginxContainer" . }}'
      remote-write-auth-logins: '{{ include "remote-write-auth.loginsContainer" . }}'
    extraVolumes:
      - {name: remote-write-auth-conf, configMap: {name: remote-write-auth}}
      - {name: remote-write-auth-secret, secret: {secretName: remote-write-auth, optional: true}}
      - {name: remote-write-auth-file, emptyDir: {medium: Memory}}
YAML
  say "-- Helm $1: $2"
}

finish() {
  local release
  for release in $(releases); do $HELM -n "$NS" uninstall "$release" >/dev/null 2>&1 || true; done
  kubectl delete namespace "$NS" --wait=false >/dev/null
}

# Helm 4 shows all by itself, and has no -a.
releases() { if [ "$HELM" = helm3 ]; then helm3 -n "$NS" list -aq; else helm4 -n "$NS" list -q; fi; }
k() { kubectl -n "$NS" "$@"; }
put() { local how=$1 name=$2; shift 2; $HELM "$how" "$name" "$CHART" -n "$NS" -f "$DIR/values.yaml" --wait --timeout 400s "$@"; }

service_ip() { k get service r-prometheus-server -o 'jsonpath={.spec.clusterIP}'; }

# ask TARGET [CURL OPTION…]: the code of an empty write through the edge
ask() {
  local target=$1 host=$NODE_IP:30080
  shift
  [ "$EDGE" = traefik ] || host=${SERVICE_IP:-$(service_ip)}:8081
  printf '\0' | nsenter --net=/run/netns/rwa-cluster curl -s -m 30 -o "$DIR/body" -w '%{http_code}' --path-as-is -X POST \
    -H "Host: $NS.test" -H 'Content-Type: application/x-protobuf' -H 'Content-Encoding: snappy' --data-binary @- "$@" "http://$host$target"
}

answers() {
  local code
  code=$(ask "${@:2}") || true
  echo "answered $code, not $1"
  [ "$code" = "$1" ]
}

readonly WRITE=/prometheus/api/v1/write
opens_to() { within "${2:-30}" answers 204 "$WRITE" -u "agent:$1"; }
shut_without_login() { within 30 answers 401 "$WRITE"; }

# Every spelling, and every other thing that can be written, stopped or read, without and with a wrong login.
TRICKS=(
  "$WRITE" /prometheus/api/v1%2Fwrite /prometheus/api/v1%2fwrite /prometheus%2Fapi/v1/write /prometheus/api/v1/%77rite
  /prometheus/api/v1/writ%65 /prometheus/api/v1//write //prometheus/api/v1/write /prometheus//api/v1/write /prometheus/./api/v1/write
  /prometheus/x/../api/v1/write /prometheus/x%2f..%2fapi/v1/write /x/../prometheus/api/v1/write /prometheus/%2e/api/v1/write
  /prometheus/x/%2e%2e/api/v1/write /prometheus/api/v1/write/ '/prometheus/api/v1/write?x=1' '/prometheus/api/v1/write;x'
  /prometheus/api/v1/Write /Prometheus/api/v1/write /PROMETHEUS/API/V1/WRITE /prometheusapi/v1/write /prometheus/api/v1/%2577rite
  /prometheus/api/v1%252fwrite /prometheus%2F%2Fapi/v1/write '/prometheus\api/v1/write' /%70rometheus/api/v1/write
  /prometheus/-/quit /prometheus/-/reload /prometheus%2F-%2Fquit /prometheus/%2D/quit /prometheus/api/v1/otlp/v1/metrics
  /prometheus/api/v1/otlp%2Fv1/metrics /prometheus/api/v1/admin/tsdb/delete_series /prometheus/api/v1/admin%2Ftsdb/snapshot
  /prometheus/api/v1/admin/tsdb/clean_tombstones /prometheus/api/v1/read /prometheus/debug/pprof/cmdline
  /prometheus/api/v1/status/config /prometheus/metrics /prometheus /prometheus/
)
# Each the arguments of one request.
METHODS=("$WRITE -X GET" "$WRITE -X PUT" "$WRITE -X OPTIONS" '/prometheus/-/quit -X PUT' '/prometheus/api/v1/admin/tsdb/snapshot -X PUT')
no_trick_gets_in() {
  local target login words wrong=0 before SERVICE_IP
  SERVICE_IP=$(service_ip) # some hundred requests, one look
  before=$(pods)
  for login in '' agent:wrong agent:; do
    for target in "${TRICKS[@]}"; do
      stays_out "$target" ${login:+-u "$login"} || wrong=1
    done
    for target in "${METHODS[@]}"; do
      read -ra words <<<"$target"
      stays_out "${words[@]}" ${login:+-u "$login"} || wrong=1
    done
  done
  # The absolute form, which no client of ours sends.
  for target in "$WRITE" /prometheus/api/v1%2Fwrite /prometheus/-/quit; do
    stays_out / --request-target "http://$NS.test$target" || wrong=1
  done
  pods_are "$before" || { echo "Prometheus was stopped"; wrong=1; }
  return $wrong
}
stays_out() {
  local code
  code=$(ask "$@") || true
  case $code in 30[1278] | 400 | 401 | 403 | 404) ;; *) echo "$*: $code"; return 1 ;; esac
  ! grep -qiE 'snappy|remote write receiver|lifecycle|admin api|Prometheus Time|"status":"success"' "$DIR/body" || { echo "$*: $code by Prometheus"; return 1; }
}

# Nobody gets in, with the login or without.
shut_to_all() {
  local code
  for login in '' "agent:$CANARY" "agent:$SECOND"; do
    code=$(ask "$WRITE" ${login:+-u "$login"}) || true
    case $code in 401 | 403 | 404 | 500 | 503) ;; *) echo "$code for ${login%%:*}"; return 1 ;; esac
  done
  [ -z "${1:-}" ] || [ "$code" = "$1" ]
}

pods() { k get pods -l app=prometheus -o 'jsonpath={range .items[*]}{.metadata.uid}{range .status.containerStatuses[*]} {.restartCount}{end}{"\n"}{end}'; }
pods_are() { [ "$(pods)" = "$1" ]; }

# The objects of a namespace that are neither Kubernetes' own, nor Helm's records, nor the check.
objects() {
  k get deployments,services,configmaps,secrets,ingresses,pods,jobs,middlewares.traefik.io,ingressroutes.traefik.io -o name |
    grep -vE 'kube-root-ca|sh\.helm\.release|rwa-check' || true
}
nothing_is_created() { [ -z "$(objects)" ] || { objects; return 1; }; }
no_hook_secret() { ! k get secret -o name | grep rwa-check; }

# Each object, event and log but the login's own Secret and Helm's records.
canary_is_nowhere() {
  local pod pattern
  pattern="$CANARY|$SECOND|$(printf '%s' "$CANARY" | base64 | cut -c1-30)|$(printf '%s' "$SECOND" | base64 | cut -c1-30)"
  {
    k get "$(kubectl api-resources --namespaced --verbs=list -o name | grep -v '^secrets$' | paste -sd,)" -o yaml
    k get secrets -o json | jq --arg own "${1:-r-rwa-login}" '.items[] | select(.type != "helm.sh/release.v1" and .metadata.name != $own)'
    for pod in $(k get pods -o name); do k logs "$pod" --all-containers 2>/dev/null; done
    $HELM -n "$NS" get notes r
    $HELM -n "$NS" get hooks r
  } >"$DIR/everything"
  [ "$(wc -l <"$DIR/everything")" -gt 100 ]
  ! grep -nE -- "$pattern" "$DIR/everything"
}


status_is() { $HELM -n "$NS" status r -o json | jq -e --arg status "$1" '.info.status == $status'; }
nobody_shows() { ! grep -nE -- "$CANARY|$SECOND" "$DIR/out" "$DIR/err"; }
