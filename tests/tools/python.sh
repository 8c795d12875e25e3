# shellcheck shell=bash
# Python programs, each version in an environment of its own: the newest Ansible
# and the oldest that is supported stand side by side.

PYTHON_WANTED=3.11

# Prints the first Python that is new enough and can make environments.
find_python() {
  local python
  for python in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if have "$python" && "$python" -c "import sys, ensurepip, venv; sys.exit(sys.version_info < (${PYTHON_WANTED/./, }))" 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  return 1
}

ensure_python() {
  find_python >/dev/null && return
  if have apt-get; then
    install_packages python python3 python3-venv
  elif have zypper; then
    # SUSE's plain python3 may be 3.6; SLES 16 has 3.13, SLES 15 3.11 beside it.
    local series
    for series in 313 311; do
      install_packages_quietly "python$series" "python$series-pip" && break
    done
  fi
  hash -r
  find_python >/dev/null || die "Python $PYTHON_WANTED or newer with its venv module is not here; install it, then run again"
}

install_packages_quietly() { step "installing $* with zypper" one_at_a_time as_root zypper --non-interactive install --no-recommends "$@"; }

# ensure_python_package NAME-VERSION: pip's package of that name and version
ensure_python_package() {
  local root=$CACHE/$1 name=${1%-*} version=${1##*-}
  python_package_works "$root" "$name" "$version" && return
  change
  ensure_python
  rm -rf "$root"
  step "installing $name $version" python_package_install "$root" "$name" "$version" ||
    { rm -rf "$root"; die "$name $version cannot be installed with pip; see above"; }
  python_package_works "$root" "$name" "$version" || die "$name $version is installed in $root but does not start; remove that folder, then run again"
}

python_package_install() {
  "$(find_python)" -m venv "$1" || return 1
  case $2 in
    # Nothing but Ansible's own collection of everything has community.general as a package.
    community-general) community_general_install "$1" "$3" ;;
    molecule) molecule_install "$1" "$3" ;;
    # Newer versions of what it runs find other things, so these are pinned, too.
    galaxy-importer) "$1/bin/pip" install --quiet --disable-pip-version-check "$2==$3" ansible-core==2.19.14 ansible-lint==26.10.0 ;;
    cyclonedx-python-lib) "$1/bin/pip" install --quiet --disable-pip-version-check "$2[json-validation]==$3" ;;
    *) "$1/bin/pip" install --quiet --disable-pip-version-check "$2==$3" ;;
  esac
}

# Metadata alone: starting ansible takes half a second, and this runs often.
python_package_works() {
  [ -x "$1/bin/python" ] || return 1
  case $2 in
    molecule) [ -e "$1/collections/ansible_collections/containers/podman/plugins/connection/podman.py" ] &&
      [ -e "$1/collections/ansible_collections/ansible/posix/plugins/modules/firewalld.py" ] ;;
    community-general) [ -e "$1/collections/ansible_collections/community/general/plugins/modules/htpasswd.py" ] ;;
    *) [ "$("$1/bin/python" -c 'import sys, importlib.metadata as m; print(m.version(sys.argv[1]))' "$2" 2>/dev/null)" = "$3" ] ;;
  esac
}

# The peer that tests/bench measures against: community.general of that version,
# with the passlib and the last bcrypt that its htpasswd works with.
community_general_install() {
  local release
  case $2 in
    11.4.2) release=12.3.0 ;;
    *) return 1 ;;
  esac
  "$1/bin/pip" install --quiet --disable-pip-version-check passlib==1.7.4 bcrypt==4.3.0 || return 1
  collection_from_ansible "$1" "$release" community/general
}

# Molecule with an Ansible of its own, the connection to podman's containers, and what sets up firewalld.
molecule_install() {
  "$1/bin/pip" install --quiet --disable-pip-version-check "molecule==$2" ansible-core==2.19.14 || return 1
  collection_from_ansible "$1" 12.3.0 containers/podman ansible/posix
}

# collection_from_ansible ROOT RELEASE NAMESPACE/NAME…: takes collections out of Ansible's own package.
collection_from_ansible() {
  local root=$1 release=$2 wheel
  shift 2
  "$root/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$root" "ansible==$release" || return 1
  for wheel in "$root"/ansible-*.whl; do
    "$root/bin/python" - "$wheel" "$root/collections" "${@/#/ansible_collections/}" <<'PYTHON' || return 1
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    folders = tuple(f"{folder}/" for folder in sys.argv[3:])
    wanted = [name for name in wheel.namelist() if name.startswith(folders)]
    wheel.extractall(sys.argv[2], wanted)
PYTHON
    rm -f "$wheel"
  done
}
