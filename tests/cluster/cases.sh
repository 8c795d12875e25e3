#!/usr/bin/env bash
# The cases of tests/cluster/run; each in a namespace of its own, under `restricted`.
# Sourced there: ok, refused, within, DIR, CHART, BEFORE, NODE_IP and helm3, helm4 are its.

readonly CANARY=canary-9f41-Wm3x-Kq7v-Ld2p
readonly SECOND=canary-7c20-Zb8n-Ht5r-Yw1s
readonly NOT_CHOSEN='nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]'
LOGIN=(--set prometheus.server.auth.basic.username=agent --set "prometheus.server.auth.basic.password=$CANARY")
EXISTING=(--set prometheus.server.auth.basic.existingSecret=agents)
# Without the schema: what an editor of the law, a GitOps tool or an old Helm may do.
UNJUDGED=(--skip-schema-validation)

begin() {
  HELM=helm$1 NS=h$1-${2//_/-} DOOR=traefik
  kubectl create namespace "$NS" >/dev/null
  kubectl label namespace "$NS" pod-security.kubernetes.io/enforce=restricted >/dev/null
  cat >"$DIR/values.yaml" <<YAML
remote-write-auth:
  image: {registry: "", repository: localhost/remote-write-auth, tag: test}
  route: {host: $NS.test}
  nginx: {image: "localhost/nginx:test"}
  test: {url: "http://traefik.invalid/"}
prometheus:
  server:
    image: {repository: localhost/prometheus, tag: test}
YAML
  cat >"$DIR/nginx.yaml" <<'YAML'
remote-write-auth: {door: nginx}
prometheus:
  server:
    service: {targetPort: 8081}
    sidecarContainers:
      remote-write-auth-nginx: '{{ include "remote-write-auth.nginxContainer" (dict "context" . "image" "localhost/nginx:test") }}'
      remote-write-auth-logins: '{{ include "remote-write-auth.loginsContainer" (dict "context" . "image" "localhost/remote-write-auth:test") }}'
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
put() { local how=$1 name=$2; shift 2; $HELM "$how" "$name" "$CHART" -n "$NS" -f "$DIR/values.yaml" --wait --timeout 120s "$@"; }

# ask TARGET [CURL OPTION…]: the code of an empty write through the door
ask() {
  local target=$1 host=$NODE_IP:30080
  shift
  [ "$DOOR" = traefik ] || host=$(k get service r-prometheus-server -o 'jsonpath={.spec.clusterIP}')
  printf '\0' | nsenter --net=/run/netns/rwa-cluster curl -s -m 10 -o "$DIR/body" -w '%{http_code}' --path-as-is -X POST \
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
shut_to_strangers() { within 30 answers 401 "$WRITE"; }

# Every spelling, and every other thing that can be written, stopped or read, without and with a wrong login.
TRICKS=(
  "$WRITE" /prometheus/api/v1%2Fwrite /prometheus/api/v1%2fwrite /prometheus%2Fapi/v1/write /prometheus/api/v1/%77rite
  /prometheus/api/v1/writ%65 /prometheus/api/v1//write //prometheus/api/v1/write /prometheus//api/v1/write /prometheus/./api/v1/write
  /prometheus/x/../api/v1/write /prometheus/x%2f..%2fapi/v1/write /x/../prometheus/api/v1/write /prometheus/%2e/api/v1/write
  /prometheus/x/%2e%2e/api/v1/write /prometheus/api/v1/write/ '/prometheus/api/v1/write?x=1' /prometheus/api/v1/Write
  /Prometheus/api/v1/write /prometheusapi/v1/write /prometheus/api/v1/%2577rite /prometheus/api/v1%252fwrite
  /prometheus/-/quit /prometheus/-/reload /prometheus%2F-%2Fquit /prometheus/%2D/quit /prometheus/api/v1/otlp/v1/metrics
  /prometheus/api/v1/otlp%2Fv1/metrics /prometheus/api/v1/admin/tsdb/delete_series /prometheus/api/v1/read /prometheus/debug/pprof/cmdline
  /prometheus/api/v1/status/config /prometheus/metrics /prometheus /prometheus/
)
no_trick_gets_in() {
  local target code wrong=0
  for target in "${TRICKS[@]}"; do
    for login in '' agent:wrong; do
      code=$(ask "$target" ${login:+-u "$login"}) || true
      case $code in 30[1278] | 400 | 401 | 403 | 404) ;; *) code+=' in'; esac
      if [[ $code == *in ]] || grep -qiE 'snappy|remote write receiver|lifecycle|admin api|Prometheus Time' "$DIR/body"; then
        echo "$target as ${login:-nobody}: $code"
        wrong=1
      fi
    done
  done
  # the absolute form, which no client of ours sends
  code=$(ask / --request-target "http://$NS.test$WRITE") || true
  case $code in 40[0134]) ;; *) echo "absolute form: $code"; wrong=1 ;; esac
  return $wrong
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

case_refusals() {
  local start
  refused "with nothing chosen the schema refuses" "$NOT_CHOSEN" put install r
  ok "and nothing is created, not even a release" test -z "$(releases)"
  start=$(date +%s%N)
  refused "past the schema the hook refuses with the same sentence" "$NOT_CHOSEN" put install r "${UNJUDGED[@]}"
  say "      the refusal took $((($(date +%s%N) - start) / 1000000)) ms"
  ok "the release has failed" test "$($HELM -n "$NS" status r -o json | jq -r .info.status)" = failed
  ok "nothing of the chart is created" nothing_is_created
  ok "no Secret of the hook is left" no_hook_secret
  ok "the sentence stays readable on the check's pod" said_on_the_pod "$NOT_CHOSEN"
  ok "after a refusal upgrade --install goes on" put upgrade r --install "${LOGIN[@]}"
  ok "and the door asks for the login" opens_to "$CANARY"
  refused "an Ingress of the sub-chart's own is refused beside Traefik" '[ingress-not-guarded]' put upgrade r "${LOGIN[@]}" --set prometheus.server.ingress.enabled=true
  refused "a wrong type is refused by the hook too" '[value-has-wrong-type]' put upgrade r "${UNJUDGED[@]}" --set prometheus.server.auth.basic.username=agent --set prometheus.server.auth.basic.password=83
  ok "after refused upgrades the running release still serves" opens_to "$CANARY"
  ok "no credential is in any object, event, log or note" canary_is_nowhere
}
said_on_the_pod() { k get pods -l job-name=r-rwa-check -o 'jsonpath={.items[*].status.containerStatuses[*].state.terminated.message}' | grep -F -- "$1"; }

case_hook_cannot_run() {
  k create quota jobs --hard=count/jobs.batch=0 >/dev/null
  refused "a quota that refuses the Job fails the install and says so" 'exceeded quota' put install r "${LOGIN[@]}"
  ok "no Secret of the hook is left" no_hook_secret
  ok "nothing of the chart is created" nothing_is_created
  k delete quota jobs >/dev/null
  refused "a missing image fails the install" 'rwa-check' put upgrade r --install "${LOGIN[@]}" --set remote-write-auth.image.tag=nowhere --set remote-write-auth.deadlineSeconds=8
  ok "and its reason is on the pod" reason_is_said
}
reason_is_said() { k get events -o 'jsonpath={.items[*].message}' | grep -E 'localhost/remote-write-auth:nowhere'; }

case_traefik() {
  ok "an install with a login is accepted" put install r "${LOGIN[@]}" --set "remote-write-auth.test.url=http://$NODE_IP:30080$WRITE"
  ok "the notes say who is let in" says_in_notes 'those who have the login in the Secret r-rwa-login'
  ok "the login is let in" opens_to "$CANARY"
  ok "a stranger is not" shut_to_strangers
  ok "no trick gets in" no_trick_gets_in
  ok "no credential is in any object, event, log or note" canary_is_nowhere
  rotate put upgrade r "${LOGIN[@]}" --set "prometheus.server.auth.basic.password=$SECOND"
  broken_secrets
  ok "the Secret comes back with an upgrade" put upgrade r "${LOGIN[@]}"
  ok "and so does the login" opens_to "$CANARY" 60
  choices
}

case_nginx() {
  DOOR=nginx
  ok "an install with a sidecar is accepted" put install r -f "$DIR/nginx.yaml" "${LOGIN[@]}"
  ok "the login is let in" opens_to "$CANARY" 60
  ok "a stranger is not" shut_to_strangers
  ok "no trick gets in" no_trick_gets_in
  ok "no credential is in any object, event, log or note" canary_is_nowhere remote-write-auth
  ok "the same values again change no Secret" same_again
  rotate put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}" --set "prometheus.server.auth.basic.password=$SECOND"
  k delete secret remote-write-auth >/dev/null
  ok "without its Secret the door is shut" within 150 shut_to_all 403
  ok "the Secret comes back with an upgrade" put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}"
  ok "and so does the login" opens_to "$CANARY" 60
  choices -f "$DIR/nginx.yaml"
}
same_again() {
  local before
  before=$(k get secret,configmap,deployment -o json | jq -S '[.items[] | select(.metadata.name | test("helm") | not) | {kind, data, spec}]')
  put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}" >/dev/null
  [ "$(k get secret,configmap,deployment -o json | jq -S '[.items[] | select(.metadata.name | test("helm") | not) | {kind, data, spec}]')" = "$before" ]
}

says_in_notes() { $HELM -n "$NS" get notes r | grep -F -- "$1"; }

# none and back, with what the door, the notes and helm test say.
choices() {
  local to_none=(put upgrade r "$@" --set prometheus.server.auth.type=none) revision
  ok "none is accepted" "${to_none[@]}"
  ok "and takes effect" within 60 answers 204 "$WRITE"
  ok "the notes say that it is open to anyone" says_in_notes ANYONE
  revision=$($HELM -n "$NS" list -o json | jq -r '.[0].revision')
  ok "basic after none is accepted" put upgrade r "$@" "${LOGIN[@]}"
  ok "and takes effect" within 60 answers 401 "$WRITE"
  ok "the login is let in again" opens_to "$CANARY" 60
  if [ "$DOOR" = traefik ]; then helm_test; fi
  ok "a rollback to none is a rollback" "$HELM" rollback r "$revision" -n "$NS" --wait --timeout 120s
  ok "and takes effect" within 60 answers 204 "$WRITE"
  k delete pod r-rwa-test --ignore-not-found >/dev/null # Helm keeps a test that failed
  ok "uninstall leaves nothing" leaves_nothing
}
leaves_nothing() { $HELM -n "$NS" uninstall r && within 60 nothing_is_created; }

# No name service in the cluster: the test's pod asks by address, so the route takes every host.
helm_test() {
  local any=(--set remote-write-auth.route.host=) address
  ok "an upgrade brings the test's address" put upgrade r "${LOGIN[@]}" "${any[@]}" --set "remote-write-auth.test.url=http://$NODE_IP:30080$WRITE"
  ok "helm test proves the door" within 60 "$HELM" test r -n "$NS" --timeout 60s
  address=$(k get service r-prometheus-server -o 'jsonpath={.spec.clusterIP}')
  ok "a test of Prometheus' own port is prepared" put upgrade r "${LOGIN[@]}" --set "remote-write-auth.test.url=http://$address$WRITE"
  ok "helm test fails on an open door" fails_on_open
}
fails_on_open() { ! $HELM test r -n "$NS" --timeout 60s && k logs r-rwa-test | grep -F '[door-open]'; }

# rotate COMMAND…: from CANARY to SECOND, which the command brings about, under requests with both.
rotate() {
  local before
  before=$(pods)
  : >"$DIR/stop-not"
  watch_both >"$DIR/watched" 2>&1 &
  local watcher=$!
  ok "a new password is accepted" "$@"
  ok "the new password is let in" opens_to "$SECOND" 120
  ok "the old one is not" within 30 answers 401 "$WRITE" -u "agent:$CANARY"
  rm -f "$DIR/stop-not"
  ok "at each moment the old or the new password was let in" wait "$watcher"
  cp "$DIR/watched" "$DIR/said"
  ok "no pod was replaced and no container restarted" pods_are "$before"
}
# Once the old one is refused, the new one must be taken: asked in this order.
watch_both() {
  local old new wrong=0
  while [ -e "$DIR/stop-not" ]; do
    old=$(ask "$WRITE" -u "agent:$CANARY") || true
    new=$(ask "$WRITE" -u "agent:$SECOND") || true
    case $old/$new in
      204/204 | 204/401 | 401/204) ;;
      *) echo "old $old, new $new"; wrong=1 ;;
    esac
  done
  return $wrong
}

# Traefik's guard breaks with its Secret; beside it stands an open Ingress to the same.
broken_secrets() {
  k create ingress open --rule="$NS.test/prometheus*=r-prometheus-server:80" >/dev/null
  sleep 1
  ok "with another Ingress for the same host the door asks" shut_to_strangers
  k delete secret r-rwa-login >/dev/null
  ok "without its Secret the door is shut" within 30 shut_to_all 403
  k create secret generic r-rwa-login --from-literal=username=agent --from-literal=password="$CANARY" >/dev/null
  ok "with an Opaque Secret of two keys the door is shut" within 30 shut_to_all 403
  ok "and stays so" stays_shut
  k delete secret r-rwa-login ingress/open >/dev/null 2>&1 || k delete secret/r-rwa-login ingress/open >/dev/null
}
stays_shut() { for _ in 1 2 3 4 5; do shut_to_all 403 || return 1; sleep 0.5; done; }

secret() {
  local type=$1
  shift
  k delete secret agents --ignore-not-found >/dev/null
  jq -n --arg type "$type" '{apiVersion: "v1", kind: "Secret", metadata: {name: "agents"}, type: $type, stringData: ($ARGS.positional | map(split("=") | {(.[0]): .[1]}) | add)}' --args "$@" | k apply -f - >/dev/null
}

case_existing_secret() {
  refused "an existing Secret that is missing is refused" '[secret-not-found]' put install r "${EXISTING[@]}"
  ok "nothing of the chart is created" nothing_is_created
  secret Opaque username=agent "password=$CANARY"
  refused "one of another type is refused" '[secret-wrong-type]' put upgrade r --install "${EXISTING[@]}"
  secret Opaque username=agent
  refused "also where it lacks a key" '[secret-wrong-type]' put upgrade r --install "${EXISTING[@]}"
  secret kubernetes.io/basic-auth username=agent
  refused "one without a password is refused" '[secret-key-missing]' put upgrade r --install "${EXISTING[@]}"
  secret kubernetes.io/basic-auth username=agent 'password=with"quote'
  refused "one with a password that no agent carries is refused" '[password-not-portable]' put upgrade r --install "${EXISTING[@]}"
  secret kubernetes.io/basic-auth username=agent "password=$CANARY"
  ok "the right one is accepted" put upgrade r --install "${EXISTING[@]}"
  ok "and its login is let in" opens_to "$CANARY"
  ok "a stranger is not" shut_to_strangers
  rotate k patch secret agents -p "{\"stringData\": {\"password\": \"$SECOND\"}}"
  ok "no credential is in any object, event, log or note" canary_is_nowhere agents
  ok "nor in Helm's own records" records_are_clean
}
records_are_clean() {
  local record
  for record in $(k get secret -l owner=helm -o name); do
    k get "$record" -o 'jsonpath={.data.release}' | base64 -d | base64 -d | gunzip | grep -E "$CANARY|$SECOND" && return 1
  done
  return 0
}

case_before_auth() {
  # shellcheck disable=SC2153 # set by run
  ok "a release from before auth is there" "$HELM" install r "$BEFORE" -n "$NS" --wait --timeout 120s \
    --set prometheus.server.image.repository=localhost/prometheus --set prometheus.server.image.tag=test
  local running how
  running=$(pods)
  for how in --reset-values --reuse-values --reset-then-reuse-values; do
    refused "an upgrade with $how is refused" "$NOT_CHOSEN" put upgrade r $how
    refused "also by the hook" "$NOT_CHOSEN" put upgrade r $how "${UNJUDGED[@]}"
  done
  ok "the running pod is untouched" pods_are "$running"
  for how in --reset-values --reuse-values --reset-then-reuse-values; do
    ok "with the receiver off $how is accepted" put upgrade r $how --set 'prometheus.server.extraFlags={web.enable-lifecycle}'
  done
  ok "and nobody is let in" within 30 shut_to_all
  ok "with a login --reuse-values is accepted" put upgrade r --reuse-values "${LOGIN[@]}" --set 'prometheus.server.extraFlags={web.enable-remote-write-receiver}'
  ok "and the login is let in" opens_to "$CANARY"
}

case_names() {
  local long
  long=$(printf 'r%.0s' {1..53})
  ok "a release name of 53 characters is accepted" put install "$long" "${LOGIN[@]}"
  ok "its login is let in" opens_to "$CANARY"
  ok "a second release stands in the same namespace" put install other "${LOGIN[@]}" --set "remote-write-auth.route.host=other-$NS.test"
  ok "and the first one's login is still let in" opens_to "$CANARY"
  refused "the long one is refused like any" "$NOT_CHOSEN" put upgrade "$long" "${UNJUDGED[@]}" --reset-values
}
