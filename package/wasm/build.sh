#!/usr/bin/env bash
# Builds the guest for function-wasm: target/wasm/function-appauth.wasm, and wasmfn.yaml beside it. It takes rustup's
# target wasm32-unknown-unknown where there is one or one can be had, else Debian's packages rustc-web, cargo-web,
# rust-web-src and lld, which it installs.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=wasm32-unknown-unknown
built=$PWD/target/wasm
export CARGO_TARGET_DIR=$built/cargo
# A module is pulled by many, and its calls are few: small before fast.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=z CARGO_PROFILE_RELEASE_PANIC=abort
arguments=(rustc --release --locked --lib --crate-type cdylib --no-default-features --features guest --target "$target")

has_target() { [[ -d $(rustc --print sysroot)/lib/rustlib/$target/lib ]]; }

# Sets `linker`, where Debian's Rust and a linker are there.
debian() {
  [[ -x /usr/bin/rustc && -x /usr/bin/cargo ]] || return
  [[ -d /usr/src/rustc-$(/usr/bin/rustc --version | cut -d' ' -f2)/library ]] || return
  linker=$(compgen -c wasm-ld- | sort -V | tail -1)
  [[ -n $linker ]]
}

if has_target || { rustup target add "$target" >/dev/null 2>&1 && has_target; }; then
  cargo "${arguments[@]}"
else
  if ! debian; then
    echo "installing rustc-web, cargo-web, rust-web-src and lld-22: this Rust has no $target"
    packages=(rustc-web cargo-web rust-web-src lld-22)
    apt-get install -y -qq "${packages[@]}" >/dev/null ||
      { apt-get update -qq && apt-get install -y -qq "${packages[@]}" >/dev/null; }
    debian || { echo "they are there, and do not fit together" >&2 && exit 1; }
  fi
  # The standard library is built as well, and can be small, too.
  unset CARGO_PROFILE_RELEASE_PANIC
  RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none" \
    RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker \
    /usr/bin/cargo "${arguments[@]}" -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size
fi

module=$CARGO_TARGET_DIR/$target/release/function_appauth.wasm
# wasm-opt, in the version of package-lock.json.
mkdir -p "$built/npm"
cp package/wasm/package.json package/wasm/package-lock.json "$built/npm/"
npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$built/npm"
# Of WebAssembly's extensions, those alone that Rust's own output has: engines differ in the rest.
extensions=(bulk-memory multivalue mutable-globals nontrapping-float-to-int reference-types sign-ext)
"$built/npm/node_modules/.bin/wasm-opt" -Oz "${extensions[@]/#/--enable-}" --strip-debug --strip-producers "$module" \
  -o "$built/function-appauth.wasm"
cp package/wasm/wasmfn.yaml "$built/"
echo "target/wasm/function-appauth.wasm: $(($(stat -c %s "$built/function-appauth.wasm") / 1024)) KB," \
  "$(($(gzip -9 -c "$built/function-appauth.wasm" | wc -c) / 1024)) KB compressed"
