# shellcheck shell=bash
# Helm, built from its own module: the versions that the tests compare stand
# side by side, and a distribution has one at most.

GO_WANTED=1.21 # from here on the go command gets the newer one that a module asks for

go_version() { go env GOVERSION 2>/dev/null | sed 's/^go//'; }

go_fits() { have go && at_least "$GO_WANTED" "$(GOTOOLCHAIN=local go_version)"; }

ensure_go() {
  PATH=$PATH:/usr/local/go/bin
  go_fits && return
  if have apt-get; then
    install_packages go golang-go
  elif have zypper; then
    install_packages go go
  fi
  hash -r
  go_fits || die "Go $GO_WANTED or newer is not here (found: $(go_version || true)); install it, then run again"
}

ensure_helm() {
  local root=$CACHE/helm-$1
  [ -x "$root/bin/helm" ] && return
  ensure_go
  GOTOOLCHAIN=auto GOBIN=$root/bin GOFLAGS=-mod=mod step "building Helm $1 (one to three minutes, once)" \
    go install "helm.sh/helm/v${1%%.*}/cmd/helm@v$1" ||
    die "Helm $1 cannot be built; see above"
}
