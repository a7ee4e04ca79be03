"""Writes test/fixtures/keras-applications.json.gz: the architectures of keras.applications, as they are and with options.

    $python scripts/keras-applications.py

The docstring of verify-with-keras.py says which Python that is. The cases are those of verify_with_keras/applications.ts. Layers that
differ in nothing but their names and calls share an entry in `settings`, equal layers of several architectures one in `lines`.
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
os.environ["KERAS_BACKEND"] = "jax"

import keras  # noqa: E402
from verify_with_keras import applications  # noqa: E402

settings = {}
lines = {}


def tensors(value):
    """Arguments of a call, with layer, node and index in place of each tensor."""
    if isinstance(value, list):
        return [tensors(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "__keras_tensor__":
        assert value["config"]["dtype"] == "float32"
        return "/".join(map(str, value["config"]["keras_history"]))
    return {key: tensors(item) for key, item in value.items()}


def place(table, value):
    """The place of a value in a table of values."""
    return table.setdefault(json.dumps(value, sort_keys=True), len(table))


def line(layer, weights):
    """A layer: its name, the scope of its weights, the place of what it is beside that in `settings`, and its calls."""
    name = layer["name"]
    assert layer["config"]["name"] == name
    # NASNet's weights have paths in which the names of scopes stand before the layer's.
    scopes = {path[: path.index(f"{name}/")] for path, *_ in weights} or {""}
    (scope,) = scopes
    kept = {key: item for key, item in layer.items() if key not in ("name", "inbound_nodes")}
    kept["config"] = {key: item for key, item in kept["config"].items() if key != "name"}
    kept["weights"] = [[path.removeprefix(f"{scope}{name}/"), *shape] for path, *shape in weights]
    return [name, scope, place(settings, kept), tensors(layer["inbound_nodes"])]


def runs(places):
    """Ascending whole numbers as pairs of a first one and a count."""
    found = []
    for number in places:
        if found and sum(found[-1]) == number:
            found[-1][1] += 1
        else:
            found.append([number, 1])
    return found


def compact(case):
    described = applications.describe(case)
    if "error" in described:
        return {**case, "error": True}
    model, weights = described["model"], described["weights"]
    places = []
    for layer, count in zip(model["config"].pop("layers"), described.pop("counts"), strict=True):
        places.append(place(lines, line(layer, weights[:count])))
        weights = weights[count:]
    assert not weights
    return {**case, "model": model, "params": described["params"], "layers": runs(places)}


warnings.simplefilter("ignore")
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["npx", "tsx", "scripts/verify_with_keras/write.ts", folder, "applications"], cwd=ROOT, check=True)
    written = json.loads((pathlib.Path(folder) / "applications.json").read_text())
fields = ("name", "options", "input")
cases = [compact({key: case[key] for key in fields if key in case}) for case in written]
fixture = {"source": f"Keras {keras.__version__}", "cases": cases}
fixture["settings"], fixture["lines"] = ([json.loads(text) for text in table] for table in (settings, lines))
path = ROOT / "test/fixtures/keras-applications.json.gz"
path.write_bytes(gzip.compress(json.dumps(fixture, separators=(",", ":")).encode(), mtime=0))
print(path, len(cases), path.stat().st_size)
