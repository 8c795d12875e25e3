# shellcheck shell=bash
# How every program of others is built from its Go module.

# go_for_module ARGUMENT…: the go command, outside any project, as a release is built: no C, no
# paths, no debug information. The same for each, so that what two programs share is compiled once.
# GO_TOOLCHAIN=goVERSION names one for a module that asks for more than it says.
#
# A sixth of what compiling costs is collecting the compiler's garbage; up to two GiB it is left.
go_for_module() {
  env GOTOOLCHAIN="${GO_TOOLCHAIN:-auto}" CGO_ENABLED=0 GOGC=off GOMEMLIMIT=2GiB \
    GOFLAGS='-mod=mod -trimpath -buildvcs=false -gcflags=all=-dwarf=false "-ldflags=-s -w"' go "$@"
}

# module_folder MODULE@VERSION: gets the module, and prints where its sources are
module_folder() (
  cd / && go_for_module mod download -json "$1" | sed -nE 's/^\t"Dir": "(.*)",?$/\1/p'
)
