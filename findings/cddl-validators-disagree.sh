#!/usr/bin/env bash
# CDDL validators: three of them, three opinions on plain schemas
#
# Libraries: cddl 0.10.7, cddl-cat 0.7.1 (crates.io), cddl-verifier 1.5.3 (PyPI).
#
# Expected: RFC 8610. 3.5.4: only ":" and "^ =>" cut; after a plain "=>" an entry whose value does not fit may still
#   match a later wildcard. Appendix D: nint = #1, a negative integer; float32 = #7.26, four bytes. Appendix A: the
#   grammar is read like a PEG, where "?" takes what it can and does not go back.
# What their documents say: all name RFC 8610. cddl ticks "cuts" and copies nint = #1 into its README; cddl-cat says
#   that float sizes are not validated; cddl-verifier names no gap.
# What happens:
#   { ? "x" => int, * tstr => any } with {"x": "s"}: valid. cddl refuses, as if the arrow were a colon.
#   nint with 1: invalid. cddl takes it: nint is any integer.
#   float32 with 1.5 in eight bytes: cddl and cddl-cat take it, cddl-verifier does not.
#   [ ? int, int ] with [1]: cddl-verifier takes it, cddl and cddl-cat do not.
# Why it matters: a wire format checked with one tool in CI is refused or let through by the partner's other one.
# Instead: write ":" for keys, ranges (..-1) for signs, and keep valid and invalid samples that every tool must agree
#   on.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cddl-verifier==1.5.3
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"
[dependencies]
cddl = "=0.10.7"
cddl-cat = "=0.7.1"
[profile.dev]
debug = false
TOML
cat > samples.txt <<'SAMPLES'
a = { ? "x" => int, * tstr => any }|a161786173|{"x": "s"}
a = nint|01|1
a = float32|fb3ff8000000000000|1.5 in eight bytes
a = [ ? int, int ]|8101|[1]
a = { ? "x": int, * tstr => any }|a161786173|{"x": "s"}
a = nint|20|-1
SAMPLES
cat > src/main.rs <<'RUST'
fn main() {
    for line in include_str!("../samples.txt").lines() {
        let mut parts = line.split('|');
        let (schema, hex, shown) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let data: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        let first = cddl::validate_cbor_from_slice(schema, &data, None).is_ok();
        let second = cddl_cat::validate_cbor_bytes("a", schema, &data).is_ok();
        println!("{schema} | {shown} | cddl {first}, cddl-cat {second}");
    }
}
RUST
cat > probe.py <<'PY'
import cddl_verifier
for line in open("samples.txt"):
    schema, text, shown = line.strip().split("|")
    print(f"{schema} | {shown} | cddl-verifier {str(cddl_verifier.validate(schema, bytes.fromhex(text)).valid).lower()}")
PY
{ CARGO_TARGET_DIR="$work/target" nice cargo run --quiet; venv/bin/python probe.py; } | LC_ALL=C sort | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
a = [ ? int, int ] | [1] | cddl false, cddl-cat false
a = [ ? int, int ] | [1] | cddl-verifier true
a = float32 | 1.5 in eight bytes | cddl true, cddl-cat true
a = float32 | 1.5 in eight bytes | cddl-verifier false
a = nint | -1 | cddl true, cddl-cat true
a = nint | -1 | cddl-verifier true
a = nint | 1 | cddl true, cddl-cat false
a = nint | 1 | cddl-verifier false
a = { ? "x" => int, * tstr => any } | {"x": "s"} | cddl false, cddl-cat true
a = { ? "x" => int, * tstr => any } | {"x": "s"} | cddl-verifier true
a = { ? "x": int, * tstr => any } | {"x": "s"} | cddl false, cddl-cat false
a = { ? "x": int, * tstr => any } | {"x": "s"} | cddl-verifier false
WANT
echo "as described"
