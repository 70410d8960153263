"""Nothing is done for the provider's sake in vain: each protection, taken out by an override, is seen to be missed.

These are the protections that the doubles of tests/drift.rs know, with the provider and Crossplane in their place.
"""

import copy
import subprocess
import time

import pytest
import yaml

from app_auth import AppAuth, documents, namespace
from settings import PROVIDER_GROUP, REPOSITORY, until

PROTECTIONS = documents(REPOSITORY / "tests/drift/protections.yaml")[0]
RICHEST = documents(REPOSITORY / "tests/golden/everything-of-a-pool-and-its-clients/xr.yaml")[0]["spec"]
# Long enough for the creation, then for two polls of the provider and one of Crossplane 1.14, which watches nothing.
SETTLE, LOOK = 40, 45
# What AWS adds to an identity provider's details, which its Secret has to have; api_version is the team's to choose.
ADDED = yaml.safe_load("""
Google: {attributes_url: "https://people.googleapis.com/v1/people/me?personFields=",
  attributes_url_add_attributes: "true", authorize_url: "https://accounts.google.com/o/oauth2/v2/auth",
  oidc_issuer: "https://accounts.google.com", token_request_method: POST,
  token_url: "https://www.googleapis.com/oauth2/v4/token"}
Facebook: {attributes_url: "https://graph.facebook.com/v17.0/me?fields=", attributes_url_add_attributes: "true",
  authorize_url: "https://www.facebook.com/v17.0/dialog/oauth", token_request_method: GET,
  token_url: "https://graph.facebook.com/v17.0/oauth/access_token", api_version: v17.0}
LoginWithAmazon: {attributes_url: "https://api.amazon.com/user/profile", attributes_url_add_attributes: "false",
  authorize_url: "https://www.amazon.com/ap/oa", token_request_method: POST,
  token_url: "https://api.amazon.com/auth/o2/token"}
Oidc: {attributes_url_add_attributes: "false"}
""")
DETAILS = {type_: [key for key in keys if key != "api_version"] for type_, keys in ADDED.items()}


def test_without_tags_a_pool_is_updated_for_ever(plane):
    pool = by_itself(plane, "UserPool", "untagged", {"userPoolTags": None})
    start = len(plane.calls())

    def updates():
        return [call for call in plane.writes(start) if call["action"] == "UpdateUserPool"][2:]

    until("three updates", updates, 60)
    plane.kubectl("delete", pool, "--timeout=90s")


def test_what_the_provider_does_not_compare_needs_something_that_carries_it(plane):
    """The edits of test_2_edits.py that arrive do so because of a tag, or of the spelling of a lifetime."""
    pool = by_itself(plane, "UserPool", "uncarried", {})
    client = by_itself(plane, "UserPoolClient", "uncarried", {"userPoolIdRef": {"name": "uncarried"}})
    time.sleep(SETTLE)
    start = len(plane.calls())
    for resource, fields in [
        (pool, {"deletionProtection": "ACTIVE"}),
        (pool, {"userAttributeUpdateSettings": None}),
        (pool, {"lambdaConfig": None}),
        (pool, {"deviceConfiguration": None}),
        (pool, {"schema": [*rendered_one(plane, "UserPool")["schema"], {
            "name": "zone", "attributeDataType": "String", "mutable": True, "required": False,
            "developerOnlyAttribute": False, "stringAttributeConstraints": {}}]}),
        (client, {"authSessionValidity": 7}),
        (client, {"clientName": "another"}),
        (client, {"enablePropagateAdditionalUserContextData": False}),
        (client, {"enableTokenRevocation": True}),
        (client, {"analyticsConfiguration": None}),
    ]:  # fmt: skip
        patch = yaml.safe_dump({"spec": {"forProvider": fields}})
        assert "(no change)" not in plane.kubectl("patch", resource, "--type=merge", "-p", patch), fields
    time.sleep(LOOK)
    assert [call["action"] for call in plane.writes(start)] == []
    plane.kubectl("delete", client, pool, "--timeout=90s")


@pytest.fixture(scope="module")
def unprotected(plane):
    """AppAuths with one thing missing in each of their resources: the AppAuth, the resource, and what is missing."""
    found = [*untouched(plane), *pools(plane), *clients(plane), *identity_providers(plane), *secrets(plane)]
    for each in {id(app_auth): app_auth for app_auth, _, _ in found}.values():
        each.apply()
    time.sleep(SETTLE)
    yield found
    for each in {id(app_auth): app_auth for app_auth, _, _ in found}.values():
        plane.kubectl("delete", "xappauth", each.name)
    # Where the provider panics it never lets go.
    for each in plane.going():
        name = f"{each['kind'].lower()}s.{PROVIDER_GROUP}/{each['metadata']['name']}"
        plane.kubectl("patch", name, "--type=merge", "-p", '{"metadata":{"finalizers":null}}', check=False)


def test_every_protection_is_missed(plane, unprotected):
    start, generations = len(plane.calls()), plane.generations()
    time.sleep(LOOK)
    writes, generations = plane.writes(start), set(plane.generations().items()) - set(generations.items())
    quiet, seen = [], []
    there = {app_auth.name: app_auth.resources() for app_auth, _, _ in unprotected}
    for app_auth, resource, missing in unprotected:
        why = restless(app_auth, there[app_auth.name], resource, writes, generations)
        if missing is None:
            assert why is None, f"{resource} as it is rendered: {why}"
        elif not why:
            quiet.append(f"{app_auth.name}, {resource}: {missing}")
        else:
            seen.append(f"{resource} without {missing}: {why}")
    print("\n" + "\n".join(seen))
    assert not quiet, "nobody missed:\n" + "\n".join(quiet)


def by_itself(plane, kind, name, change):
    """A resource as it is rendered, but for a change, and of no AppAuth; its name for kubectl."""
    fields = rendered_one(plane, kind)
    fields.pop("userPoolIdSelector", None)
    fields.update(change)
    plane.apply({
        "apiVersion": "cognitoidentityprovider.aws.crossplane.io/v1alpha1", "kind": kind, "metadata": {"name": name},
        "spec": {"forProvider": {field: value for field, value in fields.items() if value is not None}},
    })  # fmt: skip
    resource = f"{kind.lower()}s.cognitoidentityprovider.aws.crossplane.io/{name}"
    until(f"{resource}'s being ready", lambda: plane.kubectl("wait", "--for=condition=Ready", resource, "--timeout=5s"), 60)
    return resource


def rendered_one(plane, kind):
    """The forProvider of the richest pool, or of the richest client."""
    name = {"UserPool": "user-pool", "UserPoolClient": "client-web"}[kind]
    return rendered(plane, RICHEST)[name]["spec"]["forProvider"]


def restless(app_auth, there, resource, writes, generations):
    """What gives a missing protection away: another write, a resource that never is what was asked for, or the function
    itself, which refuses what would bring the provider down."""
    synced = app_auth.condition("Synced").get("message", "")
    if "returned a fatal result" in synced:
        return "refused by the function: " + synced.partition("fatal result: ")[2][:200]
    if resource not in there:
        return None
    metadata = there[resource]["metadata"]
    pool = external_name(there["user-pool"])
    name = "user-pool" if resource == "user-pool" else external_name(there[resource])
    about = [
        call for call in writes if pool and call["asked"].get("UserPoolId") == pool
        and call["asked"].get("ClientId", call["asked"].get("ProviderName", "user-pool")) == name
    ]  # fmt: skip
    updates = [call for call in about if call["action"].startswith("Update")]
    # One may be late.
    if len(updates) > 1:
        return f"{len(updates)} times {updates[0]['action']}"
    conditions = {each["type"]: each["status"] for each in there[resource].get("status", {}).get("conditions", [])}
    if conditions.get("Synced") != "True" or conditions.get("Ready") != "True":
        return f"never settled: {conditions}"
    # The provider writes what Crossplane takes out again, and nothing reaches AWS.
    kind = there[resource]["kind"]
    newer = [now for (of, name), now in generations if (of, name) == (kind, metadata["name"])]
    return f"generation {newer[0]}" if newer else None


def external_name(resource):
    return resource["metadata"]["annotations"].get("crossplane.io/external-name")


def untouched(plane):
    """Nothing is missing here, and so nothing must be seen."""
    secret(plane, "of-google", "Google")
    provider = {"type": "Google", "detailsSecretRef": {"name": "of-google", "namespace": "shop"},
                "identifiers": ["acme.example.org"], "attributeMapping": {"email": "email"}}  # fmt: skip
    spec = copy.deepcopy(RICHEST) | {"identityProviders": [provider]}
    del spec["domain"]
    del spec["clients"][0]["connectionSecret"]
    app_auth = AppAuth(plane, "untouched", spec)
    for resource in ("user-pool", "client-web", "identity-provider-Google"):
        yield app_auth, resource, None


def pools(plane):
    pool = rendered_one(plane, "UserPool")
    alone = {name: RICHEST[name] for name in ("region", "userPool")}
    for index, each in enumerate(PROTECTIONS["UserPool"]):
        patch = difference(pool, changed(pool, each["without"]))
        overrides = [{"resource": "user-pool", "patch": {"spec": {"forProvider": patch}}}]
        # Our tag is put on after the overrides, so that this cannot be taken out.
        if "/userPoolTags" not in each["without"]:
            yield AppAuth(plane, f"pool-{index}", alone, {"overrides": overrides}), "user-pool", each["without"]


def clients(plane):
    client = rendered_one(plane, "UserPoolClient")
    spec, overrides = {**copy.deepcopy(RICHEST), "clients": []}, []
    spec["identityProviders"] = [{"type": "Google", "attributeMapping": {"email": "email"},
                                  "detailsSecretRef": {"name": "of-google", "namespace": "shop"}}]  # fmt: skip
    del spec["domain"]
    app_auth = AppAuth(plane, "clients", spec, {"overrides": overrides})
    secret(plane, "of-google", "Google")
    for index, each in enumerate(PROTECTIONS["UserPoolClient"]):
        name = f"web-{index}"
        spec["clients"].append({**copy.deepcopy(RICHEST["clients"][0]), "name": name})
        spec["clients"][-1].pop("connectionSecret")
        patch = difference(client, changed(client, each["without"]))
        overrides.append({"resource": f"client-{name}", "patch": {"spec": {"forProvider": patch}}})
        yield app_auth, f"client-{name}", each["without"]


def identity_providers(plane):
    secret(plane, "of-google", "Google")
    provider = {
        "type": "Google", "detailsSecretRef": {"name": "of-google", "namespace": "shop"},
        "identifiers": ["acme.example.org", "corp.example.org"], "attributeMapping": {"email": "email"},
    }  # fmt: skip
    spec = {"region": "eu-west-1", "identityProviders": [provider]}
    there = {"attributeMapping": {"email": "email", "username": "sub"}, "idpIdentifiers": provider["identifiers"]}
    for index, each in enumerate(PROTECTIONS["IdentityProvider"]):
        patch = difference(there, changed(there, each["without"]))
        overrides = [{"resource": "identity-provider-Google", "patch": {"spec": {"forProvider": patch}}}]
        app_auth = AppAuth(plane, f"identity-provider-{index}", spec, {"overrides": overrides})
        yield app_auth, "identity-provider-Google", each["without"]


def secrets(plane):
    """Of each type of identity provider a Secret without the first of the keys that AWS adds, one without the second,
    and so on; and one with a key too many."""
    rounds = max(map(len, DETAILS.values())) + 1
    for index in range(rounds):
        spec = {"region": "eu-west-1", "identityProviders": []}
        app_auth = AppAuth(plane, f"secrets-{index}", spec)
        for type_, keys in DETAILS.items():
            missing = [*keys, None][index : index + 1]
            if not missing:
                continue
            name = f"{type_.lower()}-{index}"
            secret(plane, name, type_, missing[0])
            provider = {"type": type_, "detailsSecretRef": {"name": name, "namespace": "shop"}}
            spec["identityProviders"].append(provider if type_ != "Oidc" else {"name": "Corp", **provider})
            resource = f"identity-provider-{'Corp' if type_ == 'Oidc' else type_}"
            yield app_auth, resource, f"{missing[0] or 'but with a stray'} key of {type_}"


def secret(plane, name, type_, without=""):
    """A Secret as the README asks for it; without a key, or with None with one that nobody knows."""
    data = {"client_id": "shop", "client_secret": "of-your-own", "authorize_scopes": "openid", **ADDED[type_]}
    if type_ == "Oidc":
        data.update(oidc_issuer="https://login.corp.example.org", attributes_request_method="GET")
    data = {key: value for key, value in data.items() if key != without}
    if without is None:
        data["ca.crt"] = "of no use to AWS"
    metadata = {"name": name, "namespace": "shop"}
    plane.apply(namespace("shop"), {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})


def rendered(plane, spec):
    """What the command makes of an AppAuth, by the names in the composition."""
    file = plane.folder / "rendered.yaml"
    xr = {"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": {"name": "a"}, "spec": spec}
    file.write_text(yaml.safe_dump(xr))
    done = subprocess.run([plane.function.binary, "render", file], check=True, capture_output=True)
    resources = [each for each in yaml.safe_load_all(done.stdout) if each["kind"] != "XAppAuth"]
    return {each["metadata"]["annotations"]["crossplane.io/composition-resource-name"]: each for each in resources}


def changed(fields, without):
    """The fields with other values at the pointers; None takes a field out."""
    fields = copy.deepcopy(fields)
    for pointer, value in without.items():
        *parents, last = pointer.strip("/").split("/")
        there = fields
        for each in parents:
            there = there[int(each)] if isinstance(there, list) else there[each]
        if value is None:
            del there[last]
        else:
            there[last] = value
    return fields


def difference(before, after):
    """The merge patch that makes the one of the other."""
    patch = {name: None for name in before if name not in after}
    for name, value in after.items():
        there = before.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            if inner := difference(there, value):
                patch[name] = inner
        elif there != value:
            patch[name] = value
    return patch
