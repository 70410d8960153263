"""A pool that is there already: used by its id, by the name and by the labels of its resource, and taken over."""

import json
import subprocess

import yaml

from app_auth import AppAuth, quiet

CLIENT = {"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]}
SERVER = {"name": "api", "identifier": "api", "scopes": [{"name": "read", "description": "Read"}]}


def test_a_pool_by_its_id_its_name_and_its_labels(plane):
    owner = AppAuth(plane, "owner", {"region": "eu-west-1"}).apply().ready()
    outside = plane.aws("CreateUserPool", PoolName="outside")["UserPool"]["Id"]
    name = owner.resources()["user-pool"]["metadata"]["name"]
    teams = {
        "by-id": (outside, {"id": outside}),
        "by-name": (owner.pool, {"name": name}),
        "by-labels": (owner.pool, {"labels": {"crossplane.io/composite": "owner"}}),
    }
    start = len(plane.calls())
    for team, (pool, existing) in teams.items():
        client = {**CLIENT, "scopes": ["openid", f"{team}/read"]}
        server = {**SERVER, "identifier": team}
        spec = {"region": "eu-west-1", "existingUserPool": existing, "clients": [client], "resourceServers": [server]}
        # Crossplane 1.14 hands no other resources over, so that the pool's id is nowhere to be seen.
        if plane.version == "1.14" and "id" not in existing:
            del spec["resourceServers"], client["scopes"]
        teams[team] = pool, AppAuth(plane, team, spec).apply()
    for pool, team in teams.values():
        team.ready()
        assert plane.aws("DescribeUserPoolClient", UserPoolId=pool, ClientId=team.external_name("client-web"))
    quiet(plane, 22)
    assert set(plane.actions(start)) == {"CreateUserPoolClient", "CreateResourceServer"}
    for pool, team in teams.values():
        team.delete()
        assert plane.has_pool(pool)


def test_a_pool_that_was_made_outside_is_taken_over_as_it_is(plane):
    aws, folder = plane.aws, plane.folder / "outside"
    role = "arn:aws:iam::123456789012:role/cognito-sms"
    pool = aws(
        "CreateUserPool", PoolName="made by hand", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 9, "RequireLowercase": True, "RequireUppercase": True,
                                     "RequireNumbers": False, "RequireSymbols": False,
                                     "TemporaryPasswordValidityDays": 3}},
        Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}],
        UserPoolTags={"team": "shop"}, DeletionProtection="ACTIVE", UsernameConfiguration={"CaseSensitive": False},
        SmsConfiguration={"SnsCallerArn": role, "ExternalId": "shop"},
    )["UserPool"]["Id"]  # fmt: skip
    client = aws(
        "CreateUserPoolClient", UserPoolId=pool, ClientName="web", GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=["https://shop.example.org/callback"], SupportedIdentityProviders=["COGNITO"],
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]  # fmt: skip
    aws("CreateUserPoolDomain", UserPoolId=pool, Domain="made-by-hand")
    aws("CreateGroup", UserPoolId=pool, GroupName="admins", Description="All of them")
    aws("CreateResourceServer", UserPoolId=pool, Identifier="api", Name="api",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}])  # fmt: skip
    described = [
        aws("DescribeUserPool", UserPoolId=pool),
        aws("GetUserPoolMfaConfig", UserPoolId=pool),
        aws("DescribeUserPoolClient", UserPoolId=pool, ClientId=client),
        aws("DescribeUserPoolDomain", Domain="made-by-hand"),
        aws("DescribeResourceServer", UserPoolId=pool, Identifier="api"),
        aws("ListGroups", UserPoolId=pool),
    ]
    folder.mkdir(exist_ok=True)
    for index, each in enumerate(described):
        (folder / f"{index}.json").write_text(json.dumps(each))
    done = subprocess.run([plane.function.binary, "import", folder], check=True, capture_output=True)
    xr = next(each for each in yaml.safe_load_all(done.stdout) if each["kind"] == "XAppAuth")

    before = plane.has_pool(pool), aws("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
    start = len(plane.calls())
    team = AppAuth(plane, "taken-over", xr["spec"]).apply().ready()
    assert team.pool == pool
    assert team.external_name("client-web") == client
    quiet(plane, 22)
    # The tag, and what a client has to say in full.
    assert set(plane.actions(start)) <= {"UpdateUserPool", "UpdateUserPoolClient"}
    after = plane.has_pool(pool), team.aws("client-web")
    changed = {
        (name, str(old), str(each.get(name))) for there, each in zip(before, after)
        for name, old in there.items() if each.get(name) != old and name not in ("UserPoolTags", "LastModifiedDate")
    }  # fmt: skip
    # The region of text messages, and units, are said in full; they mean the same.
    assert {name for name, _, _ in changed} <= {"SmsConfiguration", "TokenValidityUnits"}, changed
    team.delete()
    assert plane.has_pool(pool)
