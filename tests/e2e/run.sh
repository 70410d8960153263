#!/usr/bin/env bash
# Runs the scenarios on a control plane of each version of Crossplane that is named, all at once. Needs root, for a network
# namespace with only a loopback: nothing of this leaves the machine, and no port of the machine is taken. What is started
# ends with its namespace of processes. pytest's own options come by PYTEST_ADDOPTS.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$PWD/target/tools
logs=$PWD/target/e2e

# One version, inside its namespaces.
scenarios() {
  ip link set lo up
  # The name at which Crossplane calls the function: what a cluster's DNS would know.
  mount --bind "$logs/hosts" /etc/hosts
  # Crossplane 1 reads its own CRDs there.
  [[ $1 != 1.* ]] || mount --bind "$tools/crossplane-crds/$1/crossplane@local" /crds
  XP=$1 exec "$tools/e2e/bin/pytest" -p no:cacheprovider -q -s tests/e2e
}

if [[ -n ${INSIDE_NAMESPACES:-} ]]; then
  scenarios "$1"
fi
mkdir -p "$logs"
printf '127.0.0.1 localhost function-appauth.crossplane-system\n' >"$logs/hosts"
declare -A running
made_crds=$(mkdir /crds 2>/dev/null && echo yes || true)
cleanup() {
  kill "${running[@]}" 2>/dev/null || true
  [[ -z $made_crds ]] || rmdir /crds
}
trap cleanup EXIT
trap 'exit 1' INT TERM
for version in "$@"; do
  INSIDE_NAMESPACES=yes unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$version" >"$logs/$version.log" 2>&1 &
  running[$version]=$!
done
failed=0
for version in "$@"; do
  wait "${running[$version]}" || failed=1
  echo "Crossplane $version"
  cat "$logs/$version.log"
done
exit $failed
