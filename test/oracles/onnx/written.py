"""Gives files that the library wrote to onnx.checker and to ONNX Runtime, and compares what they compute.

    npx tsx test/oracles/onnx/written.ts FOLDER && python test/oracles/onnx/written.py FOLDER
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

TYPES = {"float32": numpy.float32, "int32": numpy.int32, "uint8": numpy.uint8, "bool": numpy.bool_}
TOLERANCE = 1e-5


def array(spec):
    data = [float(value) for value in spec["data"]]
    return numpy.array(data).astype(TYPES[spec["dtype"]]).reshape(spec["shape"])


def difference(found, expected):
    """The largest difference, relative to numbers above 1; where both are not finite they must be equal."""
    if found.shape != expected.shape or found.dtype != expected.dtype:
        raise ValueError(f"{found.dtype}{list(found.shape)} instead of {expected.dtype}{list(expected.shape)}")
    a, b = found.astype(numpy.float64), expected.astype(numpy.float64)
    same = (a == b) | (numpy.isnan(a) & numpy.isnan(b))
    with numpy.errstate(invalid="ignore"):
        apart = numpy.where(same, 0, numpy.abs(a - b) / numpy.maximum(1, numpy.abs(b)))
    return float(apart.max(initial=0))


def check(path):
    expected = json.loads(path.with_suffix(".json").read_text())
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = {port.name: array(spec) for port, spec in zip(session.get_inputs(), expected["inputs"])}
    found = session.run(None, given)
    return max(difference(one, array(spec)) for one, spec in zip(found, expected["outputs"], strict=True))


def main():
    onnxruntime.set_default_logger_severity(4)
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    problems = []
    for path in files:
        try:
            error = check(path)
            if not error <= TOLERANCE:
                problems.append(f"{path.stem}: off by {error:.2g}")
        except Exception as error:  # noqa: BLE001: whatever it is, it is what this looks for
            problems.append(f"{path.stem}: {str(error).strip().splitlines()[0][:300]}")
    for problem in problems:
        print(problem)
    print(f"{len(files) - len(problems)} of {len(files)} written models within {TOLERANCE} of ONNX Runtime {onnxruntime.__version__}")
    sys.exit(1 if problems or not files else 0)


main()
