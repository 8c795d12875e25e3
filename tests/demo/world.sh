# shellcheck shell=bash
# The demo's world: a scratch folder with a Prometheus, an nginx and an Ansible
# of its own, and the helpers that print what is seen. Sourced by run.

# shellcheck source=tests/tools/prometheus.sh
source tests/tools/prometheus.sh

ANSIBLE=ansible-core-2.19.14
cache=$(tests/tools/install --cache)
seen=()
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:$HOME/.cargo/bin

bold='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'; fi

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
note() { printf '  %s\n' "$*"; }
indent() { sed 's/^/    /'; }
saw() { seen+=("$*"); }

# wrong WHAT WANTED FOUND
wrong() {
  printf '%snot as it should be: %s%s\n  wanted: %s\n  found:  %s\n' "$red" "$1" "$plain" "$2" "$3" >&2
  exit 1
}

expect() {
  [ "$2" = "$3" ] || wrong "$@"
  note "seen: $1"
}

expect_answer() {
  local wanted=$1 how=$2 found
  shift 2
  found=$("$@")
  [ "$found" = "$wanted" ] || wrong "a write $how" "$wanted" "$found"
  note "seen: a write $how is answered $found"
}

prepare() {
  tests/tools/install curl nginx prometheus rust "$ANSIBLE" | indent
  scratch=$(mktemp -d)
  trap clean_up EXIT
  build_binary
  chmod 0711 "$scratch" # nginx' workers go through it
  # Nothing of the caller's Ansible gets in.
  export HOME=$scratch/home ANSIBLE_HOME=$scratch/home/.ansible ANSIBLE_CONFIG=$scratch/ansible.cfg \
    ANSIBLE_COLLECTIONS_PATH=$scratch/collections ANSIBLE_REMOTE_TMP=$scratch/home/.ansible/tmp
  mkdir -p "$HOME" "$scratch"/nginx/{logs,vhosts,auth}
  printf '[defaults]\ninterpreter_python = auto_silent\nlocalhost_warning = false\nnocows = true\n' >"$ANSIBLE_CONFIG"
  note 'packing the collection trento.prometheus and installing it from its archive'
  install_collection >"$scratch/log" 2>&1 || wrong 'the collection installs' 'an installed collection' "$(cat "$scratch/log")"
}

# Static where Rust comes with rustup, as it is packed for others; a distribution's
# own Rust builds for this machine alone.
build_binary() {
  local place=${CARGO_TARGET_DIR:-$PWD/target} triple
  local target=()
  triple=$(uname -m)-unknown-linux-musl
  binary=$place/release/remote-write-auth
  if [ -d "$(rustc --print sysroot)/lib/rustlib/$triple" ] || command -v rustup >/dev/null; then
    tests/tools/install musl | indent
    target=(--target "$triple") binary=$place/$triple/release/remote-write-auth
  fi
  note 'building the binary (one to three minutes the first time)'
  cargo build --quiet --locked --release ${target[@]+"${target[@]}"} 2>"$scratch/log" || wrong 'the binary builds' 'a binary' "$(cat "$scratch/log")"
}

install_collection() {
  local archive galaxy=$cache/$ANSIBLE/bin/ansible-galaxy
  archive=$(ansible/build --binary "$binary" --out "$scratch/archive" --ansible-galaxy "$galaxy") || return
  "$galaxy" collection install --offline -p "$scratch/collections" "$archive"
}

clean_up() {
  local nginx
  nginx=$(cat "$scratch/nginx/nginx.pid" 2>/dev/null || true)
  [ -z "$nginx" ] || kill "$nginx" 2>/dev/null || true
  [ -z "${prometheus-}" ] || kill "$prometheus" 2>/dev/null || true
  wait
  # It is not a child of ours.
  for _ in $(seq 200); do
    if [ -z "$nginx" ] || ! kill -0 "$nginx" 2>/dev/null; then break; fi
    sleep 0.05
  done
  rm -rf "$scratch"
}

# The playbook's handler orders a reload for a new vhost and does not wait for it.
await_endpoint() {
  for _ in $(seq 100); do
    [ "$(write)" = 000 ] || return 0
    sleep 0.1
  done
}

free_port() { "$cache/$ANSIBLE/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# An nginx with no site yet; the program that the playbook tests and reloads
# knows its place. Its workers are nobody's, where there is a root to start them.
start_nginx() {
  local place=$scratch/nginx user=''
  worker_group=$(id -gn)
  if [ "$(id -u)" = 0 ]; then
    worker_group=$(id -gn nobody)
    user="user nobody $worker_group;"
  fi
  endpoint=127.0.0.1:$(free_port)
  cat >"$place/nginx.conf" <<END
$user
worker_processes 1;
pid $place/nginx.pid;
error_log $place/logs/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $place/body;
    proxy_temp_path $place/proxy;
    fastcgi_temp_path $place/fastcgi;
    uwsgi_temp_path $place/uwsgi;
    scgi_temp_path $place/scgi;
    include $place/vhosts/*.conf;
}
END
  printf '#!/bin/sh\nexec nginx -p %s -c %s/nginx.conf -e %s/logs/error.log "$@"\n' "$place" "$place" "$place" >"$place/nginx"
  chmod 0755 "$place/nginx"
  "$place/nginx"
}

# choose VARIABLE…: what the user of the role sets
choose() {
  (umask 077 && printf '%s\n' "$@" >"$scratch/choice.yml")
  note 'choice.yml:'
  sed -E 's/(password: ).*/\1(48 random characters)/' "$scratch/choice.yml" | indent
}

# play accepted|refused: the collection's own playbook, with that choice
play() {
  local status=0
  printf '  $ ansible-playbook -e @choice.yml trento.prometheus.guard\n'
  "$cache/$ANSIBLE/bin/ansible-playbook" --inventory localhost, --connection local \
    --extra-vars "@$scratch/choice.yml" --extra-vars "$(settings)" trento.prometheus.guard >"$scratch/play.log" 2>&1 || status=$?
  tasks <"$scratch/play.log" | indent
  case $1:$status in
    accepted:0 | refused:[1-9]*) ;;
    *) wrong "the playbook is $1" "$1" "$(tail -n 30 "$scratch/play.log")" ;;
  esac
  if [ "$1" = accepted ] && [ "$(id -u)" != 0 ] && [ "$(recap changed)" != changed=0 ]; then reload_by_hand; fi
}

# The module does it as root alone: nginx' logs and keys are root's elsewhere.
reload_by_hand() {
  local master worker
  master=$(cat "$scratch/nginx/nginx.pid")
  worker=$(cut -d' ' -f1 "/proc/$master/task/$master/children")
  note 'not root, so nginx is reloaded by hand'
  "$scratch/nginx/nginx" -s reload
  for _ in $(seq 200); do
    kill -0 "$worker" 2>/dev/null || return 0
    sleep 0.05
  done
}

# What Ansible printed, as one line a task and the message of one that failed.
tasks() {
  sed -E 's/ \*{3,}$//; s/^(TASK|RUNNING HANDLER) \[(.* : )?(.*)\]$/TASK \3/' | awk '
    /^TASK / { task = substr($0, 6) }
    /^(ok|changed|fatal): / && task !~ /^Validating arguments/ {
      printf "%-8s %s\n", ($1 == "fatal:" ? "refused" : substr($1, 1, length($1) - 1)), task
      if ($1 == "fatal:" && match($0, /"msg": "[^"]*"/)) print substr($0, RSTART + 8, RLENGTH - 9)
    }
  ' | fold -s -w 96
}

settings() {
  cat <<END
{"ansible_python_interpreter": "$cache/$ANSIBLE/bin/python",
 "guard_hosts": "localhost", "guard_become": false, "guard_listen": "$endpoint",
 "guard_prometheus": "$prometheus_address", "guard_vhost_path": "$scratch/nginx/vhosts/prometheus.conf",
 "guard_verify": $([ "$(id -u)" = 0 ] && echo true || echo false),
 "remote_write_auth_verify_url": "http://$endpoint/prometheus/api/v1/write",
 "remote_write_auth_nginx": "$scratch/nginx/nginx", "remote_write_auth_group": "$worker_group",
 "remote_write_auth_htpasswd_path": "$scratch/nginx/auth/prometheus.htpasswd",
 "remote_write_auth_include_path": "$scratch/nginx/auth/prometheus-auth.conf"}
END
}

recap() { grep -oE "$1=[0-9]+" "$scratch/play.log" | tail -n 1; }

# The message and its code, as Ansible printed them.
refusal() { grep -oE '"msg": "[^"]*\[[a-z-]+\]"' "$scratch/play.log" | head -n 1 | sed -E 's/^"msg": "(.*)"$/\1/'; }

# Every file below nginx' folder but its logs: name, owner, mode, time, content.
everything() {
  find "$scratch/nginx" -path "$scratch/nginx/logs" -prune -o -type f -printf '%p %U:%G %m %T@ ' -exec sha256sum {} \;
}

# An empty write request: Prometheus answers it 204 and stores nothing.
write() {
  printf '\0' | curl --silent --max-time 20 --output /dev/null --write-out '%{http_code}' --data-binary @- "$@" \
    --header 'Content-Type: application/x-protobuf' --header 'Content-Encoding: snappy' \
    --header 'X-Prometheus-Remote-Write-Version: 0.1.0' "http://$endpoint/prometheus/api/v1/write" || true
}

# The login goes in by a file, not by an argument that others can see.
write_as() {
  (umask 077 && printf 'user = "%s:%s"\n' "$1" "$2" >"$scratch/login")
  write --config "$scratch/login"
  rm -f "$scratch/login"
}
