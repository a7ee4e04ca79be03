"""What the scripts that export models share: numbers, and what ONNX Runtime computes."""

import json

import numpy
import onnxruntime


def numbers(shape, phase=0):
    """Numbers between -1 and 1, the same in every run."""
    size = int(numpy.prod(shape))
    return numpy.sin(numpy.arange(size) * 0.7 + phase).astype("float32").reshape(shape)


def dumped(array):
    return {"shape": list(array.shape), "dtype": str(array.dtype), "data": array.ravel().tolist()}


class Folder:
    """Where models go, each with its inputs and outputs in a file of JSON."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        onnxruntime.set_default_logger_severity(4)

    def path(self, name):
        return self.folder / f"{name}.onnx"

    def compare(self, name, inputs, names=None):
        """Writes what ONNX Runtime computes of a model that was written: all of its outputs, or those of the names."""
        session = onnxruntime.InferenceSession(str(self.path(name)), providers=["CPUExecutionProvider"])
        given = {port.name: array for port, array in zip(session.get_inputs(), inputs, strict=True)}
        names = names or [port.name for port in session.get_outputs()]
        outputs = session.run(names, given)
        described = {
            "inputs": [dumped(array) for array in inputs],
            "names": names,
            "outputs": [dumped(array) for array in outputs],
        }
        (self.folder / f"{name}.json").write_text(json.dumps(described))
