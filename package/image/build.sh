#!/usr/bin/env bash
# Builds the runtime's image for the platforms that are named, amd64 and arm64 unless said otherwise, without a container
# engine: `package/image/build.sh amd64`. Of each it leaves in target/image/PLATFORM:
# - root, what is in the image: the program, static, and the licences of what is in it;
# - image.tar, the image as `docker load` and `crossplane xpkg build --embed-runtime-image-tarball` read it.
# The same commit, compiler and C library make the same image, bit for bit.
# It takes the target of rustup where there is one or one can be had, else it builds the standard library, from rustup's
# sources or from Debian's packages rustc-web, cargo-web and rust-web-src, which it installs. What is of C, and the linker,
# is Debian's gcc for that platform, which it installs as well.
set -euo pipefail
cd "$(dirname "$0")/../.."
built=$PWD/target/image
export CARGO_TARGET_DIR=$built/cargo
version=$(sed -n '/^version = "\(.*\)"$/{s//\1/p;q}' Cargo.toml)
# Nothing in the image is of the hour of the build.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
revision=${REVISION:-$(git rev-parse HEAD 2>/dev/null || true)}

debian() {
  echo "installing $*"
  apt-get install -y -qq "$@" >/dev/null || { apt-get update -qq && apt-get install -y -qq "$@" >/dev/null; }
}

# Sets `cargo` and `std` for target $1.
rust() {
  local target=$1 sysroot
  cargo=(cargo) std=()
  unset RUSTC RUSTC_BOOTSTRAP
  sysroot=$(rustc --print sysroot)
  [[ ! -d $sysroot/lib/rustlib/$target/lib ]] || return 0
  # Both fail where there is no rustup, or where it reaches nothing.
  if rustup target add "$target" >/dev/null 2>&1; then return 0; fi
  if [[ ! -d $sysroot/lib/rustlib/src/rust/library ]] && ! rustup component add rust-src >/dev/null 2>&1; then
    [[ -x /usr/bin/cargo && -d /usr/share/doc/rust-web-src ]] || debian rustc-web cargo-web rust-web-src
    cargo=(/usr/bin/cargo)
    export RUSTC=/usr/bin/rustc
    sysroot=$("$RUSTC" --print sysroot)
    if [[ ! -d $sysroot/lib/rustlib/src/rust/library ]]; then
      echo "no program for $target: rustup has no such target, and there is no source of the standard library" >&2
      exit 1
    fi
    [[ ! -d $sysroot/lib/rustlib/$target/lib ]] || return 0
  fi
  export RUSTC_BOOTSTRAP=1
  std=("-Zbuild-std=std,panic_unwind")
}

# Builds the program for the machine $1 into $2.
program() {
  local machine=$1 target=$1-unknown-linux-gnu gcc=$1-linux-gnu-gcc name variable map
  # Addresses are numbers here: of what a static glibc cannot do, looking up names, nothing is used.
  rust "$target"
  command -v "$gcc" >/dev/null || debian "gcc-${machine//_/-}-linux-gnu" "libc6-dev-$platform-cross"
  name=${target//-/_}
  variable=${name^^}
  export "CC_$name=$gcc" "CARGO_TARGET_${variable}_LINKER=$gcc"
  # Where and when it was built is no part of it; what is of C would say when.
  map=("$PWD=/function-appauth" "${CARGO_HOME:-$HOME/.cargo}/registry/src=/crates" "$("${RUSTC:-rustc}" --print sysroot)=/rust")
  export "CFLAGS_$name=${map[*]/#/-ffile-prefix-map=} -Wno-builtin-macro-redefined -D__DATE__=\"\" -D__TIME__=\"\""
  RUSTFLAGS="-Ctarget-feature=+crt-static ${map[*]/#/--remap-path-prefix=}" \
    "${cargo[@]}" build --release --locked --bin function-appauth --target "$target" "${std[@]}"
  install -m 755 "$CARGO_TARGET_DIR/$target/release/function-appauth" "$2"
}

# The licences of what is in the program for the machine $1, into the folder $2.
licenses() {
  local libc=/usr/share/doc/libc6-dev/copyright
  [[ $1-linux-gnu == $(gcc -dumpmachine) ]] || libc=/usr/share/doc/libc6-dev-$platform-cross/copyright
  mkdir -p "$2"
  cp LICENSE "$2/LICENSE"
  CARGO=${cargo[0]} package/licenses.py "$1-unknown-linux-gnu" cli \
    "the GNU C library (LGPL-2.1-or-later and others); package/image/build.sh links the program with another one=$libc" \
    "the GNU Lesser General Public License, version 2.1=/usr/share/common-licenses/LGPL-2.1" >"$2/THIRD-PARTY.txt"
}

sum() { sha256sum "$1" | cut -d' ' -f1; }

# An archive $1 of what is in the folder $2: the same bytes for the same files, whoever made them.
archive() {
  tar --create --file "$1" --directory "$2" --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
    --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' "${@:3}"
}

# Makes $platform/image.tar of $platform/root.
image() {
  local folder=$built/$platform layer config created
  created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  rm -rf "$folder/image" && mkdir -p "$folder/image"
  archive "$folder/image/layer.tar" "$folder/root" function-appauth licenses
  layer=$(sum "$folder/image/layer.tar")
  mv "$folder/image/layer.tar" "$folder/image/$layer.tar"
  cat >"$folder/config.json" <<EOF
{
  "created": "$created",
  "architecture": "$platform",
  "os": "linux",
  "config": {
    "User": "65532:65532",
    "ExposedPorts": {"9443/tcp": {}},
    "Entrypoint": ["/function-appauth"],
    "WorkingDir": "/",
    "Labels": {
      "org.opencontainers.image.title": "function-appauth",
      "org.opencontainers.image.description": "A Crossplane composition function: a short AppAuth in, Amazon Cognito resources out",
      "org.opencontainers.image.licenses": "Apache-2.0",
      "org.opencontainers.image.version": "$version",
      "org.opencontainers.image.created": "$created",
      "org.opencontainers.image.revision": "$revision"${SOURCE:+,
      "org.opencontainers.image.source": "$SOURCE"}
    }
  },
  "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]},
  "history": [{"created": "$created", "created_by": "package/image/build.sh"}]
}
EOF
  config=$(sum "$folder/config.json")
  mv "$folder/config.json" "$folder/image/$config.json"
  printf '[{"Config": "%s.json", "RepoTags": ["function-appauth:%s-%s"], "Layers": ["%s.tar"]}]\n' \
    "$config" "$version" "$platform" "$layer" >"$folder/image/manifest.json"
  archive "$folder/image.tar" "$folder/image" manifest.json "$config.json" "$layer.tar"
  rm -r "$folder/image"
}

platforms=("$@")
[[ $# -gt 0 ]] || platforms=(amd64 arm64)
for platform in "${platforms[@]}"; do
  case $platform in
    amd64) machine=x86_64 ;;
    arm64) machine=aarch64 ;;
    *) echo "$platform: one of amd64, arm64" >&2 && exit 2 ;;
  esac
  rm -rf "${built:?}/$platform" && mkdir -p "$built/$platform/root"
  program "$machine" "$built/$platform/root/function-appauth"
  licenses "$machine" "$built/$platform/root/licenses"
  image
  for file in root/function-appauth image.tar; do
    echo "target/image/$platform/$file: $(($(stat -c %s "$built/$platform/$file") / 1024)) KB"
  done
done
