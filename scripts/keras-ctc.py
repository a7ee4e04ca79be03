"""Writes test/fixtures/keras-ctc.json: what Keras on JAX makes of `ctc_decode` by beams, and of `ctc_loss` with its gradient,
also of labels that do not fit into their steps.

    python=$(python3 scripts/python-environment.py scripts/verify_with_keras/requirements.txt)
    $python scripts/keras-ctc.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import ops  # noqa: E402

FILE = pathlib.Path(__file__).parent.parent / "test/fixtures/keras-ctc.json"
rng = np.random.default_rng(3)


def flat(array):
    """The numbers of an array; JSON has no infinity."""
    return ["-Infinity" if x == -np.inf else float(x) for x in np.ravel(np.asarray(array))]


def logits(batch, steps, classes, size):
    return np.float32(rng.normal(size=(batch, steps, classes)) * size)


def step_counts(batch, steps):
    return np.int32(rng.integers(max(1, steps - 2), steps + 1, size=batch))


def decoded(shape, beam_width, top_paths, mask_index, size):
    x = logits(*shape, size)
    lengths = step_counts(*shape[:2])
    labels, scores = ops.ctc_decode(
        x,
        lengths,
        strategy="beam_search",
        beam_width=beam_width,
        top_paths=top_paths,
        mask_index=mask_index,
    )
    return {
        "shape": shape,
        "inputs": flat(x),
        "lengths": lengths.tolist(),
        "options": {"beamWidth": beam_width, "topPaths": top_paths, "maskIndex": mask_index},
        "labels": np.ravel(labels).tolist(),
        "scores": flat(scores),
    }


def lost(shape, width, size):
    batch, steps, classes = shape
    x = logits(*shape, size)
    target = np.int32(rng.integers(1, classes, size=(batch, width)))
    lengths = np.int32(rng.integers(0, width + 1, size=batch))
    counts = step_counts(batch, steps)

    def loss(x):
        return ops.ctc_loss(target, x, lengths, counts)

    weights = np.arange(1, batch + 1, dtype="float32")
    gradient = jax.grad(lambda x: ops.sum(loss(x) * weights))(x)
    return {
        "shape": shape,
        "output": flat(x),
        "target": target.tolist(),
        "targetLength": lengths.tolist(),
        "outputLength": counts.tolist(),
        "loss": flat(loss(x)),
        "gradient": flat(gradient),
    }


fixture = {
    "source": f"keras {keras.__version__} (jax backend)",
    "decoded": [
        decoded([2, 6, 4], 10, 3, 0, 1),
        decoded([3, 8, 5], 4, 2, 4, 2),
        decoded([2, 5, 3], 100, 4, 0, 1),
        decoded([1, 12, 6], 8, 3, 2, 5),
        decoded([2, 7, 9], 3, 3, None, 1),
        decoded([1, 4, 3], 5, 7, 0, 0),
        decoded([1, 1, 3], 5, 2, 0, 1),
        decoded([1, 20, 5], 20, 5, 0, 30),
    ],
    "lost": [
        lost([3, 6, 4], 3, 1),
        lost([2, 9, 5], 4, 4),
        lost([2, 3, 4], 5, 1),
        lost([4, 10, 3], 6, 2),
        lost([1, 30, 12], 17, 1),
    ],
}
FILE.write_text(json.dumps(fixture) + "\n")
