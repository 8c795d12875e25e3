#!/usr/bin/env bash
# Prometheus takes any text as a feature, warns once in its log and starts: with the flag that turned
# the remote write receiver on in Prometheus 2, Prometheus 3 runs with the receiver off.
#
# Version: github.com/prometheus/prometheus 0.53.3, which is Prometheus 2.53.3, and 0.308.1, which
#   is 3.8.1; Go as they ask for.
# Guess: a value that a flag does not know ends the start, as a flag that is not known does; a
#   blank after the comma of a list counts for nothing.
# Seen: `--enable-feature=remote-write-receiver` turns the receiver on in 2.53, but not with a
#   blank before the name. In 3.8 nothing of it does. Each time Prometheus starts and is ready,
#   and whoever writes gets 404. A flag that is not known ends the start at once.
# Source: setFeatureListOptions in cmd/prometheus/main.go splits at commas, trims nothing, and
#   logs what it does not know.
# Needs: go, and its module proxy; curl.
set -euo pipefail

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
: >prometheus.yml

# build VERSION: of the module, whose replacements keep `go install` from building it.
build() {
  local folder
  folder=$(go mod download -json "github.com/prometheus/prometheus@v$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  cp -r "$folder" "source-$1"
  chmod -R u+w "source-$1"
  (cd "source-$1" && CGO_ENABLED=0 go build -mod=mod -o "../prometheus-$1" ./cmd/prometheus) 2>/dev/null
}

# ask VERSION FLAG: what a write without a body is answered, once it is ready.
ask() {
  local address process answer='does not start'
  "./prometheus-$1" --config.file=prometheus.yml --storage.tsdb.path=data \
    --web.listen-address=127.0.0.1:0 "$2" >log 2>&1 &
  process=$!
  while kill -0 "$process" 2>/dev/null; do
    address=$(sed -n 's/.*Listening on.*address=\(127[0-9.:]*\).*/\1/p' log)
    if [ -n "$address" ] && curl -sf "http://$address/-/ready" >/dev/null; then
      answer=$(curl -s -o /dev/null -w '%{http_code}' -X POST "http://$address/api/v1/write")
      break
    fi
    sleep 0.2
  done
  kill "$process" 2>/dev/null || true
  wait "$process" || true
  rm -rf data
  printf '%s %s: %s\n' "$1" "$2" "$answer"
}

for version in 0.53.3 0.308.1; do
  build "$version"
  for flag in --enable-feature=remote-write-receiver '--enable-feature=exemplar-storage, remote-write-receiver' \
    --web.enable-remote-write-receiver --web.enable-remote-write; do
    ask "$version" "$flag"
  done
done | tee seen
diff seen - <<'SEEN'
0.53.3 --enable-feature=remote-write-receiver: 400
0.53.3 --enable-feature=exemplar-storage, remote-write-receiver: 404
0.53.3 --web.enable-remote-write-receiver: 400
0.53.3 --web.enable-remote-write: does not start
0.308.1 --enable-feature=remote-write-receiver: 404
0.308.1 --enable-feature=exemplar-storage, remote-write-receiver: 404
0.308.1 --web.enable-remote-write-receiver: 400
0.308.1 --web.enable-remote-write: does not start
SEEN
