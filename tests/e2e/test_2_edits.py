"""Every edit that may be made reaches AWS by the one call that carries it, reads back, and is quiet again."""

import time

import pytest
import yaml

from app_auth import example, quiet
from settings import until

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"
TIER = {"name": "tier", "type": "String", "minLength": 1, "maxLength": 8, "mutable": True}
POOL, WEB, SPA = "user-pool", "client-web", "client-spa"
UPDATE_POOL, UPDATE_CLIENT = ["UpdateUserPool"], ["UpdateUserPoolClient"]
TEMPLATE, INVITATION = "VerificationMessageTemplate", "AdminCreateUserConfig.InviteMessageTemplate"
UNITS = "TokenValidityUnits"
PINPOINT = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef"

# The field of the everything example and its new value, None to take it out; the calls that carry it; and where AWS shows
# what, None where it shows nothing any more. Each builds on the ones before it.
EDITS = [
    ("userPool/onDelete", "Delete", UPDATE_POOL, POOL, "DeletionProtection", "INACTIVE"),
    ("userPool/onDelete", "Retain", UPDATE_POOL, POOL, "DeletionProtection", "ACTIVE"),
    ("userPool/signIn/selfSignUp", False, UPDATE_POOL, POOL, "AdminCreateUserConfig.AllowAdminCreateUserOnly", True),
    ("userPool/signIn/keepOriginalUntilVerified", ["Phone", "Email"], UPDATE_POOL, POOL,
     "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", ["email", "phone_number"]),
    ("userPool/signIn/keepOriginalUntilVerified", [], UPDATE_POOL, POOL, "UserAttributeUpdateSettings", None),
    ("userPool/signIn/verify", ["Email"], UPDATE_POOL, POOL, "AutoVerifiedAttributes", ["email"]),
    ("userPool/mfa/mode", "Required", UPDATE_POOL, POOL, "MfaConfiguration", "ON"),
    ("userPool/mfa/methods", ["Sms"], UPDATE_POOL, POOL, "SoftwareTokenMfaConfiguration.Enabled", False),
    ("userPool/mfa", {"mode": "Disabled"}, UPDATE_POOL, POOL, "MfaConfiguration", "OFF"),
    ("userPool/mfa", {"mode": "Optional", "methods": ["Sms", "Totp"]}, UPDATE_POOL, POOL, "MfaConfiguration", "OPTIONAL"),
    ("userPool/password/minLength", 16, UPDATE_POOL, POOL, "Policies.PasswordPolicy.MinimumLength", 16),
    ("userPool/password/require", ["Lowercase"], UPDATE_POOL, POOL, "Policies.PasswordPolicy.RequireSymbols", False),
    ("userPool/password/temporaryValidity", "5d", UPDATE_POOL, POOL,
     "Policies.PasswordPolicy.TemporaryPasswordValidityDays", 5),
    ("userPool/attributes/tier", TIER, [*UPDATE_POOL, "AddCustomAttributes"], POOL,
     "SchemaAttributes.custom:tier.AttributeDataType", "String"),
    ("userPool/recovery", ["Phone", "Email"], UPDATE_POOL, POOL,
     "AccountRecoverySetting.RecoveryMechanisms.verified_phone_number.Priority", 1),
    ("userPool/recovery", ["Admin"], UPDATE_POOL, POOL,
     "AccountRecoverySetting.RecoveryMechanisms.admin_only.Priority", 1),
    ("userPool/devices/challengeOnNew", False, UPDATE_POOL, POOL, "DeviceConfiguration.ChallengeRequiredOnNewDevice", False),
    # Not both of them: it is not known whether AWS shows such a configuration at all.
    ("userPool/devices", {"challengeOnNew": True, "rememberOnPrompt": False}, UPDATE_POOL, POOL,
     "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt", False),
    ("userPool/devices/rememberOnPrompt", True, UPDATE_POOL, POOL, "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt", True),
    ("userPool/devices", None, UPDATE_POOL, POOL, "DeviceConfiguration", None),
    ("userPool/email/from", "Shop <hello@shop.example.org>", UPDATE_POOL, POOL,
     "EmailConfiguration.From", "Shop <hello@shop.example.org>"),
    ("userPool/email/replyTo", None, UPDATE_POOL, POOL, "EmailConfiguration.ReplyToEmailAddress", None),
    ("userPool/email/configurationSet", "mail", UPDATE_POOL, POOL, "EmailConfiguration.ConfigurationSet", "mail"),
    ("userPool/email/sesIdentityArn", "arn:aws:ses:us-east-1:123456789012:identity/shop.example.org", UPDATE_POOL, POOL,
     "EmailConfiguration.SourceArn", "arn:aws:ses:us-east-1:123456789012:identity/shop.example.org"),
    ("userPool/email", None, UPDATE_POOL, POOL, "EmailConfiguration", {"EmailSendingAccount": "COGNITO_DEFAULT"}),
    ("userPool/sms/externalId", "another", UPDATE_POOL, POOL, "SmsConfiguration.ExternalId", "another"),
    ("userPool/sms/callerRoleArn", "arn:aws:iam::123456789012:role/another", UPDATE_POOL, POOL,
     "SmsConfiguration.SnsCallerArn", "arn:aws:iam::123456789012:role/another"),
    ("userPool/messages/verification/emailSubject", "Hello", UPDATE_POOL, POOL, f"{TEMPLATE}.EmailSubject", "Hello"),
    ("userPool/messages/verification/emailBody", "It is {####}", UPDATE_POOL, POOL, f"{TEMPLATE}.EmailMessage", "It is {####}"),
    ("userPool/messages/verification/smsBody", "It is {####}", UPDATE_POOL, POOL, f"{TEMPLATE}.SmsMessage", "It is {####}"),
    ("userPool/messages/verification", {"method": "Link", "emailBody": "{##Here##}"}, UPDATE_POOL, POOL,
     f"{TEMPLATE}.EmailMessageByLink", "{##Here##}"),
    ("userPool/messages/verification", None, UPDATE_POOL, POOL, TEMPLATE, {"DefaultEmailOption": "CONFIRM_WITH_CODE"}),
    ("userPool/messages/invitation/emailSubject", "Hello", UPDATE_POOL, POOL, f"{INVITATION}.EmailSubject", "Hello"),
    ("userPool/messages/invitation/emailBody", "{username}: {####}", UPDATE_POOL, POOL,
     f"{INVITATION}.EmailMessage", "{username}: {####}"),
    ("userPool/messages/invitation/smsBody", "{username}: {####}", UPDATE_POOL, POOL,
     f"{INVITATION}.SMSMessage", "{username}: {####}"),
    ("userPool/messages/invitation", None, UPDATE_POOL, POOL, INVITATION, None),
    ("userPool/messages/mfaSms", "It is {####}", UPDATE_POOL, POOL, "SmsAuthenticationMessage", "It is {####}"),
    ("userPool/messages", None, UPDATE_POOL, POOL, "SmsAuthenticationMessage", None),
    *(("userPool/triggers/" + name, ARN + name, UPDATE_POOL, POOL, f"LambdaConfig.{name[0].upper()}{name[1:]}", ARN + name)
      for name in ("preSignUp", "postConfirmation", "preAuthentication", "postAuthentication", "defineAuthChallenge",
                   "createAuthChallenge", "verifyAuthChallengeResponse", "preTokenGeneration", "userMigration",
                   "customMessage")),
    ("userPool/triggers/preSignUp", None, UPDATE_POOL, POOL, "LambdaConfig.PreSignUp", None),
    ("userPool/triggers/customEmailSender", ARN + "another", UPDATE_POOL, POOL,
     "LambdaConfig.CustomEmailSender.LambdaArn", ARN + "another"),
    ("userPool/triggers/customSmsSender", ARN + "sms", UPDATE_POOL, POOL,
     "LambdaConfig.CustomSMSSender.LambdaArn", ARN + "sms"),
    ("userPool/triggers/senderKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/1", UPDATE_POOL, POOL,
     "LambdaConfig.KMSKeyID", "arn:aws:kms:eu-west-1:123456789012:key/1"),
    ("userPool/triggers", None, UPDATE_POOL, POOL, "LambdaConfig", {}),
    ("userPool/tags/team", "another", UPDATE_POOL, POOL, "UserPoolTags.team", "another"),
    ("userPool/tags", None, UPDATE_POOL, POOL, "UserPoolTags.team", None),
    ("identityProviders/Corp/attributeMapping/custom:company", "company", ["UpdateIdentityProvider"], "identity-provider-Corp",
     "AttributeMapping.custom:company", "company"),
    ("identityProviders/Corp/identifiers", ["b.example.org", "a.example.org"], ["UpdateIdentityProvider"],
     "identity-provider-Corp", "IdpIdentifiers", ["a.example.org", "b.example.org"]),
    ("identityProviders/Corp/detailsSecretRef/name", "another-oidc", ["UpdateIdentityProvider"], "identity-provider-Corp",
     "ProviderDetails.client_id", "another"),
    ("groups/admins/description", "All of them", ["UpdateGroup"], "group-admins", "Description", "All of them"),
    ("groups/admins/precedence", 0, ["UpdateGroup"], "group-admins", "Precedence", 0),
    ("groups/admins", {"name": "admins", "description": "Others", "precedence": 0,
                       "roleArn": "arn:aws:iam::123456789012:role/others"},
     ["UpdateGroup"], "group-admins", "RoleArn", "arn:aws:iam::123456789012:role/others"),
    ("groups/writers", {"name": "writers", "precedence": 7}, ["CreateGroup"], "group-writers", "Precedence", 7),
    ("resourceServers/other", {"name": "other", "identifier": "other", "scopes": [{"name": "a", "description": "A"}]},
     ["CreateResourceServer"], "resource-server-other", "Identifier", "other"),
    ("clients/web/displayName", "Shop", UPDATE_CLIENT, WEB, "ClientName", "Shop"),
    ("clients/web/callbackUrls", ["https://shop.example.org/callback", "https://b.example.org/", "https://a.example.org/"],
     UPDATE_CLIENT, WEB, "CallbackURLs",
     ["https://a.example.org/", "https://b.example.org/", "https://shop.example.org/callback"]),
    ("clients/web/logoutUrls", None, UPDATE_CLIENT, WEB, "LogoutURLs", None),
    ("clients/web/defaultRedirectUrl", "https://a.example.org/", UPDATE_CLIENT, WEB,
     "DefaultRedirectURI", "https://a.example.org/"),
    ("clients/web/scopes", ["openid", "other/a"], UPDATE_CLIENT, WEB, "AllowedOAuthScopes", ["openid", "other/a"]),
    ("clients/web/signInFlows", ["Srp", "Password", "AdminPassword", "Custom"], UPDATE_CLIENT, WEB, "ExplicitAuthFlows", [
        "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH"]),
    ("clients/web/identityProviders", ["Corp"], UPDATE_CLIENT, WEB, "SupportedIdentityProviders", ["Corp"]),
    ("clients/web/tokens/access", "2h", UPDATE_CLIENT, WEB, "AccessTokenValidity", 2),
    ("clients/web/tokens/id", "30m", UPDATE_CLIENT, WEB, f"{UNITS}.IdToken", "minutes"),
    ("clients/web/tokens/refresh", "7d", UPDATE_CLIENT, WEB, "RefreshTokenValidity", 7),
    ("clients/web/authSession", "5m", UPDATE_CLIENT, WEB, "AuthSessionValidity", 5),
    ("clients/web/revocation", False, UPDATE_CLIENT, WEB, "EnableTokenRevocation", False),
    ("clients/web/hideUserExistence", False, UPDATE_CLIENT, WEB, "PreventUserExistenceErrors", "LEGACY"),
    ("clients/web/propagateUserContext", True, UPDATE_CLIENT, WEB, "EnablePropagateAdditionalUserContextData", True),
    ("clients/web/readAttributes", None, UPDATE_CLIENT, WEB, "ReadAttributes", None),
    ("clients/web/writeAttributes", ["name", "email", "custom:tier", "custom:company"], UPDATE_CLIENT, WEB,
     "WriteAttributes", ["custom:company", "custom:tier", "email", "name"]),
    ("clients/web/analytics", {"applicationArn": PINPOINT}, UPDATE_CLIENT, WEB, "AnalyticsConfiguration.ApplicationArn", PINPOINT),
    ("clients/web/analytics/shareUserData", True, UPDATE_CLIENT, WEB, "AnalyticsConfiguration.UserDataShared", True),
    ("clients/web/analytics", None, UPDATE_CLIENT, WEB, "AnalyticsConfiguration", None),
    ("clients/web/connectionSecret/name", "edited-elsewhere", UPDATE_CLIENT, WEB, "AuthSessionValidity", 5),
    ("clients/spa/allowImplicit", True, UPDATE_CLIENT, SPA, "AllowedOAuthFlows", ["code", "implicit"]),
    ("clients/spa/callbackUrls", ["http://127.0.0.1:8080/"], UPDATE_CLIENT, SPA, "CallbackURLs", ["http://127.0.0.1:8080/"]),
    ("clients/job/scopes", ["https://api.shop.example.org/orders.read"], UPDATE_CLIENT, "client-job",
     "AllowedOAuthScopes", ["https://api.shop.example.org/orders.read"]),
    ("clients/tv", {"name": "tv", "type": "Native", "callbackUrls": ["tv://callback"]}, ["CreateUserPoolClient"],
     "client-tv", "CallbackURLs", ["tv://callback"]),
    ("clients/tv", None, ["DeleteUserPoolClient"], None, None, None),
    ("groups/writers", None, ["DeleteGroup"], None, None, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def edited(plane):
    another = yaml.safe_load("""
        {apiVersion: v1, kind: Secret, metadata: {name: another-oidc, namespace: shop}, stringData: {
          client_id: another, client_secret: of-your-own, authorize_scopes: openid, attributes_request_method: GET,
          oidc_issuer: https://login.another.example.org, attributes_url_add_attributes: "false"}}""")
    found = example(plane, "everything", "edited").apply().ready()
    plane.apply(another)
    return found


def test_every_edit_is_one_call_and_then_is_quiet(plane, edited):
    quiet(plane, 22)
    missed, starts = [], []
    for path, value, calls, resource, field, shown in EDITS:
        # The provider does not see its own writes at once: edited again meanwhile, it would update twice.
        time.sleep(1)
        starts.append(len(plane.writes()))
        before = len(plane.calls())
        try:
            edited.edit(path, value)
            carried = until(f"{calls} for {path}: {value}", lambda: carries(edited, calls, before), 60)
            assert all(call["status"] == 200 for call in carried), carried
            if resource:
                what = f"{field} of {path} as {shown}"
                until(what, lambda: shows(edited, resource, field, shown), 30)
        except (AssertionError, RuntimeError) as error:
            missed.append(str(error))
    assert not missed, "\n".join(missed)
    quiet(plane, 22)
    writes = plane.writes()
    for (path, value, calls, *_), start, end in zip(EDITS, starts, [*starts[1:], len(writes)]):
        # Goes before each update of a pool with a second factor.
        written = [call for call in writes[start:end] if call["action"] != "SetUserPoolMfaConfig"]
        if [call["action"] for call in written] != calls:
            missed.append(f"{path}: {value}: not {calls} but {[(call['action'], call['asked']) for call in written]}")
    assert not missed, "\n".join(missed)
    edited.ready()


def carries(edited, actions, since):
    """The calls, once all are there."""
    there = edited.plane.writes(since)
    if set(actions) <= {call["action"] for call in there}:
        return there
    raise AssertionError(f"{[call['action'] for call in there]}, {edited.condition('Synced')}")


def shows(edited, resource, path, expected):
    """Whether AWS shows it; entries of lists go by their names."""
    there = edited.aws(resource)
    for name in path.split("."):
        if isinstance(there, list):
            there = next((each for each in there if each["Name"] == name), None)
        else:
            there = (there or {}).get(name)
    if there == expected:
        return True
    raise AssertionError(there)


def test_a_new_secret_of_an_identity_provider_is_sent(plane, edited):
    before = len(plane.calls())
    plane.kubectl("patch", "secret", "another-oidc", "-n", "shop", "--type=merge", "-p", '{"stringData":{"client_id":"new"}}')
    until("the new client id", lambda: edited.aws("identity-provider-Corp")["ProviderDetails"]["client_id"] == "new")
    quiet(plane, 22)
    assert [call["action"] for call in plane.writes(before)] == ["UpdateIdentityProvider"]


def test_the_secret_of_a_client_moves_whole(plane, edited):
    def keys(name):
        return set(plane.get("secret", name, "shop").get("data", {}))

    until("the keys", lambda: {"clientID", "clientSecret", "userPoolID"} <= keys("edited-elsewhere"))
