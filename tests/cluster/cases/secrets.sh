#!/usr/bin/env bash
# A login that stands in a Secret of the user.
# shellcheck disable=SC2034 # world.sh reads EDGE and CHART

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
  ok "a client without a login is not" shut_without_login
  rotate k patch secret agents -p "{\"stringData\": {\"password\": \"$SECOND\"}}"
  ok "no credential is in any object, event, log or note" canary_is_nowhere agents
  ok "nor in Helm's own records" records_are_clean
}

# The volumes of the Prometheus chart name the Secret.
case_existing_secret_nginx() {
  EDGE=nginx
  sed 's/secretName: remote-write-auth/secretName: agents/' "$DIR/nginx.yaml" >"$DIR/nginx-agents.yaml"
  secret kubernetes.io/basic-auth username=agent "password=$CANARY"
  ok "an existing Secret is accepted beside a sidecar" put install r -f "$DIR/nginx-agents.yaml" "${EXISTING[@]}"
  ok "its login is let in" opens_to "$CANARY" 60
  ok "a client without a login is not" shut_without_login
  rotate k patch secret agents -p "{\"stringData\": {\"password\": \"$SECOND\"}}"
  ok "no credential is in any object, event, log or note" canary_is_nowhere agents
  ok "nor in Helm's own records" records_are_clean
  k patch secret agents -p '{"stringData": {"password": "with\"quote"}}' >/dev/null
  ok "a password that no agent carries shuts the edge" within 60 shut_to_all 403
}

# It cannot be there before the release, so the hook cannot wait for it.
case_secret_of_the_release() {
  local CHART=$WITH_SECRET unasked=(--set remote-write-auth.hook.enabled=false)
  refused "a Secret that the release brings along is not there before it" '[secret-not-found]' put install r "${EXISTING[@]}" --set "brought=$CANARY"
  ok "without the hook the release is accepted" put upgrade r --install "${EXISTING[@]}" "${unasked[@]}"
  ok "until the Secret exists the edge is shut" within 30 shut_to_all 403
  ok "and stays so" stays_shut
  ok "with its Secret the release is accepted" put upgrade r "${EXISTING[@]}" "${unasked[@]}" --set "brought=$CANARY"
  ok "and its login is let in" opens_to "$CANARY"
  ok "a client without a login is not" shut_without_login
}
records_are_clean() {
  local record
  for record in $(k get secret -l owner=helm -o name); do
    k get "$record" -o 'jsonpath={.data.release}' | base64 -d | base64 -d | gunzip | grep -E "$CANARY|$SECOND" && return 1
  done
  return 0
}

