"""What Cognito answers where moto answers otherwise: the defaults of what nobody asked for, lists in order, what AWS adds,
and what an update does to what it leaves out.
"""

import copy

# The attributes that every pool has: CognitoIdpUserPoolAttribute.STANDARD_SCHEMA of moto, DescribeUserPool of the API
# reference.
STANDARD = (
    "address birthdate email email_verified family_name gender given_name locale middle_name name nickname phone_number "
    "phone_number_verified picture preferred_username profile sub updated_at website zoneinfo"
).split()

# What is fixed when a pool is made, and so no member of UpdateUserPool.
FIXED = ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"]

# A pool's texts, in its template and by themselves: both are shown, whichever was asked for. VerificationMessageTemplate
# of the API reference; conflictingFieldsEqual of the provider.
TWINS = {
    "EmailMessage": "EmailVerificationMessage",
    "EmailSubject": "EmailVerificationSubject",
    "SmsMessage": "SmsVerificationMessage",
}

# DescribeUserPool of a pool made with a name alone, as quoted in hashicorp/terraform-provider-aws#21654 and #38224, and the
# command line's examples; the tier and the first factor since November 2024.
POOL = {
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    "DeletionProtection": "INACTIVE",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "LambdaConfig": {},
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 8, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True,
            "RequireUppercase": True, "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "UserPoolTier": "ESSENTIALS",
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
}  # fmt: skip

# DescribeUserPoolClient of a client made with a name alone: the command line's examples, and the basic test of
# terraform-provider-aws' user_pool_client_test.go.
CLIENT = {
    "AllowedOAuthFlowsUserPoolClient": False,
    "AuthSessionValidity": 3,
    "EnablePropagateAdditionalUserContextData": False,
    "EnableTokenRevocation": True,
    "RefreshTokenValidity": 30,
}

# The keys that each type of identity provider takes and shows again, those that Cognito adds, and where the user name
# comes from unless somebody says so: ProviderDetails of CreateIdentityProvider in the API reference, and
# defaultIdentityProviderDetails of terraform-provider-aws.
SOCIAL = ["authorize_scopes", "client_id", "client_secret"]
IDENTITY_PROVIDERS = {
    "Google": (SOCIAL, {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    }, "sub"),
    "Facebook": ([*SOCIAL, "api_version"], {
        "attributes_url": "https://graph.facebook.com/v17.0/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth",
        "token_request_method": "GET",
        "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
    }, "id"),
    "LoginWithAmazon": (SOCIAL, {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    }, "user_id"),
    # The private key is taken, and never shown.
    "SignInWithApple": (["authorize_scopes", "client_id", "key_id", "team_id"], {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    }, "sub"),
    "OIDC": ([
        *SOCIAL, "attributes_request_method", "attributes_url", "authorize_url", "jwks_uri", "oidc_issuer", "token_url",
    ], {"attributes_url_add_attributes": "false"}, "sub"),
    "SAML": ([
        "EncryptedResponses", "IDPInit", "IDPSignout", "MetadataFile", "MetadataURL", "RequestSigningAlgorithm",
    ], {
        "ActiveEncryptionCertificate": "MIICvTCCAaWgAwIBAgI",
        "SSORedirectBindingURI": "https://idp.example.org/sso/saml",
    }, None),
}  # fmt: skip

# The attributes that were asked for, by the pool's id.
ATTRIBUTES = {}


def done(action, asked, backend):
    """The answer to a call that moto does not know at all."""
    if action == "DeleteResourceServer":
        pool = backend.user_pools.get(asked["UserPoolId"])
        if pool:
            pool.resource_servers.pop(asked["Identifier"], None)
        return {}
    return None


def before(action, asked, backend):
    """What has to be looked at, or done, before moto takes the call."""
    if action == "UpdateUserPool":
        pool = backend.user_pools.get(asked["UserPoolId"])
        return pool and copy.deepcopy(pool.extended_config)
    if action == "UpdateUserPoolClient":
        # UpdateUserPoolClient of the API reference: what is left out gets its default. Only the name stays.
        pool = backend.user_pools.get(asked["UserPoolId"])
        client = pool and pool.clients.get(asked["ClientId"])
        if client:
            client.extended_config = {**CLIENT, "ClientName": client.extended_config.get("ClientName")}
    return None


def after(action, asked, backend, earlier):
    """What moto did not do."""
    if action == "CreateUserPool":
        # The newest is the last.
        pool = list(backend.user_pools.values())[-1]
        ATTRIBUTES[pool.id] = [*asked.get("Schema", [])]
    elif action == "AddCustomAttributes":
        ATTRIBUTES[asked["UserPoolId"]] += asked["CustomAttributes"]
    elif action == "UpdateUserPool":
        pool = backend.describe_user_pool(asked["UserPoolId"])
        pool.extended_config.update({name: earlier[name] for name in FIXED if name in earlier})
        pool.mfa_config = asked.get("MfaConfiguration", "OFF")
        if pool.mfa_config == "OFF":
            pool.sms_mfa_config = pool.token_mfa_config = None
    elif action == "SetUserPoolMfaConfig":
        # One setting for sign-in messages and for verifying: SmsConfiguration of either call.
        pool = backend.describe_user_pool(asked["UserPoolId"])
        sms = asked.get("SmsMfaConfiguration", {}).get("SmsConfiguration")
        if sms:
            pool.extended_config["SmsConfiguration"] = sms


def shown(answer, backend):
    """The answer as Cognito gives it."""
    # What is looked for and is not there is empty, in some answers: DescribeUserPoolDomain.
    answer = {name: taken(value) or type(value)() for name, value in answer.items() if value is not None}
    if "UserPool" in answer:
        answer["UserPool"] = user_pool(answer["UserPool"], backend)
    if "UserPoolClient" in answer:
        answer["UserPoolClient"] = client(answer["UserPoolClient"])
    if "IdentityProvider" in answer:
        answer["IdentityProvider"] = identity_provider(answer["IdentityProvider"])
    return answer


def taken(value):
    """What was asked for as it comes back: a list of words sorted, each once (hashicorp/terraform-provider-aws#4550 and
    #4806, go-to-k/cdk-real-drift#875); an empty one, an empty text and an empty block not at all."""
    if isinstance(value, dict):
        fields = {field: taken(each) for field, each in value.items()}
        return {field: each for field, each in fields.items() if each is not None} or None
    if isinstance(value, list):
        entries = [taken(each) for each in value]
        if all(isinstance(each, str) for each in entries):
            entries = sorted(set(entries))
        return entries or None
    return None if value == "" else value


def user_pool(pool, backend):
    id_ = pool["Id"]
    kept = backend.user_pools[id_]
    pool = overlaid(copy.deepcopy(POOL), pool)
    pool.pop("UserPoolId", None)
    # No tags are an empty map in every answer that is quoted in public.
    pool.setdefault("UserPoolTags", {})
    pool["SchemaAttributes"] = attributes(ATTRIBUTES[id_])
    pool["MfaConfiguration"] = kept.mfa_config
    ways = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    ways.sort(key=lambda way: way["Priority"])
    if not any(pool.get("DeviceConfiguration", {}).values()):
        pool.pop("DeviceConfiguration", None)
    template = pool["VerificationMessageTemplate"]
    for inside, alone in TWINS.items():
        text = template.get(inside, pool.get(alone))
        if text is not None:
            template[inside] = pool[alone] = text
    # Since its event has versions, this trigger is told in two ways.
    trigger = pool["LambdaConfig"].get("PreTokenGeneration")
    if trigger:
        pool["LambdaConfig"]["PreTokenGenerationConfig"] = {"LambdaArn": trigger, "LambdaVersion": "V1_0"}
    # Domain and CustomDomain of UserPoolType.
    pool.pop("Domain", None)
    for domain in backend.user_pool_domains.values():
        if domain.user_pool_id == id_:
            pool["CustomDomain" if "." in domain.domain else "Domain"] = domain.domain
    return pool


def attributes(asked):
    """The attributes of a pool: the standard ones as AWS has them, with what was asked of them, and the custom ones."""
    known = {name: standard(name) for name in STANDARD}
    for each in asked:
        if each["Name"] in known:
            fields = ["Mutable", "Required", "StringAttributeConstraints"]
            known[each["Name"]].update({field: each[field] for field in fields if each.get(field) not in (None, {})})
        else:
            attribute = custom(each)
            known[attribute["Name"]] = attribute
    return list(known.values())


def standard(name):
    attribute = {
        "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": name != "sub", "Name": name,
        "Required": name == "sub",
    }  # fmt: skip
    if name.endswith("_verified"):
        attribute["AttributeDataType"] = "Boolean"
    elif name == "updated_at":
        attribute.update(AttributeDataType="Number", NumberAttributeConstraints={"MinValue": "0"})
    else:
        least, most = {"birthdate": ("10", "10"), "sub": ("1", "2048")}.get(name, ("0", "2048"))
        attribute["StringAttributeConstraints"] = {"MaxLength": most, "MinLength": least}
    return attribute


def custom(asked):
    prefix = "dev:custom:" if asked.get("DeveloperOnlyAttribute") else "custom:"
    attribute = {
        "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": False, "Required": False, **asked,
    }  # fmt: skip
    attribute["Name"] = prefix + asked["Name"]
    # A type has its own bounds, empty where nobody asked for any, and not those of another.
    bounds = {"String": "StringAttributeConstraints", "Number": "NumberAttributeConstraints"}
    for type_, name in bounds.items():
        limits = attribute.pop(name, None)
        if attribute["AttributeDataType"] == type_:
            attribute[name] = limits or {}
    return attribute


def client(client):
    client = {**CLIENT, **client}
    # One unit that is asked for brings the others along.
    units = client.get("TokenValidityUnits")
    defaults = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
    client["TokenValidityUnits"] = {**defaults, **units} if units else {}
    return client


def identity_provider(provider):
    takes, adds, username = IDENTITY_PROVIDERS[provider["ProviderType"]]
    told = provider.get("ProviderDetails", {})
    provider["ProviderDetails"] = {**adds, **{key: told[key] for key in told if key in takes or key in adds}}
    if username:
        provider["AttributeMapping"] = {"username": username, **provider.get("AttributeMapping", {})}
    provider.setdefault("IdpIdentifiers", [])
    return provider


def overlaid(there, over):
    """A value over a default: blocks over blocks."""
    for field, value in over.items():
        if isinstance(value, dict) and isinstance(there.get(field), dict):
            overlaid(there[field], value)
        else:
            there[field] = value
    return there
