# shellcheck shell=bash
# Fresh machines: Debian's smallest system in a folder, and over it a layer that is thrown
# away. What runs in one has its own processes, and no network but where it is asked for.
# Root. Sourced by suites, which set: cache, scratch.
# shellcheck disable=SC2154

# What this machine's packages come from, without the password of a proxy or a mirror.
mirror() {
  # Of the two places a machine often has one alone.
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } | sed '/^ *#/d' | grep -oE 'https?://[^ ]+/debian/?' | sed -n 1p | grep . ||
    echo http://deb.debian.org/debian
}

# fresh_base SUITE: prints the folder, made once
fresh_base() {
  local root=$cache/fresh-$1/root
  if [ ! -d "$root" ]; then
    mkdir -p "$cache/fresh-$1"
    rm -rf "$root.part"
    debootstrap --variant=minbase --include=ca-certificates,git "$1" "$root.part" "$(mirror)" >"$cache/fresh-$1/log" 2>&1 ||
      { tail -n 5 "$cache/fresh-$1/log" >&2 && return 1; }
    rm -f "$root.part"/var/cache/apt/archives/*.deb
    mv "$root.part" "$root"
  fi
  printf '%s\n' "$root"
}

# machine NAME BASE: a fresh one below $scratch/NAME; prints its root
machine() {
  local place=$scratch/$1 root=$scratch/$1/root
  mkdir -p "$place"/{above,work,root}
  mount -t overlay "fresh-$1" -o "lowerdir=$2,upperdir=$place/above,workdir=$place/work" "$root"
  # How this machine reaches its packages; services are not started by their packages.
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  if [ -s /etc/ssl/certs/ca-certificates.crt ]; then install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"; fi
  if [ -d "$root/etc/apt" ]; then
    grep -lsE '^ *Acquire' /etc/apt/apt.conf.d/* | while IFS= read -r file; do cp "$file" "$root/etc/apt/apt.conf.d"; done
  fi
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
  printf '%s\n' "$root"
}

# What this machine's clients of package registries are told by its environment.
clients() { env | grep -E '^(PIP_[A-Z_]+|GO(PROXY|SUMDB|NOSUMDB|PRIVATE)|CARGO_(HTTP|NET|REGISTRIES|SOURCE)_[A-Z_]+|RUSTUP_(DIST_SERVER|UPDATE_ROOT)|[a-z]+_proxy|[A-Z]+_PROXY|SSL_CERT_FILE)=' || true; }

# online ROOT SCRIPT, offline ROOT SCRIPT: in the machine's folder /here, with an empty
# environment. What it starts ends with it.
online() {
  local told
  mapfile -t told < <(clients)
  within_machine "$1" "export ${told[*]@Q} LC_ALL; $2"
}
offline() { within_machine "$1" "$2" --net; }

within_machine() {
  local root=$1 script=$2
  shift 2
  mkdir -p "$root/here"
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount --pid --fork --kill-child "$@" sh -euc '
    ip link set lo up 2>/dev/null || true
    mount -t proc proc "$1/proc"
    mount -t tmpfs tmpfs "$1/dev" && for device in null zero random urandom tty; do cp -a "/dev/$device" "$1/dev"; done
    ln -s /proc/self/fd "$1/dev/fd"
    mkdir -m 1777 "$1/dev/shm"
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
      chroot "$1" bash -euc "cd /here; $2"
  ' sh "$root" "$script" </dev/null
}

forget_machines() {
  local root
  for root in "$scratch"/*/root; do umount "$root" 2>/dev/null || true; done
}
