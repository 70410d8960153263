"""What platform teams do while teams sign people in: restarts, certificates, upgrades; and what AWS does to them."""

import ssl
import time

import pytest

from app_auth import AppAuth, condition, example, quiet
from settings import REPOSITORY, until

SIX = range(6)


def several(plane, name):
    return [example(plane, "web-app", f"{name}-{index}").apply() for index in SIX]


def test_a_restart_while_they_settle(plane):
    teams = several(plane, "restart")
    for _ in range(3):
        time.sleep(1.5)
        plane.restart("function")
    for team in teams:
        team.ready()


def test_new_certificates_while_they_settle(plane):
    before, process = ssl.get_server_certificate(("127.0.0.1", 9443)), plane.processes["function"].pid
    teams = several(plane, "certified-anew")
    plane.function.rotate_certificates()
    until("the new certificate", lambda: ssl.get_server_certificate(("127.0.0.1", 9443)) != before, 60)
    for team in teams:
        team.ready()
    # Over a new connection, with the new certificate.
    plane.restart("crossplane")
    example(plane, "web-app", "certified-at-last").apply().ready()
    # Nobody is to start it again.
    assert plane.processes["function"].pid == process
    assert plane.processes["function"].poll() is None


def test_an_upgrade_that_renders_one_field_of_each_otherwise(plane):
    """The next version has another default for the time of a temporary password and for a sign-in session."""
    teams = [AppAuth(plane, f"upgraded-{index}", {"region": "eu-west-1", "clients": [
        {"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]},
        {"name": "job", "type": "Web", "callbackUrls": ["https://job.example.org/"], "authSession": "4m"},
    ]}).apply() for index in SIX]  # fmt: skip
    for team in teams:
        team.ready()
    quiet(plane, 22)
    pools, start = {team.pool for team in teams}, len(plane.calls())
    plane.function.install(REPOSITORY / "target/e2e/next/function-appauth", "v0.2.0")

    def updated():
        written = [call for call in plane.writes(start) if call["asked"].get("UserPoolId") in pools]
        return len([call for call in written if call["action"].startswith("Update")]) == 2 * len(teams)

    until("the updates", updated, 180)
    time.sleep(22)
    for team in teams:
        written = [call for call in plane.writes(start) if call["asked"].get("UserPoolId") == team.pool]
        assert sorted(call["action"] for call in written if call["action"] != "SetUserPoolMfaConfig") == [
            "UpdateUserPool", "UpdateUserPoolClient"]  # fmt: skip
        assert team.aws("user-pool")["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 8
        assert team.aws("client-web")["AuthSessionValidity"] == 4
        team.ready()


def told(team, resource, *words):
    """Where a team reads why AWS refuses; Crossplane 1.14 takes no conditions of functions, so there a platform team
    has to look at the resource."""
    if team.plane.version != "1.14":
        message = team.says("Waiting", words[0])["message"]
        assert all(word in message for word in (resource, *words)), message
        return

    def refused():
        message = condition(team.resources()[resource], "Synced").get("message", "")
        return all(word in message for word in words)

    until(f"{words} of {resource}", refused, 90)


REFUSALS = {
    "throttled": ("CreateUserPoolClient", "TooManyRequestsException", "Rate exceeded", "client-web"),
    "too-many": ("CreateUserPool", "LimitExceededException", "Maximum number of user pools reached", "user-pool"),
    "taken": ("CreateUserPoolDomain", "InvalidParameterException",
              "Domain already associated with another user pool.", "domain"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_aws_refuses_is_said_and_heals(plane, name):
    action, code, message, resource = REFUSALS[name]
    plane.refuse({"action": action, "code": code, "message": message})
    team = example(plane, "web-app", f"refused-{name}").apply()
    told(team, resource, message, code)
    assert team.condition("Ready")["status"] == "False"
    plane.refuse()
    # The provider's pauses grow to a minute.
    team.ready(240)
    assert team.condition("Waiting")["status"] == "False" or plane.version == "1.14"


def test_an_update_that_aws_refuses_is_said_and_heals(plane):
    team = example(plane, "web-app", "refused-update").apply().ready()
    plane.refuse({"action": "UpdateUserPoolClient", "code": "TooManyRequestsException", "message": "Rate exceeded"})
    team.edit("clients/web/authSession", "9m")
    told(team, "client-web", "Rate exceeded")
    plane.refuse()
    until("the change", lambda: team.aws("client-web")["AuthSessionValidity"] == 9, 240)
    team.ready()


def test_a_domain_that_another_pool_of_ours_has_is_said_and_heals(plane):
    first = example(plane, "web-app", "first-come").edit("userPool", {"onDelete": "Delete"}).apply().ready()
    second = example(plane, "web-app", "second-come").edit("domain/prefix", "first-come").apply()
    # The provider takes it for its own.
    until("the domain's resource", lambda: condition(second.resources()["domain"], "Ready")["status"] == "True")
    if plane.version != "1.14":
        second.says("Waiting", '"first-come"')
    time.sleep(10)
    assert second.condition("Ready")["status"] == "False"
    first.delete()
    second.ready(240)
    assert plane.has_pool(second.pool)["Domain"] == "first-come"
