"""Loads the files that lanegrad wrote in Keras, and writes Keras's own files of the same models for lanegrad."""

import json
import pathlib
import warnings

import numpy as np

from . import registered

# float32, as for golden numbers; ten times that after training.
TOLERANCE = 1e-5, 1e-4


def refuse_warnings():
    """Turns what Keras warns of into errors: it only warns of state that it cannot use."""
    warnings.simplefilter("error", UserWarning)
    # A mask that ends at a layer is no fault of the file: Keras 3.16 passes none on through recurrent layers.
    warnings.filterwarnings("ignore", message=".*does not support masking", category=UserWarning)
    # Keras also says so of pipelines in files of its own: the layers inside are built when they are called.
    warnings.filterwarnings("ignore", message=".*called on layer 'pipeline", category=UserWarning)


def compare(folder):
    """Prints a line a case; returns how many differ."""
    import keras

    registered.register()
    folder = pathlib.Path(folder)
    cases = json.loads((folder / "cases.json").read_text())
    failed = 0
    for case in cases:
        keras.utils.clear_session()
        try:
            problems = _compare_case(keras, folder, case)
        except Exception as error:  # What Keras says of a file is a result.
            problems = [f"{type(error).__name__}: {str(error).strip()[:300]}"]
        failed += bool(problems)
        print(f"{'✗' if problems else '✓'} {case['name']}")
        for problem in problems:
            print(f"    {problem}")
    print(f"Keras {keras.__version__} on {keras.backend.backend()}: {len(cases) - failed} of {len(cases)} agree")
    return failed


# Optimizers that have several variables of one name.
REPEATING = ("Adafactor", "LossScaleOptimizer", "MultiOptimizer")


def _compare_case(keras, folder, case):
    path = folder / case["file"]
    problems = []
    with warnings.catch_warnings():
        refuse_warnings()
        if "quantized" in case:
            # The state of the optimizer is not in the file.
            warnings.filterwarnings("ignore", message="Skipping variable loading|A total of", category=UserWarning)
        model = keras.models.load_model(f"{path}.keras")
    x = _arrays(case["x"])
    # Keras rounds the activations of int8 layers too.
    factor = 1000 if case.get("quantized") == "int8" else 1
    if "predict" in case:
        problems += _differences("predictions", model.predict(x, verbose=0), case["predict"], factor)
    if "quantized" in case:
        # Other files of weights are float32 here, and Keras has no legacy form of int8 layers.
        model.save(f"{path}.back.keras")
        return problems
    problems += _compare_weights_file(keras, path, model)

    # Keras's own files, which lanegrad reads again.
    model.save(f"{path}.back.keras")
    model.save_weights(f"{path}.back.weights.h5")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _untrack_lists(model)
        # Keras cannot write a legacy file of an optimizer that has several variables of one name.
        if type(getattr(model, "optimizer", None)).__name__ not in REPEATING:
            model.save(f"{path}.back.h5")

    if "history" in case:
        weights = {"sample_weight": _arrays(case["sample_weight"])} if "sample_weight" in case else {}
        how = {"batch_size": 7, "shuffle": False, "verbose": 0, "epochs": 1, **weights}
        history = model.fit(x, _arrays(case["y"]), **how).history
        if sorted(history) != sorted(case["history"]):
            problems.append(f"history has {list(history)}, not {list(case['history'])}")
        loses_masks = keras.backend.backend() == "jax" and _has_mask(keras, model, x)
        for name, values in case["history"].items():
            # On JAX the mask of an output does not reach Keras's metrics.
            if loses_masks and name != "loss":
                continue
            # Of a metric of several numbers, lanegrad's logs hold the mean.
            got = np.array([np.mean(value) for value in history.get(name, [])], "float32")
            problems += _difference(f"resumed {name}", got, values, 10)
        problems += _differences("resumed predictions", model.predict(x, verbose=0), case["after"], 10)
    return problems


def _untrack_lists(model):
    """Keras copies configs for legacy files, and cannot copy the lists of options that layers have out of files."""
    for layer in model.layers:
        for name, value in vars(layer).items():
            if type(value).__name__ == "TrackedList" and value and all(isinstance(item, (int, float)) for item in value):
                vars(layer)[name] = tuple(value)


def _has_mask(keras, model, x):
    """Whether an output of the model has a mask."""
    outputs = keras.tree.flatten(model(keras.tree.map_structure(lambda array: array[:1], x)))
    return any(getattr(y, "_keras_mask", None) is not None for y in outputs)


def _variables(model):
    """Of the model and, if it is compiled, of its optimizer."""
    optimizer = getattr(model, "optimizer", None)
    return model.weights + (optimizer.variables if optimizer else [])


def _compare_weights_file(keras, path, model):
    """`.weights.h5` holds the same as `.keras`, bit for bit, the optimizer's state included."""
    other = keras.models.load_model(f"{path}.keras")
    for variable in _variables(other):
        variable.assign(np.zeros(variable.shape, variable.dtype))
    with warnings.catch_warnings():
        refuse_warnings()
        other.load_weights(f"{path}.weights.h5")
    pairs = zip(_variables(model), _variables(other), strict=True)
    same = all(_bits(a) == _bits(b) for a, b in pairs)
    return [] if same else [".weights.h5 differs from .keras"]


def _bits(variable):
    return variable.numpy().tobytes()


def _is_array(nest):
    return isinstance(nest, dict) and "shape" in nest and "data" in nest


def _arrays(nest):
    """Arrays in the structure of the inputs or outputs."""
    if _is_array(nest):
        return _array(nest)
    if isinstance(nest, dict):
        return {key: _arrays(part) for key, part in nest.items()}
    return [_arrays(part) for part in nest]


def _differences(what, got, expected, factor):
    """`_difference` of each array in a structure."""
    if _is_array(expected):
        return _difference(what, got, expected, factor)
    if isinstance(expected, dict):
        if not isinstance(got, dict) or sorted(got) != sorted(expected):
            return [f"{what}: {got if not isinstance(got, dict) else list(got)}, expected {list(expected)}"]
        parts = [(f"{what} {key}", got[key], expected[key]) for key in expected]
    else:
        if not isinstance(got, (list, tuple)) or len(got) != len(expected):
            return [f"{what}: {type(got).__name__}, expected a list of {len(expected)}"]
        parts = [(f"{what} {i}", got[i], part) for i, part in enumerate(expected)]
    return [problem for part in parts for problem in _differences(*part, factor)]


def _array(numbers):
    return np.array(numbers["data"], numbers["dtype"]).reshape(numbers["shape"])


def _difference(what, got, expected, factor):
    """A list with what is wrong, or an empty one."""
    expected = _array(expected) if isinstance(expected, dict) else np.asarray(expected, "float32")
    absolute, relative = TOLERANCE
    limit = factor * (absolute + relative * np.abs(expected))
    if got.shape == expected.shape and np.all(np.abs(got - expected) <= limit):
        return []
    if got.shape != expected.shape:
        return [f"{what}: shape {got.shape}, expected {expected.shape}"]
    return [f"{what}: up to {np.abs(got - expected).max():.3g} off"]
