#!/usr/bin/env bash
# Runs the scenarios on a control plane of each version of Crossplane that is named. Needs root, for a network namespace
# with only a loopback: nothing of this leaves the machine, and no port of the machine is taken.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$PWD/target/tools
if [[ ${INSIDE_NAMESPACE:-} != yes ]]; then
  INSIDE_NAMESPACE=yes exec unshare --net --mount --pid --fork --mount-proc "$0" "$@"
fi
ip link set lo up
# The name at which Crossplane calls the function: what a cluster's DNS would know.
mkdir -p target/e2e
printf '127.0.0.1 localhost function-appauth.crossplane-system\n' >target/e2e/hosts
mount --bind target/e2e/hosts /etc/hosts
failed=0
for version in "$@"; do
  echo "Crossplane $version"
  # Crossplane 1 reads its own CRDs there.
  if [[ $version == 1.* ]]; then
    [[ -d /crds ]] || { mkdir /crds && trap 'umount /crds 2>/dev/null; rmdir /crds' EXIT; }
    mount --bind "$tools/crossplane-crds/$version/crossplane@local" /crds
  fi
  XP=$version "$tools/e2e/bin/pytest" -p no:cacheprovider -q -s tests/e2e || failed=1
  [[ $version != 1.* ]] || umount /crds
done
exit $failed
