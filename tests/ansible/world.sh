# The world of a run: a scratch folder, a Prometheus, and for each version of
# Ansible folders, an nginx and a home of its own. Sourced by run.
# shellcheck shell=bash disable=SC2154 # what run says: tests, cache, bin, binary, program

# shellcheck source=tests/tools/prometheus.sh
source tests/tools/prometheus.sh

make_scratch() {
  scratch=$(mktemp -d)
  chmod 0711 "$scratch" # the workers of nginx go through
  trap tidy_up EXIT
}

tidy_up() {
  stop_nginx || true
  [ -z "${prometheus-}" ] || kill "$prometheus" 2>/dev/null || true
  if [ -n "${KEEP-}" ]; then echo "kept: $scratch"; else rm -rf "$scratch"; fi
}

make_world() {
  world=$scratch/$1
  mkdir -p "$world"/{home,collections} "$world"/files/{upstream,transitions,types,refusals,role,ways,ways-of-nobody} \
    "$world"/nginx/{bin,vhosts,locations,logs}
  chown nobody "$world/files/ways-of-nobody"
  : >"$world/checks"
  # Nothing of the caller's Ansible gets in, and nothing of this run out.
  export HOME=$world/home ANSIBLE_HOME=$world/home/.ansible ANSIBLE_CONFIG=$tests/ansible.cfg \
    ANSIBLE_COLLECTIONS_PATH=$world/collections ANSIBLE_REMOTE_TMP=$world/home/.ansible/tmp \
    ANSIBLE_ASYNC_DIR=$world/home/async ANSIBLE_NOCOLOR=1
  echo "for the tests alone" >"$world/home/vault"
  vault_something
  jq -n --arg tests "$tests" --arg world "$world" --arg binary "$binary" --arg program "$program" --arg prometheus "$prometheus_address" \
    --arg judge "$cache/bcrypt-5.0.0/bin/python $tests/judge.py" --arg group "$(id -gn nobody)" \
    '$ARGS.named | .worker_group = .group | del(.group) | .guard_prometheus = .prometheus | del(.prometheus)' >"$world/vars"
}

# The same password that passwords.json calls second, as a vault would hold it, and as it does after echo.
vault_something() {
  jq -rj .second "$tests/passwords.json" |
    "$bin/ansible-vault" encrypt_string --stdin-name vaulted 2>"$world/vault.log" >"$world/vaulted.yml"
  echo >>"$world/vaulted.yml"
  jq -r .second "$tests/passwords.json" |
    "$bin/ansible-vault" encrypt_string --stdin-name vaulted_by_echo 2>>"$world/vault.log" >>"$world/vaulted.yml"
  printf '\nvaulted_users:\n  - username: eve\n    password: "{{ vaulted }}"\n' >>"$world/vaulted.yml"
}

start_nginx() {
  local place=$world/nginx
  jq --slurpfile doc "$world/doc.json" \
    '. + ($doc[0][] | {documented: (.return | keys), documented_options: (.doc.options | length)})' \
    "$world/vars" >"$world/vars.json"
  cat >"$place/nginx.conf" <<END
user nobody $(id -gn nobody);
worker_processes 1;
pid $place/nginx.pid;
error_log $place/logs/error.log;
events {}
http {
    access_log off;
    include $place/vhosts/*.conf;
    server { listen unix:$place/other.sock; include $place/locations/*.conf; }
}
END
  cat >"$place/bin/nginx" <<END
#!/bin/sh
# nginx with a place of its own, and a note of what it sees of its caller.
{
    tr '\\0' '\\n' </proc/\$PPID/cmdline
    tr '\\0' '\\n' </proc/\$PPID/environ
    find "$world/home/.ansible/tmp" -type f | sed 's/^/file /'
} >>$place/seen 2>&1
exec nginx -p $place -c $place/nginx.conf "\$@"
END
  chmod 0755 "$place/bin/nginx" "$world" "$place"
  nginx -p "$place" -c "$place/nginx.conf"
}

stop_nginx() {
  local pid_file=${world-}/nginx/nginx.pid
  [ -s "$pid_file" ] && kill "$(cat "$pid_file")" 2>/dev/null
}
