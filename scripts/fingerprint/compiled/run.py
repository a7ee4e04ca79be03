"""Runs compiled models in Wasmtime: reads cases as make.mjs writes them from a file, prints their hashes by names as JSON.

    python run.py cases.json
"""

import base64
import hashlib
import json
import sys

import numpy as np
from wasmtime import Instance, Module, Store


def comparable(data, dtype):
    """Bytes of numbers with one NaN for all: WebAssembly leaves its bits to the engine."""
    if dtype != "float32":
        return data
    numbers = np.frombuffer(data, np.float32)
    return np.where(np.isnan(numbers), np.uint32(0x7FC00000), numbers.view(np.uint32)).tobytes()


def results(case):
    """The outputs of all predictions of a case, one after the other."""
    store = Store()
    instance = Instance(store, Module(store.engine, base64.b64decode(case["module"])), [])
    exports = instance.exports(store)
    memory = exports["memory"]
    for given in case["given"]:
        for i, data in enumerate(given):
            memory.write(store, base64.b64decode(data), exports[f"input_{i}"].value(store))
        if exports["predict"](store) != 0:
            yield b"\x01"
            continue
        for i, port in enumerate(case["outputs"]):
            begin = exports[f"output_{i}"].value(store)
            yield comparable(bytes(memory.read(store, begin, begin + port["bytes"])), port["dtype"])


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    print(json.dumps({case["name"]: hashlib.sha256(b"".join(results(case))).hexdigest() for case in cases}))
