"""Loads the files that lanegrad wrote in released Keras, which has to predict the same."""

import inspect
import json
import pathlib
import warnings

from . import registered
from .compare import _arrays, _differences, refuse_warnings

# Beginnings of the names of cases that the release cannot run.
LACKS = (
    # TensorFlow ends the process: a division by zero.
    "AdaptiveMaxPooling3D",
    # Classes and operations that came later.
    "Mosaic",
    "TernaryDense",
    "graph: operations of numbers and places",
    "graph: operations of windows",
    "loss SparseCategoricalFocalCrossentropy",
    # Recurrent layers pass masks on in the release, and no longer in the nightly (docs/migrating.md).
    "saved by Keras: bidirectional_text",
    "saved by Keras: stacked_lstm",
)


def check(folder):
    """Prints a line for each problem; returns how many there are."""
    import keras

    registered.register()
    folder = pathlib.Path(folder)
    cases = [
        case
        for case in json.loads((folder / "cases.json").read_text())
        if not case["name"].startswith(LACKS)
    ]
    count = 0
    for name, problems in [
        ("training", _other_defaults(keras, json.loads((folder / "defaults-of-training.json").read_text()))),
        *((case["name"], _problems(keras, folder, case)) for case in cases),
    ]:
        for problem in problems:
            print(f"✗ {name}: {problem}", flush=True)
        count += len(problems)
    print(f"Keras {keras.__version__} on {keras.backend.backend()}: {len(cases)} files, {count} problems")
    return count


def _problems(keras, folder, case):
    """What Keras says of the file of a case, or predicts otherwise."""
    import numpy as np

    keras.utils.clear_session()
    try:
        with warnings.catch_warnings():
            refuse_warnings()
            if "quantized" in case:
                # The state of the optimizer is not in the file.
                warnings.filterwarnings("ignore", message="Skipping variable loading|A total of", category=UserWarning)
            model = keras.models.load_model(folder / f"{case['file']}.keras")
            if "predict" not in case:
                return []
            # Not by `predict`, which compiles each model for seconds.
            y = keras.tree.map_structure(np.asarray, model(_arrays(case["x"]), training=False))
        factor = 1000 if case.get("quantized") == "int8" else 1
        return _differences("predictions", y, case["predict"], factor)
    except Exception as error:  # What Keras says of a file is a result.
        return [f"{type(error).__name__}: {str(error).strip()[:300]}"]


def _other_defaults(keras, known):
    """Where the defaults of `training` in `call` are not those by which lanegrad reads files of releases."""
    problems = []
    for layer in vars(keras.layers).values():
        name = getattr(layer, "__name__", "")
        parameter = inspect.signature(layer.call).parameters.get("training") if name in known else None
        ours = known.get(name)
        if parameter is not None and parameter.default is not ours:
            problems.append(f"its default of {name} is {parameter.default}, lanegrad takes it for {ours}")
    return problems
