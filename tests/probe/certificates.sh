#!/usr/bin/env bash
# Certificates that servers and clients of the suite present: bash certificates.sh FOLDER
set -euo pipefail
mkdir -p "$1"
cd "$1"

readonly key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
readonly localhost=subjectAltName=DNS:localhost,IP:127.0.0.1 elsewhere=subjectAltName=DNS:elsewhere.example.com

cat >ca.cnf <<'END'
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
rand_serial = yes
[any]
commonName = supplied
END
: >index

# authority NAME
authority() { openssl req -x509 "${key[@]}" -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.crt"; }

# request NAME EXTENSION…
request() {
  local name=$1 extension more=()
  shift
  for extension in "$@"; do more+=(-addext "$extension"); done
  openssl req -new "${key[@]}" -subj "/CN=localhost" "${more[@]}" -keyout "$name.key" -out "$name.csr"
}

# sign NAME START END [AUTHORITY]: by its own key where no authority is named
sign() {
  local by=(-selfsign -keyfile "$1.key")
  [ -z "${4-}" ] || by=(-cert "$4.crt" -keyfile "$4.key")
  openssl ca -batch -config ca.cnf -notext "${by[@]}" -in "$1.csr" -out "$1.crt" -startdate "${2}000000Z" -enddate "${3}000000Z"
}

{
  authority ours
  authority theirs
  request server "$localhost" && sign server 20200101 20991231 ours
  request expired "$localhost" && sign expired 20200101 20210101 ours
  request early "$localhost" && sign early 20900101 20991231 ours
  request named "$elsewhere" && sign named 20200101 20991231 ours
  request nameless basicConstraints=CA:FALSE && sign nameless 20200101 20991231 ours
  request client extendedKeyUsage=clientAuth && sign client 20200101 20991231 ours
  request foreign extendedKeyUsage=clientAuth && sign foreign 20200101 20991231 theirs
  # As Trento's guide makes it, by openssl req -x509: an authority that is served itself.
  openssl req -x509 "${key[@]}" -days 30 -subj /CN=localhost -addext "$localhost" -keyout itself.key -out itself.crt
  openssl req -x509 "${key[@]}" -days 30 -subj /CN=localhost -addext "$elsewhere" -keyout itself-named.key -out itself-named.crt
  request itself-expired "$localhost" basicConstraints=critical,CA:TRUE && sign itself-expired 20200101 20210101
  request itself-client "$localhost" basicConstraints=critical,CA:TRUE extendedKeyUsage=clientAuth && sign itself-client 20200101 20991231
  # Another authority of the same name and key names: not the same bytes.
  openssl req -x509 -key itself.key -days 30 -subj /CN=localhost -addext "$localhost" -out itself-again.crt
  openssl ec -in client.key -aes256 -passout pass:secret -out encrypted.key
} >log 2>&1 || { cat log >&2 && exit 1; }
printf 'no certificate\n' >empty.crt
cat theirs.crt ours.crt >both.crt
