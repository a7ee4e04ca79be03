"""Writes test/fixtures/keras-defaults.json: the configs of Keras's classes whose options are left out, and which layers
pass masks on.

    build/keras/bin/python scripts/keras-defaults.py

The docstring of verify-with-keras.py says how to install build/keras.
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
    "AlphaDropout": [0.5],
    "AveragePooling1D": [2],
    "AveragePooling2D": [2],
    "AveragePooling3D": [2],
    "Conv1D": [4, 3],
    "Conv2D": [4, 3],
    "Conv3D": [4, 3],
    "ConvLSTM1D": [4, 3],
    "ConvLSTM2D": [4, 3],
    "ConvLSTM3D": [4, 3],
    "Dense": [4],
    "Dot": [1],
    "Dropout": [0.5],
    "EinsumDense": ["ab,bc->ac", 4],
    "Embedding": [10, 4],
    "GRU": [3],
    "GRUCell": [3],
    "GroupQueryAttention": [4, 4, 2],
    "GaussianDropout": [0.5],
    "GaussianNoise": [0.5],
    "InputLayer": [[4]],
    "LSTM": [3],
    "LSTMCell": [3],
    "MultiHeadAttention": [2, 4],
    "Permute": [[2, 1]],
    "RNN": [keras.layers.SimpleRNNCell(3, name="simple_rnn_cell")],
    "RepeatVector": [3],
    "Rescaling": [0.5],
    "Reshape": [[2, 2]],
    "ReversibleEmbedding": [10, 4],
    "SimpleRNN": [3],
    "SimpleRNNCell": [3],
    "SpatialDropout1D": [0.5],
    "SpatialDropout2D": [0.5],
    "StackedRNNCells": [[keras.layers.SimpleRNNCell(3, name="simple_rnn_cell")]],
    "TernaryDense": [4],
    "TimeDistributed": [keras.layers.Dense(3, name="dense")],
    "Bidirectional": [keras.layers.GRU(3, name="gru")],
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
        except Exception:  # A base class, or one that lanegrad does not have.
            continue
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


result = {kind: configs(module) for kind, module in KINDS.items()}
result["supports_masking"] = masking()
result["arguments"] = plain(ARGUMENTS)
path = ROOT / "test/fixtures/keras-defaults.json"
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
print({kind: len(found) for kind, found in result.items()})
