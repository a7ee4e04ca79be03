"""Writes ONNX's own node tests into a folder of the user's cache, and prints its path.

    python test/oracles/onnx/node_tests.py

Each case is a folder with `model.onnx`, and `input_0.pb`, `output_0.pb` and so on, each a TensorProto; `cases.json` has their
names, operators, element types and tolerances. Cases with values that are no tensors are listed without files.
"""

import hashlib
import json
import os
import pathlib
import shutil
import warnings

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.case import node


def cache():
    root = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    key = hashlib.sha256(onnx.__version__.encode() + pathlib.Path(__file__).read_bytes()).hexdigest()[:12]
    return pathlib.Path(root) / "lanegrad" / f"onnx-node-tests-{key}"


def kind(info):
    """The element type of a value, in ONNX's word; for what is no tensor, the kind of it."""
    which = info.type.WhichOneof("value")
    if which != "tensor_type":
        return which.removesuffix("_type")
    return onnx.TensorProto.DataType.Name(info.type.tensor_type.elem_type).lower()


def types_of(graph):
    """Element types of all that a graph holds: inputs, outputs and arrays."""
    found = {kind(info) for info in [*graph.input, *graph.output]}
    return sorted(found)


def main():
    folder = cache()
    if (folder / "cases.json").exists():
        print(folder)
        return
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = node.collect_testcases(None)
    listed = []
    for case in cases:
        graph = case.model.graph
        types = types_of(graph)
        entry = {
            "name": case.name,
            "operators": sorted({f"{one.domain}.{one.op_type}".removeprefix(".") for one in graph.node}),
            "types": types,
            "rtol": case.rtol,
            "atol": case.atol,
        }
        arrays = []
        for number, (inputs, outputs) in enumerate(case.data_sets):
            named = [("input", graph.input, inputs), ("output", graph.output, outputs)]
            for side, infos, values in named:
                for i, (info, value) in enumerate(zip(infos, values)):
                    arrays.append((f"{number}_{side}_{i}.pb", info, value))
        try:
            protos = [
                (name, value if isinstance(value, onnx.TensorProto) else numpy_helper.from_array(numpy.asarray(value)))
                for name, info, value in arrays
                if kind(info) not in ("sequence", "optional", "map")
            ]
        except Exception as error:  # what cannot be written is not run
            entry["unwritten"] = str(error)[:200]
            protos = []
        entry["sets"] = len(case.data_sets)
        entry["inputs"] = len(case.data_sets[0][0]) if case.data_sets else 0
        entry["outputs"] = len(case.data_sets[0][1]) if case.data_sets else 0
        path = making / case.name
        path.mkdir()
        (path / "model.onnx").write_bytes(case.model.SerializeToString())
        for name, proto in protos:
            (path / name).write_bytes(proto.SerializeToString())
        listed.append(entry)
    (making / "cases.json").write_text(json.dumps(listed))
    making.rename(folder)
    print(folder)


if __name__ == "__main__":
    main()
