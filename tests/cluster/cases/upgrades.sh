#!/usr/bin/env bash
# From before there was anything to choose; releases by their names.

case_before_auth() {
  # shellcheck disable=SC2153 # set by run
  ok "a release from before auth is there" "$HELM" install r "$BEFORE" -n "$NS" --wait --timeout 400s \
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
