#!/usr/bin/env bash
# in.sh TOP CMD...: runs CMD inside the Swift root, in the current directory, with TOP at the same path inside.
#
# The current directory must be TOP or lie under it. Exit 77: this machine cannot have Swift.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
say() { echo "swift: $*" >&2; }

[ $# -ge 2 ] || {
  say "usage: in.sh TOP CMD..."
  exit 64
}
top=$1
shift
case $PWD/ in
"$top"/*) ;;
*)
  say "$PWD is not under $top"
  exit 64
  ;;
esac
root=$("$here/root.sh")

# A mount namespace of our own: the mounts end with the command, however it ends. Without root a user namespace will do.
namespace=(unshare --mount --propagation private)
[ "$(id -u)" = 0 ] || namespace=(unshare --map-root-user --mount --propagation private)
"${namespace[@]}" true 2>/dev/null || {
  say "no mount namespace here (needs root with CAP_SYS_ADMIN, or user namespaces)"
  exit 77
}

export SWIFT_ROOT=$root SWIFT_TOP=$top SWIFT_PWD=$PWD
exec "${namespace[@]}" bash -euc '
  mount --rbind /proc "$SWIFT_ROOT/proc"
  mount --rbind /dev "$SWIFT_ROOT/dev"
  mount -t tmpfs tmpfs "$SWIFT_ROOT/tmp"
  mkdir -p "$SWIFT_ROOT$SWIFT_TOP"
  mount --rbind "$SWIFT_TOP" "$SWIFT_ROOT$SWIFT_TOP"
  exec chroot "$SWIFT_ROOT" /usr/bin/env -i \
    HOME=/tmp PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 TZ="${TZ:-UTC}" ${CI:+CI=$CI} \
    LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" \
    bash -c "cd \"\$1\" && shift && exec \"\$@\"" - "$SWIFT_PWD" "$@"' - "$@"
