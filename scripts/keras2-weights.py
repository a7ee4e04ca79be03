"""Writes test/fixtures/keras-applications/keras2-nested.{h5,json}: python scripts/keras2-weights.py

Needs tensorflow-cpu 2.19 and tf-keras 2.19, the last Keras that writes weights alone as a legacy .h5 file. Names of layers
with a slash, as DenseNet and MobileNetV3 have them, are groups inside of groups there. The .json holds an input and what
the network makes of it.
"""

import json
from pathlib import Path

import numpy as np
import tf_keras as keras

FOLDER = Path(__file__).parent.parent / "test" / "fixtures" / "keras-applications"


def network():
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((6, 6, 2)),
            layers.Conv2D(3, 3, use_bias=False, name="conv1/conv"),
            layers.BatchNormalization(name="conv1/bn"),
            layers.ReLU(name="conv1/relu"),
            layers.Flatten(name="flatten"),
            layers.Dense(2, name="predictions"),
        ]
    )


if __name__ == "__main__":
    generator = np.random.default_rng(5)
    model = network()
    for weight in model.weights:
        weight.assign(generator.uniform(0.1, 0.9, weight.shape))
    x = generator.uniform(-1, 1, (2, 6, 6, 2)).astype("float32")
    model.save_weights(FOLDER / "keras2-nested.h5")
    arrays = {"x": x.ravel().tolist(), "y": model.predict(x, verbose=0).ravel().tolist()}
    (FOLDER / "keras2-nested.json").write_text(json.dumps(arrays) + "\n")
