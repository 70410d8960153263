#!/usr/bin/env bash
# Makes the packages that Crossplane installs, into target/package: `package/build.sh amd64`, or all platforms if none is named.
# - function-appauth-VERSION-PLATFORM.xpkg, the Function with its runtime, and in PLATFORM the program that is in it;
# - configuration-appauth-VERSION.xpkg, the XRD and a Composition, which bring the Function along.
# The Configuration says where the Function is: below REPOSITORY, which is where both are going to be pushed.
# It needs target/tools/crossplane-2.2 and crane, which `make tools` builds.
set -euo pipefail
cd "$(dirname "$0")/.."
REPOSITORY=${REPOSITORY:-registry.example.org/platform}
built=$PWD/target/package
tools=$PWD/target/tools
version=$(sed -n '/^version = "\(.*\)"$/{s//\1/p;q}' Cargo.toml)
platforms=("$@")
[[ $# -gt 0 ]] || platforms=(amd64 arm64)

package/image/build.sh "${platforms[@]}"
rm -rf "$built/configuration" "$built/examples" && mkdir -p "$built/configuration"

# What a package shows of how it is used: each AppAuth and its Composition.
examples=$built/examples
for file in examples/*/composition.yaml; do
  folder=$(basename "$(dirname "$file")")
  mkdir -p "$examples/$folder"
  cp "$file" "$examples/$folder/"
  grep -lE '^kind: \w*AppAuth$' "examples/$folder"/*.yaml | xargs cp -t "$examples/$folder"
done

for platform in "${platforms[@]}"; do
  package=$built/function-appauth-$version-$platform.xpkg
  "$tools/crossplane-2.2" xpkg build --package-root=package --ignore='configuration/*,wasm/*' --examples-root="$examples" \
    --embed-runtime-image-tarball="target/image/$platform/image.tar" --package-file="$package"
  rm -rf "${built:?}/$platform" && mkdir "$built/$platform"
  "$tools/crane" export - - <"$package" | tar -x -C "$built/$platform" function-appauth
  echo "${package#"$PWD/"}: $(($(stat -c %s "$package") / 1024)) KB"
done

# A package that brings another along gives it the name of where it was, and the Composition has to call it by that.
path=${REPOSITORY#*/}/function-appauth
name=${path//_/} name=${name//[.\/]/-} name=${name:0:63}
change() {
  grep -qF "$2" "package/configuration/$1" || { echo "package/configuration/$1 has no '$2' any more" >&2; exit 1; }
  sed "s|$2|$3|" "package/configuration/$1" >"$built/configuration/$1"
}
cp package/configuration/xrd.yaml "$built/configuration/"
change composition.yaml 'name: function-appauth' "name: $name"
change crossplane.yaml '  dependsOn:' "  dependsOn:\n    - function: $REPOSITORY/function-appauth\n      version: \">=v$version\""
package=$built/configuration-appauth-$version.xpkg
"$tools/crossplane-2.2" xpkg build --package-root="$built/configuration" --examples-root="$examples" --package-file="$package"
rm -r "$built/configuration" "$examples"
echo "${package#"$PWD/"}: $(($(stat -c %s "$package") / 1024)) KB, with $REPOSITORY/function-appauth"
