#!/usr/bin/env bash
# Brings the tools of others that the tests run into target/tools/. What is there and not older than what it is made from
# is left alone, so that a second run is done at once.
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

# The command line tool of Crossplane $1, which is the module $2.
command_line_tool() {
  local name=crossplane-$1 package=$2/cmd/crank
  if stale "$tools/$name" "tests/tools/$name"/go.{mod,sum}; then
    echo "building $package into target/tools/$name: a minute or three"
    (cd "tests/tools/$name" && go build -o "$tools/$name" "$package")
    touch "$tools/$name"
  fi
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

provider_crds() {
  local folder=provider-aws-crds source
  if stale "$tools/$folder" tests/tools/provider-aws/go.mod; then
    echo "fetching provider-aws and copying its CRDs of Cognito user pools into target/tools/$folder"
    source=$(source_of provider-aws github.com/crossplane-contrib/provider-aws)
    copies "$tools/$folder" "$source"/package/crds/cognitoidentityprovider.aws.crossplane.io_*.yaml
  fi
}

python_packages() {
  if stale "$tools/python/installed" tests/python/requirements.txt; then
    echo "installing the packages of tests/python/requirements.txt into target/tools/python"
    python3 -m venv --clear "$tools/python"
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check -r tests/python/requirements.txt
    touch "$tools/python/installed"
  fi
}

command_line_tool 1.14 github.com/crossplane/crossplane
command_line_tool 1.20 github.com/crossplane/crossplane
command_line_tool 2.2 github.com/crossplane/crossplane/v2
crossplane_crds 1.20 github.com/crossplane/crossplane
crossplane_crds 2.2 github.com/crossplane/crossplane/v2
provider_crds
python_packages
