"""What the parts of the control plane have in common."""

import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / "target/tools"
NAMESPACE = "crossplane-system"
REGISTRY = "127.0.0.1:5001"
TOKEN = "of-this-test-alone"
POLL = "10s"
PROVIDER_GROUP = "cognitoidentityprovider.aws.crossplane.io"
KINDS = "userpools,userpooldomains,userpoolclients,resourceservers,identityproviders,groups"
MANAGED = ",".join(f"{kind}.{PROVIDER_GROUP}" for kind in KINDS.split(","))


def until(what, check, seconds=60):
    """Waits until a check gives something, and says what did not come."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found, why = check(), "nothing"
        except Exception as error:  # what is not there yet
            found, why = None, error
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come in {seconds} s: {why}")
        time.sleep(0.3)
