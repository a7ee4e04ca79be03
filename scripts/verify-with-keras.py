"""Proves that Keras itself loads and goes on training with what lanegrad writes, and the other way round.

    python=$(python3 scripts/python-environment.py scripts/verify_with_keras/requirements.txt)
    $python scripts/verify-with-keras.py

It also needs the installed development dependencies of this package. KERAS_BACKEND names another backend than JAX. An
argument takes only the cases whose names have it as a part: scripts/verify-with-keras.py "graph: ".

For every class of layers, optimizers, losses and metrics lanegrad trains a small model and saves it. Keras loads it,
predicts, goes on training, and saves it again; lanegrad reads that. So it does with the functional models that Keras has
saved (test/fixtures/models/keras-graphs, or those of LANEGRAD_MODELS_DIR). h5py reads all HDF5 that was written, and adds to it.
The architectures of lanegrad/applications are compared with those of keras.applications, without weights: the argument "applications"
takes them alone, and LANEGRAD_SEED names other options that are drawn.

Layers that read strings need Keras on TensorFlow, an environment of its own, and are compared alone:

    python=$(python3 scripts/python-environment.py scripts/verify_with_keras/tensorflow.txt)
    KERAS_BACKEND=tensorflow $python scripts/verify-with-keras.py text
"""

import logging
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
os.environ.setdefault("KERAS_BACKEND", "jax")

from verify_with_keras import applications, compare, hdf5, text  # noqa: E402


def main(part=""):
    # Each legacy file draws a warning.
    logging.getLogger("absl").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        if part == "text":
            run("text.ts", "write", folder)
            failed = text.check(folder)
            failed += run("text.ts", "read", folder, check=False)
            return 1 if failed else 0
        run("write.ts", folder, part)
        failed = hdf5.check(folder)
        failed += applications.check(folder)
        failed += compare.compare(folder)
        failed += run("read.ts", folder, check=False)
    return 1 if failed else 0


def run(script, *args, check=True):
    """Runs a script of ours; returns its exit code."""
    command = ["npx", "tsx", f"scripts/verify_with_keras/{script}", *args]
    return subprocess.run(command, cwd=ROOT, check=check).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
