#!/usr/bin/env bash
# Brings the tools of others that the tests run into target/tools/. What is there and not older than what it is made from
# is left alone, so that a second run is done at once. With `e2e VERSION…`, also what tests/e2e runs: a whole control plane
# of each version of Crossplane that is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$PWD/target/tools
mkdir -p "$tools"
# go.mod and go.sum say it all; they are not to change here.
export GOFLAGS="-mod=readonly -buildvcs=false"

# Whether $1 has to be made: it is not there, or older than one of the files after it.
stale() {
  local made=$1 from
  shift
  for from in "$@"; do [[ $made -nt $from ]] || return 0; done
  return 1
}

# Where the source of module $2 lies, as required by tests/tools/$1/go.mod; fetched if need be.
source_of() {
  (cd "tests/tools/$1" && go mod download "$2" && go list -m -f '{{.Dir}}' "$2")
}

# Makes the folder $1 of copies of the files after it.
copies() {
  local folder=$1
  shift
  rm -rf "$folder" "$folder.part" && mkdir -p "$folder.part"
  install -m 644 "$@" "$folder.part"
  mv "$folder.part" "$folder"
}

# Builds target/tools/$1 from the package $3 as tests/tools/$2/go.mod has it, with the linker's flags $4.
program() {
  local name=$1 module=$2 package=$3 flags=${4:-}
  if stale "$tools/$name" "tests/tools/$module"/*; then
    local what=$package
    [[ $package != . ]] || what=tests/tools/$module
    echo "building $what into target/tools/$name: a minute or three"
    (cd "tests/tools/$module" && go build -ldflags "$flags" -o "$tools/$name" "$package")
    touch "$tools/$name"
  fi
}

# The host of guest modules on wasmtime.
wasmtime_host() {
  if stale "$tools/wasmtime-host" tests/tools/wasmtime/*; then
    echo "building wasmtime and a host on it into target/tools/wasmtime-host: a minute or three"
    cargo build --quiet --release --locked --manifest-path tests/tools/wasmtime/Cargo.toml --target-dir "$tools/wasmtime"
    cp "$tools/wasmtime/release/wasmtime-host" "$tools/"
  fi
}

# The command line tool of Crossplane $1, which is the module $2.
command_line_tool() {
  program "crossplane-$1" "crossplane-$1" "$2/cmd/crank"
}

# The core of Crossplane $1, which is the module $2; a Function package may ask for the version that is linked in.
core() {
  local version
  version=$(cd "tests/tools/crossplane-$1" && go list -m -f '{{.Version}}' "$2")
  program "crossplane-core-$1" "crossplane-$1" "$2/cmd/crossplane" "-s -w -X $2/internal/version.version=$version"
}

# The CRDs of Crossplane $1, which is the module $2, where its `beta validate` looks for them.
crossplane_crds() {
  local folder=crossplane-crds/$1 source
  if stale "$tools/$folder/crossplane@local" "tests/tools/crossplane-$1/go.mod"; then
    echo "copying the CRDs of Crossplane $1 into target/tools/$folder"
    source=$(source_of "crossplane-$1" "$2")
    copies "$tools/$folder/crossplane@local" "$source"/cluster/crds/*.yaml
  fi
}

# The CRDs of provider-aws' API group $2 in the folder $1.
provider_crds() {
  local folder=$1 group=$2 source
  if stale "$tools/$folder" tests/tools/provider-aws/go.mod; then
    echo "fetching provider-aws and copying its CRDs of $group into target/tools/$folder"
    source=$(source_of provider-aws github.com/crossplane-contrib/provider-aws)
    copies "$tools/$folder" "$source/package/crds/$group"_*.yaml
  fi
}

# The virtual environment target/tools/$1 of what tests/$1/requirements.txt lists.
python_packages() {
  local folder=$1
  if stale "$tools/$folder/installed" "tests/$folder/requirements.txt"; then
    echo "installing the packages of tests/$folder/requirements.txt into target/tools/$folder"
    python3 -m venv --clear "$tools/$folder"
    "$tools/$folder/bin/pip" install --quiet --disable-pip-version-check -r "tests/$folder/requirements.txt"
    touch "$tools/$folder/installed"
  fi
}

# Debian's package $1 for $3, unless there is the program $2.
debian() {
  if [[ ! -x $2 ]]; then
    echo "installing Debian's $1: $3"
    apt-get install -y -qq "$1" >/dev/null || { apt-get update -qq && apt-get install -y -qq "$1" >/dev/null; }
  fi
}

program api-server api-server . "-s -w"
program wazero-host wazero . "-s -w"
wasmtime_host
command_line_tool 1.14 github.com/crossplane/crossplane
command_line_tool 1.20 github.com/crossplane/crossplane
command_line_tool 2.2 github.com/crossplane/crossplane/v2
crossplane_crds 1.20 github.com/crossplane/crossplane
crossplane_crds 2.2 github.com/crossplane/crossplane/v2
provider_crds provider-aws-crds cognitoidentityprovider.aws.crossplane.io
program crane crossplane-2.2 github.com/google/go-containerregistry/cmd/crane
program actionlint actionlint github.com/rhysd/actionlint/cmd/actionlint
python_packages python
debian chromium "${CHROMIUM:-/usr/bin/chromium}" "the npm package and the playground run in it"
debian shellcheck /usr/bin/shellcheck "it reads the scripts here"
debian valgrind /usr/bin/valgrind "it counts what a call costs"

if [[ ${1:-} == e2e ]]; then
  for version in "${@:2}"; do
    module=github.com/crossplane/crossplane
    [[ $version == 1.* ]] || module=$module/v2
    core "$version" "$module"
    crossplane_crds "$version" "$module"
  done
  for name in kube-apiserver kube-controller-manager kubectl; do
    program "$name" kubernetes "k8s.io/kubernetes/cmd/$name" "-s -w"
  done
  program provider-aws provider-aws . "-s -w"
  provider_crds provider-aws-config-crds aws.crossplane.io
  python_packages e2e
  if [[ ! -x $tools/etcd/usr/bin/etcd ]]; then
    # Installed as a package it would start, and go on running.
    echo "unpacking Debian's etcd-server into target/tools/etcd"
    rm -rf "$tools/etcd" && mkdir "$tools/etcd"
    (cd "$tools/etcd" && { apt-get download etcd-server || { apt-get update && apt-get download etcd-server; }; } >/dev/null)
    dpkg -x "$tools"/etcd/etcd-server_*.deb "$tools/etcd"
  fi
fi
