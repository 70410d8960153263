"""What a control plane does with the examples, from the first apply to the end. The scenarios build on each other."""

import os
import time

import pytest
import yaml

from control_plane import REPOSITORY, ControlPlane, until

VERSION = os.environ["XP"]
EXAMPLES = sorted(path.name for path in (REPOSITORY / "examples").iterdir() if path.is_dir())
QUIET = 120


@pytest.fixture(scope="module")
def plane():
    plane = ControlPlane(VERSION, REPOSITORY / "target/e2e" / VERSION)
    try:
        plane.up()
        yield plane
    finally:
        plane.down()


def documents(path):
    return [each for each in yaml.safe_load_all(path.read_text()) if each]


def condition(composite, type_):
    found = composite.get("status", {}).get("conditions", [])
    return next((each for each in found if each["type"] == type_), {"status": "Unknown"})


def ready(plane, name):
    def check():
        composite = plane.get("xappauth", name)
        conditions = [condition(composite, type_) for type_ in ("Ready", "Synced")]
        if all(each["status"] == "True" for each in conditions):
            return composite
        raise AssertionError(composite.get("status", {}).get("conditions"))

    return until(f"{name}'s being ready", check, 150)


def apply_example(plane, example):
    """Applies an example under a name of its own, with its own Composition; gives the names of its AppAuths."""
    folder = REPOSITORY / "examples" / example
    for composition in documents(folder / "composition.yaml"):
        composition["metadata"]["name"] = example
        plane.apply(composition)
    required = folder / "required.yaml"
    for secret in documents(required) if required.exists() else []:
        if secret["kind"] == "Secret":
            plane.apply(namespace(secret["metadata"]["namespace"]), secret)
    names = []
    for name in ["pool.yaml", "xr.yaml"]:
        for composite in documents(folder / name) if (folder / name).exists() else []:
            if name == "xr.yaml":
                composite["metadata"]["name"] = example
                # Two examples ask for the same one, and a prefix is one pool's alone.
                if "prefix" in composite["spec"].get("domain", {}):
                    composite["spec"]["domain"]["prefix"] = example
            composite["spec"]["compositionRef"] = {"name": example}
            plane.apply(*map(namespace, namespaces(composite)), composite)
            names.append(composite["metadata"]["name"])
    return names


def namespace(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def namespaces(value):
    """Every namespace that a manifest names, wherever: Secrets are written to it or read from it."""
    if isinstance(value, list):
        return {name for each in value for name in namespaces(each)}
    if isinstance(value, dict):
        named = {each for key, each in value.items() if key.endswith("namespace") and isinstance(each, str)}
        return named | {name for each in value.values() for name in namespaces(each)}
    return set()


def quiet(plane, seconds):
    """Nothing is written to AWS and no spec changes, for so long."""
    calls, generations = len(plane.calls()), plane.generations()
    time.sleep(seconds)
    assert plane.writes(calls) == []
    assert plane.generations() == generations
    assert len(plane.calls()) > calls, "nobody looks, so that nobody could see a difference"


def test_every_example_gets_ready_and_then_is_quiet(plane):
    started = time.monotonic()
    names = [name for example in EXAMPLES for name in apply_example(plane, example)]
    took = {}
    for name in names:
        composite = ready(plane, name)
        took[name] = round(time.monotonic() - started)
        assert composite["status"]["userPool"]["id"], name
        assert condition(composite, "Waiting")["status"] == "False", name
    assert [call for call in plane.writes() if call["status"] != 200] == [], "refused on the way"
    # Late initialization and the first comparison come with the poll after the creation.
    time.sleep(25)
    writes = len(plane.writes())
    quiet(plane, QUIET)
    print(f"\nseconds to Ready: {took}; {writes} writing calls until quiet, none in {QUIET} s after")


def test_an_edit_is_one_call_and_is_quiet_again(plane):
    url = "https://new.example.org/callback"
    xr = plane.get("xappauth", "web-app")
    clients = xr["spec"]["clients"]
    clients[0]["callbackUrls"].append(url)
    calls = len(plane.calls())
    patch(plane, "web-app", {"clients": clients})
    until("the call", lambda: plane.writes(calls), 90)
    quiet(plane, 30)
    written = plane.writes(calls)
    assert [call["action"] for call in written] == ["UpdateUserPoolClient"]
    assert url in written[0]["asked"]["CallbackURLs"]


def test_what_would_lose_the_pool_is_refused_and_changes_nothing(plane):
    before = plane.get("xappauth", "web-app")["spec"]["region"]
    generations = plane.generations()
    calls = len(plane.calls())
    patch(plane, "web-app", {"region": "us-east-1"})

    def refused():
        synced = condition(plane.get("xappauth", "web-app"), "Synced")
        return synced if synced["status"] == "False" else None

    message = until("the refusal", refused, 90)["message"]
    assert "spec.region" in message and "us-east-1" in message, message
    events = plane.get("events", "-A")["items"]
    assert any("spec.region" in each["message"] and each["involvedObject"]["name"] == "web-app" for each in events)
    time.sleep(20)
    assert plane.writes(calls) == []
    assert plane.generations() == generations
    patch(plane, "web-app", {"region": before})
    ready(plane, "web-app")


def test_a_group_that_is_taken_out_goes_and_comes_back(plane):
    groups = plane.get("xappauth", "everything")["spec"]["groups"]
    calls, resources = len(plane.calls()), len(plane.generations())
    patch(plane, "everything", {"groups": groups[1:]})
    until("its end", lambda: plane.writes(calls) and len(plane.generations()) == resources - 1, 90)
    quiet(plane, 20)
    patch(plane, "everything", {"groups": groups})
    until("its return", lambda: len(plane.writes(calls)) > 1, 90)
    ready(plane, "everything")
    quiet(plane, 20)
    assert [(call["action"], call["asked"]["GroupName"]) for call in plane.writes(calls)] == [
        ("DeleteGroup", groups[0]["name"]),
        ("CreateGroup", groups[0]["name"]),
    ]


def test_no_secret_is_in_a_log_an_event_or_a_status(plane):
    secrets = [
        value["ClientSecret"]
        for call in plane.calls() if '"ClientSecret"' in call["answer"]
        for value in [yaml.safe_load(call["answer"])["UserPoolClient"]]
    ]  # fmt: skip
    assert secrets
    said = [plane.log("function"), plane.log("crossplane")]
    said += [plane.kubectl("get", "events", "-A", "-o", "json"), plane.kubectl("get", "xappauth", "-o", "json")]
    for secret in [*secrets, "of-your-own"]:
        assert not any(secret in text for text in said)


def test_a_pool_that_is_retained_stays_and_stays_protected(plane):
    composite = plane.get("xappauth", "everything")
    assert composite["spec"]["userPool"]["onDelete"] == "Retain"
    pool = composite["status"]["userPool"]["id"]
    calls = len(plane.calls())
    plane.kubectl("delete", "xappauth", "everything", "--timeout=90s")
    time.sleep(25)
    assert "DeleteUserPool" not in [call["action"] for call in plane.writes(calls)]
    described = [call for call in plane.calls() if call["action"] == "DescribeUserPool"]
    shown = [yaml.safe_load(call["answer"])["UserPool"] for call in described if call["asked"]["UserPoolId"] == pool]
    assert shown[-1]["DeletionProtection"] == "ACTIVE"


def patch(plane, name, spec):
    plane.kubectl("patch", "xappauth", name, "--type=merge", "-p", yaml.safe_dump({"spec": spec}))
