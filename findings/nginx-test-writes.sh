#!/usr/bin/env bash
# `nginx -t` and `nginx -T` write: a test of the configuration creates the log
# files, the temporary folders and an empty pid file, and opens no socket.
#
# Version: nginx 1.22.1 (Debian 12's package).
# Guess: a test reads. A pid file means that a server was started.
# Seen: after a test in an empty folder there are five folders and three empty
#   files. Whoever takes an existing pid file for a running or a crashed server
#   is misled by a test, and a test on a read-only or a full disk fails although
#   the configuration is right.
# Source: src/core/ngx_cycle.c, ngx_init_cycle: folders, open files and the pid
#   file are made before the branch for test mode ends it.
# Needs: Debian 12 with apt; no root.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq nginx=1.22.1-9+deb12u11 >/dev/null
dpkg -x nginx_*.deb root

mkdir place
cat >place/nginx.conf <<CONF
pid $work/place/nginx.pid;
error_log $work/place/error.log;
events {}
http {
  access_log $work/place/access.log;
  client_body_temp_path $work/place/body;
  proxy_temp_path $work/place/proxy;
  fastcgi_temp_path $work/place/fastcgi;
  uwsgi_temp_path $work/place/uwsgi;
  scgi_temp_path $work/place/scgi;
  server { listen unix:$work/place/socket; }
}
CONF

expected='access.log body error.log fastcgi nginx.conf nginx.pid proxy scgi uwsgi'
for flag in -t -T; do
  find place -mindepth 1 ! -name nginx.conf -delete
  root/usr/sbin/nginx -q "$flag" -c "$work/place/nginx.conf" >/dev/null 2>said || { cat said; exit 1; }
  seen=$(cd place && find . -mindepth 1 -printf '%f\n' | LC_ALL=C sort | xargs)
  printf 'nginx %s in an empty folder left: %s\n' "$flag" "$seen"
  [ "$seen" = "$expected" ] || { echo "expected: $expected"; exit 1; }
  [ ! -s place/nginx.pid ] || { echo 'the pid file is not empty any more'; exit 1; }
done
