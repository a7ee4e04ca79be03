"""Writes test/fixtures/convnext.json: a small ConvNeXt of keras.applications, and what it computes with weights by a formula.

    $python scripts/keras-convnext.py

The docstring of verify-with-keras.py says which Python that is. Number i of weight n is sin(7 i + n + 1), number i of the
input sin(i / 100).
"""

import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np  # noqa: E402
from keras.src.applications.convnext import ConvNeXt  # noqa: E402

SHAPE = (2, 32, 32, 3)

model = ConvNeXt(
    depths=[1, 1, 1, 1],
    projection_dims=[4, 8, 8, 8],
    drop_path_rate=0.0,
    layer_scale_init_value=0.5,
    include_preprocessing=False,
    weights=None,
    input_shape=SHAPE[1:],
    classes=3,
    name="tiny",
)


def wave(shape, start, step):
    return np.sin(step * np.arange(np.prod(shape)) + start).reshape(shape)


for n, weight in enumerate(model.weights):
    weight.assign(wave(weight.shape, n + 1, 7))
y = model.predict(wave(SHAPE, 0, 0.01).astype("float32"), verbose=0)
path = ROOT / "test/fixtures/convnext.json"
fixture = {
    "architecture": json.loads(model.to_json()),
    "params": model.count_params(),
    "shape": SHAPE,
    "output": y.tolist(),
}
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path, y)
