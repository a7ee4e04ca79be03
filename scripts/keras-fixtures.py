"""Writes test/fixtures/keras-files: files of kinds that are not in test/fixtures/models, as Keras saves them.

    build/keras/bin/python scripts/keras-fixtures.py

The docstring of verify-with-keras.py says how to install build/keras.
"""

import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ.setdefault("KERAS_BACKEND", "jax")

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from keras.src.legacy.saving import legacy_h5_format  # noqa: E402

FOLDER = ROOT / "test/fixtures/keras-files"


@keras.saving.register_keras_serializable(package="Own")
class Scale(layers.Layer):
    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")

    def call(self, x):
        return x * self.factor


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": x.ravel().tolist()}


def train(model, x, y):
    model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)


def resumed(model, x, y):
    """What the model predicts, and what it comes to when it is trained on."""
    predict = array(model.predict(x, verbose=0))
    history = model.fit(x, y, epochs=1, batch_size=5, shuffle=False, verbose=0).history
    after = array(model.predict(x, verbose=0))
    return {"x": array(x), "y": array(y), "predict": predict, "history": history, "after": after}


def chain():
    entry = keras.Input((6, 2), name="entry")
    h = layers.Conv1D(3, 2, activation="relu", name="conv")(entry)
    h = layers.BatchNormalization()(h)
    h = layers.Flatten()(h)
    out = layers.Dense(2, name="out")(h)
    return keras.Model(entry, out, name="chain")


def branches():
    entry = keras.Input((3,))
    a, b = layers.Dense(2)(entry), layers.Dense(2)(entry)
    return keras.Model(entry, layers.Add()([a, b]))


def nested():
    inner = keras.Sequential([layers.Dense(4, activation="tanh"), layers.Dense(3)], name="inner")
    entry = keras.Input((3,))
    functional = keras.Model(entry, layers.Dense(3, activation="relu")(entry), name="functional")
    return keras.Sequential([keras.Input((5,)), inner, functional, layers.Dense(2)], name="nested")


def hostile(kind):
    """A weights file that no Keras wrote, and that asks for more than is good."""
    with h5py.File(FOLDER / f"hostile-{kind}.weights.h5", "w") as file:
        group = file.create_group("layers/dense/vars")
        if kind == "external":
            group["0"] = h5py.ExternalLink("/etc/passwd", "/x")
        elif kind == "circle":
            file["layers/dense/again"] = file["layers"]
        elif kind == "bomb":
            options = {"dtype": "f4", "chunks": (1000, 1000), "compression": "gzip"}
            for i in range(40):
                group.create_dataset(str(i), shape=(8000, 8000), **options)
        elif kind == "shared":
            array = group.create_dataset("0", data=np.zeros(2000, "f4"))
            for i in range(1, 50):
                group[str(i)] = array


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(5)
    random = np.random.default_rng(5)
    expected = {}

    def data(*sample):
        x = random.normal(size=(10, *sample)).astype("float32")
        return x, random.normal(size=(10, 2)).astype("float32")

    for model, sample in ((chain(), (6, 2)), (nested(), (5,))):
        model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
        x, y = data(*sample)
        train(model, x, y)
        model.save(FOLDER / f"{model.name}.keras")
        model.save(FOLDER / f"{model.name}.h5")
        with h5py.File(FOLDER / f"{model.name}-legacy-weights.h5", "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)
        expected[model.name] = resumed(model, x, y)

    for kind in ("external", "circle", "bomb", "shared"):
        hostile(kind)
    branches().save(FOLDER / "branches.keras")
    keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x * 2)]).save(FOLDER / "lambda.keras")
    keras.Sequential(
        [keras.Input((3,)), Scale(), layers.Dense(2), layers.EinsumDense("ab,bc->ac", 2)]
    ).save(FOLDER / "custom.keras")
    unbuilt = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(2)], name="unbuilt")
    unbuilt.compile("rmsprop", "mse")
    unbuilt.save(FOLDER / "unbuilt.keras")
    # Shards of 85 bytes: kernel and bias of a layer lie in two files.
    shared = keras.saving.load_model(FOLDER.parent / "models/keras-graphs/nested_shared.keras", compile=False)
    shared.save_weights(FOLDER / "sharded.weights.json", max_shard_size=8e-8)
    (FOLDER / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main()
