# shellcheck shell=bash
# Sourced by the suites that put nginx in front of a real Prometheus.

# start_prometheus FOLDER: one with its receiver on, at a port that the kernel chooses: sets
# `prometheus`, its process, and `prometheus_address`; its log is
# FOLDER/prometheus.log. Returns 1 where no answer comes.
start_prometheus() {
  local folder=$1 log=$1/prometheus.log
  : >"$folder/prometheus.yml"
  prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/prometheus" \
    --web.listen-address=127.0.0.1:0 --web.enable-remote-write-receiver >"$log" 2>&1 &
  # shellcheck disable=SC2034 # whoever sources this ends it
  prometheus=$!
  for _ in $(seq 300); do
    prometheus_address=$(sed -n 's/.*Listening on.*address=\(127[0-9.:]*\).*/\1/p' "$log")
    [ -z "$prometheus_address" ] || ! curl -sf "http://$prometheus_address/-/ready" >/dev/null || return 0
    sleep 0.2
  done
  return 1
}
