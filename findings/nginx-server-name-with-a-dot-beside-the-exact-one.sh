#!/usr/bin/env bash
# nginx drops all of `server_name .NAME` where another server of the address has NAME.
#
# Version: nginx 1.22.1 (Debian 12's package).
# Guess: the documentation calls `.example.com` short for `example.com *.example.com`, so
#   beside a server with `example.com` the exact name is a conflict, and the names below it
#   still lead to the server with the dot.
# Seen: what comes second is ignored whole. Written out as two names the second server keeps
#   its wildcard; with the dot it has no name left, and www.example.com gets the address'
#   default server. Beside `*.example.com` the dot loses the exact name, too. `nginx -t`
#   warns "conflicting server name", as for a harmless repetition, and succeeds.
# Source: src/core/ngx_hash.c, ngx_hash_add_key: a key that begins with a dot is looked for
#   among the exact keys and answers NGX_BUSY; src/http/ngx_http.c, ngx_http_server_names
#   warns then and goes on to the next name.
# Needs: Debian 12 with apt, curl; no root.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "$(cat "$work/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$work"' EXIT
chmod 0711 "$work"
cd "$work"
apt-get download -qq nginx=1.22.1-9+deb12u11 >/dev/null 2>&1
dpkg -x nginx_*.deb root

# ask FIRST SECOND: who answers where the servers have these names
ask() {
  cat >nginx.conf <<CONF
pid $work/pid;
events {}
http {
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi;
  scgi_temp_path $work/scgi;
  access_log off;
  server { listen unix:$work/front; server_name other; return 200 default; }
  server { listen unix:$work/front; server_name $1; return 200 first; }
  server { listen unix:$work/front; server_name $2; return 200 second; }
}
CONF
  root/usr/sbin/nginx -c "$work/nginx.conf" -e "$work/error.log" 2>warning
  for _ in {1..100}; do [ ! -s pid ] || break; sleep 0.05; done
  printf '%s, then %s:' "$1" "$2"
  for host in example.com www.example.com; do
    printf ' %s %s,' "$host" "$(curl -sS --unix-socket front -H "Host: $host" http://localhost/)"
  done
  printf ' %s\n' "$(grep -o 'conflicting.* on' warning || echo 'no warning')"
  kill "$(cat pid)"
  for _ in {1..100}; do [ -e pid ] || break; sleep 0.05; done
  rm -f front
}
{
  ask 'example.com' '.example.com'
  ask 'example.com' 'example.com *.example.com'
  ask '.example.com' 'example.com'
  ask '*.example.com' '.example.com'
} | tee seen
diff seen - <<'SEEN'
example.com, then .example.com: example.com first, www.example.com default, conflicting server name ".example.com" on
example.com, then example.com *.example.com: example.com first, www.example.com second, conflicting server name "example.com" on
.example.com, then example.com: example.com first, www.example.com first, conflicting server name "example.com" on
*.example.com, then .example.com: example.com default, www.example.com first, conflicting server name ".example.com" on
SEEN
