"""Architectures of keras.applications as Keras makes them, without weights in memory."""

import contextlib
import json
import pathlib
import re
import unittest.mock


def check(folder):
    """Compares what lanegrad wrote with Keras's. Prints a line; returns how many architectures differ."""
    path = pathlib.Path(folder) / "applications.json"
    if not path.exists():
        return 0
    import keras

    cases = json.loads(path.read_text())
    failed = 0
    for case in cases:
        problems = _differences(describe(case), _described(case))
        failed += bool(problems)
        if problems:
            print(f"✗ {case['name']} {json.dumps(case['options'])}")
        for problem in problems[:5]:
            print(f"    {problem}")
    print(f"{'✗' if failed else '✓'} applications, by Keras {keras.__version__}: {len(cases) - failed} of {len(cases)} agree")
    return failed


def describe(case):
    """An architecture of Keras: `model` as its JSON, `weights` with path and shape, `params`, how many weights each layer
    has (`counts`); or the `error`."""
    import keras
    from keras.src.backend.common import global_state

    keras.utils.clear_session()
    try:
        # Weights that are made in such a scope have no values until it ends.
        with keras.StatelessScope():
            try:
                model = _make(keras, case)
            finally:
                global_state.set_global_attribute("uninitialized_variables", [])
    except (ValueError, TypeError) as error:
        return {"error": str(error)}
    finally:
        keras.config.set_image_data_format("channels_last")
    weights = [[weight.path, *weight.shape] for weight in model.weights]
    # No two layers of an architecture share weights.
    counts = [len(getattr(layer, "weights", [])) for layer in model.operations]
    return {
        "model": plain(json.loads(model.to_json())),
        "weights": weights,
        "params": model.count_params(),
        "counts": counts,
    }


def _make(keras, case):
    options = {re.sub(r"(?<=[a-z])([A-Z])", r"_\1", key).lower(): value for key, value in case["options"].items()}
    keras.config.set_image_data_format(options.pop("data_format", "channels_last"))
    if "input_shape" in options:
        options["input_shape"] = tuple(options["input_shape"])
    if "input" in case:
        options["input_tensor"] = keras.layers.Rescaling(2)(keras.Input(case["input"]))
    make = getattr(keras.applications, case["name"])
    with contextlib.ExitStack() as stack:
        weights = None
        if options.pop("imagenet_rescaling", False):
            # What is made for the weights of ImageNet alone; none are downloaded.
            weights = "imagenet"
            stack.enter_context(unittest.mock.patch("keras.src.utils.file_utils.get_file"))
            stack.enter_context(unittest.mock.patch("keras.src.models.Functional.load_weights"))
        return make(weights=weights, **options)


def plain(value):
    """JSON of a model without what says nothing: how layers were built, and arguments that were left out."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if key not in ("build_config", "compile_config")}
    if "kwargs" in kept:
        kept["kwargs"] = {key: item for key, item in kept["kwargs"].items() if item is not None}
    return {key: plain(item) for key, item in kept.items()}


def _described(case):
    if "error" in case:
        return {"error": case["error"]}
    return {"model": plain(case["model"]), "weights": case["weights"], "params": case["params"]}


def _differences(theirs, ours):
    if ("error" in theirs) != ("error" in ours):
        return [f"{name}: {which.get('error', 'no error')[:300]}" for name, which in (("Keras", theirs), ("lanegrad", ours))]
    if "error" in theirs:
        return []
    problems = []
    layers = [model["model"]["config"].pop("layers") for model in (theirs, ours)]
    names = [[layer["name"] for layer in part] for part in layers]
    if names[0] != names[1]:
        problems += _first("layers", *names)
    else:
        problems += [p for a, b in zip(*layers, strict=True) if a != b for p in [f"Keras: {json.dumps(a)}", f"lanegrad: {json.dumps(b)}"]]
    problems += _first("weights", theirs["weights"], ours["weights"])
    for key in ("model", "params"):
        if theirs[key] != ours[key]:
            problems.append(f"{key}: {json.dumps(theirs[key])}, lanegrad has {json.dumps(ours[key])}")
    return problems


def _first(what, theirs, ours):
    """The first difference of two lists."""
    if theirs == ours:
        return []
    if len(theirs) != len(ours):
        return [f"{what}: {len(theirs)}, lanegrad has {len(ours)}"] + _first(what, theirs[: len(ours)], ours[: len(theirs)])
    return [f"{what} {i}: {a}, lanegrad has {b}" for i, (a, b) in enumerate(zip(theirs, ours)) if a != b][:1]
