# shellcheck shell=bash
# Programs that the distribution brings. What apt installs is not started, and
# not left to start at the next boot: the tests start their own, in folders and
# on ports of their own.

ensure_package() {
  have "$1" && return
  if have apt-get; then
    install_packages "$1" "$(debian_package "$1")"
  elif have zypper; then
    install_packages "$1" "$(suse_package "$1")"
  else
    die "$1 is not here, and this machine has neither apt nor zypper; install $1, then run again"
  fi
  hash -r
  have "$1" || die "$1 is not here and its package did not bring it; install $1, then run again"
}

debian_package() {
  case $1 in
    htpasswd) echo apache2-utils ;;
    ip) echo iproute2 ;;
    rpmbuild) echo rpm ;;
    sshd) echo openssh-server ;; # brings the client along
    *) echo "$1" ;;
  esac
}

suse_package() {
  case $1 in
    g++) echo gcc-c++ ;;
    htpasswd) echo apache2-utils ;;
    ip) echo iproute2 ;;
    prometheus) echo golang-github-prometheus-prometheus ;;
    rpmbuild) echo rpm-build ;;
    shellcheck) echo ShellCheck ;;
    sshd) echo openssh ;;
    *) echo "$1" ;;
  esac
}

# Containers with systemd inside, and the parts from which molecule/image/build makes their image.
ensure_podman() {
  { have podman && have debootstrap && have rpmbuild && have createrepo_c; } && return
  have apt-get || die "podman, debootstrap, rpmbuild or createrepo_c is not here; install them, then run again"
  install_packages podman podman runc fuse-overlayfs debootstrap rpm createrepo-c uidmap iptables netavark \
    aardvark-dns slirp4netns catatonit
  hash -r
  have podman || die "podman is not here and its package did not bring it; install podman, then run again"
}

# Neither apt nor zypper lets two change packages, and what is built ahead may want one, too.
one_at_a_time() (
  exec 9>"$CACHE/.lock-packages"
  flock 9
  "$@"
)

# install_packages TOOL PACKAGE…
install_packages() {
  local tool=$1
  shift
  if have apt-get; then
    step "installing $* with apt" one_at_a_time apt_install "$@"
  else
    step "installing $* with zypper" one_at_a_time as_root zypper --non-interactive install --no-recommends "$@"
  fi || die "$tool cannot be installed from this distribution's packages ($*); see above, or install it as root, then run again"
}

# A fresh machine's lists of what there is are missing, old, or of its first packages alone.
apt_lists() { step "reading apt's lists" one_at_a_time as_root apt-get update || say "apt's lists cannot be read anew; see above"; }

# candidate PACKAGE: the version that would be installed; nothing where there is none
candidate() {
  if have apt-get; then
    apt-cache policy "$1" 2>/dev/null | sed -nE 's/^ *Candidate: ([0-9]+:)?([0-9][0-9.]*).*/\2/p'
  elif have zypper; then
    zypper --non-interactive --quiet info "$1" 2>/dev/null | sed -nE 's/^Version *: ([0-9][0-9.]*).*/\1/p'
  fi
}

apt_install() (
  set -e
  export DEBIAN_FRONTEND=noninteractive
  # A package's scripts ask this file whether they may start a service (101: no).
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 0755 "$policy"
  fi
  install=(apt-get -o DPkg::Lock::Timeout=300 install -y --no-remove --no-install-recommends "$@")
  # Lists may be missing or old on a fresh machine.
  as_root "${install[@]}" || { as_root apt-get update && as_root "${install[@]}"; } || exit
  if [ -d /run/systemd/system ]; then
    for service in "$@"; do
      as_root systemctl disable --now "$service.service" 2>/dev/null || true
    done
  fi
)
