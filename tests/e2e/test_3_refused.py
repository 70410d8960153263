"""Every edit that must not be made is refused where a team looks, and changes nothing."""

import copy
import re
import time

import pytest
from app_auth import AppAuth, example
from settings import until

# The field of the everything example and its new value, None to take it out; and what is said of it.
EDITS = [
    ("region", "eu-central-1", 'spec.region: "eu-west-1" cannot become "eu-central-1"'),
    ("userPool/name", "another", 'spec.userPool.name: "shop-storefront" cannot become "another"'),
    ("userPool/importId", "eu-west-1_AbCdEfGhI", 'spec.userPool.importId: "eu-west-1_AbCdEfGhI" is to be taken over'),
    ("userPool/signIn/with", ["Username"], "spec.userPool.signIn.with: "),
    ("userPool/signIn/caseSensitive", True, "spec.userPool.signIn.caseSensitive: false cannot become true"),
    ("userPool/attributes/email/required", False, "required: true cannot become false"),
    ("userPool/attributes/company/maxLength", 65, 'maxLength: "64" cannot become "65"'),
    ("userPool/attributes/company/mutable", False, "mutable: true cannot become false"),
    ("userPool/attributes/company/type", "Number", ".type: "),
    ("userPool/attributes/locale", {"name": "locale", "required": True}, "required: false cannot become true"),
    ("userPool/sms", None, "spec.userPool.mfa"),
    ("userPool/threatProtection", "Enforced", "spec.userPool.threatProtection: "),
    ("domain/name", "login.another.example.org", "spec.domain.name: "),
    ("domain", {"prefix": "refused-another"}, "spec.domain.prefix: "),
    ("domain/certificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/1", "spec.domain.certificateArn: "),
    ("resourceServers/shop-api/identifier", "another", ".identifier: "),
    ("resourceServers/shop-api/scopes/orders.list", {"name": "orders.list", "description": "All"}, ".scopes: "),
    ("resourceServers/shop-api/scopes/orders.read/description", "Read all", "Read all"),
    ("identityProviders/Corp/type", "Saml", ".type: "),
    ("identityProviders/Corp/identifiers", None, ".identifiers: "),
    ("groups/admins/roleArn", "arn:aws:iam::123456789012:role/another", ".roleArn: "),
    ("groups/admins/roleArn", None, "cannot be taken away from a group"),
    ("groups/admins/precedence", None, ".precedence: 1 cannot be taken away"),
    ("clients/web/secret", False, ".secret: true cannot become false"),
    ("clients/web/importId", "4h57k2v0l1m9n8b7v6c5x4z3a2", ".importId: "),
    ("clients/web/tokens/access", "1m", "spec.clients[0].tokens.access: "),
]  # fmt: skip

# What the XRD holds of Cognito's rules: the API server does not even take it.
NOT_TAKEN = [
    ("clients/web/type", "Native", "secret: a Spa or Native client cannot keep one"),
    ("clients/web/callbackUrls", ["http://shop.example.org/"], "must use https, or http for localhost only"),
    ("clients/job/scopes", ["openid"], "scopes: a Machine client has scopes of resource servers only"),
]


def test_every_edit_that_must_not_be_made_is_refused_and_changes_nothing(plane):
    refused = example(plane, "everything", "refused").apply().ready()
    time.sleep(25)
    good, generations, start = copy.deepcopy(refused.spec), plane.generations(), len(plane.calls())
    for path, value, sentence in EDITS:
        refused.spec = copy.deepcopy(good)
        refused.edit(path, value)
        synced = refused.says("Synced", sentence)
        assert synced["status"] == "False"
    for path, value, sentence in NOT_TAKEN:
        refused.spec = copy.deepcopy(good)
        with pytest.raises(RuntimeError, match=re.escape(sentence)):
            refused.edit(path, value)
    refused.spec = good
    refused.apply().ready()
    time.sleep(22)
    assert plane.writes(start) == []
    assert plane.generations() == generations


def test_a_refusal_is_an_event_too(plane):
    # A small one: of an object's events Crossplane's recorder passes on 25 in a row, and hardly any after that.
    refused = AppAuth(plane, "refused-event", {"region": "eu-west-1"}).apply().ready()
    refused.edit("region", "eu-central-1")
    sentence = 'spec.region: "eu-west-1" cannot become "eu-central-1"'

    def event():
        events = plane.get("events")["items"]
        return [each for each in events if each["involvedObject"]["name"] == refused.name and sentence in each["message"]]

    assert until("the event", event)[0]["type"] == "Warning"
