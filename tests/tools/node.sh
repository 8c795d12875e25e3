# shellcheck shell=bash
# Programs that npm brings, each in a folder of its own, in the versions of a lock file.

# ensure_yaml_language_server VERSION: that of tests/editors/package-lock.json
ensure_yaml_language_server() {
  local root=$CACHE/yaml-language-server-$1
  [ -x "$root/node_modules/.bin/yaml-language-server" ] && have node && return
  change
  ensure_npm
  # shellcheck disable=SC2154 # of install, which sources this
  grep -qF "\"yaml-language-server\": \"$1\"" "$here/../editors/package.json" ||
    die "tests/editors/package.json has another yaml-language-server than $1; name the same version in both"
  step "installing yaml-language-server $1 with npm" npm_from_lock "$here/../editors" "$root" ||
    die "yaml-language-server $1 cannot be installed with npm; see above"
}

ensure_npm() {
  have npm && have node && return
  if have apt-get; then
    install_packages npm nodejs npm
  else
    install_packages npm nodejs-default npm-default
  fi
  hash -r
  have npm || die "npm is not here and its package did not bring it; install Node.js with npm, then run again"
}

# npm_from_lock FROM INTO: every package as the lock file has it, by its checksum
npm_from_lock() {
  rm -rf "$2" "$2.part" && mkdir -p "$2.part" && cp "$1/package.json" "$1/package-lock.json" "$2.part" &&
    npm ci --prefix "$2.part" --ignore-scripts --no-audit --no-fund && mv "$2.part" "$2"
}
