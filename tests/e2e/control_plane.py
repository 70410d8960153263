"""A real control plane as plain processes: etcd, kube-apiserver, Crossplane, provider-aws, AWS as `aws/server.py` has
it, and the function (`function.py`).

All of it lives in a network namespace that has only a loopback, which `make e2e` makes.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api_server import ApiServer
from function import Function
from settings import MANAGED, NAMESPACE, POLL, REPOSITORY, TOKEN, TOOLS, until


class ControlPlane:
    """Everything that runs, of one version of Crossplane."""

    def __init__(self, version, folder):
        self.version, self.folder = version, Path(folder)
        self.processes, self.commands = {}, {}
        api_server = ApiServer(TOKEN)
        self.get, self.apply = api_server.get, api_server.apply

    # -- processes

    def start(self, name, *command, env=None):
        self.commands[name] = command, env
        log = (self.folder / f"{name}.log").open("ab")
        environment = {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "KUBECONFIG": str(self.folder / "kubeconfig"),
            **(env or {}),
        }
        self.processes[name] = subprocess.Popen(
            [str(word) for word in command], stdout=log, stderr=log, env=environment, cwd=self.folder
        )

    def restart(self, name):
        command, env = self.commands[name]
        self.stop(name)
        self.start(name, *command, env=env)

    def stop(self, name):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def down(self):
        for name in reversed(list(self.processes)):
            self.stop(name)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    # -- kubectl

    def kubectl(self, *words, check=True):
        # A cache of its own: what another cluster had at this address is of no use.
        known = ["--kubeconfig", self.folder / "kubeconfig", "--cache-dir", self.folder / "kubectl"]
        command = [TOOLS / "kubectl", *known, *words]
        done = subprocess.run([str(word) for word in command], capture_output=True)
        if check and done.returncode != 0:
            raise RuntimeError(f"kubectl {' '.join(map(str, words))}: {done.stderr.decode()}")
        return done.stdout.decode()

    # -- AWS

    def calls(self, since=0):
        """The provider's calls to AWS from that number on, oldest first."""
        return self._aws_said(f"_calls?since={since}")

    def writes(self, since=0):
        """Those that would change something."""
        reads = ("Describe", "Get", "List")
        return [call for call in self.calls(since) if not call["action"].startswith(reads)]

    def actions(self, since=0):
        """The names of those."""
        return [call["action"] for call in self.writes(since)]

    def refuse(self, *refusals):
        """Has AWS refuse calls from now on: dicts of action, code, message, match and times."""
        self._aws_said("_refuse", [{"match": "", "times": 10**6, **each} for each in refusals])

    def aws(self, action, **asked):
        """What AWS answers to a call of the test's own, which is no part of the record."""
        return self._aws_said("", asked, {
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}", "Unrecorded": "yes",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/cognito-idp/aws4_request, "
                             "SignedHeaders=host, Signature=0",
        })  # fmt: skip

    def has_pool(self, id_):
        try:
            return self.aws("DescribeUserPool", UserPoolId=id_)["UserPool"]
        except urllib.error.HTTPError as error:
            if json.load(error)["__type"] == "ResourceNotFoundException":
                return None
            raise

    def _aws_said(self, path, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(f"http://127.0.0.1:5000/{path}", data, headers)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"{}")

    def generations(self):
        """The generation of each resource of the provider: it grows with every change of a spec."""
        items = self.get(MANAGED)["items"]
        return {(each["kind"], each["metadata"]["name"]): each["metadata"]["generation"] for each in items}

    def going(self):
        """The provider's resources that are deleted and still there."""
        return [each for each in self.get(MANAGED)["items"] if "deletionTimestamp" in each["metadata"]]

    # -- the whole

    def up(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._api_server()
        self._aws()
        self._crossplane()
        self._provider()
        self.function = Function(self)
        self.function.install(os.environ["FUNCTION_APPAUTH"])
        self._configuration()

    def _api_server(self):
        self.start(
            "etcd", TOOLS / "etcd/usr/bin/etcd", "--data-dir", self.folder / "etcd",
            "--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
            "--listen-peer-urls=http://127.0.0.1:2380", "--unsafe-no-fsync",
            env={"ETCD_UNSUPPORTED_ARCH": "arm64"},
        )  # fmt: skip
        key = self.folder / "accounts.key"
        form = (Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        key.write_bytes(rsa.generate_private_key(65537, 2048).private_bytes(*form))
        (self.folder / "tokens").write_text(f"{TOKEN},admin,admin,system:masters\n")
        self.start(
            "kube-apiserver", TOOLS / "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=6443",
            "--endpoint-reconciler-type=none", "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount", "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}", f"--token-auth-file={self.folder / 'tokens'}",
            f"--cert-dir={self.folder / 'apiserver'}",
        )  # fmt: skip
        (self.folder / "kubeconfig").write_text(yaml.safe_dump({
            "apiVersion": "v1", "kind": "Config", "current-context": "e2e",
            "clusters": [{"name": "e2e", "cluster": {
                "server": "https://127.0.0.1:6443", "insecure-skip-tls-verify": True}}],
            "users": [{"name": "admin", "user": {"token": TOKEN}}],
            "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "admin"}}],
        }))  # fmt: skip
        until("kube-apiserver", lambda: "ok" in self.kubectl("get", "--raw", "/readyz"), 90)
        self.start(
            "kube-controller-manager", TOOLS / "kube-controller-manager",
            "--kubeconfig", self.folder / "kubeconfig", "--leader-elect=false",
            "--controllers=garbage-collector-controller,namespace-controller",
        )  # fmt: skip

    def _aws(self):
        self.start("aws", sys.executable, Path(__file__).with_name("aws") / "server.py", env={"TZ": "UTC"})

    def _crossplane(self):
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        account = {"apiVersion": "v1", "kind": "ServiceAccount"}
        self.apply({**account, "metadata": {"name": "crossplane", "namespace": NAMESPACE}})
        core = TOOLS / f"crossplane-core-{self.version}"
        env = {
            "POD_NAMESPACE": NAMESPACE,
            "POD_SERVICE_ACCOUNT": "crossplane",
            "CRDS_PATH": str(TOOLS / f"crossplane-crds/{self.version}/crossplane@local"),
            "ENABLE_WEBHOOKS": "false",
            "WEBHOOK_ENABLED": "false",
            "TLS_CA_SECRET_NAME": "crossplane-root-ca",
            "TLS_SERVER_SECRET_NAME": "crossplane-tls-server",
            "TLS_CLIENT_SECRET_NAME": "crossplane-tls-client",
        }
        environment = {**os.environ, **env, "KUBECONFIG": str(self.folder / "kubeconfig")}

        def initialised():
            log = (self.folder / "init.log").open("ab")
            command = [core, "core", "init"]
            done = subprocess.run(command, env=environment, stdout=log, stderr=log)
            return done.returncode == 0

        until("core init", initialised, 120)
        certificates = self.folder / "client-certificates"
        self.secret_to("crossplane-tls-client", certificates)
        (self.folder / "xpkg").mkdir()
        words = ["--package-runtime=Deployment"] if self.version != "1.14" else []
        if self.version == "1.14":
            words.append("--enable-composition-functions")
        if self.version == "2.2":
            # An AWS that answers within a millisecond makes more events in a second than a real one in a minute.
            words.append("--circuit-breaker-burst=10000")
        self.start(
            "crossplane", core, "core", "start", "--debug", "--poll-interval=30s",
            f"--cache-dir={self.folder / 'xpkg'}", f"--tls-client-certs-dir={certificates}", *words,
            env=env,
        )  # fmt: skip

    def secret_to(self, name, folder):
        folder.mkdir(exist_ok=True)
        data = until(name, lambda: self.get("secret", name, NAMESPACE).get("data"))
        for key, value in data.items():
            (folder / key).write_bytes(base64.b64decode(value))

    def _provider(self):
        for folder in ["provider-aws-crds", "provider-aws-config-crds"]:
            self.kubectl("apply", "--server-side", "-f", TOOLS / folder)
        until("the provider's CRDs", lambda: self.kubectl("wait", "--for=condition=Established", "crd", "--all"))
        self.apply(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "aws", "namespace": NAMESPACE},
             "stringData": {"credentials": "[default]\naws_access_key_id = test\naws_secret_access_key = test\n"}},
        )  # fmt: skip
        # What is established is not found everywhere at once.
        until("the provider's configuration", lambda: [self.apply(
            {"apiVersion": "aws.crossplane.io/v1beta1", "kind": "ProviderConfig", "metadata": {"name": "default"},
             "spec": {
                 "credentials": {"source": "Secret",
                                 "secretRef": {"name": "aws", "namespace": NAMESPACE, "key": "credentials"}},
                 "endpoint": {"hostnameImmutable": True, "source": "Custom",
                              "url": {"type": "Static", "static": "http://127.0.0.1:5000"}}}},
        )])  # fmt: skip
        self.start(
            "provider-aws", TOOLS / "provider-aws", env={"POLL": POLL, "AWS_EC2_METADATA_DISABLED": "true"}
        )

    def _configuration(self):
        for name in ["xrd.yaml", "composition.yaml"]:
            self.kubectl("apply", "-f", REPOSITORY / "package/configuration" / name)
        until(
            "the XRD",
            lambda: self.kubectl("wait", "--for=condition=Established", "xrd", "--all", "--timeout=1s")
            and self.get("xappauths"),
        )
