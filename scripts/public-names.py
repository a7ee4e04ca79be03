"""Writes test/fixtures/public-names.json: the public names of Keras and of NumPy's main namespace, for docs/coverage.md.

    python3 scripts/public-names.py           writes the file
    python3 scripts/public-names.py --check   fails if the installed packages have other names

Run it in an environment of scripts/verify_with_keras/requirements.txt.
"""

import argparse
import inspect
import json
import os
import pathlib
import sys
import types

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402
import numpy as np  # noqa: E402

FILE = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "public-names.json"
# Modules of Keras that are no part of its documented interface, or repeat another one.
LEFT_OUT = {"keras.src", "keras.tools", "keras.version"}


def public(module):
    return [name for name in dir(module) if not name.startswith("_")]


def modules_of(module, name, found):
    """Names of a module and of the modules below it, by the module's name without the package."""
    values = {key: getattr(module, key) for key in public(module)}
    own = sorted(key for key, value in values.items() if not isinstance(value, types.ModuleType))
    if own:
        found[name] = own
    for key, value in sorted(values.items()):
        below = f"{name}.{key}"
        if not isinstance(value, types.ModuleType) or below in LEFT_OUT:
            continue
        if value.__name__.startswith("keras.") and ".src" not in value.__name__:
            modules_of(value, below, found)
    return found


def kind(value):
    if isinstance(value, types.ModuleType):
        return "module"
    if inspect.isclass(value):
        return "class"
    return "function" if callable(value) else "value"


def names():
    return {
        "keras": modules_of(keras, "keras", {}),
        "numpy": {key: kind(getattr(np, key)) for key in sorted(public(np))},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    found = names()
    if check:
        stored = json.loads(FILE.read_text())
        if {key: stored[key] for key in found} == found:
            print(f"Keras {keras.__version__} and NumPy {np.__version__} have the names of {FILE.name}.")
            return
        print(f"{FILE.name} has other names than Keras {keras.__version__} and NumPy {np.__version__}.")
        sys.exit(1)
    # A line for each module.
    versions = json.dumps({"keras": "3.16", "numpy": np.__version__})
    modules = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found["keras"].items())
    numpy = json.dumps(found["numpy"])
    FILE.write_text(f'{{"versions": {versions},\n"keras": {{\n{modules}\n}},\n"numpy": {numpy}}}\n')


main()
