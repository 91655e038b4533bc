#!/usr/bin/env bash
# Installs the real clients that the interoperability tests run against, without touching the system:
#   cosign (3), notation, oras, crane          from Debian sid: static programs
#   cosign2 (2.5), skopeo (1.18), oscap (1.4)  from Debian trixie, each run with trixie's own loader and libraries
#   python-tuf (7.0)                           from PyPI, in an environment of its own: a Python that has it
# and with --sigstore, built from their released Go modules (about six minutes), versitygw (1.8), which is object storage over a folder
# with the API of Amazon S3, and the services of a Sigstore of one's own:
#   fulcio (1.8), timestamp-server (2.1), rekor-server (Rekor v2, 2.3)
# and of tools/referrers-registry, a registry that lists referrers; with --kubernetes
#   kube-apiserver (1.34), built from its released modules (about five minutes), and etcd of Debian trixie
# The archive's address is taken from this host's apt sources; where there is no Go of 1.21 or later, it is Debian sid's. What is
# there is kept.
# Usage: tools/peers.sh [--sigstore] [--kubernetes] [DIR]       DIR is $TEMPER_PEERS, or ~/.cache/temper-peers
set -euo pipefail

sigstore= kubernetes=
while :; do
  case "${1:-}" in
    --sigstore) sigstore=yes ;;
    --kubernetes) kubernetes=yes ;;
    *) break ;;
  esac
  shift
done
dir=$(realpath -m "${1:-${TEMPER_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/temper-peers}}")
here=$(realpath "$(dirname "$0")")
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$dir/bin"

archive() {
  local files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources) file
  for file in "${files[@]}"; do
    [ -r "$file" ] || continue
    grep -v '^[[:space:]]*#' "$file" | grep -oE 'https?://[^[:space:]]+/debian/?([[:space:]]|$)' | tr -d '[:space:]' | sed 's#/$##' && return
  done
  echo "tools/peers.sh: no Debian archive in the host's apt sources" >&2
  return 2
}
mirror=$(archive | head -n 1)

# unpack SUITE PACKAGE…: the packages and what they depend on, unpacked under DIR/SUITE
unpack() {
  local suite=$1 root=$dir/$1 state=$dir/$1.apt deb
  shift
  rm -rf "$state"
  mkdir -p "$root" "$state"/{lists/partial,archives/partial,etc/preferences.d,etc/apt.conf.d}
  : >"$state/status"
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$state/etc/sources.list"
  cat >"$state/apt.conf" <<CONF
Dir::Etc "$state/etc";
Dir::Etc::sourceparts "-";
Acquire::Check-Valid-Until "false";
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Debug::NoLocking "true";
CONF
  APT_CONFIG="$state/apt.conf" apt-get -qq update
  APT_CONFIG="$state/apt.conf" apt-get -qq --download-only --yes install "$@" >/dev/null
  for deb in "$state"/archives/*.deb; do dpkg-deb --extract "$deb" "$root"; done
  rm -rf "$state"
}

if [ ! -x "$dir/bin/notation" ] || [ ! -x "$dir/bin/cosign" ]; then
  unpack sid cosign notation oras crane
  for tool in cosign notation oras crane; do ln -sf "../sid/usr/bin/$tool" "$dir/bin/$tool"; done
fi

if [ ! -x "$dir/bin/cosign2" ] || [ ! -x "$dir/bin/skopeo" ]; then
  unpack trixie cosign skopeo openscap-scanner openscap-common
  loader=$(find "$dir/trixie/usr/lib" -maxdepth 2 -name 'ld-linux-*.so.*' -type f | head -n 1)
  for tool in cosign2:cosign skopeo:skopeo oscap:oscap; do
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s/trixie/usr/bin/%s" "$@"\n' \
      "$loader" "$(dirname "$loader")" "$dir" "${tool#*:}" >"$dir/bin/${tool%:*}"
    chmod +x "$dir/bin/${tool%:*}"
  done
fi

# go_program: a Go that fetches the toolchain that a module asks for
go_program() {
  local own
  if command -v go >/dev/null && go version | grep -qE 'go1\.(2[1-9]|[3-9][0-9])'; then
    command -v go
    return
  fi
  [ -n "$(find "$dir/sid/usr/lib" -maxdepth 1 -name 'go-1.*' -print -quit 2>/dev/null)" ] || unpack sid golang-go >&2
  own=$(find "$dir/sid/usr/lib" -maxdepth 1 -name 'go-1.*' | sort -V | tail -n 1)
  echo "$own/bin/go"
}

# build NAME MODULE@VERSION: the program that a package is, named after its folder, as DIR/bin/NAME
build() {
  local name=$1 package=$2 made
  [ -x "$dir/bin/$name" ] && return
  made=$(mktemp -d "$dir/build.XXXXXX")
  GOBIN=$made CGO_ENABLED=0 GOFLAGS=-trimpath "$(go_program)" install -ldflags='-s -w' "$package"
  mv "$made"/* "$dir/bin/$name"
  rm -rf "$made"
}

if [ -n "$sigstore" ]; then
  build fulcio github.com/sigstore/fulcio@v1.8.8
  build timestamp-server github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.1.3
  build rekor-server github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@v2.3.0
  build versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
  if [ ! -x "$dir/bin/referrers-registry" ]; then
    (cd "$here/referrers-registry" && CGO_ENABLED=0 "$(go_program)" build -trimpath -ldflags='-s -w' -o "$dir/bin/referrers-registry" .)
  fi
fi

if [ -n "$kubernetes" ]; then
  if [ ! -x "$dir/bin/kube-apiserver" ]; then
    # Clients read the version that the server tells.
    version=v1.34.2 flags=k8s.io/component-base/version
    (cd "$here/kube-apiserver" && CGO_ENABLED=0 "$(go_program)" build -trimpath \
      -ldflags="-s -w -X $flags.gitVersion=$version -X $flags.gitMajor=1 -X $flags.gitMinor=34" -o "$dir/bin/kube-apiserver" .)
  fi
  if [ ! -x "$dir/bin/etcd" ]; then
    unpack trixie etcd-server
    ln -sf ../trixie/usr/bin/etcd "$dir/bin/etcd"
  fi
fi

if [ ! -x "$dir/bin/python-tuf" ]; then
  rm -rf "$dir/python-tuf"
  python3 -m venv "$dir/python-tuf"
  "$dir/python-tuf/bin/pip" install --quiet --disable-pip-version-check tuf==7.0.1 securesystemslib==1.6.0 cryptography==50.0.2
  printf '#!/bin/sh\nexec "%s/python-tuf/bin/python" "$@"\n' "$dir" >"$dir/bin/python-tuf"
  chmod +x "$dir/bin/python-tuf"
fi

for tool in cosign cosign2 notation skopeo python-tuf; do "$dir/bin/$tool" --help >/dev/null || { echo "tools/peers.sh: $tool does not run" >&2; exit 1; }; done
echo "$dir/bin"
