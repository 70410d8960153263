"""What is taken out goes, what is put back comes, what is replaced is gone first, and a pool that is retained stays."""

import time

from app_auth import AppAuth, example, quiet
from settings import until


def until_actions(plane, since, *expected):
    """Waits for these calls and no other, in any order."""

    def check():
        if sorted(found := plane.actions(since)) == sorted(expected):
            return True
        raise AssertionError(found)

    until(f"{expected}", check, 120)


def test_a_client_and_a_group_go_and_come_back(plane):
    team = example(plane, "everything", "removed").apply().ready()
    old = team.external_name("client-spa")
    kept = {name: next(each for each in team.spec[name] if each["name"] == entry)
            for name, entry in (("clients", "spa"), ("groups", "readers"))}  # fmt: skip
    time.sleep(22)
    start = len(plane.calls())
    team.edit("clients/spa", None).edit("groups/readers", None)
    until_actions(plane, start, "DeleteGroup", "DeleteUserPoolClient")
    since = len(plane.calls())
    team.edit("clients/spa", kept["clients"]).edit("groups/readers", kept["groups"])
    until_actions(plane, since, "CreateGroup", "CreateUserPoolClient")
    team.ready()
    quiet(plane, 22)
    assert len(plane.actions(start)) == 4
    clients = {each["name"]: each["clientId"] for each in team.composite()["status"]["clients"]}
    assert clients["spa"] == team.external_name("client-spa") != old


def test_a_scope_goes_by_replacing_the_resource_server_and_clients_keep_theirs(plane):
    team = example(plane, "service-with-scopes", "rescoped")
    server = team.spec["resourceServers"][0]
    server["onChange"] = "Replace"
    extra = {"name": "extra", "description": "Nobody needs it"}
    server["scopes"].append(extra)
    team.apply().ready()
    time.sleep(22)
    resource, start = f"resource-server-{server['name']}", len(plane.calls())
    before = {name: each["spec"] for name, each in team.resources().items() if name.startswith("client-")}
    for scopes in (server["scopes"][:-1], server["scopes"]):
        since = len(plane.calls())
        team.edit(f"resourceServers/{server['name']}/scopes", scopes)
        until_actions(plane, since, "DeleteResourceServer", "CreateResourceServer")
        team.ready()
        shown = [each["ScopeName"] for each in team.aws(resource)["Scopes"]]
        assert sorted(shown) == sorted(each["name"] for each in scopes)
    quiet(plane, 22)
    assert len(plane.actions(start)) == 4
    assert {name: each["spec"] for name, each in team.resources().items() if name.startswith("client-")} == before


def test_a_domain_is_replaced_by_another_of_its_kind(plane):
    team = example(plane, "web-app", "moving").edit("domain/onChange", "Replace").apply().ready()
    start = len(plane.calls())
    team.edit("domain/prefix", "moved")
    until_actions(plane, start, "DeleteUserPoolDomain", "CreateUserPoolDomain")
    team.ready()
    assert plane.has_pool(team.pool)["Domain"] == "moved"
    assert "moved." in team.composite()["status"]["domain"]["host"]
    quiet(plane, 22)
    assert len(plane.actions(start)) == 2


def test_a_certificate_is_replaced_with_the_domain(plane):
    team = example(plane, "everything", "certified").edit("domain/onChange", "Replace").apply().ready()
    start = len(plane.calls())
    team.edit("domain/certificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/1")
    until_actions(plane, start, "DeleteUserPoolDomain", "CreateUserPoolDomain")
    team.ready()
    assert plane.writes(start)[1]["asked"]["CustomDomainConfig"]["CertificateArn"].endswith("/1")


def test_a_pool_that_is_retained_stays_and_stays_protected(plane):
    team = example(plane, "everything", "retained").apply().ready()
    pool, start = team.pool, len(plane.calls())
    team.delete()
    assert "DeleteUserPool" not in plane.actions(start)
    assert plane.has_pool(pool)["DeletionProtection"] == "ACTIVE"


def test_a_pool_that_is_to_be_deleted_goes_with_everything(plane):
    team = example(plane, "everything", "deleted").edit("userPool/onDelete", "Delete").apply().ready()
    pool = team.pool
    team.delete()
    assert plane.has_pool(pool) is None


def test_a_retained_pool_is_deleted_in_two_steps(plane):
    team = AppAuth(plane, "in-two-steps", {"region": "eu-west-1"}).apply().ready()
    pool = team.pool
    team.edit("userPool/onDelete", "Delete")
    until("no protection", lambda: plane.has_pool(pool)["DeletionProtection"] == "INACTIVE", 60)
    team.delete()
    assert plane.has_pool(pool) is None
