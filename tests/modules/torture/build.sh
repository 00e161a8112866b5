#!/bin/sh
# Builds this module and copies the result to torture.wasm beside this script.
# Needs, on Debian: apt-get install rustc-web rust-web-src lld
# (rustup's toolchain with its wasm32-unknown-unknown target does as well: then plain
# "cargo build --release --target wasm32-unknown-unknown" is enough).
set -eu
cd "$(dirname "$0")"

unset CARGO_ENCODED_RUSTFLAGS RUSTFLAGS
cargo fetch --quiet --locked

# Debian's compiler has the standard library as source only, hence build-std, which a released compiler
# allows with RUSTC_BOOTSTRAP.
export RUSTC="${RUSTC:-/usr/bin/rustc}" RUSTC_BOOTSTRAP=1
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
export RUSTFLAGS="-C linker-flavor=wasm-ld --remap-path-prefix=$PWD=torture"
# Panic messages hold the paths of sources: cut off where this machine keeps those of the dependencies.
for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
    RUSTFLAGS="$RUSTFLAGS --remap-path-prefix=$sources=crates"
done

target="${CARGO_TARGET_DIR:-target}"
cargo build --locked --release --target wasm32-unknown-unknown -Z build-std=std,panic_abort
install -m 644 "$target/wasm32-unknown-unknown/release/torture.wasm" torture.wasm
ls -l torture.wasm
