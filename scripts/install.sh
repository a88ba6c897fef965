#!/bin/sh
# Installs Alcaide's binary, or takes it away again.
#
#   sh install.sh [--from URL|DIRECTORY] [--to DIRECTORY] [--version VERSION]
#   sh install.sh --uninstall [--to DIRECTORY]
#
# The binary's sum is compared with SHA256SUMS, which lies beside it; nothing is installed when they differ. An old binary is
# replaced by a rename, so one that runs at that moment goes on running.
set -u

from="${ALCAIDE_FROM:-}"
to="${ALCAIDE_TO:-}"
version=latest
uninstall=

fail() {
  echo "Error: $1" >&2
  [ $# -lt 2 ] || echo "  Hint: $2" >&2
  exit 1
}

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0"
  exit "$1"
}

while [ $# -gt 0 ]; do
  case "$1" in
    --from | --to | --version)
      [ $# -ge 2 ] && [ -n "$2" ] || fail "Cannot use $1 without a value"
      case "$1" in
        --from) from="$2" ;;
        --to) to="$2" ;;
        --version) version="$2" ;;
      esac
      shift 2
      ;;
    --uninstall) uninstall=yes; shift ;;
    -h | --help) usage 0 ;;
    *) echo "Error: Cannot understand $1" >&2; usage 2 >&2 ;;
  esac
done

if [ -z "$to" ]; then
  [ -n "${HOME:-}" ] || fail "Cannot tell where ~/.local/bin is: HOME is not set" "Name a directory with --to"
  to="$HOME/.local/bin"
fi
target="$to/alcaide"

if [ -n "$uninstall" ]; then
  [ -e "$target" ] || [ -L "$target" ] || { echo "There is no $target"; exit 0; }
  rm -f -- "$target" || fail "Cannot remove $target"
  echo "$target is removed"
  exit 0
fi

# The name of the binary for this machine.
machine="$(uname -m)"
case "$machine" in
  x86_64 | amd64) machine=x64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) fail "Cannot install on $machine: there is no binary for it" "Run the sources with Deno, as the README says" ;;
esac
case "$(uname -s)" in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  *) fail "Cannot install on $(uname -s): there is no binary for it" "Run the sources with Deno, as the README says" ;;
esac
name="alcaide-$system-$machine"

[ -n "$from" ] || fail "Cannot install without knowing from where" "Name a place with --from URL or --from DIRECTORY"
from="${from%/}"
case "$from" in
  http://* | https://*) [ "$version" = latest ] || from="$from/$version" ;;
  *) [ "$version" = latest ] || from="$from/$version"
    [ -d "$from" ] || fail "Cannot install from $from: there is no such directory" ;;
esac

work="$(mktemp -d "${TMPDIR:-/tmp}/alcaide-install.XXXXXX")" || fail "Cannot make a temporary directory"
fresh=
trap 'rm -rf -- "$work"; [ -z "$fresh" ] || rm -f -- "$fresh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Brings a file from there.
bring() {
  case "$from" in
    http://* | https://*)
      if command -v curl >/dev/null 2>&1; then curl -fsSL -o "$2" "$from/$1"
      elif command -v wget >/dev/null 2>&1; then wget -q -O "$2" "$from/$1"
      elif command -v fetch >/dev/null 2>&1; then fetch -q -o "$2" "$from/$1"
      else fail "Cannot download without curl, wget or fetch" "Download $from/$1 by hand and use --from DIRECTORY"
      fi
      ;;
    *) cp -- "$from/$1" "$2" ;;
  esac
}

# The sum of a file, by whatever program there is.
sum_of() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 <"$1" | cut -d ' ' -f 1
  elif command -v sha256 >/dev/null 2>&1; then sha256 -q "$1"
  else fail "Cannot check the sum without sha256sum, shasum or sha256"
  fi
}

bring SHA256SUMS "$work/SHA256SUMS" || fail "Cannot get $from/SHA256SUMS" "Look at the address and the network"
# The sum of a file, as SHA256SUMS has it.
listed() { awk -v name="$1" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS"; }
expected="$(listed "$name")"
# Made for one machine only, as "deno task compile" does, it has no system in its name; it is tried below.
[ -n "$expected" ] || { expected="$(listed alcaide)"; [ -z "$expected" ] || name=alcaide; }
[ -n "$expected" ] || fail "Cannot find $name in $from/SHA256SUMS" "There may be no binary for this machine"
bring "$name" "$work/$name" || fail "Cannot get $from/$name" "Look at the address and the network"
found="$(sum_of "$work/$name")" || exit 1
[ "$found" = "$expected" ] || fail "Cannot trust $from/$name: its sum is $found, not $expected" "Try again later, or ask who publishes it"

mkdir -p -- "$to" || fail "Cannot make $to"
[ ! -d "$target" ] || fail "Cannot install to $target: it is a directory"
# Beside its place, for only there a rename is certain.
fresh="$to/.alcaide.$$"
cp -- "$work/$name" "$fresh" && chmod 755 "$fresh" || fail "Cannot write to $to" "Name another directory with --to"
"$fresh" --version >/dev/null 2>&1 || fail "Cannot run the binary on this machine" "It is for $system on $machine, with a C library as most systems have it"
mv -f -- "$fresh" "$target" || fail "Cannot write $target"
fresh=

echo "$target is installed: $("$target" --version)"
case ":$PATH:" in
  *":$to:"*) ;;
  *) echo "It isn't on your PATH yet. Add this line to your shell's profile:"
    echo "  export PATH=\"$to:\$PATH\"" ;;
esac
