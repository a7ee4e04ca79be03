"""What Keras makes of the files that lanegrad wrote; and Keras's own files of the same models, to go back."""

import json
import pathlib
import warnings

import numpy as np

# float32, as for golden numbers; ten times that after training.
TOLERANCE = 1e-5, 1e-4


def compare(folder):
    """Prints a line a case; returns how many differ."""
    import keras

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


def _compare_case(keras, folder, case):
    path = folder / case["file"]
    problems = []
    with warnings.catch_warnings():
        # Keras only warns of state that it cannot use.
        warnings.simplefilter("error", UserWarning)
        model = keras.models.load_model(f"{path}.keras")
    x, y = _array(case["x"]), _array(case["y"])
    problems += _difference("predictions", model.predict(x, verbose=0), case["predict"], 1)
    problems += _compare_weights_file(keras, path, model)

    # Keras's own files, which lanegrad reads again.
    model.save(f"{path}.back.keras")
    model.save_weights(f"{path}.back.weights.h5")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(f"{path}.back.h5")

    if case["resumes"]:
        history = model.fit(x, y, batch_size=7, shuffle=False, verbose=0, epochs=1).history
        if sorted(history) != sorted(case["history"]):
            problems.append(f"history has {list(history)}, not {list(case['history'])}")
        for name, values in case["history"].items():
            # Of a metric of several numbers, lanegrad's logs hold the mean.
            got = np.array([np.mean(value) for value in history.get(name, [])], "float32")
            problems += _difference(f"resumed {name}", got, values, 10)
        problems += _difference("resumed predictions", model.predict(x, verbose=0), case["after"], 10)
    return problems


def _compare_weights_file(keras, path, model):
    """`.weights.h5` holds the same as `.keras`, bit for bit, the optimizer's state included."""
    other = keras.models.load_model(f"{path}.keras")
    for variable in other.variables + other.optimizer.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        other.load_weights(f"{path}.weights.h5")
    pairs = zip(
        model.weights + model.optimizer.variables, other.weights + other.optimizer.variables
    )
    same = all(_bits(a) == _bits(b) for a, b in pairs)
    return [] if same else [".weights.h5 differs from .keras"]


def _bits(variable):
    return variable.numpy().tobytes()


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
