"""Writes test/fixtures/keras-files: files of kinds that are not in test/fixtures/models, as Keras saves them; and
test/fixtures/masked-states.json: recurrent layers with masks and initial states.

    $python scripts/keras-fixtures.py [optimizers] [keras2] [masked_states]

With arguments it writes these files alone.
The docstring of verify-with-keras.py says which Python that is.
"""

import json
import os
import pathlib
import sys

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


@keras.saving.register_keras_serializable(package="Own")
class Rivals(keras.Model):
    """Its layers may be trained by optimizers of their own."""

    def __init__(self, inputs, outputs, name=None, **kwargs):
        super().__init__(inputs, outputs, name=name, **kwargs)
        self.first_optimizer = keras.optimizers.Adam(0.05, name="a")
        self.others = [keras.optimizers.SGD(0.1, momentum=0.9, name="b"), keras.optimizers.SGD(name="c")]


def several_optimizers():
    """A model with optimizers in its properties, around a model that is compiled by itself; a step of each optimizer."""
    keras.utils.set_random_seed(6)
    random = np.random.default_rng(6)

    def like(variables):
        return [random.normal(size=v.shape).astype("float32") for v in variables]

    entry = keras.Input((3,), name="entry")
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh", name="first")], name="inner")
    model = Rivals(entry, layers.Dense(2, name="last")(inner(entry)), name="rivals")
    x, y = (random.normal(size=shape).astype("float32") for shape in ((10, 3), (10, 2)))
    inner.compile("adam", "mse")
    inner.fit(x, random.normal(size=(10, 4)), verbose=0)
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    model.fit(x, y, verbose=0)
    first, last = inner.trainable_variables, model.layers[-1].trainable_variables
    uses = [
        ("optimizer", model.optimizer, first + last),
        ("first_optimizer", model.first_optimizer, first),
        ("others/sgd", model.others[0], last),
    ]
    for _, optimizer, variables in uses[1:]:
        for _ in range(3):
            optimizer.apply(like(variables), variables)
    expected = {"x": array(x), "predict": array(model.predict(x, verbose=0)), "steps": []}
    model.save(FOLDER / "rivals.keras")
    for path, optimizer, variables in uses:
        gradients = like(variables)
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients], variables)
        after = [array(v) for v in model.trainable_variables]
        expected["steps"].append({"path": path, "gradients": [array(g) for g in gradients], "weights": after})
    (FOLDER / "rivals.json").write_text(json.dumps(expected))


def keras2_layer(class_name, name, inbound, **config):
    return {
        "class_name": class_name,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "name": name,
        "inbound_nodes": inbound,
    }


def keras2_model():
    """As Keras 2.11 describes a functional model: a node is a list of what it reads, [layer, node, tensor, kwargs]."""
    unit = {"class_name": "GlorotUniform", "config": {"seed": None}}
    zeros = {"class_name": "Zeros", "config": {}}
    ones = {"class_name": "Ones", "config": {}}
    nothing = dict.fromkeys(
        ("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint")
    )

    def dense(name, units, activation, inbound):
        how = {"use_bias": True, "kernel_initializer": unit, "bias_initializer": zeros, **nothing}
        return keras2_layer("Dense", name, inbound, units=units, activation=activation, **how)

    def entry(name):
        shape = {"batch_input_shape": [None, 4], "sparse": False, "ragged": False}
        return keras2_layer("InputLayer", name, [], **shape)

    return {
        "class_name": "Functional",
        "config": {
            "name": "model_1",
            "trainable": True,
            "layers": [
                entry("left"),
                entry("right"),
                dense("shared", 3, "tanh", [[["left", 0, 0, {}]], [["right", 0, 0, {}]]]),
                keras2_layer(
                    "BatchNormalization",
                    "norm",
                    [[["shared", 1, 0, {}]]],
                    axis=[1],
                    momentum=0.99,
                    epsilon=0.001,
                    center=True,
                    scale=True,
                    beta_initializer=zeros,
                    gamma_initializer=ones,
                    moving_mean_initializer=zeros,
                    moving_variance_initializer=ones,
                    beta_regularizer=None,
                    gamma_regularizer=None,
                    beta_constraint=None,
                    gamma_constraint=None,
                ),
                keras2_layer("Concatenate", "both", [[["shared", 0, 0, {}], ["norm", 0, 0, {}]]], axis=-1),
                keras2_layer("Dropout", "drop", [[["both", 0, 0, {}]]], rate=0.5, noise_shape=None, seed=None),
                dense("kind", 3, "softmax", [[["drop", 0, 0, {}]]]),
                dense("size", 2, "linear", [[["both", 0, 0, {}]]]),
            ],
            "input_layers": [["left", 0, 0], ["right", 0, 0]],
            "output_layers": [["kind", 0, 0], ["size", 0, 0]],
        },
    }


def keras2_training():
    def metric(name, fn):
        return {"class_name": "MeanMetricWrapper", "config": {"name": name, "dtype": "float32", "fn": fn}}

    adam = {"name": "Adam", "learning_rate": 0.01, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.999}
    return {
        "loss": {"kind": "sparse_categorical_crossentropy", "size": "mse"},
        "metrics": [
            [metric("kind_accuracy", "sparse_categorical_accuracy")],
            [metric("size_mae", "mean_absolute_error")],
        ],
        "weighted_metrics": None,
        "loss_weights": {"kind": 1.0, "size": 0.5},
        "optimizer_config": {"class_name": "Adam", "config": {**adam, "epsilon": 1e-07, "amsgrad": False}},
    }


def keras2():
    """A legacy .h5 file of a functional model in the layout of Keras 2.11, and what Keras 3 makes of it."""
    random = np.random.default_rng(7)
    shapes = {
        "left": {},
        "right": {},
        "shared": {"kernel": (4, 3), "bias": (3,)},
        "norm": {"gamma": (3,), "beta": (3,), "moving_mean": (3,), "moving_variance": (3,)},
        "both": {},
        "drop": {},
        "kind": {"kernel": (6, 3), "bias": (3,)},
        "size": {"kernel": (6, 2), "bias": (2,)},
    }
    path = FOLDER / "keras2.h5"
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.11.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(keras2_model())
        file.attrs["training_config"] = json.dumps(keras2_training())
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in shapes]
        group.attrs["backend"] = b"tensorflow"
        group.attrs["keras_version"] = b"2.11.0"
        for layer, weights in shapes.items():
            inside = group.create_group(layer)
            inside.attrs["weight_names"] = [f"{layer}/{name}:0".encode() for name in weights]
            for name, shape in weights.items():
                value = random.normal(size=shape).astype("float32")
                inside[f"{layer}/{name}:0"] = np.abs(value) if name == "moving_variance" else value
        # As Keras 2 keeps the state of Adam: the steps, all first moments, all second ones.
        trained = [s for w in shapes.values() for n, s in w.items() if not n.startswith("moving")]
        state = file.create_group("optimizer_weights")
        names = ["Adam/iter:0", *(f"Adam/{m}_{i}:0" for m in "mv" for i in range(len(trained)))]
        state.attrs["weight_names"] = [name.encode() for name in names]
        state[names[0]] = np.int64(3)
        for name, shape in zip(names[1:], trained * 2, strict=True):
            state[name] = np.ones(shape, "float32")
    # Keras 3 does not understand how Keras 2 writes metrics.
    model = keras.models.load_model(path, compile=False)
    training = keras2_training()
    model.compile(
        "sgd",
        loss=training["loss"],
        loss_weights=training["loss_weights"],
        metrics=[["accuracy"], ["mae"]],
    )
    x = [random.normal(size=(12, 4)).astype("float32") for _ in range(2)]
    y = [random.integers(3, size=12).astype("int32"), random.normal(size=(12, 2)).astype("float32")]
    evaluated = model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
    expected = {
        "x": [array(part) for part in x],
        "y": [array(part) for part in y],
        "predict": [array(part) for part in model.predict(x, verbose=0)],
        "evaluate": evaluated,
    }
    (FOLDER / "keras2.json").write_text(json.dumps(expected))


def masked_states():
    """Recurrent layers whose first steps do not count, from initial states: in the form of test/golden/data/recurrent.json."""
    import jax

    keras.utils.set_random_seed(7)
    random = np.random.default_rng(7)
    sequences = {"return_sequences": True, "return_state": True}
    batch, steps, units = 3, 5, 2
    mask = np.array([[0, 0, 1, 0, 1], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]], bool)
    cases = []
    for layer in (
        layers.SimpleRNN(units, **sequences),
        layers.SimpleRNN(units, zero_output_for_mask=True, **sequences),
        layers.LSTM(units, **sequences),
        layers.LSTM(units, go_backwards=True, **sequences),
        layers.LSTM(units, return_state=True),
        layers.GRU(units, **sequences),
        layers.GRU(units, reset_after=False, go_backwards=True, zero_output_for_mask=True),
        layers.GRU(units, reset_after=False, go_backwards=True),
        layers.GRU(units, recurrent_activation="hard_sigmoid", **sequences),
        layers.RNN([layers.LSTMCell(units), layers.GRUCell(units)], return_sequences=True),
        layers.Bidirectional(layers.LSTM(units)),
        layers.Bidirectional(layers.GRU(units, return_sequences=True), merge_mode="mul"),
    ):
        x = random.normal(size=(batch, steps, 3)).astype("float32")
        # Of an unbuilt layer: Keras writes the shapes of layers inside.
        config = layer.get_config()
        if isinstance(layer, layers.SimpleRNN):
            # Keras 3.16.0, of which the other numbers are, does not write it.
            config.pop("seed", None)
        layer.build(x.shape)
        weights = [random.normal(size=w.shape).astype("float32") for w in layer.trainable_variables]
        layer.set_weights(weights)
        cells = [layer.cell] if hasattr(layer, "cell") else [layer.forward_layer.cell, layer.backward_layer.cell]
        states = [cell.get_initial_state(batch_size=batch) for cell in cells]
        if hasattr(layer, "cell"):
            states = states[0]
        states = keras.tree.map_structure(lambda s: random.normal(size=s.shape).astype("float32"), states)
        if not hasattr(layer, "cell"):
            states = keras.tree.flatten(states)

        def call(x, states, weights, layer=layer):
            y, _ = layer.stateless_call(weights, [v.value for v in layer.non_trainable_variables], x, initial_state=states, mask=mask)
            return y

        output = call(x, states, weights)
        dy = keras.tree.map_structure(lambda y: random.normal(size=y.shape).astype("float32"), output)

        def loss(x, states, weights, call=call, dy=dy):
            parts = zip(keras.tree.flatten(call(x, states, weights)), keras.tree.flatten(dy))
            return sum((y * d).sum() for y, d in parts)

        dx, dstates, dweights = jax.grad(loss, (0, 1, 2))(x, states, weights)
        arrays = keras.tree.map_structure(array, {"y": output, "dy": dy, "states": states, "dstates": dstates})
        cases.append(
            {
                "class_name": type(layer).__name__,
                "config": config,
                "training": None,
                "weights": [array(w) for w in weights],
                "weight_paths": [w.path for w in layer.weights],
                "call": {"inputs": array(x), "mask": array(mask), "kwargs": {"initial_state": arrays["states"]}},
                "output": arrays["y"],
                "dy": arrays["dy"],
                "dinputs": array(dx),
                "dweights": [array(w) for w in dweights],
                "dkwargs": {"initial_state": arrays["dstates"]},
            }
        )
    source = f"keras {keras.__version__} ({keras.backend.backend()} backend)"
    text = json.dumps({"source": source, "cases": cases}, separators=(",", ":"))
    (FOLDER.parent / "masked-states.json").write_text(text + "\n")


def main(*parts):
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not parts or "optimizers" in parts:
        several_optimizers()
    if not parts or "keras2" in parts:
        keras2()
    if not parts or "masked_states" in parts:
        masked_states()
    if parts:
        return
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
    main(*sys.argv[1:])
