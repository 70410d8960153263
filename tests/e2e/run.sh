#!/usr/bin/env bash
# Runs the scenarios on each version of Crossplane that is named, all at once: for each there are two control planes with
# half of the scenarios each, because most of them wait. Needs root, for a network namespace with only a loopback: nothing
# of this leaves the machine, and no port of the machine is taken. What is started ends with its namespace of processes.
# PARTS has other patterns of scenarios, a control plane for each, and PYTEST_ADDOPTS has pytest's own options.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$PWD/target/tools
logs=$PWD/target/e2e
read -ra parts <<<"${PARTS:-12359 4678}"

# A part of the scenarios on one version, inside the namespaces.
scenarios() {
  "$tools/e2e/bin/python" tests/e2e/loopback.py
  # The name at which Crossplane calls the function: what a cluster's DNS would know.
  mount --bind "$logs/hosts" /etc/hosts
  # Crossplane 1 reads its own CRDs there.
  [[ $1 != 1.* ]] || mount --bind "$tools/crossplane-crds/$1/crossplane@local" /crds
  XP=$1 LOGS=$logs/$1/$2 exec "$tools/e2e/bin/pytest" -p no:cacheprovider -q -s tests/e2e/test_["$2"]_*.py
}

if [[ -n ${INSIDE_NAMESPACES:-} ]]; then
  scenarios "$@"
fi
mkdir -p "$logs"
printf '127.0.0.1 localhost function-appauth.crossplane-system\n' >"$logs/hosts"
declare -A running
made_crds=$(mkdir /crds 2>/dev/null && echo yes || true)
cleanup() {
  # unshare passes over anything less.
  kill -KILL "${running[@]}" 2>/dev/null || true
  [[ -z $made_crds ]] || rmdir /crds
}
trap cleanup EXIT
trap 'exit 1' INT TERM
for version in "$@"; do
  for part in "${parts[@]}"; do
    mkdir -p "$logs/$version"
    INSIDE_NAMESPACES=yes unshare --net --mount --pid --fork --kill-child --mount-proc \
      "$PWD/tests/e2e/run.sh" "$version" "$part" >"$logs/$version/$part.log" 2>&1 &
    running[$version $part]=$!
  done
done
failed=0
for version in "$@"; do
  for part in "${parts[@]}"; do
    wait "${running[$version $part]}" || failed=1
    unset "running[$version $part]"
    echo "Crossplane $version, scenarios $part; logs in target/e2e/$version/$part"
    cat "$logs/$version/$part.log"
  done
done
exit $failed
