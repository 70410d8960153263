"""Each of the examples gets ready without a refusal, and then nothing is ever written again."""

import time

from app_auth import AppAuth, condition, documents, example, quiet
from settings import REPOSITORY

EXAMPLES = sorted(path.name for path in (REPOSITORY / "examples").iterdir() if (path / "xr.yaml").exists())
QUIET = 120


def test_every_example_gets_ready_and_then_is_quiet(plane):
    started = time.monotonic()
    shared = documents(REPOSITORY / "examples/shared-pool/pool.yaml")[0]
    app_auths = [AppAuth(plane, "shared", shared["spec"]), *(example(plane, each, each) for each in EXAMPLES)]
    took = {}
    for each in app_auths:
        each.apply()
    for each in app_auths:
        composite = each.ready().composite()
        took[each.name] = round(time.monotonic() - started)
        status = composite["status"]
        assert status["userPool"]["id"] and status["issuer"], each.name
        assert all(client["clientId"] for client in status.get("clients", [])), each.name
        assert len(status.get("clients", [])) == len(each.spec.get("clients", [])), each.name
        assert ("domain" in each.spec) == ("host" in status.get("domain", {})) or each.name == "shared-pool", each.name
        assert "waitingFor" not in status, each.name
        # Crossplane 1.14 takes no conditions of functions.
        assert plane.version == "1.14" or condition(composite, "Waiting")["status"] == "False", each.name
        if plane.version != "1.14":
            # Crossplane sends schemas since 2.2.
            whose = "built-in" if plane.version in ("1.20", "2.0") else "cluster's"
            valid = condition(composite, "Valid")["message"]
            assert valid.startswith(f"Checked against Cognito's rules and the {whose} schemas of "), valid
    # What is looked for before it is made is not there, which is no failure.
    failed = [call for call in plane.calls() if call["status"] != 200]
    assert [call for call in failed if call["answer"]["__type"] != "ResourceNotFoundException"] == []
    assert [call for call in failed if not call["action"].startswith(("Describe", "Get"))] == []
    # Late initialization and the first comparison come with the poll after the creation.
    time.sleep(25)
    writes = len(plane.writes())
    quiet(plane, QUIET)
    print(f"\nseconds to Ready: {took}; {writes} writing calls until quiet, none in {QUIET} s after")
