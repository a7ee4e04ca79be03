"""The protocol of protocol.js for contenders written in Python."""

import json
import sys
import traceback

import numpy as np

DTYPES = {"float32": np.float32, "int32": np.int32}


def read_problem(folder):
    """The data and the initial weights, as NumPy arrays."""
    with open(f"{folder}/meta.json", encoding="utf-8") as file:
        meta = json.load(file)

    def rows_of(name):
        values = np.fromfile(f"{folder}/{name}.bin", DTYPES[meta[name]["dtype"]])
        return values.reshape(meta["rows"], *meta[name]["shape"])

    return {
        **meta,
        "x": rows_of("x"),
        "y": rows_of("y"),
        "weights": [
            np.fromfile(f"{folder}/w{i}.f32", np.float32).reshape(shape)
            for i, shape in enumerate(meta["weightShapes"])
        ],
    }


def serve(start):
    """Answers requests until the pipe closes.

    start(problem) returns (versions, settings, train, trial), where train(order, steps) returns the seconds that
    these steps took and the mean loss of their samples; `trial` is the seconds of some steps, by which the
    harness picks among processes with other settings, or None.
    """
    train = folder = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["op"] == "load":
                folder = request["folder"]
                versions, settings, train, trial = start(read_problem(folder))
                answer = {"versions": versions, "settings": settings, "trial": trial}
            else:
                order = np.fromfile(f"{folder}/order-{request['order']}.i32", np.int32)
                seconds, loss = train(order, request["steps"])
                answer = {"seconds": seconds, "loss": loss}
        except Exception:  # whatever it is, the harness reports it and goes on with the others
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
