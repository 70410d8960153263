"""The function, installed as its own package by Crossplane's package manager and called over mutual TLS.

There is no node here: what a kubelet would do for the function's Deployment, `Function` does.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import yaml

from settings import NAMESPACE, REGISTRY, REPOSITORY, TOOLS, until

NAME = "function-appauth"


class Function:
    def __init__(self, plane):
        self.plane = plane
        self.certificates = plane.folder / "server-certificates"
        self.binary = None

    def install(self, binary, tag="v0.1.0"):
        """Builds, pushes and installs the package, or upgrades to it, and runs the program."""
        plane = self.plane
        # Builds of other tests do not reach it.
        self.binary = plane.folder / f"{NAME}-{tag}"
        shutil.copy(binary, self.binary)
        source, package = plane.folder / f"package-{tag}", plane.folder / f"function-{tag}.xpkg"
        shutil.copytree(REPOSITORY / "package", source)
        metadata = yaml.safe_load((source / "crossplane.yaml").read_text())
        # Another package has another digest, which makes another revision.
        metadata["metadata"]["annotations"]["example.org/version"] = tag
        (source / "crossplane.yaml").write_text(yaml.safe_dump(metadata))
        if "registry" not in plane.processes:
            plane.start("registry", TOOLS / "crane", "registry", "serve", "--address", REGISTRY)
        crank = TOOLS / "crossplane-2.2"
        run = dict(check=True, capture_output=True, env={**os.environ, "HOME": str(plane.folder)})
        subprocess.run([crank, "xpkg", "build", "-f", source, "--ignore=configuration/*,wasm/*", "-o", package], **run)
        image = f"{REGISTRY}/example/{NAME}:{tag}"
        until("push", lambda: subprocess.run([crank, "xpkg", "push", "-f", package, image], **run))
        plane.apply({
            "apiVersion": "pkg.crossplane.io/v1beta1", "kind": "Function", "metadata": {"name": NAME},
            "spec": {"package": image},
        })  # fmt: skip
        self.serve(image)

    def serve(self, image):
        """What a kubelet does: mounts the certificates, starts the container, and says that it runs."""
        plane = self.plane

        def deployment():
            revisions = plane.get("functionrevisions.pkg.crossplane.io")["items"]
            uids = [each["metadata"]["uid"] for each in revisions if each["spec"]["image"] == image]
            for each in plane.get("deployments")["items"]:
                if each["metadata"]["ownerReferences"][0]["uid"] in uids:
                    return each
            return None

        found = until("the function's Deployment", deployment, 90)
        volumes = found["spec"]["template"]["spec"]["volumes"]
        self.secret = next(each["secret"]["secretName"] for each in volumes if each["name"] == "tls-server-certs")
        plane.secret_to(self.secret, self.certificates)
        if "function" in plane.processes:
            plane.stop("function")
        self.run()
        available = {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}
        status = {"status": {"conditions": [available], "replicas": 1, "readyReplicas": 1, "availableReplicas": 1,
                             "observedGeneration": found["metadata"]["generation"]}}  # fmt: skip
        plane.kubectl(
            "patch", "deployment", found["metadata"]["name"], "-n", NAMESPACE, "--subresource=status",
            "--type=merge", "-p", json.dumps(status),
        )  # fmt: skip

    def run(self):
        self.plane.start(
            "function", self.binary, "serve", "--address", "127.0.0.1:9443",
            "--tls-certs-dir", self.certificates, "--debug",
        )  # fmt: skip

    def rotate_certificates(self):
        """Crossplane makes new ones where there are none; a kubelet brings them to a program that goes on running."""
        plane = self.plane
        before = (self.certificates / "tls.crt").read_bytes()
        plane.kubectl("delete", "secret", self.secret, "-n", NAMESPACE)
        plane.kubectl("annotate", "functionrevisions.pkg.crossplane.io", "--all", "--overwrite", "example.org/look=again")
        until("new certificates", lambda: plane.get("secret", self.secret, NAMESPACE).get("data"))
        plane.secret_to(self.secret, self.certificates)
        assert (self.certificates / "tls.crt").read_bytes() != before

    def usage(self):
        """Seconds of CPU, and megabytes of memory, so far."""
        process = Path(f"/proc/{self.plane.processes['function'].pid}")
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        resident = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
        return ticks / os.sysconf("SC_CLK_TCK"), int(resident.split()[1]) / 1024
