"""The stubs of the official Python SDK call the server, and its descriptors are compared with ours.

The server is the binary that FUNCTION_APPAUTH names, built as users build it.
"""

import os
import signal
import socket
import subprocess
from pathlib import Path

import grpc
import pytest
import trustme
import yaml
from crossplane.function.proto.v1 import run_function_pb2 as v1
from crossplane.function.proto.v1 import run_function_pb2_grpc as v1_grpc
from crossplane.function.proto.v1beta1 import run_function_pb2 as v1beta1
from crossplane.function.proto.v1beta1 import run_function_pb2_grpc as v1beta1_grpc
from google.protobuf import descriptor_pb2, json_format

REPOSITORY = Path(__file__).parents[2]
PACKAGES = {"v1": (v1, v1_grpc), "v1beta1": (v1beta1, v1beta1_grpc)}
EXAMPLES = [
    "web-app",
    "single-page-app",
    "mobile-app",
    "federated-app",
    "service-with-scopes",
    "shared-pool",
    "everything",
]

# Lines of `outline` that a newer Crossplane has and one side not yet. None at the moment.
NEWER_THAN_THE_SDK = {"v1": set(), "v1beta1": set()}
NEWER_THAN_OURS = {"v1": set(), "v1beta1": set()}


class Server:
    """A server of ours on a port of its own."""

    def __init__(self, *args):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [os.environ["FUNCTION_APPAUTH"], "serve", "--address", f"127.0.0.1:{self.port}", *args]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        # It logs a line when it serves, or says why it cannot.
        line = self.process.stderr.readline()
        assert self.process.poll() is None, line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0


@pytest.fixture(scope="module")
def channel():
    with Server("--insecure") as server, grpc.insecure_channel(f"localhost:{server.port}") as channel:
        yield channel


def documents(path):
    return [document for document in yaml.safe_load_all((REPOSITORY / path).read_text()) if document]


def request(example, observed=False):
    """What Crossplane sends for an example, as JSON."""
    (composition,) = documents(f"examples/{example}/composition.yaml")
    (xr,) = documents(f"examples/{example}/xr.yaml")
    body = {"meta": {"tag": "any"}, "observed": {"composite": {"resource": xr}, "resources": {}}}
    step = composition["spec"]["pipeline"][0]
    if "input" in step:
        body["input"] = step["input"]
    if observed:
        for resource in documents(f"examples/{example}/observed.yaml"):
            name = resource["metadata"]["annotations"]["crossplane.io/composition-resource-name"]
            body["observed"]["resources"][name] = {"resource": resource}
    return body


def run(channel, package, body):
    """What the server answers, as JSON."""
    messages, grpc_ = PACKAGES[package]
    message = json_format.ParseDict(body, messages.RunFunctionRequest())
    response = grpc_.FunctionRunnerServiceStub(channel).RunFunction(message, timeout=10)
    return json_format.MessageToDict(response)


@pytest.mark.parametrize("observed", [False, True], ids=["new", "there"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_both_packages_get_the_same_answer(channel, example, observed):
    body = request(example, observed)
    answer = run(channel, "v1", body)
    assert run(channel, "v1beta1", body) == answer
    assert "results" not in answer
    desired = answer["desired"]["resources"]
    names = set(request(example, observed=True)["observed"]["resources"])
    # What waits for another thing is not there at first.
    assert set(desired) == names if observed else set() < set(desired) <= names
    expected = {"READY_TRUE"} if observed else {"READY_FALSE", None}
    assert {resource.get("ready") for resource in desired.values()} <= expected


@pytest.mark.parametrize("package", PACKAGES)
def test_a_web_app_gets_a_pool_and_a_confidential_client(channel, package):
    desired = run(channel, package, request("web-app"))["desired"]["resources"]
    pool, client = (desired[name]["resource"] for name in ("user-pool", "client-web"))
    assert pool["apiVersion"] == "cognitoidentityprovider.aws.crossplane.io/v1alpha1"
    assert pool["spec"]["forProvider"]["region"] == "eu-west-1"
    assert client["spec"]["forProvider"]["generateSecret"] is True
    assert client["spec"]["forProvider"]["callbackURLs"] == ["https://shop.example.org/callback"]
    assert client["spec"]["forProvider"]["userPoolIdSelector"]["matchControllerRef"] is True


@pytest.mark.parametrize("package", PACKAGES)
def test_what_others_desire_and_the_context_are_passed_on(channel, package):
    body = request("web-app")
    bucket = {"resource": {"kind": "Bucket", "spec": {"sizes": [1, 2.5, None, {}]}}, "ready": "READY_TRUE"}
    body["desired"] = {"resources": {"bucket": bucket}}
    body["context"] = {"apiextensions.crossplane.io/environment": {"of": "others"}}
    answer = run(channel, package, body)
    assert answer["meta"]["tag"] == "any"
    assert answer["context"] == body["context"]
    assert answer["desired"]["resources"]["bucket"] == bucket


@pytest.mark.parametrize("package", PACKAGES)
def test_an_empty_request_gets_a_fatal_result(channel, package):
    (result,) = run(channel, package, {})["results"]
    assert result["severity"] == "SEVERITY_FATAL"


def test_mutual_tls_serves_its_own_and_nobody_else(tmp_path):
    ours, other = trustme.CA(), trustme.CA()
    mine, theirs = ours.issue_cert("client.example.org"), other.issue_cert("client.example.org")
    own = ours.issue_cert("localhost")
    (tmp_path / "tls.crt").write_bytes(own.cert_chain_pems[0].bytes())
    (tmp_path / "tls.key").write_bytes(own.private_key_pem.bytes())
    (tmp_path / "ca.crt").write_bytes(ours.cert_pem.bytes())

    def call(port, certificate):
        key, chain = (certificate.private_key_pem.bytes(), certificate.cert_chain_pems[0].bytes()) if certificate else (None, None)
        credentials = grpc.ssl_channel_credentials(ours.cert_pem.bytes(), key, chain)
        with grpc.secure_channel(f"localhost:{port}", credentials) as channel:
            return run(channel, "v1", request("web-app"))

    with Server("--tls-certs-dir", tmp_path) as server:
        assert "user-pool" in call(server.port, mine)["desired"]["resources"]
        for certificate in (None, theirs):
            with pytest.raises(grpc.RpcError) as refused:
                call(server.port, certificate)
            assert refused.value.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("package", PACKAGES)
def test_the_descriptors_are_those_of_the_sdk(package):
    messages, _ = PACKAGES[package]
    theirs = descriptor_pb2.FileDescriptorProto()
    messages.DESCRIPTOR.CopyToProto(theirs)
    bundled = (REPOSITORY / "src/protocol/generated/descriptors.bin").read_bytes()
    (ours,) = [file for file in descriptor_pb2.FileDescriptorSet.FromString(bundled).file if file.package == theirs.package]
    ours, theirs = outline(ours), outline(theirs)
    assert len(theirs) > 100
    assert sorted(ours - theirs) == sorted(NEWER_THAN_THE_SDK[package])
    assert sorted(theirs - ours) == sorted(NEWER_THAN_OURS[package])


def outline(file):
    """A line for each thing that a file declares, with all that the wire and the stubs depend on."""
    lines = {f"syntax {file.syntax}", *(f"import {name}" for name in file.dependency)}

    def enum(declared, outer):
        lines.update(f"enum {outer}{declared.name}.{value.name} = {value.number}" for value in declared.value)

    def message(declared, outer):
        name = f"{outer}{declared.name}"
        lines.add(f"message {name}, map entry {declared.options.map_entry}")
        oneofs = [oneof.name for oneof in declared.oneof_decl]
        for field in declared.field:
            oneof = oneofs[field.oneof_index] if field.HasField("oneof_index") else None
            kind, label = (number.Name(value) for number, value in ((field.Type, field.type), (field.Label, field.label)))
            lines.add(
                f"field {name}.{field.name} = {field.number}: {label} {kind} {field.type_name}, oneof {oneof}, "
                f"optional {field.proto3_optional}"
            )
        for nested in declared.nested_type:
            message(nested, f"{name}.")
        for nested in declared.enum_type:
            enum(nested, f"{name}.")

    for declared in file.message_type:
        message(declared, "")
    for declared in file.enum_type:
        enum(declared, "")
    for service in file.service:
        for method in service.method:
            streams = method.client_streaming, method.server_streaming
            lines.add(f"rpc {service.name}.{method.name}({method.input_type}) returns ({method.output_type}), streams {streams}")
    return lines
