# shellcheck shell=bash
# Helm, built from its own module: the versions that the tests compare stand
# side by side, and a distribution has one at most.

GO_WANTED=1.21 # from here on the go command gets the newer one that a module asks for
GO_BROUGHT=1.26.0
GO_FOLDER=$CACHE/go-$GO_BROUGHT

go_version() { GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//'; }

go_fits() { have go && at_least "$GO_WANTED" "$(go_version)"; }

ensure_go() {
  PATH=$GO_FOLDER/bin:$PATH:/usr/local/go/bin
  go_fits && return
  if have apt-get; then
    have go || install_packages go golang-go ca-certificates
  elif have zypper; then
    install_packages go go
  fi
  hash -r
  go_fits || bring_go
  hash -r
  go_fits || die "Go $GO_WANTED or newer is not here (found: $(found "$(go_version)")); install it, then run again"
}

# An older Go can get a newer one, as newer ones do by themselves: it is a module.
bring_go() {
  change
  have go || return 0
  step "getting Go $GO_BROUGHT with Go $(go_version)" go_from_module || say "Go $GO_BROUGHT cannot be had as a module; see above"
}

go_from_module() {
  local platform from
  platform=$(go env GOOS)-$(go env GOARCH)
  from=$(cd / && go mod download -json "golang.org/toolchain@v0.0.1-go$GO_BROUGHT.$platform" | sed -nE 's/^\t"Dir": "(.*)",?$/\1/p')
  [ -n "$from" ] || return 1
  rm -rf "$GO_FOLDER" "$GO_FOLDER.part"
  cp -R "$from" "$GO_FOLDER.part" || return 1
  # Modules hold no modes.
  chmod -R u+w "$GO_FOLDER.part" && chmod +x "$GO_FOLDER.part"/bin/* "$GO_FOLDER.part"/pkg/tool/*/* || return 1
  mv "$GO_FOLDER.part" "$GO_FOLDER"
}

ensure_helm() {
  local root=$CACHE/helm-$1
  [ -x "$root/bin/helm" ] && return
  change
  ensure_go
  GOBIN=$root/bin step "building Helm $1 (one to three minutes, once)" \
    go_for_module install "helm.sh/helm/v${1%%.*}/cmd/helm@v$1" ||
    die "Helm $1 cannot be built; see above"
}
