"""The shapes that src/rules/shapes/fields.rs gives to texts are those of AWS' service models, as botocore has them.

`UPDATE=1 cargo test --lib rules::shapes` writes shapes.json, the table of the program.
"""

import json
import unicodedata
from pathlib import Path

import botocore.session
import pytest

TABLE = json.loads((Path(__file__).parent / "shapes.json").read_text())

# The operations that send what an AppAuth says, each with the one that sends it again.
OPERATIONS = {
    "CreateUserPool": "UpdateUserPool",
    "SetUserPoolMfaConfig": "SetUserPoolMfaConfig",
    "CreateUserPoolClient": "UpdateUserPoolClient",
    "CreateUserPoolDomain": "UpdateUserPoolDomain",
    "CreateResourceServer": "UpdateResourceServer",
    "CreateIdentityProvider": "UpdateIdentityProvider",
    "CreateGroup": "UpdateGroup",
}

# Members that no field of an AppAuth becomes, or all below them, and why.
NOT_REACHED = {
    "CreateUserPool.AcrConfiguration": "AppAuth has no such field",
    "CreateUserPool.DcrConfiguration": "AppAuth has no such field",
    "CreateUserPool.KeyConfiguration": "AppAuth has no such field",
    "CreateUserPool.LambdaConfig.InboundFederation": "AppAuth has no such field",
    "CreateUserPool.Schema[].NumberAttributeConstraints": "numbers, written as text",
    "CreateUserPool.Schema[].StringAttributeConstraints": "numbers, written as text",
    "CreateUserPool.SmsConfiguration.EumsSms": "AppAuth has no such field",
    "SetUserPoolMfaConfig.SmsMfaConfiguration.SmsConfiguration.EumsSms": "AppAuth has no such field",
    "SetUserPoolMfaConfig.UserPoolId": "the pool's own ID",
    "CreateUserPoolClient.ClientSecret": "AppAuth has no such field",
    "CreateUserPoolDomain.Routing": "AppAuth has no such field",
    "CreateUserPoolDomain.UserPoolId": "the pool's own ID",
    "CreateResourceServer.UserPoolId": "the pool's own ID",
    "CreateIdentityProvider.AcrMapping": "AppAuth has no such field",
    "CreateIdentityProvider.ProviderDetails": "values of a Secret",
    "CreateIdentityProvider.UserPoolId": "the pool's own ID",
    "CreateGroup.UserPoolId": "the pool's own ID",
}

# Members whose shape differs between the two operations.
DIFFERENT = {"CreateIdentityProvider.ProviderName"}


def model(service):
    return botocore.session.get_session().get_service_model(service)


COGNITO, STS = model("cognito-idp"), model("sts")


def texts(shape, path):
    """The texts below a shape that are no words of an enum: the path and the shape of each."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from texts(member, f"{path}.{name}")
    elif shape.type_name == "list":
        yield from texts(shape.member, f"{path}[]")
    elif shape.type_name == "map":
        yield from texts(shape.key, path + "{key}")
        yield from texts(shape.value, path + "{value}")
    elif shape.type_name == "string" and not shape.enum:
        yield path, shape


def members(service, operation):
    return dict(texts(service.operation_model(operation).input_shape, operation))


def is_reached(member):
    return not any(member == each or member.startswith((f"{each}.", f"{each}[", f"{each}{{")) for each in NOT_REACHED)


def test_every_member_has_its_shape():
    found = {path: shape for operation in OPERATIONS for path, shape in members(COGNITO, operation).items()}
    unused = {each for each in NOT_REACHED if not any(path.startswith(each) for path in found)}
    assert not unused, "no longer in the model"
    reached = {path: shape.name for path, shape in found.items() if is_reached(path)}
    ours = {path: name for path, name in TABLE["members"].items() if path.split(".")[0] in OPERATIONS}
    assert reached == ours


def test_an_update_sends_the_same_shapes():
    different = set()
    for create, update in OPERATIONS.items():
        updated = members(COGNITO, update)
        for path, shape in members(COGNITO, create).items():
            other = updated.get(update + path.removeprefix(create))
            if other is not None and other.name != shape.name:
                different.add(path)
    assert different == DIFFERENT


def test_members_of_other_operations_have_their_shapes():
    for path, name in TABLE["members"].items():
        service = STS if path.startswith("sts.") else COGNITO
        path = path.removeprefix("sts.")
        assert members(service, path.split(".")[0])[path].name == name, path


@pytest.mark.parametrize("name", TABLE["shapes"])
def test_a_shape_is_that_of_the_model(name):
    ours = TABLE["shapes"][name]
    shape = (STS if name == "externalIdType" else COGNITO).shape_for(name)
    theirs = {key: shape.metadata.get(key) or None for key in ("pattern", "min", "max")}
    assert theirs == {key: ours[key] for key in theirs}


def test_a_class_is_of_its_pattern():
    # These have a pattern of more than one class, or of none.
    others = {"ProviderNameTypeV2": "(?s).", "SESConfigurationSet": r"[\w-]", "UserPoolIdType": r"[\w-]"}
    for name, shape in TABLE["shapes"].items():
        pattern, letters = shape["pattern"], shape["class"]
        if name in others:
            assert letters == others[name], name
        elif "Arn" in name:
            assert letters == r"[\w+=/,.@:-]", name
        elif name == "externalIdType":
            assert (letters, pattern) == (r"[\w+=/,.@:-]", r"[\w+=,.@:\/-]*")
        elif pattern is None:
            assert letters == "(?s).", name
        else:
            # Of the messages' classes the model has a superfluous asterisk.
            assert letters in pattern.replace(r"\s*]", r"\s]"), name


def members_of(letters):
    """What is in a character class of Java: ranges, and general categories."""
    words = {r"\w": [("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")], r"\s": [("\t", "\r"), (" ", " ")]}
    ranges, categories, rest = [], set(), letters[1:-1]

    def take():
        nonlocal rest
        length = 4 if rest.startswith(r"\x") else 2 if rest.startswith("\\") else 1
        taken, rest = rest[:length], rest[length:]
        return chr(int(taken[2:], 16)) if length == 4 else taken[-1]

    while rest:
        if rest.startswith(r"\p{"):
            categories.add(rest[3])
            rest = rest[5:]
        elif rest[:2] in words:
            ranges += words[rest[:2]]
            rest = rest[2:]
        else:
            first = last = take()
            if rest.startswith("-") and len(rest) > 1:
                rest = rest[1:]
                last = take()
            ranges.append((first, last))
    return ranges, categories


@pytest.mark.parametrize("letters", TABLE["refused"])
def test_a_class_refuses_what_java_refuses(letters):
    refused = set()
    for each in TABLE["refused"][letters].split():
        first, last = (int(end, 16) for end in each.split("-"))
        refused.update(range(first, last + 1))
    if letters == "(?s).":
        assert not refused
        return
    if letters == ".":
        assert refused == {0x0A, 0x0D, 0x85, 0x2028, 0x2029}
        return
    ranges, categories = members_of(letters)
    for code in range(0x110000):
        letter, category = chr(code), unicodedata.category(chr(code))
        # Surrogates are no characters of Rust, and of unassigned ones nobody knows what they become.
        if category == "Cs" or (category == "Cn" and not is_noncharacter(code) and categories):
            continue
        taken = category[0] in categories or any(first <= letter <= last for first, last in ranges)
        assert taken == (code not in refused), f"U+{code:04X} {category}"


def is_noncharacter(code):
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
