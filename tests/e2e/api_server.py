"""Kubernetes' API over HTTP. Scenarios look several times a second, and a kubectl for each look takes more of a machine
than all that it looks at."""

import http.client
import json
import ssl
import threading
from urllib.parse import quote

ADDRESS = ("127.0.0.1", 6443)
# Everything that there is, in two answers.
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class ApiServer:
    def __init__(self, token):
        self.headers = {"Authorization": f"Bearer {token}"}
        self.mine = threading.local()
        # Where each is, and whether in namespaces: by the names that kubectl has for it, and by API version and kind.
        self.places = {}

    def get(self, resources, name=None, namespace=None):
        """An object; or without its name all that there are of one or more resources, as kubectl lists them."""
        if name:
            return self.ask("GET", self.path(resources, name, namespace))
        lists = [self.ask("GET", self.path(each, None, namespace)) for each in resources.split(",")]
        # In a list the items do not say what they are.
        return {"items": [
            {"apiVersion": each["apiVersion"], "kind": each["kind"].removesuffix("List"), **item}
            for each in lists for item in each["items"]
        ]}  # fmt: skip

    def apply(self, *objects):
        """Server-side, and what others have written of it is overwritten."""
        for each in objects:
            metadata = each["metadata"]
            path = self.path((each["apiVersion"], each["kind"]), metadata["name"], metadata.get("namespace", "default"))
            self.ask("PATCH", f"{path}?fieldManager=e2e&force=true", each, {"Content-Type": "application/apply-patch+yaml"})

    def path(self, resource, name, namespace):
        if resource not in self.places:
            self.discover()
        if resource not in self.places:
            raise RuntimeError(f"there is no {resource}")
        root, plural, in_namespaces = self.places[resource]
        within = f"/namespaces/{quote(namespace)}" if in_namespaces and namespace else ""
        return f"{root}{within}/{plural}" + (f"/{quote(name)}" if name else "")

    def discover(self):
        for root in ("/api", "/apis"):
            for group in self.ask("GET", root, headers={"Accept": DISCOVERY})["items"]:
                name = group["metadata"].get("name", "")
                for version in group["versions"]:
                    api_version = f"{name}/{version['version']}".lstrip("/")
                    for each in version.get("resources", []):
                        plural, kind = each["resource"], each["responseKind"]["kind"]
                        place = f"{root}/{api_version}", plural, each["scope"] == "Namespaced"
                        self.places[api_version, kind] = place
                        # The first version is the one that is preferred, and the core has names before all others.
                        for known in (plural, each["singularResource"], f"{plural}.{name}"):
                            self.places.setdefault(known, place)

    def ask(self, method, path, body=None, headers=None):
        data = None if body is None else json.dumps(body)
        for is_last in (False, True):
            connection = getattr(self.mine, "connection", None)
            if connection is None:
                context = ssl._create_unverified_context()
                connection = self.mine.connection = http.client.HTTPSConnection(*ADDRESS, context=context, timeout=60)
            try:
                connection.request(method, path, data, {**self.headers, **(headers or {})})
                answer = connection.getresponse()
                text = answer.read().decode()
                break
            except (http.client.HTTPException, OSError) as error:
                # It may have been closed since the last time.
                connection.close()
                if is_last:
                    raise RuntimeError(f"{method} {path}: {error}") from error
        if answer.status >= 400:
            is_json = "json" in answer.headers.get("Content-Type", "")
            raise RuntimeError(f"{method} {path}: {json.loads(text)['message'] if is_json else text}")
        return json.loads(text)
