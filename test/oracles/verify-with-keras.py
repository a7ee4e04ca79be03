"""Proves that Keras itself loads what lanegrad writes and continues training, and the other way round.

    python=$(python3 scripts/python-environment.py test/oracles/verify_with_keras/requirements.txt)
    $python test/oracles/verify-with-keras.py

It also needs the installed development dependencies of this package. KERAS_BACKEND names another backend than JAX. An
argument takes only the cases whose names have it as a part: test/oracles/verify-with-keras.py "graph: ".

For every class of layers, optimizers, losses and metrics lanegrad trains a small model and saves it. Keras loads it,
predicts, goes on training, and saves it again; lanegrad reads that. So it does with the functional models that Keras has
saved (test/fixtures/models/keras-graphs, or those of LANEGRAD_MODELS_DIR). h5py reads all HDF5 that was written, and adds to it.
The architectures of lanegrad/applications are compared with those of keras.applications, without weights: the argument "applications"
takes them alone, and LANEGRAD_SEED names other options that are drawn.

Released Keras, on TensorFlow, loads the same files and predicts, if LANEGRAD_KERAS_RELEASED is the Python of its environment, that of
test/oracles/verify_with_keras/tensorflow.txt.

Layers that read strings need Keras on TensorFlow, an environment of its own, and are compared alone:

    python=$(python3 scripts/python-environment.py test/oracles/verify_with_keras/tensorflow.txt)
    KERAS_BACKEND=tensorflow $python test/oracles/verify-with-keras.py text

So are the Python programs of the page for people who know Keras (site/pages/learn/keras.md), with what their comments say:

    KERAS_BACKEND=tensorflow $python test/oracles/verify-with-keras.py pairs

So are Keras's own unit tests, with lanegrad in place of Keras's operations, losses, metrics, optimizers and their like. Files
of tests, as in "tests ops/nn_test.py", take these alone:

    KERAS_BACKEND=numpy $python test/oracles/verify-with-keras.py tests
"""

import logging
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/oracles"))
os.environ.setdefault("KERAS_BACKEND", "jax")
# Most of the time XLA compiles: each small model is run a few times. Without its optimizations it takes a fifth less.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

from verify_with_keras import applications, compare, hdf5, pairs, released, text  # noqa: E402


def main(part="", *given):
    if part == "tests":
        from verify_with_keras import unit_tests

        return unit_tests.main(*given)
    # Each legacy file draws a warning.
    logging.getLogger("absl").setLevel(logging.ERROR)
    if part == "pairs":
        return 1 if pairs.check() else 0
    if part == "released":
        return 1 if released.check(*given) else 0
    with tempfile.TemporaryDirectory() as folder:
        if part == "text":
            run("text.ts", "write", folder)
            failed = text.check(folder)
            failed += run("text.ts", "read", folder, check=False)
            return 1 if failed else 0
        run("write.ts", folder, part)
        failed = by_release(folder)
        failed += hdf5.check(folder)
        failed += applications.check(folder)
        failed += compare.compare(folder)
        failed += run("read.ts", folder, check=False)
    return 1 if failed else 0


def by_release(folder):
    """Lets released Keras check what was written; returns 0 if it agrees, or is not there."""
    python = os.environ.get("LANEGRAD_KERAS_RELEASED")
    if not python:
        print("– released Keras: LANEGRAD_KERAS_RELEASED names no Python")
        return 0
    # TensorFlow says at length which processor it found.
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
    return subprocess.run([python, __file__, "released", folder], env=environment).returncode


def run(script, *args, check=True):
    """Runs a script of ours; returns its exit code."""
    command = ["npx", "tsx", f"test/oracles/verify_with_keras/{script}", *args]
    return subprocess.run(command, cwd=ROOT, check=check).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
