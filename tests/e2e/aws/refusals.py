"""What Cognito refuses and moto takes. First what the API's own model forbids (botocore's service-2.json: required members,
enums, patterns, lengths, bounds), then what its members may not be together, each with the place where AWS was seen, or
says, to refuse it. `preflight` are the rules of npm's cdk-preflight, each of which its authors saw in a real deployment;
`cdk` is aws-cdk-lib's aws-cognito.
"""

import functools
from urllib.parse import urlsplit

import botocore.session
import regex

import answers

INVALID = "InvalidParameterException"
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
RULES = {}


def rule(*actions):
    """What follows looks at these calls, and gives what is wrong: a sentence, or an error code and a sentence."""

    def keep(look):
        for action in actions:
            RULES.setdefault(action, []).append(look)
        return look

    return keep


def refusal(action, asked, backend):
    """The error of a call that Cognito would not take; None of one that it would."""
    shape = model().operation_model(action).input_shape
    wrong = next(against_model(shape, asked, ""), None)
    if wrong:
        return INVALID, f"1 validation error detected: {wrong}"
    pool = backend.user_pools.get(asked.get("UserPoolId"))
    for look in RULES.get(action, []):
        for found in look(asked, pool, backend):
            return (INVALID, found) if isinstance(found, str) else found
    return None


@functools.cache
def model():
    return botocore.session.get_session().get_service_model("cognito-idp")


def of_java(pattern):
    r"""The same pattern for Python: in Java, \s and \w are ASCII, and a dot stops at more than line feeds."""
    pattern = pattern.replace(r"\s", r" \t-\r").replace(r"\w", "A-Za-z0-9_")
    if pattern.startswith("(?s)"):
        return pattern
    return pattern.replace(".*", r"[^\n\r\x85\u2028\u2029]*")


def against_model(shape, value, at):
    limits = shape.metadata
    size = value if shape.type_name in ("integer", "long") else len(value) if hasattr(value, "__len__") else None
    if size is not None and not limits.get("min", size) <= size <= limits.get("max", size):
        yield f"Value {value!r} at '{at}' failed to satisfy constraint: between {limits.get('min')} and {limits.get('max')}"
    if shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"Value null at '{at}.{name}' failed to satisfy constraint: Member must not be null"
        for name, each in value.items():
            if name not in shape.members:
                yield f"'{at}.{name}' is no member"
            else:
                yield from against_model(shape.members[name], each, f"{at}.{name}")
    elif shape.type_name == "list":
        for index, each in enumerate(value):
            yield from against_model(shape.member, each, f"{at}.{index + 1}")
    elif shape.type_name == "map":
        for key, each in value.items():
            yield from against_model(shape.key, key, f"{at}.{key}")
            yield from against_model(shape.value, each, f"{at}.{key}")
    elif shape.type_name == "string":
        if limits.get("enum") and value not in limits["enum"]:
            yield f"Value '{value}' at '{at}' failed to satisfy constraint: Member must satisfy enum value set"
        # That of DomainType is for prefixes; Cognito takes the names of one's own, which have dots, under the same member.
        if limits.get("pattern") and shape.name != "DomainType" and not regex.fullmatch(of_java(limits["pattern"]), value):
            yield f"Value '{value}' at '{at}' failed to satisfy constraint: pattern {limits['pattern']}"


def region_of(arn):
    return arn.split(":")[3]


def account_of(arn):
    return arn.split(":")[4]


# -- user pools


@rule("CreateUserPool", "UpdateUserPool")
def sign_in(asked, pool, backend):
    aliases, verified = asked.get("AliasAttributes", []), asked.get("AutoVerifiedAttributes", [])
    # preflight alias-username-exclusive
    if "AliasAttributes" in asked and "UsernameAttributes" in asked:
        yield "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
    # The developer guide, user-pool-settings-attributes: preferred_username
    required = [each["Name"] for each in asked.get("Schema", []) if each.get("Required")]
    if "preferred_username" in aliases and "preferred_username" in required:
        yield "preferred_username cannot be required and an alias."
    # preflight auto-verified-username-consistency
    if "phone_number" in verified and "SmsConfiguration" not in asked:
        yield "SMS configuration is required to verify phone numbers."
    # preflight user-attribute-update-requires-auto-verified
    updates = asked.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate", [])
    if not set(updates) <= set(verified):
        yield "AttributesRequireVerificationBeforeUpdate has to be a subset of AutoVerifiedAttributes."


@rule("CreateUserPool", "UpdateUserPool", "SetUserPoolMfaConfig")
def second_factor(asked, pool, backend):
    mode = asked.get("MfaConfiguration", "OFF")
    app = asked.get("SoftwareTokenMfaConfiguration", {}).get("Enabled")
    sms = asked.get("SmsMfaConfiguration", {}).get("SmsConfiguration") or asked.get("SmsConfiguration")
    has_app = pool is not None and (pool.token_mfa_config or {}).get("Enabled")
    # preflight mfa-sms-config
    if mode != "OFF" and not (app or sms or has_app):
        yield "Invalid MFA configuration given, can't turn on MFA without a factor."
    # preflight mfa-off-with-enabled-mfas
    if mode == "OFF" and (app or "SmsMfaConfiguration" in asked):
        yield "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
    # InvalidSmsRoleTrustRelationshipException: a role is trusted with the id that is told
    if sms and not sms.get("ExternalId"):
        yield "InvalidSmsRoleTrustRelationshipException", "Role does not have a trust relationship allowing Cognito."
    # preflight sms-caller-arn-account, sms-configuration-sns-region
    if sms and account_of(sms["SnsCallerArn"]) != backend.account_id:
        yield "InvalidSmsRoleAccessPolicyException", "Role does not have permission to publish with SNS."
    nearby = {"ap-northeast-2": "ap-northeast-1", "eu-central-1": "eu-west-1", "us-east-2": "us-east-1"}
    if sms and sms.get("SnsRegion", backend.region_name) not in (backend.region_name, nearby.get(backend.region_name)):
        yield f"Invalid SnsRegion {sms['SnsRegion']}"


@rule("CreateUserPool", "UpdateUserPool")
def email_and_texts(asked, pool, backend):
    email = asked.get("EmailConfiguration", {})
    by_ses, identity = email.get("EmailSendingAccount") == "DEVELOPER", email.get("SourceArn")
    # preflight email-developer-requires-sourcearn, email-cognito-default-with-sourcearn
    if by_ses != bool(identity):
        yield "SourceArn goes with EmailSendingAccount DEVELOPER, and it with SourceArn."
    # preflight email-sourcearn-region
    if identity and region_of(identity) not in (backend.region_name, "us-east-1", "us-west-2", "eu-west-1"):
        yield f"Email ARN {identity} is not in a supported region."
    # preflight email-from-format
    if "From" in email and not regex.fullmatch(r"[^<>@\s]+@[^<>@\s]+|.*<[^<>@\s]+@[^<>@\s]+>", email["From"]):
        yield f"Invalid From {email['From']}"
    template = asked.get("VerificationMessageTemplate", {})
    by_link = template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"
    # VerificationMessageTemplateType of the API reference: the message of the one way or of the other
    if ("EmailMessage" if by_link else "EmailMessageByLink") in template:
        yield "The e-mail message does not go with DefaultEmailOption."
    # preflight sms-verification-placeholder, verification-code-placeholder, verification-link-placeholder
    codes = [template.get("EmailMessage"), template.get("SmsMessage"), asked.get("SmsAuthenticationMessage")]
    if any(text is not None and "{####}" not in text for text in codes):
        yield "A message has to have {####}."
    if "EmailMessageByLink" in template and not regex.search(r"\{##.*##\}", template["EmailMessageByLink"]):
        yield "A message with a link has to have {##text##}."
    # preflight invite-message-placeholders
    invitation = asked.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    for name in ("EmailMessage", "SMSMessage"):
        if name in invitation and not all(each in invitation[name] for each in ("{username}", "{####}")):
            yield f"{name} of the invitation has to have {{username}} and {{####}}."


@rule("CreateUserPool", "UpdateUserPool")
def recovery(asked, pool, backend):
    ways = asked.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    names, priorities = [way["Name"] for way in ways], [way["Priority"] for way in ways]
    # preflight recovery-mechanisms-max, recovery-duplicate, recovery-admin-only-alone
    if len(ways) > 2 or len(set(names)) < len(ways) or len(set(priorities)) < len(ways):
        yield "At most two recovery mechanisms, each once and with a priority of its own."
    if "admin_only" in names and len(names) > 1:
        yield "admin_only cannot be combined with other recovery mechanisms."


@rule("CreateUserPool", "UpdateUserPool")
def triggers(asked, pool, backend):
    config = asked.get("LambdaConfig", {})
    arns = [value if isinstance(value, str) else value["LambdaArn"] for value in config.values()]
    # preflight lambda-config-region, custom-sender-kms-region
    for arn in arns:
        if region_of(arn) != backend.region_name:
            yield f"{arn} is not in the region of the user pool."
    # preflight custom-email-sender-kms, custom-sms-sender-kms
    if {"CustomEmailSender", "CustomSMSSender"} & set(config) and "KMSKeyID" not in config:
        yield "A custom sender needs KMSKeyID."


@rule("CreateUserPool", "UpdateUserPool")
def tier(asked, pool, backend):
    # UserPoolAddOnsType of the API reference
    mode = asked.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF")
    if mode != "OFF" and asked.get("UserPoolTier") != "PLUS":
        yield "FeatureUnavailableInTierException", "Threat protection needs the tier PLUS."
    # The general rule of AWS' tags
    if any(key.startswith("aws:") for key in asked.get("UserPoolTags", {})):
        yield "UserPoolTaggingException", "Tags of the prefix aws: are reserved."


@rule("CreateUserPool", "AddCustomAttributes")
def new_attributes(asked, pool, backend):
    attributes = asked.get("Schema", asked.get("CustomAttributes", []))
    names = [each["Name"] for each in attributes]
    # preflight schema-name-duplicate, schema-attr-max
    if len(set(names)) < len(names) or len(set(names) - set(answers.STANDARD)) > 50:
        yield "Attributes have names of their own, and 50 of them are custom at most."
    for each in attributes:
        name, least_most = each["Name"], each.get("StringAttributeConstraints", {})
        if name not in answers.STANDARD:
            # preflight schema-custom-required, schema-custom-name-length
            if each.get("Required"):
                yield f"Required custom attributes are not supported currently: {name}"
            if len(name) > 20 or ":" in name or "AttributeDataType" not in each:
                yield f"Custom attribute {name} needs a name of up to 20 characters and a type."
        elif "AttributeDataType" in each and each["AttributeDataType"] != answers.standard(name)["AttributeDataType"]:
            # preflight schema-standard-attr-datatype
            yield f"You can not change AttributeDataType of {name}."
        elif each.get("DeveloperOnlyAttribute"):
            yield f"You can not change DeveloperOnlyAttribute of {name}."
        # preflight schema-attr-length-order
        least, most = int(least_most.get("MinLength", 0)), int(least_most.get("MaxLength", 2048))
        if not 0 <= least <= most <= 2048:
            yield f"Invalid lengths of {name}."
        # preflight schema-number-min-max-order
        bounds = each.get("NumberAttributeConstraints", {})
        if float(bounds.get("MinValue", 0)) > float(bounds.get("MaxValue", "inf")):
            yield f"Invalid bounds of {name}."


@rule("DeleteUserPool")
def deletion(asked, pool, backend):
    if pool is None:
        return
    # DeletionProtection of CreateUserPool in the API reference; localstack/localstack#11947
    if pool.extended_config.get("DeletionProtection") == "ACTIVE":
        yield "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."
    # hashicorp/terraform-provider-aws#16479
    if any(domain.user_pool_id == pool.id for domain in backend.user_pool_domains.values()):
        yield "User pool cannot be deleted. It has a domain configured that should be deleted first."


# -- clients


@rule("CreateUserPoolClient", "UpdateUserPoolClient")
def urls(asked, pool, backend):
    callbacks, logouts = asked.get("CallbackURLs", []), asked.get("LogoutURLs", [])
    for url in [*callbacks, *logouts]:
        parts = urlsplit(url)
        # CallbackURLs of the API reference; preflight callback-url-https, callback-url-fragment
        if not parts.scheme or (url in callbacks and "#" in url):
            yield f"{url} is no absolute URL without a fragment."
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            yield f"{url} cannot use http."
    # preflight default-redirect-uri-member
    if asked.get("DefaultRedirectURI", callbacks and callbacks[0]) not in (callbacks or [[]]):
        yield "DefaultRedirectURI is none of CallbackURLs."


@rule("CreateUserPoolClient", "UpdateUserPoolClient")
def oauth(asked, pool, backend):
    flows, scopes = asked.get("AllowedOAuthFlows", []), asked.get("AllowedOAuthScopes", [])
    client = pool and pool.clients.get(asked.get("ClientId"))
    has_secret = client.generate_secret if client else asked.get("GenerateSecret", False)
    # preflight oauth-flows-scopes-required
    if asked.get("AllowedOAuthFlowsUserPoolClient") and not (flows and scopes):
        yield "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
    # preflight client-credentials-exclusive, client-credentials-secret; hashicorp/terraform-provider-aws#4984
    if "client_credentials" in flows and (len(flows) > 1 or not has_secret or not all("/" in each for each in scopes)):
        yield "client_credentials flow can not be selected with other flows or scopes of users, and needs a secret."
    # preflight oauth-callback-required
    if {"code", "implicit"} & set(flows) and not asked.get("CallbackURLs"):
        yield "CallbackURLs are required for the code and implicit flows."
    # preflight oauth-scopes-unknown, and the resource server has to be there first: aws/aws-cdk#15850
    for scope in scopes:
        identifier, _, name = scope.rpartition("/")
        server = pool and pool.resource_servers.get(identifier)
        known = [each["ScopeName"] for each in (server.scopes or [])] if server else []
        if scope not in ("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin") and name not in known:
            yield "ScopeDoesNotExistException", f"Invalid scope requested: {scope}"
    # preflight propagate-context-requires-secret
    if asked.get("EnablePropagateAdditionalUserContextData") and not has_secret:
        yield "Enable Propagate Additional User Context Data is allowed for clients with a secret."


@rule("CreateUserPoolClient", "UpdateUserPoolClient")
def of_the_pool(asked, pool, backend):
    if pool is None:
        return
    # preflight supported-identity-providers-exists, which have to be there first: aws/aws-cdk#15850
    for name in asked.get("SupportedIdentityProviders", []):
        if name != "COGNITO" and name not in pool.identity_providers:
            yield f"The provider {name} does not exist for User Pool {pool.id}."
    # preflight read-attributes-exists, write-attributes-immutable
    readable, writable = asked.get("ReadAttributes", []), asked.get("WriteAttributes", [])
    known = answers.attributes(answers.ATTRIBUTES[pool.id])
    for name in [*readable, *writable]:
        if name not in [each["Name"] for each in known]:
            yield f"Invalid attributes specified: {name}"
    if {"sub", "email_verified", "phone_number_verified"} & set(writable):
        yield "Invalid write attributes specified while creating a client."
    # aws/aws-cdk#2608
    required = {each["Name"] for each in known if each["Required"] and each["Name"] != "sub"}
    if writable and not required <= set(writable):
        yield "Invalid write attributes specified while creating a client: the required ones are missing."


@rule("CreateUserPoolClient", "UpdateUserPoolClient")
def sign_in_flows_and_tokens(asked, pool, backend):
    flows = asked.get("ExplicitAuthFlows", [])
    new = [flow for flow in flows if flow.startswith("ALLOW_")]
    # preflight explicit-auth-flows-legacy-mix; aws/aws-cdk#7625
    if new and (len(new) < len(flows) or "ALLOW_REFRESH_TOKEN_AUTH" not in new):
        yield "ALLOW_ flows go with ALLOW_REFRESH_TOKEN_AUTH, and with no other ones."
    units = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days", **asked.get("TokenValidityUnits", {})}
    times = {
        token: (asked.get(f"{token}Validity") or default) * UNITS[units[token]]
        for token, default in (("AccessToken", 1), ("IdToken", 1), ("RefreshToken", 30))
    }
    # preflight token-validity-range, token-expiration-order
    for token in ("AccessToken", "IdToken"):
        if not 300 <= times[token] <= 86400 or times[token] > times["RefreshToken"]:
            yield f"Invalid range for token validity of {token}: {times[token]} s"
    if not 3600 <= times["RefreshToken"] <= 315360000:
        yield f"Invalid range for token validity of RefreshToken: {times['RefreshToken']} s"
    # preflight analytics-config-exclusive, analytics-config-requires-role
    analytics = asked.get("AnalyticsConfiguration")
    by_id = {"ApplicationId", "ExternalId", "RoleArn"}
    if analytics is not None and ("ApplicationArn" in analytics) == bool(by_id & set(analytics)):
        yield "AnalyticsConfiguration is an ApplicationArn, or an ApplicationId with its role."
    if analytics and by_id & set(analytics) and not by_id <= set(analytics):
        yield "ApplicationId needs RoleArn and ExternalId."


# -- domains, resource servers, identity providers, groups


@rule("CreateUserPoolDomain")
def domain(asked, pool, backend):
    name, config = asked["Domain"], asked.get("CustomDomainConfig")
    taken = backend.user_pool_domains.get(name)
    # aws-samples/aws-cdk-examples#402
    if taken:
        yield "Domain already associated with another user pool."
    # aws/aws-cdk#10062
    theirs = [each.domain for each in backend.user_pool_domains.values() if each.user_pool_id == asked["UserPoolId"]]
    if any(("." in each) == ("." in name) for each in theirs):
        yield "User pool already has a domain configured."
    # cdk ExactlyOneDomainRequired, preflight custom-domain-cert-region
    if ("." in name) != bool(config):
        yield "A custom domain needs a certificate, and a prefix has none."
    if config and region_of(config["CertificateArn"]) != "us-east-1":
        yield "The certificate has to be in us-east-1."
    # preflight domain-prefix-format, custom-domain-fqdn
    if not regex.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", name):
        yield f"Invalid domain {name}"
    # preflight domain-reserved-word; aws-amplify/amplify-cli#3854
    if "." not in name and ("aws" in name.split("-") or "amazon" in name or "cognito" in name):
        yield "Domain cannot contain reserved word."


@rule("CreateResourceServer")
def resource_server(asked, pool, backend):
    scopes = [each["ScopeName"] for each in asked.get("Scopes", [])]
    # ResourceServerScopeListType of the API reference
    if len(set(scopes)) < len(scopes):
        yield "Scopes have names of their own."


@rule("CreateIdentityProvider", "UpdateIdentityProvider")
def identity_provider(asked, pool, backend):
    if pool is None:
        return
    there = pool.identity_providers.get(asked["ProviderName"])
    type_ = asked.get("ProviderType") or (there and there.extended_config["ProviderType"])
    if there and "ProviderType" in asked:
        yield "DuplicateProviderException", f"A provider with the name {asked['ProviderName']} already exists."
    # preflight idp-social-provider-name-fixed
    if type_ not in ("OIDC", "SAML") and asked["ProviderName"] != type_:
        yield f"{asked['ProviderName']} is not the name of {type_}."
    # preflight idp-social-required-keys, idp-apple-required-keys, idp-oidc-required-keys, idp-saml-metadata-required
    required = {
        "SignInWithApple": ["authorize_scopes", "client_id", "key_id", "private_key", "team_id"],
        "OIDC": ["attributes_request_method", "authorize_scopes", "client_id", "oidc_issuer"],
        "SAML": [],
    }.get(type_, answers.SOCIAL)
    details = asked.get("ProviderDetails", {})
    if type_ == "SAML" and "ProviderDetails" in asked and len({"MetadataURL", "MetadataFile"} & set(details)) != 1:
        yield "MetadataURL or MetadataFile is required, and not both."
    for key in required if "ProviderDetails" in asked else []:
        if key not in details:
            yield f"{key} is missing."
    # preflight idp-oidc-issuer-https, idp-oidc-attributes-request-method; the developer guide, cognito-user-pools-oidc-idp
    if type_ == "OIDC" and details:
        issuer = details.get("oidc_issuer", "")
        if not issuer.startswith("https://") or issuer.endswith("/") or urlsplit(issuer).port not in (None, 443, 80):
            yield f"Invalid oidc_issuer {issuer}"
        for key in ("authorize_url", "token_url", "attributes_url", "jwks_uri"):
            if not details.get(key, "https://").startswith("https://"):
                yield f"Invalid {key} {details[key]}"
        if details["attributes_request_method"] not in ("GET", "POST") or "openid" not in details["authorize_scopes"].split():
            yield "attributes_request_method is GET or POST, and authorize_scopes has openid."
    # The developer guide, cognito-user-pools-specifying-attribute-mapping
    known = {each["Name"]: each for each in answers.attributes(answers.ATTRIBUTES[pool.id])}
    for name in asked.get("AttributeMapping", {}):
        if name != "username" and (name not in known or not known[name]["Mutable"]):
            yield f"{name} is no attribute of the user pool that can be mapped."
    # The developer guide, cognito-user-pools-managing-saml-idp-naming
    for other in pool.identity_providers.values():
        shared = set(asked.get("IdpIdentifiers", [])) & set(other.extended_config.get("IdpIdentifiers", []))
        if other is not there and shared:
            yield "DuplicateProviderException", f"Identifier already in use: {sorted(shared)[0]}"


@rule("CreateGroup", "UpdateGroup")
def group(asked, pool, backend):
    # preflight group-role-arn-account
    if "RoleArn" in asked and account_of(asked["RoleArn"]) != backend.account_id:
        yield f"{asked['RoleArn']} is in another account."
