#!/usr/bin/env bash
# Installs the real clients that the interoperability tests run against, without touching the system:
#   cosign (3), notation, oras, crane          from Debian sid: static programs
#   cosign2 (2.5), skopeo (1.18), oscap (1.4)  from Debian trixie, each run with trixie's own loader and libraries
#   python-tuf (7.0)                           from PyPI, in an environment of its own: a Python that has it
# The archive's address is taken from this host's apt sources. What is there is kept.
# Usage: tools/peers.sh [DIR]       DIR is $TEMPER_PEERS, or ~/.cache/temper-peers
set -euo pipefail

dir=$(realpath -m "${1:-${TEMPER_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/temper-peers}}")
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

if [ ! -x "$dir/bin/python-tuf" ]; then
  rm -rf "$dir/python-tuf"
  python3 -m venv "$dir/python-tuf"
  "$dir/python-tuf/bin/pip" install --quiet --disable-pip-version-check tuf==7.0.1 securesystemslib==1.6.0 cryptography==50.0.2
  printf '#!/bin/sh\nexec "%s/python-tuf/bin/python" "$@"\n' "$dir" >"$dir/bin/python-tuf"
  chmod +x "$dir/bin/python-tuf"
fi

for tool in cosign cosign2 notation skopeo python-tuf; do "$dir/bin/$tool" --help >/dev/null || { echo "tools/peers.sh: $tool does not run" >&2; exit 1; }; done
echo "$dir/bin"
