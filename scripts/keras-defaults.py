"""Writes test/fixtures/keras-defaults.json: the configs of all of Keras's classes whose options are left out, and which
layers pass masks on; and keras-signatures.json beside it: the arguments of Keras's operations with their defaults.

Both hold what lanegrad lacks as well, so a class that is added needs no run of this script.

    $python scripts/keras-defaults.py

The docstring of verify-with-keras.py says which Python that is. Layers that need TensorFlow are added to what is there by
KERAS_BACKEND=tensorflow and a Python that has TensorFlow as well: `pip install keras tensorflow-cpu`.
"""

import inspect
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402

# Arguments that have no default.
ARGUMENTS = {
    "Activation": ["relu"],
    **{f"Adaptive{kind}Pooling{rank}D": [2] for kind in ("Average", "Max") for rank in (1, 2, 3)},
    "AlphaDropout": [0.5],
    "AveragePooling1D": [2],
    "AveragePooling2D": [2],
    "AveragePooling3D": [2],
    "Conv1D": [4, 3],
    "Conv2D": [4, 3],
    "Conv3D": [4, 3],
    **{f"Conv{rank}DTranspose": [4, 3] for rank in (1, 2, 3)},
    "CategoryEncoding": [4],
    "CenterCrop": [2, 2],
    "ConvLSTM1D": [4, 3],
    "ConvLSTM2D": [4, 3],
    "ConvLSTM3D": [4, 3],
    "Dense": [4],
    "DepthwiseConv1D": [3],
    "DepthwiseConv2D": [3],
    "Discretization": [[0.0, 1.0]],
    "Dot": [1],
    "Dropout": [0.5],
    "EinsumDense": ["ab,bc->ac", 4],
    "Embedding": [10, 4],
    "GRU": [3],
    "GRUCell": [3],
    "GroupQueryAttention": [4, 4, 2],
    "GaussianDropout": [0.5],
    "GaussianNoise": [0.5],
    "HashedCrossing": [4],
    "Hashing": [4],
    "InputLayer": [[4]],
    "LSTM": [3],
    "LSTMCell": [3],
    "LossScaleOptimizer": [keras.optimizers.SGD()],
    "MultiOptimizer": [keras.optimizers.OptimizerMap(keras.optimizers.SGD())],
    "MaxNumBoundingBoxes": [4],
    "MultiHeadAttention": [2, 4],
    "Permute": [[2, 1]],
    "Pipeline": [[keras.layers.Identity(name="identity")]],
    "RNN": [keras.layers.SimpleRNNCell(3, name="simple_rnn_cell")],
    "RandomBrightness": [0.2],
    "RandomColorDegeneration": [0.5],
    "RandomContrast": [0.2],
    "RandomCrop": [2, 2],
    "RandomHue": [0.2],
    "RandomPosterization": [4],
    "RandomRotation": [0.2],
    "RandomSaturation": [0.5],
    "RandomSharpness": [0.5],
    "RandomTranslation": [0.2, 0.2],
    "RandomZoom": [0.2],
    "RepeatVector": [3],
    "Rescaling": [0.5],
    "Reshape": [[2, 2]],
    "ReversibleEmbedding": [10, 4],
    "Resizing": [2, 2],
    "SeparableConv1D": [4, 3],
    "SeparableConv2D": [4, 3],
    "SimpleRNN": [3],
    "SimpleRNNCell": [3],
    "SpatialDropout1D": [0.5],
    "SpatialDropout2D": [0.5],
    "SpatialDropout3D": [0.5],
    "SpectralNormalization": [keras.layers.Dense(3, name="dense")],
    "StackedRNNCells": [[keras.layers.SimpleRNNCell(3, name="simple_rnn_cell")]],
    "TernaryDense": [4],
    "TimeDistributed": [keras.layers.Dense(3, name="dense")],
    "Bidirectional": [keras.layers.GRU(3, name="gru")],
    "IoU": [3, [0]],
    "MeanIoU": [3],
    "OneHotIoU": [3, [0]],
    "OneHotMeanIoU": [3],
    "PrecisionAtRecall": [0.5],
    "RecallAtPrecision": [0.5],
    "SensitivityAtSpecificity": [0.5],
    "SpecificityAtSensitivity": [0.5],
    "CosineDecay": [0.1, 100],
    "CosineDecayRestarts": [0.1, 100],
    "ExponentialDecay": [0.1, 100, 0.9],
    "InverseTimeDecay": [0.1, 100, 0.9],
    "PiecewiseConstantDecay": [[10], [0.1, 0.01]],
    "PolynomialDecay": [0.1, 100],
}

# Classes whose name in Python is not the one that files say.
NAMES = {"GroupQueryAttention": "GroupedQueryAttention"}

KINDS = {
    "constraints": keras.constraints,
    "initializers": keras.initializers,
    "layers": keras.layers,
    "losses": keras.losses,
    "metrics": keras.metrics,
    "optimizers": keras.optimizers,
    "regularizers": keras.regularizers,
    "schedules": keras.optimizers.schedules,
}


def plain(value):
    """What JSON holds of a config; objects by class and config."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "get_config"):
        return plain(keras.saving.serialize_keras_object(value))
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def configs(module):
    found = {}
    for name, value in sorted(vars(module).items()):
        if not inspect.isclass(value) or NAMES.get(name, name) != value.__name__:
            continue
        try:
            found[name] = plain(value(*ARGUMENTS.get(name, [])).get_config())
        except Exception as error:  # A base class, or one of another library.
            print(f"without {name}: {error}"[:120])
    return found


def masking():
    """For each layer whether it passes masks on."""
    found = {}
    for name, value in sorted(vars(keras.layers).items()):
        if not inspect.isclass(value) or NAMES.get(name, name) != value.__name__:
            continue
        try:
            found[name] = value(*ARGUMENTS.get(name, [])).supports_masking
        except Exception:  # As above.
            continue
    return found


def aliases():
    """Further names of layers, each with that of its class."""
    names = ((name, value.__name__) for name, value in sorted(vars(keras.layers).items()) if inspect.isclass(value))
    return {name: own for name, own in names if name != own}


def parameters(function):
    """Names of arguments; those that may be left out with what they are then."""
    found = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if name != "name" and parameter.kind is not parameter.VAR_KEYWORD:
            found[name] = {} if parameter.default is parameter.empty else {"default": plain(parameter.default)}
    return found


def subclasses(base):
    for found in base.__subclasses__():
        yield found
        yield from subclasses(found)


def signatures():
    """For each class that stands for an operation what it is made with, and what it is called with."""
    found = {}
    for value in subclasses(keras.Operation):
        package, _, module = value.__module__.rpartition(".")
        if package in ("keras.src.ops", "keras.src.activations"):
            found[f"{module}.{value.__name__}"] = {"init": parameters(value.__init__), "call": parameters(value.call)}
    return found


def write(name, result):
    path = ROOT / "test/fixtures" / name
    path.write_text(json.dumps(dict(sorted(result.items())), separators=(",", ":")) + "\n")
    print(name, {kind: len(found) for kind, found in list(result.items())[:11]})


result = {kind: configs(module) for kind, module in KINDS.items()}
# Each layer's config has the same.
for config in result["layers"].values():
    config.pop("dtype", None)
result["supports_masking"] = masking()
result["aliases"] = aliases()
result["arguments"] = plain(ARGUMENTS)
callbacks = (name for name, value in sorted(vars(keras.callbacks).items()) if inspect.isclass(value) and name != "Callback")
result["callbacks"] = {name: {} for name in callbacks}
if keras.backend.backend() == "tensorflow":
    # The numbers of all others stay those of JAX.
    known = json.loads((ROOT / "test/fixtures/keras-defaults.json").read_text())
    for kind in ("layers", "supports_masking"):
        known[kind] = dict(sorted({**result[kind], **known[kind]}.items()))
    write("keras-defaults.json", known)
else:
    write("keras-defaults.json", result)
    write("keras-signatures.json", signatures())
