"""An AppAuth on the control plane, as a team sees it, and what AWS has of it."""

import time

import yaml

from settings import MANAGED, REPOSITORY, until

API_VERSION = "platform.example.org/v1alpha1"
# A cold start, several polls of the provider, and retries with their growing pauses.
PATIENCE = 150


class AppAuth:
    """An XR with a name of its own, and a Composition of that name with its Input."""

    def __init__(self, plane, name, spec, input=None):
        self.plane, self.name, self.spec, self.input = plane, name, spec, input
        self.uid = None

    # -- what a team does

    def apply(self):
        self.plane.apply(*self.manifests())
        self.uid = self.composite()["metadata"]["uid"]
        return self

    def manifests(self):
        composition = documents(REPOSITORY / "package/configuration/composition.yaml")[0]
        composition["metadata"]["name"] = self.name
        composition["spec"]["pipeline"][0]["input"].update(self.input or {})
        xr = {
            "apiVersion": API_VERSION, "kind": "XAppAuth", "metadata": {"name": self.name},
            "spec": {**self.spec, "compositionRef": {"name": self.name}},
        }  # fmt: skip
        return [*map(namespace, sorted(namespaces(xr))), composition, xr]

    def edit(self, path, value):
        """Sets a field, or takes it out with None; entries of lists go by their names: `clients/web/callbackUrls`."""
        *parents, last = path.split("/")
        there = self.spec
        for name in parents:
            there = there.setdefault(name, {}) if isinstance(there, dict) else entry(there, name)
        if isinstance(there, list):
            at = there.index(entry(there, last)) if entry(there, last) else len(there)
            there[at : at + 1] = [] if value is None else [value]
        elif value is None:
            del there[last]
        else:
            there[last] = value
        return self.apply()

    def delete(self):
        self.plane.kubectl("delete", "xappauth", self.name, "--timeout=150s")
        until(f"the end of all of {self.name}", lambda: not self.resources(), PATIENCE)

    # -- what a team sees

    def composite(self):
        return self.plane.get("xappauth", self.name)

    def condition(self, type_):
        return condition(self.composite(), type_)

    def ready(self, seconds=PATIENCE):
        def check():
            composite = self.composite()
            conditions = [condition(composite, type_) for type_ in ("Ready", "Synced")]
            if all(each["status"] == "True" for each in conditions):
                return composite
            raise AssertionError(composite.get("status", {}).get("conditions"))

        until(f"{self.name}'s being ready", check, seconds)
        return self

    def says(self, type_, text, seconds=90):
        """Waits until a condition has that text in its message."""

        def check():
            found = self.condition(type_)
            if text in found.get("message", ""):
                return found
            raise AssertionError(found)

        return until(f"{text!r} in {type_} of {self.name}", check, seconds)

    # -- what a platform team sees

    def resources(self):
        """The provider's resources, by their names in the composition."""
        # Crossplane takes its labels off what it deletes, and leaves the owner.
        return {
            each["metadata"]["annotations"]["crossplane.io/composition-resource-name"]: each
            for each in self.plane.get(MANAGED)["items"]
            if self.uid in [owner["uid"] for owner in each["metadata"].get("ownerReferences", [])]
        }

    def external_name(self, resource):
        return self.resources()[resource]["metadata"]["annotations"].get("crossplane.io/external-name")

    # -- what AWS has

    @property
    def pool(self):
        return self.composite()["status"]["userPool"]["id"]

    def aws(self, resource):
        """What AWS says of a resource of the composition."""
        plane, pool = self.plane, {"UserPoolId": self.pool}
        if resource == "user-pool":
            described = plane.aws("DescribeUserPool", **pool)["UserPool"]
            return {**described, **plane.aws("GetUserPoolMfaConfig", **pool)}
        name = self.external_name(resource)
        kind, found = next(
            (kind, found) for kind, found in {
                "client-": lambda: plane.aws("DescribeUserPoolClient", ClientId=name, **pool)["UserPoolClient"],
                "group-": lambda: plane.aws("GetGroup", GroupName=name, **pool)["Group"],
                "domain": lambda: plane.aws("DescribeUserPoolDomain", Domain=name)["DomainDescription"],
                "resource-server-": lambda: plane.aws("DescribeResourceServer", Identifier=name, **pool)["ResourceServer"],
                "identity-provider-": lambda: plane.aws(
                    "DescribeIdentityProvider", ProviderName=name, **pool)["IdentityProvider"],
            }.items() if resource.startswith(kind)
        )  # fmt: skip
        return found()


def example(plane, folder, name, **fields):
    """An example's XR under a name of its own, with what else of it can be one pool's alone: a domain, a Secret."""
    spec = documents(REPOSITORY / "examples" / folder / "xr.yaml")[0]["spec"]
    if "domain" in spec:
        field = "prefix" if "prefix" in spec["domain"] else "name"
        spec["domain"][field] = name if field == "prefix" else f"login.{name}.example.org"
    for client in spec.get("clients", []):
        if "connectionSecret" in client:
            client["connectionSecret"]["name"] = f"{name}-{client['name']}"
    required = REPOSITORY / "examples" / folder / "required.yaml"
    for each in documents(required) if required.exists() else []:
        if each["kind"] == "Secret":
            plane.apply(namespace(each["metadata"]["namespace"]), each)
    return AppAuth(plane, name, {**spec, **fields})


def documents(path):
    return [each for each in yaml.safe_load_all(path.read_text()) if each]


def entry(entries, name):
    """The entry of a list that goes by this name: an identity provider without one by its type."""
    return next((each for each in entries if name in (each.get("name"), each.get("type"))), None)


def condition(resource, type_):
    found = resource.get("status", {}).get("conditions", [])
    return next((each for each in found if each["type"] == type_), {"status": "Unknown"})


def namespace(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def namespaces(value):
    """Every namespace that a manifest names, wherever: Secrets are written to it or read from it."""
    if isinstance(value, list):
        return {name for each in value for name in namespaces(each)}
    if isinstance(value, dict):
        named = {each for key, each in value.items() if key.endswith("namespace") and isinstance(each, str)}
        return named | {name for each in value.values() for name in namespaces(each)}
    return set()


def quiet(plane, seconds):
    """Nothing is written to AWS and no spec changes, for so long."""
    # The provider lets go of what it has deleted when it looks the next time.
    until("the end of what is deleted", lambda: not plane.going(), 120)
    calls, generations = len(plane.calls()), plane.generations()
    time.sleep(seconds)
    assert [(call["action"], call["asked"]) for call in plane.writes(calls)] == []
    assert plane.generations() == generations
    assert len(plane.calls()) > calls, "nobody looks, so that nobody could see a difference"
