"""One control plane for all scenarios of a run."""

import os

import pytest

from control_plane import ControlPlane
from settings import REPOSITORY

VERSION = os.environ["XP"]


@pytest.fixture(scope="session")
def plane():
    plane = ControlPlane(VERSION, REPOSITORY / "target/e2e" / VERSION)
    try:
        plane.up()
        yield plane
    finally:
        plane.down()
