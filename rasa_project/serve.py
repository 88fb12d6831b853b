"""Serves the trained model to the Holdfast service.

`python serve.py --port 5005 [--host 127.0.0.1] [--model FILE] [--child]`.

As a `--child` it ends when its standard input ends, so that a killed parent leaves no orphan. Takes the bearer token
from HOLDFAST_RASA_TOKEN, and does not start without one. Warnings and errors go to standard error; what callers say is
never logged.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import without_tensorflow

HERE = Path(__file__).resolve().parent
STOP_SECONDS = 5.0

os.environ.update(
    RASA_TELEMETRY_ENABLED="false",
    TF_CPP_MIN_LOG_LEVEL="3",
    SQLALCHEMY_SILENCE_UBER_WARNING="1",
    CUDA_VISIBLE_DEVICES="",
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the Holdfast dialogue model.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", type=Path, default=HERE / "models" / "holdfast.tar.gz")
    parser.add_argument("--credentials", type=Path, default=HERE / "credentials.yml", help="which channels are open")
    parser.add_argument("--child", action="store_true", help="end when standard input ends")
    return parser.parse_args()


def end_with_parent() -> None:
    """Stops politely at the end of standard input, and for certain a few seconds later."""

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(STOP_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def keep_quiet() -> None:
    """Rasa logs what callers say at DEBUG, through structlog, which shows everything until it is told otherwise."""
    import structlog

    warnings.simplefilter("ignore")
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING), cache_logger_on_first_use=True
    )


def settle_down(*_: Any) -> None:
    """What is loaded now stays: the garbage collector need not look through it again in the middle of a turn."""
    gc.collect()
    gc.freeze()


def main() -> None:
    chosen = arguments()
    if not chosen.model.is_file():
        sys.exit(f"No model at {chosen.model}: train it first.")
    if not os.environ.get("HOLDFAST_RASA_TOKEN"):
        sys.exit("HOLDFAST_RASA_TOKEN: the token that the service asks with is needed; without one nobody is let in.")
    if chosen.child:
        end_with_parent()
    os.chdir(HERE)
    sys.path.insert(0, str(HERE))
    keep_quiet()
    without_tensorflow.leave_it_out(chosen.model)

    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    serve_application(
        model_path=str(chosen.model),
        interface=chosen.host,
        port=chosen.port,
        credentials=str(chosen.credentials),
        endpoints=AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml")),
        enable_api=False,
        server_listeners=[(settle_down, "after_server_start")],
    )


if __name__ == "__main__":
    main()
