"""Writes test/fixtures/keras2-files.json.gz: files of Keras 2 and of released Keras 3, and what their models give.

The Python needs tensorflow-cpu 2.19.0, tf_keras 2.19.0, keras 3.15.1 and h5py 3.16.0:

    python scripts/keras2-fixtures.py
"""

import base64
import gzip
import json
import os
import pathlib
import tempfile

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from tf_keras.optimizers import legacy
from tf_keras.src.layers.rnn.cudnn_gru import CuDNNGRU
from tf_keras.src.layers.rnn.cudnn_lstm import CuDNNLSTM

TARGET = pathlib.Path(__file__).parent.parent / "test/fixtures/keras2-files.json.gz"
random = np.random.default_rng(7)
folder = pathlib.Path(tempfile.mkdtemp())
cases = {}


def numbers(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "data": [float(v) for v in x.ravel()]}


def encoded(path):
    return base64.b64encode(pathlib.Path(path).read_bytes()).decode()


def give_values(model):
    """Weights that are all different, also biases."""
    model.set_weights([random.normal(size=w.shape).astype("float32") * 0.5 for w in model.get_weights()])


def recurrent(name, of_card, plain):
    """A model of layers for graphics cards, and what the usual layers give with its weights."""
    x = random.normal(size=(2, 5, 3)).astype("float32")

    def build(make):
        return tf_keras.Sequential([tf_keras.layers.Input((5, 3)), *make()])

    model = build(of_card)
    give_values(model)
    path = folder / f"{name}.h5"
    model.save(path)
    usual = build(plain)
    usual.load_weights(path)
    cases[name] = {"file": encoded(path), "x": numbers(x), "predict": numbers(usual.predict(x, verbose=0))}


L = tf_keras.layers
recurrent(
    "cudnn_lstm",
    lambda: [CuDNNLSTM(4, return_sequences=True), CuDNNLSTM(2)],
    lambda: [L.LSTM(4, return_sequences=True), L.LSTM(2)],
)
recurrent(
    "cudnn_gru",
    lambda: [CuDNNGRU(4, return_sequences=True), CuDNNGRU(3)],
    lambda: [L.GRU(4, return_sequences=True), L.GRU(3)],
)
recurrent(
    "cudnn_bidirectional",
    lambda: [L.Bidirectional(CuDNNLSTM(2, return_sequences=True)), L.Bidirectional(CuDNNGRU(2))],
    lambda: [L.Bidirectional(L.LSTM(2, return_sequences=True)), L.Bidirectional(L.GRU(2))],
)


def trained(name, optimizer, extension):
    """A model that has made three steps, and its weights after two more."""
    x = random.normal(size=(4, 2)).astype("float32")
    y = random.normal(size=(4, 2)).astype("float32")
    # Weights of the same shapes, so that slots that are mixed up are not refused.
    model = tf_keras.Sequential(
        [L.Input((2,)), L.Dense(2, activation="tanh", name="one/first"), L.Dense(2, name="second")]
    )
    give_values(model)
    model.compile(optimizer, "mse")
    for _ in range(3):
        model.train_on_batch(x, y)
    path = folder / f"{name}.{extension}"
    model.save(path)
    case = {"file": encoded(path), "x": numbers(x), "y": numbers(y), "iterations": 3}
    for _ in range(2):
        model.train_on_batch(x, y)
    case["after"] = [numbers(w) for w in model.get_weights()]
    cases[name] = case


O = tf_keras.optimizers
trained("legacy_sgd_decay", legacy.SGD(0.1, momentum=0.9, nesterov=True, decay=0.5), "h5")
trained("legacy_adam", legacy.Adam(0.1), "h5")
trained("legacy_adam_amsgrad_decay", legacy.Adam(0.1, amsgrad=True, decay=0.1), "h5")
trained("legacy_rmsprop", legacy.RMSprop(0.01, momentum=0.5, centered=True), "h5")
trained("legacy_adadelta", legacy.Adadelta(1.0), "h5")
trained("legacy_adagrad", legacy.Adagrad(0.1), "h5")
trained("legacy_adamax", legacy.Adamax(0.1), "h5")
trained("legacy_ftrl", legacy.Ftrl(0.1), "h5")
trained("legacy_adam_keras", legacy.Adam(0.1), "keras")
trained("sgd", O.SGD(0.1), "h5")
trained("adam_amsgrad", O.Adam(0.1, amsgrad=True), "h5")
trained("adam_schedule", O.Adam(O.schedules.ExponentialDecay(0.1, 2, 0.5)), "keras")
trained("rmsprop_keras", O.RMSprop(0.01, momentum=0.5, centered=True), "keras")
trained("adamw_ema_keras", O.AdamW(0.1, use_ema=True), "keras")
trained("nadam", O.Nadam(0.1), "h5")
trained("legacy_nadam", legacy.Nadam(0.1), "h5")

# Keras 3, not zipped, with a vocabulary.
words = keras.layers.TextVectorization(max_tokens=10, output_mode="int", output_sequence_length=4, name="words")
words.adapt(["the cat sat", "the dog ran", "a cat ran"])
model = keras.Sequential(
    [keras.layers.Input((1,), dtype="string"), words, keras.layers.Embedding(10, 3), keras.layers.Flatten(), keras.layers.Dense(2)]
)
texts = ["the cat ran", "a dog"]
path = folder / "texts"
model.save(path, zipped=False)
cases["texts_folder"] = {
    "files": {str(p.relative_to(path)): encoded(p) for p in sorted(path.rglob("*")) if p.is_file()},
    "texts": texts,
    "predict": numbers(model.predict(tf.constant([[t] for t in texts]), verbose=0)),
}
x = random.normal(size=(3, 4)).astype("float32")
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x[:, :1], epochs=3, verbose=0)
path = folder / "plain"
model.save(path, zipped=False)
cases["folder"] = {
    "files": {str(p.relative_to(path)): encoded(p) for p in sorted(path.rglob("*")) if p.is_file()},
    "x": numbers(x),
    "predict": numbers(model.predict(x, verbose=0)),
}

# Mixed precision that was compiled: the optimizer is in a LossScaleOptimizer.
for name, of in (("mixed_keras2", tf_keras), ("mixed_keras3", keras)):
    policy = of.mixed_precision.set_global_policy if of is tf_keras else keras.config.set_dtype_policy
    policy("mixed_float16")
    model = of.Sequential([of.layers.Input((4,)), of.layers.Dense(3, activation="relu"), of.layers.Dense(1, dtype="float32")])
    model.compile("adam", "mse")
    model.fit(x, x[:, :1], epochs=2, verbose=0)
    path = folder / f"{name}.keras"
    model.save(path)
    policy("float32")
    cases[name] = {"file": encoded(path), "x": numbers(x), "predict": numbers(model.predict(x, verbose=0))}

with open(TARGET, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as zipped:
    zipped.write(json.dumps(cases).encode())
print(TARGET, TARGET.stat().st_size, list(cases))
