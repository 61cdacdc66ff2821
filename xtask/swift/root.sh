#!/usr/bin/env bash
# Makes, once, a Debian root that holds Swift, and prints its path.
#
# Debian 12 has no Swift package and a newer Debian's would pull the C library along, so Swift lives in a root of its
# own under the cache. Needs root, apt, and the right to mount and chroot. Exit 77: this machine cannot have it, and
# the last line on stderr says why.
set -euo pipefail

suite=trixie
recipe=1 # raise it when `packages` changes: the root's folder carries it
packages=swiftlang,libc6-dev,libstdc++-14-dev,ca-certificates,git
cache=${FIELDBOOK_SWIFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fieldbook/swift}
root=$cache/$suite-$recipe

say() { echo "swift root: $*" >&2; }
cannot() {
  say "$*"
  exit 77
}
done_already() { [ -e "$root/.complete" ]; }

# A run that was killed half way left a tree, perhaps with mounts in it.
sweep() {
  local tree mounted
  for tree in "$cache"/part.*; do
    [ -d "$tree" ] || continue
    awk -v under="$tree/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts | sort -r |
      while read -r mounted; do umount -l "$mounted"; done
    rm -rf --one-file-system "$tree"
  done
}

# The archive that the machine's own apt uses, with its proxy.
mirror_of_apt() {
  apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 !~ /-/ && !n++ { print $3 }'
}

if done_already; then
  echo "$root"
  exit 0
fi
[ "$(id -u)" = 0 ] || cannot "only root can make $root"
command -v apt-get >/dev/null || cannot "no apt-get here"
unshare --mount --propagation private true 2>/dev/null || cannot "no mount namespace here (CAP_SYS_ADMIN is missing)"

mkdir -p "$cache/debs"
exec 9>"$cache/lock"
flock 9 # two at once: the second waits, and finds it made
if done_already; then
  echo "$root"
  exit 0
fi
sweep

if ! command -v debootstrap >/dev/null; then
  say "installing debootstrap"
  { apt-get update -q && apt-get install -qy --no-install-recommends debootstrap; } >&2 ||
    cannot "debootstrap cannot be installed"
fi
mirror=$(mirror_of_apt)
if [ -z "$mirror" ]; then
  apt-get update -q >&2 || cannot "apt-get update failed"
  mirror=$(mirror_of_apt)
fi
[ -n "$mirror" ] || cannot "no Debian archive among apt's sources"
eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
export http_proxy https_proxy

part=$cache/part.$$
say "making $root (over 450 MB to fetch, 2.7 GB on disk)"
# File descriptor 9 is inherited: the lock outlives us when we are killed, until debootstrap ends too.
unshare --mount --propagation private debootstrap --variant=minbase --cache-dir="$cache/debs" \
  --include="$packages" "$suite" "$part" "$mirror" >"$cache/debootstrap.log" 2>&1 || {
  tail -5 "$cache/debootstrap.log" "$part/debootstrap/debootstrap.log" >&2 || :
  sweep
  cannot "debootstrap failed"
}
rm -f "$part"/var/cache/apt/archives/*.deb
# swiftc finds its own libraries through /proc/self/exe.
unshare --mount --propagation private sh -ec \
  'mount -t proc proc "$0/proc"; exec chroot "$0" swiftc --version' "$part" >&2 9>&- ||
  cannot "cannot mount and chroot here (CAP_SYS_ADMIN and CAP_SYS_CHROOT)"
date -u >"$part/.complete"
sync -f "$part"
rm -rf --one-file-system "$root"
mv "$part" "$root"
rm -rf "$cache/debs"
echo "$root"
