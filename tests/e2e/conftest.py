"""One control plane for all scenarios of a run."""

import os

import pytest

pytest.register_assert_rewrite("app_auth")

from control_plane import ControlPlane


@pytest.fixture(scope="session")
def plane():
    plane = ControlPlane(os.environ["XP"], os.environ["LOGS"])
    try:
        plane.up()
        yield plane
    finally:
        plane.down()


@pytest.fixture(autouse=True)
def aws_refuses_nothing(plane):
    """What a scenario orders ends with it, though it fails."""
    yield
    plane.refuse()
