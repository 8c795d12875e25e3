#!/usr/bin/env bash
# The two edges: who is let in, and that a broken one is shut.

case_traefik() {
  ok "an install with a login is accepted" put install r "${LOGIN[@]}" --set "remote-write-auth.test.url=http://$NODE_IP:30080$WRITE"
  ok "the notes say who is let in" says_in_notes 'those who have the login in the Secret r-rwa-login'
  ok "the login is let in" opens_to "$CANARY"
  ok "a client without a login is not" shut_without_login
  ok "no trick gets in" no_trick_gets_in
  ok "no credential is in any object, event, log or note" canary_is_nowhere
  ok "the notes warn of a way past the edge" warns_of_a_bypass
  rotate put upgrade r "${LOGIN[@]}" --set "prometheus.server.auth.basic.password=$SECOND"
  broken_secrets
  ok "the Secret comes back with an upgrade" put upgrade r "${LOGIN[@]}"
  ok "and so does the login" opens_to "$CANARY" 60
  choices
}

case_nginx() {
  EDGE=nginx
  ok "an install with a sidecar is accepted" put install r -f "$DIR/nginx.yaml" "${LOGIN[@]}"
  ok "the login is let in" opens_to "$CANARY" 60
  ok "a client without a login is not" shut_without_login
  ok "no trick gets in" no_trick_gets_in
  ok "no credential is in any object, event, log or note" canary_is_nowhere remote-write-auth
  ok "the same values again change no Secret" same_again
  rotate put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}" --set "prometheus.server.auth.basic.password=$SECOND"
  k delete secret remote-write-auth >/dev/null
  ok "without its Secret the edge is shut" within 150 shut_to_all 403
  k create secret generic remote-write-auth --from-literal=users="agent:$CANARY" --from-literal=password="$CANARY" >/dev/null
  sleep 8 # longer than the kubelet takes to bring it
  ok "with an Opaque Secret of two other keys it stays shut" stays_shut
  k delete secret remote-write-auth >/dev/null
  ok "the Secret comes back with an upgrade" put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}"
  ok "and so does the login" opens_to "$CANARY" 60
  ok "an Ingress of the sub-chart's own leads to the edge" put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}" "${INGRESS[@]}" --set "prometheus.server.ingress.hosts={$NS.test}"
  EDGE=traefik
  ok "by it the login is let in" opens_to "$CANARY" 60
  ok "and no client without a login" shut_without_login
  ok "nor any trick" no_trick_gets_in
  EDGE=nginx
  choices -f "$DIR/nginx.yaml"
}
INGRESS=(--set prometheus.server.ingress.enabled=true --set prometheus.server.ingress.path=/prometheus)
same_again() {
  local before
  before=$(k get secret,configmap,deployment -o json | jq -S '[.items[] | select(.metadata.name | test("helm") | not) | {kind, data, spec}]')
  put upgrade r -f "$DIR/nginx.yaml" "${LOGIN[@]}" >/dev/null
  [ "$(k get secret,configmap,deployment -o json | jq -S '[.items[] | select(.metadata.name | test("helm") | not) | {kind, data, spec}]')" = "$before" ]
}

warns_of_a_bypass() {
  $HELM upgrade r "$CHART" -n "$NS" -f "$DIR/values.yaml" "${LOGIN[@]}" --set prometheus.server.service.type=LoadBalancer --dry-run=server |
    grep -F 'prometheus.server.service.type: a service of this type leads from outside to Prometheus itself, past the login'
}
says_in_notes() { $HELM -n "$NS" get notes r | grep -F -- "$1"; }

# none and back, with what the edge, the notes and helm test say.
choices() {
  local to_none=(put upgrade r "$@" --set prometheus.server.auth.type=none) revision
  ok "none is accepted" "${to_none[@]}"
  ok "and takes effect" within 60 answers 204 "$WRITE"
  ok "the notes say that it is open to anyone" says_in_notes ANYONE
  revision=$($HELM -n "$NS" list -o json | jq -r '.[0].revision')
  ok "basic after none is accepted" put upgrade r "$@" "${LOGIN[@]}"
  ok "and takes effect" within 60 answers 401 "$WRITE"
  ok "the login is let in again" opens_to "$CANARY" 60
  if [ "$EDGE" = traefik ]; then helm_test; fi
  ok "a rollback to none is a rollback" "$HELM" rollback r "$revision" -n "$NS" --wait --timeout 400s
  ok "and takes effect" within 60 answers 204 "$WRITE"
  k delete pod r-rwa-test --ignore-not-found >/dev/null # Helm keeps a test that failed
  ok "uninstall leaves nothing" leaves_nothing
}
leaves_nothing() { $HELM -n "$NS" uninstall r && within 60 nothing_is_created; }

# No name service in the cluster: the test's pod asks by address, so the route takes every host.
helm_test() {
  local any=(--set remote-write-auth.route.host=) address
  ok "an upgrade brings the test's address" put upgrade r "${LOGIN[@]}" "${any[@]}" --set "remote-write-auth.test.url=http://$NODE_IP:30080$WRITE"
  ok "helm test proves the edge" within 60 "$HELM" test r -n "$NS" --timeout 300s
  address=$(k get service r-prometheus-server -o 'jsonpath={.spec.clusterIP}')
  ok "a test of Prometheus' own port is prepared" put upgrade r "${LOGIN[@]}" --set "remote-write-auth.test.url=http://$address$WRITE"
  ok "helm test fails on an open edge" fails_on_open
}
fails_on_open() { ! $HELM test r -n "$NS" --timeout 300s && k logs r-rwa-test | grep -F '[receiver-open]'; }

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
  cp "$DIR/watched" "$DIR/output"
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
  ok "forced past schema and hook, the sub-chart's own Ingress is there" put upgrade r "${LOGIN[@]}" "${UNJUDGED[@]}" --no-hooks "${INGRESS[@]}" --set "prometheus.server.ingress.hosts={$NS.test}"
  k create ingress open --rule="$NS.test/prometheus*=r-prometheus-server:80" >/dev/null
  ok "the login is let in" opens_to "$CANARY"
  sleep 2
  ok "beside both the edge still asks" shut_without_login
  ok "and no trick gets in" no_trick_gets_in
  k delete secret r-rwa-login >/dev/null
  ok "without its Secret the edge is shut" within 30 shut_to_all 403
  k create secret generic r-rwa-login --from-literal=username=agent --from-literal=password="$CANARY" >/dev/null
  sleep 2
  ok "with an Opaque Secret of two keys it stays shut" stays_shut
  k delete secret r-rwa-login >/dev/null
  k create secret generic r-rwa-login --from-literal=password="$CANARY" >/dev/null
  sleep 2
  ok "with an Opaque Secret of one key it stays shut" stays_shut
  k delete secret r-rwa-login >/dev/null
  k create secret generic r-rwa-login --type kubernetes.io/basic-auth --from-literal=password="$CANARY" >/dev/null
  sleep 2
  ok "with half a login it stays shut" stays_shut
  k delete secret/r-rwa-login ingress/open >/dev/null
}
stays_shut() { for _ in 1 2 3 4 5; do shut_to_all 403 || return 1; sleep 0.5; done; }

