# shellcheck shell=bash
# Programs of others that no distribution has in the version that a test wants,
# from their Go modules.

# ensure_prometheus VERSION: the version as Prometheus says it; its module counts otherwise.
ensure_prometheus() {
  local root=$CACHE/prometheus-$1
  [ -x "$root/prometheus" ] && return
  change
  ensure_go
  step "building Prometheus $1 (two to five minutes, once)" prometheus_from_module "$1" "$root" ||
    die "Prometheus $1 cannot be built; see above"
}

# 2.53.3 is module v0.53.3, 3.8.1 is v0.308.1.
prometheus_module_version() {
  local major minor patch
  IFS=. read -r major minor patch <<<"$1"
  case $major in
    2) printf 'v0.%d.%d\n' "$minor" "$patch" ;;
    *) printf 'v0.%d%02d.%d\n' "$major" "$minor" "$patch" ;;
  esac
}

# Without what discovers targets in clouds: most of its dependencies, and none that a receiver needs.
prometheus_from_module() (
  module=$(module_folder "github.com/prometheus/prometheus@$(prometheus_module_version "$1")")
  [ -n "$module" ] && sources=$(mktemp -d) || exit 1
  trap 'chmod -R u+w "$sources"; rm -rf "$sources"' EXIT
  cp -R "$module/." "$sources" && chmod -R u+w "$sources" && rm -f "$sources"/plugins/*.go || exit 1
  printf 'package plugins\n\nimport _ "github.com/prometheus/prometheus/discovery/file"\n' >"$sources/plugins/plugins.go"
  mkdir -p "$2" && cd "$sources" &&
    go_for_module build -ldflags "-s -w -X github.com/prometheus/common/version.Version=$1" -o "$2/.prometheus" ./cmd/prometheus &&
    mv "$2/.prometheus" "$2/prometheus"
)

# ensure_by_script TEXT SCRIPT: what a script elsewhere builds into the cache; with --built it
# fails where that is not there
ensure_by_script() {
  # shellcheck disable=SC2154 # of install, which sources this
  local script=$here/../../$2
  "$script" --built && return
  change
  ensure_go
  step "building $1" "$script" || die "$1 cannot be built; see above"
}

# Grafana's own parser of Alloy's syntax, as a program that prints what it reads.
ensure_alloy_syntax() {
  local root=$CACHE/alloy-syntax-$1
  [ -x "$root/alloy-syntax" ] && return
  change
  ensure_go
  step "building Alloy's syntax $1" alloy_syntax_from_module "$1" "$root" || die "Alloy's syntax $1 cannot be built; see above"
}

alloy_syntax_from_module() (
  sources=$(mktemp -d) || exit 1
  trap 'rm -rf "$sources"' EXIT
  # shellcheck disable=SC2154 # of install, which sources this
  cp "$here/alloy_syntax.go" "$sources/main.go" && mkdir -p "$2" && cd "$sources" || exit 1
  printf 'module witness\n\ngo 1.21\n\nrequire github.com/grafana/alloy/syntax v%s\n' "$1" >go.mod
  go_for_module mod tidy && go_for_module build -o "$2/.alloy-syntax" . && mv "$2/.alloy-syntax" "$2/alloy-syntax"
)

# OASIS' schema of SARIF. No package manager has it by itself; this module carries it word for word.
ensure_sarif_schema() {
  local root=$CACHE/sarif-schema-$1
  [ -s "$root/schema.json" ] && return
  change
  ensure_go
  step "taking the schema of SARIF $1 out of a module" sarif_schema_from_module "$1" "$root" || die "the schema of SARIF $1 cannot be had; see above"
}

sarif_schema_from_module() (
  module=$(module_folder github.com/owenrumney/go-sarif/v3@v3.3.1)
  file=$module/pkg/report/v${1//./}/sarif/schema.go
  # shellcheck disable=SC2016 # quotes of Go
  mkdir -p "$2" && sed -n '/^const schema = `/,/^`/{s/^const schema = `//;/^`/!p}' "$file" >"$2/.schema.json" &&
    grep -q "Version $1 JSON Schema" "$2/.schema.json" && mv "$2/.schema.json" "$2/schema.json"
)

# ensure_go_program NAME VERSION PACKAGE: a program from its module, as its users build it.
ensure_go_program() {
  local name=$1 version=$2 package=$3 root=$CACHE/$1-$2
  [ -x "$root/$name" ] && return
  change
  ensure_go
  GOBIN=$root step "building $name $version" go_for_module install "$package@v$version" ||
    die "$name $version cannot be built; see above"
}

# What Flux' helm-controller lays values over each other with, as a program.
ensure_flux_values() {
  local root=$CACHE/flux-values-$1
  [ -x "$root/flux-values" ] && return
  change
  ensure_go
  step "building Flux' chartutil $1 (some minutes, once)" flux_values_from_module "$1" "$root" ||
    die "Flux' chartutil $1 cannot be built; see above"
}

flux_values_from_module() (
  sources=$(mktemp -d) || exit 1
  trap 'rm -rf "$sources"' EXIT
  # shellcheck disable=SC2154 # of install, which sources this
  cp "$here/../gitops/flux_values.go" "$sources/main.go" && mkdir -p "$2" && cd "$sources" || exit 1
  printf 'module witness\n\ngo 1.25\n\nrequire github.com/fluxcd/pkg/chartutil v%s\n' "$1" >go.mod
  go_for_module mod tidy && go_for_module build -o "$2/.flux-values" . && mv "$2/.flux-values" "$2/flux-values"
)
