#!/usr/bin/env bash
# Builds what the next version could be, with another default of a pool and of a client, into target/e2e/next.
set -euo pipefail
cd "$(dirname "$0")/../.."
next=$PWD/target/e2e/next
built=${CARGO_TARGET_DIR:-target}
rm -rf "$next" && mkdir -p "$next"
cp -r Cargo.toml Cargo.lock src "$next"
ln -s ../../../{proto,package,benches,tests,examples,README.md} "$next"
change() {
  grep -qF "$2" "$next/$1" || { echo "$1 has no $2 any more; say here what the next version renders otherwise" >&2; exit 1; }
  sed -i "s/$2/$3/" "$next/$1"
}
change src/plan/pool.rs 'temporary_validity.unwrap_or(Duration::from_days(7))' 'temporary_validity.unwrap_or(Duration::from_days(8))'
change src/plan/client.rs 'auth_session.unwrap_or(Duration::from_mins(3))' 'auth_session.unwrap_or(Duration::from_mins(4))'
# Another version, so that the one does not overwrite the other; the dependencies are the same, and built already.
sed -i '/^name = "function-appauth"/{n;s/^version = "\(.*\)"/version = "\1-next"/}' "$next/Cargo.toml" "$next/Cargo.lock"
cargo build --locked --quiet --manifest-path "$next/Cargo.toml" --target-dir "$built"
mv "$built/debug/function-appauth" "$next/function-appauth"
cargo build --locked --quiet
