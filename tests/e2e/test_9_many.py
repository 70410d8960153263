"""Two hundred AppAuths at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from app_auth import example
from settings import until

MANY = 200


def test_two_hundred_at_once(plane):
    cpu, _ = plane.function.usage()
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda index: example(plane, "web-app", f"many-{index}").apply(), range(MANY)))
    applied = time.monotonic() - started

    def ready():
        found = [each for each in plane.get("xappauth")["items"] if each["metadata"]["name"].startswith("many-")]
        states = [{each["type"]: each["status"] for each in xr.get("status", {}).get("conditions", [])} for xr in found]
        return len([each for each in states if each.get("Ready") == each.get("Synced") == "True"]) == MANY

    until(f"{MANY} being ready", ready, 600)
    took = time.monotonic() - started
    used, memory = plane.function.usage()
    print(
        f"\n{MANY} AppAuths: applied in {applied:.0f} s, Ready after {took:.0f} s; "
        f"the function used {used - cpu:.2f} s of CPU and {memory:.1f} MB at most"
    )
