"""Proves that Keras itself loads and goes on training with what lanegrad writes, and the other way round.

    KERAS_SOURCE=/path/to/keras KERAS_BACKEND=torch python3 scripts/verify-with-keras.py

KERAS_SOURCE is a clone of https://github.com/keras-team/keras (3.x), or the folder that holds its package `keras`; it
can be left out where Keras is installed. Needs numpy, h5py, the backend (torch), and the installed development
dependencies of this package. Without Keras it says so and ends well.

For every class of layers, optimizers, losses and metrics lanegrad trains a small model and saves it. Keras loads it,
predicts, goes on training, and saves it again; lanegrad reads that.
"""

import logging
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
if os.environ.get("KERAS_SOURCE"):
    sys.path.insert(0, os.environ["KERAS_SOURCE"])
os.environ.setdefault("KERAS_BACKEND", "torch")


def main():
    try:
        from verify_with_keras import compare, stand_ins

        missing = stand_ins.install()
        import h5py  # noqa: F401
        import keras  # noqa: F401
    except ImportError as error:
        print(f"skipped: Keras cannot be imported ({error}). Set KERAS_SOURCE to a clone of it.")
        return 0
    # Each legacy file draws a warning.
    logging.getLogger("absl").setLevel(logging.ERROR)
    if missing:
        print(f"stand-ins for {', '.join(missing)}, which are not installed")
    with tempfile.TemporaryDirectory() as folder:
        run("write.ts", folder)
        failed = compare.compare(folder)
        failed += run("read.ts", folder, check=False)
    return 1 if failed else 0


def run(script, folder, check=True):
    """Runs a script of ours; returns its exit code."""
    command = ["npx", "tsx", f"scripts/verify_with_keras/{script}", folder]
    return subprocess.run(command, cwd=ROOT, check=check).returncode


if __name__ == "__main__":
    sys.exit(main())
