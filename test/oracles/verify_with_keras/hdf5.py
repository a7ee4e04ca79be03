"""Reads the HDF5 file that lanegrad wrote with h5py."""

import json
import pathlib

import h5py
import numpy as np


def check(folder):
    """Prints a line; returns how many problems there are."""
    folder = pathlib.Path(folder)
    try:
        problems = _all_kinds(folder)
        problems += [p for path in sorted(folder.glob("*.weights.h5")) for p in _weights(path)]
    except Exception as error:  # What h5py says of a file is a result.
        problems = [f"{type(error).__name__}: {str(error).strip()[:300]}"]
    print(f"{'✗' if problems else '✓'} HDF5, by h5py {h5py.__version__}")
    for problem in problems:
        print(f"    {problem}")
    return len(problems)


def _all_kinds(folder):
    """Every kind of array and text; and a file that h5py has written to as well."""
    expected = json.loads((folder / "hdf5.json").read_text())
    path = folder / "hdf5.h5"
    problems = _differences(path, expected)
    with h5py.File(path, "a") as file:
        file["more/numbers"] = np.arange(5)
        file["group 0"].attrs["more"] = "text"
        del file["lone"]
        file["lone"] = np.float32(expected["arrays"]["lone"]["data"][0])
    with h5py.File(path, "a") as file:
        if file["more/numbers"][3] != 3 or file["group 0"].attrs["more"] != "text":
            problems.append("what h5py added is not there")
        del file["more"]
    return problems + _differences(path, expected)


def _differences(path, expected):
    with h5py.File(path) as file:
        arrays, texts = expected["arrays"], expected["texts"]
        names = sorted([*arrays, *(f"group {i}" for i in range(len(texts)))])
        problems = [] if sorted(file) == names else ["h5py lists other names"]
        for name, array in arrays.items():
            x = np.array(array["data"], array["dtype"]).reshape(array["shape"])
            found = file[name]
            if found.dtype != x.dtype or not np.array_equal(found[()], x):
                problems.append(f"{name[:40]}: {found}")
        for i, text in enumerate(texts):
            if file[f"group {i}"].attrs["name"] != text:
                problems.append(f"the text of group {i} is another")
    return problems


def _weights(path):
    """All arrays of a model can be read, each is of finite numbers, and its group says the name of a layer."""
    problems = []

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            if not np.all(np.isfinite(item[()])):
                problems.append(f"{path.name}: {name} is not finite")
            if not isinstance(item.parent.attrs["name"], str):
                problems.append(f"{path.name}: {item.parent.name} has no name")

    with h5py.File(path) as file:
        file.visititems(visit)
    return problems
