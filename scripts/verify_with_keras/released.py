"""What released Keras makes of the files that lanegrad wrote: it loads them, and predicts the same."""

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
)


def check(folder):
    """Prints a line for each case that fails; returns how many do."""
    import keras
    import numpy as np

    registered.register()
    folder = pathlib.Path(folder)
    problems = _other_defaults(keras, json.loads((folder / "defaults-of-training.json").read_text()))
    cases = [
        case
        for case in json.loads((folder / "cases.json").read_text())
        if not case["name"].startswith(LACKS)
    ]
    for case in cases:
        keras.utils.clear_session()
        try:
            with warnings.catch_warnings():
                refuse_warnings()
                if "quantized" in case:
                    # The state of the optimizer is not in the file.
                    warnings.filterwarnings("ignore", message="Skipping variable loading|A total of", category=UserWarning)
                model = keras.models.load_model(folder / f"{case['file']}.keras")
            if "predict" not in case:
                continue
            # Not by `predict`, which compiles each model for seconds.
            y = keras.tree.map_structure(np.asarray, model(_arrays(case["x"]), training=False))
            factor = 1000 if case.get("quantized") == "int8" else 1
            problems += [f"{case['name']}: {each}" for each in _differences("predictions", y, case["predict"], factor)]
        except Exception as error:  # What Keras says of a file is a result.
            problems.append(f"{case['name']}: {type(error).__name__}: {str(error).strip()[:300]}")
    for problem in problems:
        print(f"✗ {problem}")
    print(f"Keras {keras.__version__} on {keras.backend.backend()}: {len(cases)} files, {len(problems)} problems")
    return len(problems)


def _other_defaults(keras, known):
    """Where the defaults of `training` in `call` are not those by which lanegrad reads files of releases."""
    problems = []
    for name, ours in known.items():
        layer = getattr(keras.layers, name, None)
        parameter = layer and inspect.signature(layer.call).parameters.get("training")
        if parameter is not None and parameter.default is not ours:
            problems.append(f"the default of training of {name} is {parameter.default}, lanegrad takes it for {ours}")
    return problems
