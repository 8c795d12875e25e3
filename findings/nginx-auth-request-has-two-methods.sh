#!/usr/bin/env bash
# The subrequest of nginx' auth_request is a GET, and its $request_method is the method
# of the request that it was made for.
#
# Version: nginx 1.22.1 (Debian 12's package).
# Guess: inside the location that auth_request asks, $request_method is what that
#   location's upstream receives. The documentation says that a subrequest is sent.
# Seen: for a POST the authentication service receives GET, while $request_method in
#   the same location is POST, in the address that proxy_pass builds and in a map. So a
#   service that judges by the method has to be told it (proxy_set_header), and a map
#   there that is meant for the subrequest decides about the client's request.
# Source: src/http/ngx_http_variables.c, ngx_http_variable_request_method reads
#   r->main->method_name; src/http/ngx_http_core_module.c, ngx_http_subrequest sets
#   NGX_HTTP_GET for the subrequest.
# Needs: Debian 12 with apt, curl; no root.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "$(cat "$work/pid")" 2>/dev/null || true; rm -rf "$work"' EXIT
chmod 0711 "$work"
cd "$work"
apt-get download -qq nginx=1.22.1-9+deb12u11 >/dev/null 2>&1
dpkg -x nginx_*.deb root

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
  map \$request_method \$by_map { POST post; default other; }
  log_format received '\$request_method \$request_uri';
  server {
    listen unix:$work/front;
    location / { auth_request /auth; proxy_pass http://unix:$work/service; }
    location = /auth {
      internal;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_pass http://unix:$work/service:/auth?variable=\$request_method&map=\$by_map;
    }
  }
  server {
    listen unix:$work/service;
    access_log $work/received received;
    location / { return 204; }
  }
}
CONF
root/usr/sbin/nginx -c "$work/nginx.conf" -e "$work/error.log"
curl -sS --fail --unix-socket front --data x http://localhost/write
for _ in {1..100}; do [ "$(wc -l <received)" -lt 2 ] || break; sleep 0.05; done
sed 's/^/the service received: /' received | tee seen
diff seen - <<'SEEN'
the service received: GET /auth?variable=POST&map=post
the service received: POST /write
SEEN
