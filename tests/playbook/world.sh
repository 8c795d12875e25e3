# shellcheck shell=bash disable=SC2154 # what run says: tests, cache, version
# Three network namespaces: the server's, the proxy's, and a client's. What is
# below /etc that the playbook writes is this run's own, by mounts in its mount
# namespace. Sourced by run, which already is in one.

readonly server_for_proxy=10.213.1.1 proxy_for_server=10.213.1.2 server_for_client=10.213.2.1 \
  proxy_for_client=10.213.3.1
etc=/etc/nginx init=/etc/init.d

make_scratch() {
  scratch=$(mktemp -d)
  chmod 0711 "$scratch"
  trap tidy_up EXIT
  password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  # shellcheck disable=SC2034 # run uses it
  login=(-e trento_prometheus_auth=basic -e trento_prometheus_auth_username=alloy -e "trento_prometheus_auth_password=$password")
  make_mounts
  make_networks
  start_firewall
  archive=$(ansible/build ${REMOTE_WRITE_AUTH_BINARY:+--binary "$REMOTE_WRITE_AUTH_BINARY"} --out "$scratch/archive" \
    --ansible-galaxy "$cache/ansible-core-2.19.14/bin/ansible-galaxy" 2>/dev/null)
}

tidy_up() {
  "$init/nginx" stop || true
  "$init/prometheus" stop || true
  kill "$firewalld" "$bus" 2>/dev/null || true
  if [ -n "${KEEP-}" ]; then echo "kept: $scratch"; else rm -rf "$scratch"; fi
}

make_mounts() {
  local folder
  mkdir -p "$scratch"/{nginx/vhosts.d,init.d,firewalld,run-systemd}
  # No systemd here: the service module finds the scripts below.
  [ ! -d /run/systemd/system ] || mount --bind "$scratch/run-systemd" /run/systemd
  cp -R /etc/firewalld/. "$scratch/firewalld"
  for folder in nginx init.d firewalld; do mount --bind "$scratch/$folder" "/etc/$folder"; done
  mount -t tmpfs none /run/netns 2>/dev/null || { mkdir -p /run/netns && mount -t tmpfs none /run/netns; }
  cat >$etc/nginx.conf <<'END'
pid /etc/nginx/nginx.pid;
error_log /etc/nginx/error.log;
user nobody nogroup;
worker_processes 1;
events {}
http { access_log off; include /etc/nginx/vhosts.d/*.conf; }
END
  service_script nginx "nginx -e /etc/nginx/error.log"
  # shellcheck disable=SC2016 # for the script
  service_script prometheus '(. /etc/nginx/prometheus.sysconfig; setsid prometheus --config.file=/dev/null --storage.tsdb.path=/etc/nginx/data $ARGS >>/etc/nginx/prometheus.log 2>&1 & echo $! >/etc/nginx/prometheus.pid)
    for try in $(seq 300); do ip netns exec $(cat /etc/nginx/prometheus.where) curl -sf http://127.0.0.1:9090/-/ready >/dev/null && break; sleep 0.2; done'
}

# service_script NAME START: what an init script does, in the namespace that NAME.where names.
service_script() {
  cat >"$init/$1" <<END
#!/bin/sh
pid=\$(cat /etc/nginx/$1.pid 2>/dev/null)
is_there() { [ -n "\$pid" ] && kill -0 "\$pid" 2>/dev/null; }
case \$1 in
  status) is_there && echo "$1 is running" || { echo "$1 is stopped"; exit 3; } ;;
  reload) kill -HUP "\$pid" ;;
  stop | restart) is_there && kill "\$pid"; while is_there; do sleep 0.1; done; rm -f /etc/nginx/$1.pid ;;
esac
[ -z "\${1##*status*}" ] || echo "$1 \$1" >>/etc/nginx/services
case \$1 in
  start | restart) ip netns exec "\$(cat /etc/nginx/$1.where)" sh -c '$2' ;;
esac
END
  chmod 0755 "$init/$1"
}

make_networks() {
  local name
  for name in server proxy client; do
    ip netns add "$name"
    ip -n "$name" link set lo up
  done
  join server $server_for_proxy proxy $proxy_for_server
  join server $server_for_client client 10.213.2.2
  join proxy $proxy_for_client client 10.213.3.2
}

# join ONE ADDRESS OTHER ADDRESS: a cable between two namespaces.
join() {
  ip -n "$1" link add "to-$3" type veth peer name "to-$1" netns "$3"
  ip -n "$1" address add "$2/24" dev "to-$3"
  ip -n "$3" address add "$4/24" dev "to-$1"
  ip -n "$1" link set "to-$3" up
  ip -n "$3" link set "to-$1" up
}

# The server's, with a bus of its own that its clients know by their environment.
start_firewall() {
  cat >"$scratch/bus.conf" <<END
<busconfig>
  <type>system</type>
  <listen>unix:path=$scratch/bus</listen>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow send_type="method_call"/>
    <allow send_destination="*"/> <allow receive_sender="*"/>
  </policy>
</busconfig>
END
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$scratch/bus
  bus=$(dbus-daemon --config-file="$scratch/bus.conf" --fork --print-pid)
  ip netns exec server firewalld --nofork --nopid >"$scratch/firewalld.log" 2>&1 &
  firewalld=$!
  for _ in $(seq 300); do ! firewall-cmd --state >/dev/null 2>&1 || break; sleep 0.2; done
  firewall-cmd --quiet --permanent --add-port=80/tcp
  firewall-cmd --quiet --reload
}

# A world for one version: nothing installed, nothing runs.
make_world() {
  world=$scratch/$version
  "$init/nginx" stop >/dev/null 2>&1 || true
  "$init/prometheus" stop >/dev/null 2>&1 || true
  rm -rf $etc/vhosts.d/* $etc/prometheus* $etc/data $etc/services
  firewall-cmd --quiet --permanent --remove-port=9090/tcp
  firewall-cmd --quiet --reload
  mkdir -p "$world"/{home,collections}
  cp -R "$tests/." "$world/playbook"
  python3 "$tests/from-document.py" ansible/docs/trento-playbook.md "$world/playbook"
  printf "[defaults]\nnocows = true\n" >"$world/ansible.cfg"
  : >$etc/services
  ln -s $etc/services "$world/services"
  export HOME=$world/home ANSIBLE_HOME=$world/home/.ansible ANSIBLE_CONFIG=$world/ansible.cfg ANSIBLE_NOCOLOR=1 \
    ANSIBLE_COLLECTIONS_PATH=$world/collections:$cache/molecule-26.10.0/collections
  "$cache/ansible-core-$version/bin/ansible-galaxy" collection install --offline -p "$world/collections" "$archive" >/dev/null
}

# inventory PROMETHEUS PROXY: which namespace is whose host.
inventory() {
  local name
  echo "$1" >$etc/prometheus.where
  echo "$2" >$etc/nginx.where
  cat >"$world/inventory" <<END
[all:vars]
ansible_connection=local
ansible_python_interpreter=/usr/bin/python3
provision_prometheus=true
provision_proxy=true
trento_prometheus_port=9090
rproxy_os_group=nogroup
remote_write_auth_bcrypt_cost=5
prometheus_client_address=$proxy_for_server
rproxy_prometheus_host=$([ "$1" = "$2" ] && echo 127.0.0.1 || echo $server_for_proxy)
[prometheus_hosts]
$1
[trento_server]
$2
END
}
