"""What an operator gets wrong is named, with the reason, before anything is served."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from serving.rasa import Rasa
from serving.service import ROOT, Service, run_to_its_end

DEMO_TENANT = ROOT / "demo" / "tenant.yml"

NO_RASA = {"HOLDFAST_RASA_URL": "http://127.0.0.1:9", "HOLDFAST_RASA_TOKEN": "nobody"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"HOLDFAST_PORT": ("eighty", "valid integer"), "HOLDFAST_RATE_LIMITS": ("sometimes", "'on' or 'off'")},
        {"HOLDFAST_PUBLIC_URL": ("ftp://somewhere", "http")},
        {"HOLDFAST_DATABASE_URL": ("mysql://somewhere/else", "postgresql")},
        {"HOLDFAST_TENANT": ("/nowhere/tenant.yml", "No such file")},
    ],
    ids="+".join,
)
def test_a_wrong_setting_is_named_with_the_reason(tmp_path: Path, wrong: dict[str, tuple[str, str]]) -> None:
    code, said = run_to_its_end(tmp_path, **(NO_RASA | {name: value for name, (value, _) in wrong.items()}))
    assert code == 2, said
    assert "Traceback" not in said
    for name, (_, reason) in wrong.items():
        assert name in said
        assert reason in said


def test_a_twilio_account_without_its_token_is_refused(tmp_path: Path) -> None:
    wrong = {"HOLDFAST_TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "HOLDFAST_TWILIO_AUTH_TOKEN": " , "}
    code, said = run_to_its_end(tmp_path, **(NO_RASA | wrong))
    assert code == 2
    assert "HOLDFAST_TWILIO_AUTH_TOKEN" in said


def test_a_mistake_in_the_tenant_file_names_the_field(tmp_path: Path) -> None:
    tenant = tmp_path / "tenant.yml"
    tenant.write_text(DEMO_TENANT.read_text().replace("default_queue: cards", "default_queue: loans"))
    code, said = run_to_its_end(tmp_path, **(NO_RASA | {"HOLDFAST_TENANT": str(tenant)}))
    assert code == 2
    assert "HOLDFAST_TENANT" in said
    assert "default_queue" in said
    assert "loans" in said


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = run_to_its_end(tmp_path, **(NO_RASA | {"HOLDFAST_PORT": port}))
    assert code == 2
    assert "HOLDFAST_PORT" in said
    assert port in said
    assert "in use" in said
    assert "Traceback" not in said


def test_two_services_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with Service(tmp_path / "first", **NO_RASA) as first:
        code, said = run_to_its_end(tmp_path, **(NO_RASA | {"HOLDFAST_DATA_DIR": str(first.data_dir)}))
        assert code == 2
        assert "HOLDFAST_DATA_DIR" in said
        assert str(first.data_dir) in said
        assert first.is_alive()


def test_the_settings_of_a_working_service_are_in_order(tmp_path: Path, rasa: Rasa) -> None:
    """The counter-proof: nothing above fails because nothing would start at all."""
    with Service(tmp_path, **rasa.settings) as service:
        service.wait_until_ready()
        status, parts = service.get("/readyz")
        assert (status, parts["status"]) == (200, "ready")
        assert set(parts["parts"].values()) == {"ready"}
