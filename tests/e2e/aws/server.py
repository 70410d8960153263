"""AWS as AWS is: moto's Cognito, answering as Cognito does where moto does not, and keeping a record of each call.

GET /_calls gives the record; POST /_refuse takes {"action", "code", "message", "times"} and refuses so many calls.
"""

import io
import json
import threading
import time

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple
from werkzeug.wrappers import Request, Response

CALLS, REFUSALS, LOCK = [], [], threading.Lock()

# Cognito gives lists back sorted, whatever their order was: hashicorp/terraform-provider-aws#4550 and #4806.
SORTED = {
    "AliasAttributes", "AllowedOAuthFlows", "AllowedOAuthScopes", "AutoVerifiedAttributes", "CallbackURLs",
    "ExplicitAuthFlows", "LogoutURLs", "ReadAttributes", "SupportedIdentityProviders", "UsernameAttributes",
    "WriteAttributes", "IdpIdentifiers", "AttributesRequireVerificationBeforeUpdate",
}  # fmt: skip

# What Cognito adds to the details of an identity provider: ProviderDetails of CreateIdentityProvider in the API reference.
DETAILS = {
    "Google": {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    "OIDC": {"attributes_url_add_attributes": "false"},
}
# Where the user name comes from, in the mapping that Cognito adds by itself.
USERNAME = {"Google": "sub", "OIDC": "sub", "SignInWithApple": "sub", "Facebook": "id", "LoginWithAmazon": "user_id"}


def as_cognito_does(action, answer):
    """The answer with what Cognito gives back and moto does not."""
    for name, value in list(answer.items()):
        if isinstance(value, dict):
            as_cognito_does(action, value)
        elif isinstance(value, list):
            if name in SORTED:
                # An empty list is none: DescribeUserPool and DescribeUserPoolClient of the command line's examples.
                answer[name] = sorted(set(value))
                if not value:
                    del answer[name]
            for entry in value:
                if isinstance(entry, dict):
                    as_cognito_does(action, entry)
    pool = answer.get("UserPool")
    if isinstance(pool, dict):
        # No tags are an empty map in every answer that is quoted in public.
        pool["UserPoolTags"] = pool.get("UserPoolTags") or {}
    provider = answer.get("IdentityProvider")
    if isinstance(provider, dict):
        type_ = provider.get("ProviderType")
        provider["ProviderDetails"] = {**DETAILS.get(type_, {}), **provider.get("ProviderDetails", {})}
        if type_ in USERNAME:
            provider["AttributeMapping"] = {"username": USERNAME[type_], **provider.get("AttributeMapping", {})}
    return answer


class Recorder:
    def __init__(self, cognito):
        self.cognito = cognito

    def __call__(self, environ, start_response):
        request = Request(environ)
        if request.path == "/_calls":
            with LOCK:
                return Response(json.dumps(CALLS), mimetype="application/json")(environ, start_response)
        if request.path == "/_refuse":
            with LOCK:
                REFUSALS.append(request.get_json())
            return Response("{}")(environ, start_response)
        action = request.headers.get("X-Amz-Target", "").split(".")[-1]
        body = request.get_data()
        asked = json.loads(body or b"{}")
        refusal = self.refusal(action)
        if refusal:
            answer = Response(
                json.dumps({"__type": refusal["code"], "message": refusal["message"]}),
                status=400,
                mimetype="application/x-amz-json-1.1",
            )
        else:
            environ["wsgi.input"] = io.BytesIO(body)
            answer = Response.from_app(self.cognito, environ)
            if answer.status_code == 200 and answer.get_data():
                answer.set_data(json.dumps(as_cognito_does(action, json.loads(answer.get_data()))))
        with LOCK:
            CALLS.append({
                "at": time.time(), "action": action, "status": answer.status_code, "asked": asked,
                "answer": answer.get_data(as_text=True)[:20000],
            })  # fmt: skip
        return answer(environ, start_response)

    @staticmethod
    def refusal(action):
        with LOCK:
            for refusal in REFUSALS:
                if refusal["action"] == action and refusal["times"] > 0:
                    refusal["times"] -= 1
                    return refusal
        return None


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


if __name__ == "__main__":
    application = Recorder(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", 5000, application, threaded=True, request_handler=Quiet)
