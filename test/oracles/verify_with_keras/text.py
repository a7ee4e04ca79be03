"""Loads the models of text.ts in Keras on TensorFlow, and writes its own files of them for lanegrad."""

import json
import pathlib

import numpy as np

from . import compare


def check(folder):
    """Prints a line a case; returns how many differ."""
    import keras
    import tensorflow as tf

    folder = pathlib.Path(folder)
    cases = json.loads((folder / "text.json").read_text())
    failed = 0
    for case in cases:
        keras.utils.clear_session()
        try:
            model = keras.models.load_model(folder / f"{case['file']}.keras")
            columns = [_column(tf, column) for column in case["x"]]
            predicted = model.predict(columns[0] if len(columns) == 1 else columns, verbose=0)
            problems = compare._difference("predictions", predicted, case["predict"], 1)
            model.save(folder / f"{case['file']}.back.keras")
        except Exception as error:  # What Keras says of a file is a result.
            problems = [f"{type(error).__name__}: {str(error).strip()[:300]}"]
        failed += bool(problems)
        print(f"{'✗' if problems else '✓'} text: {case['name']}")
        for problem in problems:
            print(f"    {problem}")
    tables = json.loads((folder / "tables.json").read_text())
    for case in tables:
        keras.utils.clear_session()
        try:
            space = keras.models.load_model(folder / f"{case['file']}.keras")
            columns = {name: _column(tf, column) for name, column in case["x"].items()}
            encoded = np.array(space(columns))
            problems = compare._difference("encoded features", encoded, case["output"], 1)
            space.save(folder / f"{case['file']}.back.keras")
        except Exception as error:
            problems = [f"{type(error).__name__}: {str(error).strip()[:300]}"]
        failed += bool(problems)
        print(f"{'✗' if problems else '✓'} table: {case['name']}")
        for problem in problems:
            print(f"    {problem}")
    cases += tables
    print(f"Keras {keras.__version__} on TensorFlow {tf.__version__}: {len(cases) - failed} of {len(cases)} agree")
    return failed


def _column(tf, column):
    """Strings as TensorFlow has them, numbers as NumPy has them."""
    dtype = object if column["dtype"] == "string" else column["dtype"]
    array = np.array(column["data"], dtype).reshape(column["shape"])
    return tf.constant(array, tf.string) if dtype is object else array
