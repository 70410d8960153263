#!/usr/bin/env bash
# Builds what is of WebAssembly, into target/wasm:
# - function-appauth.wasm, the guest for function-wasm, wasmfn.yaml beside it, and the licences of what is in it;
# - npm, the package for Node.js and browsers, and function-appauth-VERSION.tgz, which is what npm makes of it.
# It takes rustup's target wasm32-unknown-unknown where there is one or one can be had, else Debian's packages rustc-web,
# cargo-web, rust-web-src and lld, which it installs.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=wasm32-unknown-unknown
built=$PWD/target/wasm
export CARGO_TARGET_DIR=$built/cargo
# A module is downloaded more often than it is called. wasm-bindgen needs the names, so they are stripped last.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=z CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_PANIC=abort

has_target() { [[ -d $(rustc --print sysroot)/lib/rustlib/$target/lib ]]; }

# Sets `linker`, where Debian's Rust and a linker are there.
debian() {
  [[ -x /usr/bin/rustc && -x /usr/bin/cargo ]] || return
  [[ -d /usr/src/rustc-$(/usr/bin/rustc --version | cut -d' ' -f2)/library ]] || return
  linker=$(compgen -c wasm-ld- | sort -V | tail -1)
  [[ -n $linker ]]
}

cargo=(cargo)
std=()
has_target || { echo "adding $target to rustup's toolchain" && rustup target add "$target" >/dev/null 2>&1; } || true
if ! has_target; then
  if ! debian; then
    echo "installing rustc-web, cargo-web, rust-web-src and lld-22: this Rust has no $target"
    packages=(rustc-web cargo-web rust-web-src lld-22)
    apt-get install -y -qq "${packages[@]}" >/dev/null ||
      { apt-get update -qq && apt-get install -y -qq "${packages[@]}" >/dev/null; }
    debian || { echo "they are there, and do not fit together" >&2 && exit 1; }
  fi
  cargo=(/usr/bin/cargo)
  export RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
  # Debian has the source of the standard library for this target, and not the library.
  std=("-Zbuild-std=std,panic_abort")
  export RUSTC_BOOTSTRAP=1
fi

# Compiles the module of feature $1 into $2.
module() {
  "${cargo[@]}" rustc --release --locked --lib --crate-type cdylib --no-default-features --features "$1" \
    --target "$target" "${std[@]}"
  cp "$CARGO_TARGET_DIR/$target/release/function_appauth.wasm" "$2"
}

# Prints the licences of what is in the module of feature $1.
licenses() { CARGO=${cargo[0]} package/licenses.py "$target" "$1"; }

# Makes the module $1 small, into $2, and says how small.
shrink() {
  # Of WebAssembly's extensions, those alone that Rust's own output has: engines differ in the rest.
  local extensions=(bulk-memory multivalue mutable-globals nontrapping-float-to-int reference-types sign-ext)
  "$tools/wasm-opt" -Oz "${extensions[@]/#/--enable-}" --strip-debug --strip-producers "$1" -o "$2"
  echo "${2#"$PWD/"}: $(($(stat -c %s "$2") / 1024)) KB, $(($(gzip -9 -c "$2" | wc -c) / 1024)) KB compressed"
}

# The tools of package-lock.json.
mkdir -p "$built/tools"
cp package/wasm/package.json package/wasm/package-lock.json "$built/tools/"
npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$built/tools"
tools=$built/tools/node_modules/.bin

module guest "$built/guest.wasm"
shrink "$built/guest.wasm" "$built/function-appauth.wasm"
cp package/wasm/wasmfn.yaml "$built/"
licenses guest >"$built/function-appauth.wasm.licenses.txt"

# What makes JavaScript of the module has to be of the very version of the library.
version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
bindgen=$built/wasm-bindgen-$version
if [[ ! -x $bindgen/bin/wasm-bindgen ]]; then
  echo "building wasm-bindgen $version into target/wasm: a minute or two"
  CARGO_TARGET_DIR=$built/bindgen-target cargo install --quiet wasm-bindgen-cli --version "$version" --root "$bindgen"
  rm -rf "$built/bindgen-target"
fi
module js "$built/module.wasm"
"$bindgen/bin/wasm-bindgen" --target web --no-typescript --out-name module --out-dir "$built/bindgen" "$built/module.wasm"

package=$built/npm
rm -rf "$package" && mkdir -p "$package"
cp LICENSE package/npm/* "$package/"
rm "$package/types.mjs"
licenses js >"$package/THIRD-PARTY.txt"
# The file beside the glue is called as it is exported.
sed 's/module_bg\.wasm/module.wasm/g' "$built/bindgen/module.js" >"$package/module.js"
shrink "$built/bindgen/module_bg.wasm" "$package/module.wasm"
node package/npm/types.mjs "$package" "$built/tools/node_modules"
(cd "$built" && npm pack --silent --ignore-scripts ./npm >/dev/null)
echo "target/wasm/$(cd "$built" && ls function-appauth-*.tgz): $(($(stat -c %s "$built"/function-appauth-*.tgz) / 1024)) KB"
