"""Secrets reach the Secrets that were asked for, and nothing else."""

import base64

from app_auth import API_VERSION, AppAuth, condition, namespace
from settings import until

CLIENT = {"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]}
KEYS = {"userPoolId", "issuer", "web.clientId", "web.clientSecret"}


def data(plane, name, within, keys):
    """What a Secret has, once it has these keys."""

    def whole():
        found = plane.get("secret", name, within).get("data", {})
        return found if keys <= set(found) else None

    found = until(f"{sorted(keys)} of the Secret {within}/{name}", whole)
    return {key: base64.b64decode(value).decode() for key, value in found.items()}


def test_an_xr_gets_its_connection_details(plane):
    target = {"name": "of-the-xr", "namespace": "shop"}
    spec = {"region": "eu-west-1", "clients": [CLIENT], "writeConnectionSecretToRef": target}
    team = AppAuth(plane, "with-details", spec).apply().ready()
    found = data(plane, "of-the-xr", "shop", KEYS)
    assert found["web.clientSecret"] == team.aws("client-web")["ClientSecret"]
    assert found["userPoolId"] == team.pool


def test_a_claim_gets_its_connection_details_in_its_own_namespace(plane):
    spec = {
        "region": "eu-west-1", "clients": [{**CLIENT, "connectionSecret": {"name": "of-the-client"}}],
        "compositionRef": {"name": "with-details"}, "writeConnectionSecretToRef": {"name": "of-the-claim"},
    }  # fmt: skip
    claim = {"apiVersion": API_VERSION, "kind": "AppAuth", "metadata": {"name": "claim", "namespace": "team-a"}, "spec": spec}
    plane.apply(namespace("team-a"), claim)

    def ready():
        found = plane.get("appauth", "claim", "team-a")
        return found if condition(found, "Ready")["status"] == "True" else None

    found = until("the claim's being ready", ready, 120)
    client, pool = found["status"]["clients"][0]["clientId"], found["status"]["userPool"]["id"]
    secret = plane.aws("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]["ClientSecret"]
    assert data(plane, "of-the-claim", "team-a", KEYS)["web.clientSecret"] == secret
    assert data(plane, "of-the-client", "team-a", {"clientSecret"})["clientSecret"] == secret
    plane.kubectl("delete", "appauth", "claim", "-n", "team-a", "--timeout=90s")


def test_no_secret_is_in_a_log_an_event_a_condition_or_a_status(plane):
    secrets = {
        call["answer"]["UserPoolClient"]["ClientSecret"]
        for call in plane.calls() if "ClientSecret" in call["answer"].get("UserPoolClient", {})
    } | {"of-your-own"}  # fmt: skip
    assert len(secrets) > 2
    said = {
        "the function's log": plane.log("function"),
        "Crossplane's log": plane.log("crossplane"),
        "events": plane.kubectl("get", "events", "-A", "-o", "json"),
        "composites": plane.kubectl("get", "xappauth,appauth", "-A", "-o", "json"),
    }
    assert "serving" in said["the function's log"] and "with-details" in said["composites"]
    secrets |= {base64.b64encode(secret.encode()).decode() for secret in secrets}
    for where, text in said.items():
        assert not [secret for secret in secrets if secret in text], where
