#!/usr/bin/env bash
# The check in the cluster: what it refuses, what a refusal leaves, what happens where it cannot run.

case_refusals() {
  local start events running
  refused "with nothing chosen the schema refuses" "$NOT_CHOSEN" put install r
  ok "and nothing is created, not even a release" test -z "$(releases)"
  tests/cluster/kubernetes events >"$DIR/events" 2>/dev/null 8>&- &
  events=$!
  start=$(date +%s%N)
  refused "past the schema the hook refuses with the same message" "$NOT_CHOSEN" put install r "${UNJUDGED[@]}"
  say "      time: helm install to the refusal $((($(date +%s%N) - start) / 1000000)) ms, at most 5000 on a quiet machine"
  kill "$events"
  wait "$events" || true
  say "      time: the container's start to its verdict $(verdict_took) ms, at most 100 on a quiet machine"
  ok "the release has failed" status_is failed
  ok "nothing of the chart is created" nothing_is_created
  ok "no Secret of the hook is left" no_hook_secret
  ok "the message stays readable on the check's pod" message_on_the_pod "$NOT_CHOSEN"
  ok "after a refusal upgrade --install goes on" put upgrade r --install "${LOGIN[@]}"
  ok "and the edge asks for the login" opens_to "$CANARY"
  running=$(pods)
  refused "an Ingress of the sub-chart's own is refused beside Traefik" '[ingress-not-guarded]' put upgrade r "${LOGIN[@]}" --set prometheus.server.ingress.enabled=true
  refused "by the hook, too" '[ingress-not-guarded]' put upgrade r "${UNJUDGED[@]}" "${LOGIN[@]}" --set prometheus.server.ingress.enabled=true
  refused "a wrong type is refused by the hook too" '[value-has-wrong-type]' put upgrade r "${UNJUDGED[@]}" --set prometheus.server.auth.basic.username=agent --set prometheus.server.auth.basic.password=83
  refused "a password that no agent carries is refused by the hook too" '[password-not-portable]' put upgrade r "${UNJUDGED[@]}" "${UNPORTABLE[@]}"
  ok "and Helm shows none of it" nobody_shows
  ok "after refused upgrades the running release still serves" opens_to "$CANARY"
  ok "by the same pod" pods_are "$running"
  ok "no credential is in any object, event, log or note" canary_is_nowhere
}
message_on_the_pod() { k get pods -l job-name=r-rwa-check -o 'jsonpath={.items[*].status.containerStatuses[*].state.terminated.message}' | grep -F -- "$1"; }

# From containerd's own clock: the container that ended with 1 is the one that refused.
verdict_took() {
  local id started ended
  id=$(sed -n 's|.* /tasks/exit {"container_id":"\([0-9a-f]*\)".*"exit_status":1[,}].*|\1|p' "$DIR/events" | head -n 1)
  started=$(awk -v id="$id" '/\/tasks\/start / && index($0, id) {print $1, $2; exit}' "$DIR/events")
  ended=$(awk -v id="$id" '/\/tasks\/exit / && index($0, id) {print $1, $2; exit}' "$DIR/events")
  [ -n "$id" ] || { echo '(not seen)'; return; }
  echo $((($(date -d "$ended UTC" +%s%N) - $(date -d "$started UTC" +%s%N)) / 1000000))
}

# What Helm takes back by itself, and what a release that never was leaves.
case_unfinished() {
  local atomic=--atomic running
  [ "$HELM" = helm3 ] || atomic=--rollback-on-failure
  refused "with $atomic an install is refused, too" "$NOT_CHOSEN" put install r "${UNJUDGED[@]}" $atomic
  ok "and no release is left" test -z "$(releases)"
  ok "of objects only the check, for ten minutes" only_the_check_is_left
  ok "an install with a login is accepted" put install r "${LOGIN[@]}" $atomic
  running=$(pods)
  refused "with $atomic an upgrade is refused, too" "$NOT_CHOSEN" put upgrade r "${UNJUDGED[@]}" --reset-values $atomic
  ok "the release is back where it was" status_is deployed
  ok "it serves, by the same pod" pods_are "$running"
  ok "and lets the login in" opens_to "$CANARY"
  ok "the next upgrade goes on" put upgrade r "${LOGIN[@]}"
  refused "until one is refused" "$NOT_CHOSEN" put upgrade r "${UNJUDGED[@]}" --reset-values
  ok "uninstalled, it leaves only the failed check" uninstalled_but_for_the_check
  k patch job r-rwa-check --type merge -p '{"spec": {"ttlSecondsAfterFinished": 1}}' >/dev/null
  ok "which goes when its time has come" within 60 no_job_is_left
}
only_the_check_is_left() {
  nothing_is_created && no_hook_secret && [ "$(k get jobs -o name)" = job.batch/r-rwa-check ] &&
    [ "$(k get job r-rwa-check -o 'jsonpath={.spec.ttlSecondsAfterFinished}')" = 600 ]
}
uninstalled_but_for_the_check() { $HELM -n "$NS" uninstall r && within 60 only_the_check_is_left; }
no_job_is_left() { [ -z "$(k get jobs,pods -o name)" ]; }

case_hook_cannot_run() {
  local short=(--set remote-write-auth.deadlineSeconds=8)
  k create quota jobs --hard=count/jobs.batch=0 >/dev/null
  refused "a quota that refuses the Job fails the install and says so" 'exceeded quota' put install r "${LOGIN[@]}"
  ok "no Secret of the hook is left" no_hook_secret
  ok "nothing of the chart is created" nothing_is_created
  k delete quota jobs >/dev/null
  k create quota pods --hard=pods=0 >/dev/null
  refused "a quota that refuses the pod fails the install" 'rwa-check' put upgrade r --install "${LOGIN[@]}" "${short[@]}"
  ok "and its reason is with the Job" within 10 event_says 'exceeded quota: pods'
  k delete quota pods >/dev/null
  refused "a missing image fails the install" 'rwa-check' put upgrade r --install "${LOGIN[@]}" --set remote-write-auth.image.tag=nowhere --set remote-write-auth.deadlineSeconds=15
  ok "and its reason is with the pod" within 10 event_says 'localhost/remote-write-auth:nowhere'
  rights
  refused "an account that may not create a Job gets an answer that says so" 'forbidden' put upgrade r --install "${LOGIN[@]}" --kube-as-user deployer
  ok "and names the object" grep -E 'jobs' "$DIR/err"
  k create rolebinding jobs --role=jobs --user=deployer >/dev/null
  refused "an account that may not read logs is refused all the same" 'rwa-check' put upgrade r --install "${UNJUDGED[@]}" --kube-as-user deployer
  ok "and the message is on the pod" message_on_the_pod "$NOT_CHOSEN"
  ok "nothing of the chart is created" nothing_is_created
}
event_says() { k get events -o 'jsonpath={.items[*].message}' | grep -F -- "$1"; }
# All that the chart needs, but for the check.
rights() {
  k create role charts --verb='*' --resource=secrets,configmaps,services,deployments.apps,middlewares.traefik.io,ingressroutes.traefik.io >/dev/null
  k create role jobs --verb='*' --resource=jobs.batch,pods,events >/dev/null
  k create rolebinding charts --role=charts --user=deployer >/dev/null
}

# Rendered by Helm, put there by Argo CD's own engine.
case_argo() {
  ARGO=$(tests/cluster/argo) || return
  ok "Argo CD's sync of nothing chosen fails in the check, before all else" fails_before_all "${UNJUDGED[@]}"
  ok "nothing of the chart is created" nothing_is_created
  ok "the message is on the pod" message_on_the_pod "$NOT_CHOSEN"
  ok "so does one with an existing Secret that is missing" fails_before_all "${EXISTING[@]}"
  ok "with its message on the pod" message_on_the_pod '[secret-not-found]'
  secret Opaque username=agent "password=$CANARY"
  ok "one of another type, which no template can look up, goes through" sync "${EXISTING[@]}"
  ok "and the edge is shut" within 30 shut_to_all 403
  k delete secret agents >/dev/null
  ok "a sync with a login goes through" sync "${LOGIN[@]}"
  cp "$DIR/output" "$DIR/synced"
  ok "the check came first" grep -E '^PreSync Job/r-rwa-check .*Succeeded' "$DIR/synced"
  ok "the login is let in" opens_to "$CANARY"
  ok "a client without a login is not" shut_without_login
  ok "rendered once more, all is in sync" in_sync
  ok "no credential is in any object, event, log or note" canary_is_nowhere
}
sync() { $HELM template r "$CHART" -n "$NS" -f "$DIR/values.yaml" "$@" | "$ARGO" "$NS"; }
fails_before_all() {
  ! sync "$@" >"$DIR/synced" 2>&1 || { echo "it went through"; return 1; }
  cat "$DIR/synced"
  grep -E '^PreSync Job/r-rwa-check .*Failed' "$DIR/synced" && ! grep '^Sync .* Synced' "$DIR/synced"
}
in_sync() { sync "${LOGIN[@]}" >"$DIR/synced"; cat "$DIR/synced"; grep -x 'in sync' "$DIR/synced"; }
