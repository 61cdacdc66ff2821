#!/usr/bin/env bash
# make-xcframework.sh: builds lib/fieldbookFFI.xcframework, the binary target of Package.swift on Apple platforms.
#
# Needs a Mac with Xcode and rustup. The project's own tests run on Linux and never run this script.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
out=$here/lib/fieldbookFFI.xcframework
say() { echo "xcframework: $*" >&2; }

[ "$(uname)" = Darwin ] || {
  say "an XCFramework is made by xcodebuild, on a Mac"
  exit 77
}

devices=(aarch64-apple-ios)
simulators=(aarch64-apple-ios-sim x86_64-apple-ios)
macs=(aarch64-apple-darwin x86_64-apple-darwin)

# The oldest systems of Package.swift; rustc and the C compilers of the dependencies read these.
export IPHONEOS_DEPLOYMENT_TARGET=17.0 MACOSX_DEPLOYMENT_TARGET=14.0

cd "$top"
rustup target add "${devices[@]}" "${simulators[@]}" "${macs[@]}"
for target in "${devices[@]}" "${simulators[@]}" "${macs[@]}"; do
  cargo build --release -p fieldbook-bindings --target "$target"
done

# The sources come from a library of this machine: what UniFFI writes is the same for every target.
swift_out=$here/generated
bindgen() { cargo run --quiet -p fieldbook-bindgen --bin uniffi-bindgen-swift -- "$@"; }
library=target/aarch64-apple-darwin/release/libfieldbook.dylib
rm -rf "$swift_out" "$out"
mkdir -p "$here/lib"
bindgen --swift-sources "$library" "$swift_out/sources"
bindgen --headers "$library" "$swift_out/ffi"
bindgen --modulemap --modulemap-filename module.modulemap --module-name fieldbookFFI "$library" "$swift_out/ffi"

# One library a platform: those of several processors are joined.
joined() {
  local name=$1 target inputs=()
  shift
  for target in "$@"; do inputs+=("target/$target/release/libfieldbook.a"); done
  mkdir -p "target/xcframework/$name"
  lipo -create "${inputs[@]}" -output "target/xcframework/$name/libfieldbook.a"
  echo "target/xcframework/$name/libfieldbook.a"
}

# xcodebuild copies the folder of headers; only the header and the module map belong in it.
headers=target/xcframework/headers
rm -rf "$headers"
mkdir -p "$headers"
cp "$swift_out"/ffi/*.h "$swift_out/ffi/module.modulemap" "$headers"

arguments=()
for library in "$(joined ios "${devices[@]}")" "$(joined simulator "${simulators[@]}")" "$(joined macos "${macs[@]}")"; do
  arguments+=(-library "$library" -headers "$headers")
done
xcodebuild -create-xcframework "${arguments[@]}" -output "$out"
say "$out"
