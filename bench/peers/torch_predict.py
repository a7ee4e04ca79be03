"""A prediction in PyTorch: torch_predict.py THREADS (of OpenMP; the environment sets those of OpenBLAS)

PyTorch gets the better of its settings: as it is or traced and frozen (which folds normalizations into convolutions), oneDNN on
or off, the memory format of images.
"""

import itertools
import sys
import time

import torch

from protocol import serve
from torch_layers import FORMATS, Network
from torch_settings import MKLDNN, mkldnn, threads, versions

TRIALS = 3

torch.set_num_threads(int(sys.argv[1]))


class Module(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network.predict(x)


def frozen(network, x):
    traced = torch.jit.trace(Module(network).eval(), x, check_trace=False)
    return torch.jit.optimize_for_inference(torch.jit.freeze(traced.eval()))


WAYS = {"as it is": lambda network, x: network.predict, "frozen": frozen}


class Predictor:
    def __init__(self, problem, way, enabled, memory_format):
        self.batch_size = problem["batchSize"]
        self.enabled = enabled
        self.network = Network(problem, FORMATS[memory_format])
        for w in self.network.weights:
            w.requires_grad_(False)
        with torch.inference_mode(), torch.backends.mkldnn.flags(enabled=enabled):
            self.predict = WAYS[way](self.network, self.batch(0))

    def batch(self, i):
        rows = torch.arange(i * self.batch_size, (i + 1) * self.batch_size)
        return self.network.batch(rows)[0]

    def run(self, _order, steps):
        """Seconds of `steps` batches in the order of the file, and the mean square of what comes out."""
        seconds = squares = 0
        with torch.inference_mode(), torch.backends.mkldnn.flags(enabled=self.enabled):
            for i in range(steps):
                batch = self.batch(i)
                started = time.perf_counter()
                outputs = self.predict(batch)
                seconds += time.perf_counter() - started
                squares += outputs.square().mean().item()
        return seconds, squares / steps


def start(problem):
    has_images = len(problem["x"].shape) == 4
    formats = list(FORMATS) if has_images else ["channels last"]
    best = {}
    for setting in itertools.product(WAYS, MKLDNN, formats):
        predictor = Predictor(problem, *setting)
        steps = min(10, problem["rows"] // problem["batchSize"])
        predictor.run(None, steps)
        predictor.run(None, steps)
        best[setting] = min(predictor.run(None, steps)[0] / steps for _ in range(TRIALS))
    chosen = min(best, key=best.get)
    described = [threads(), chosen[0], mkldnn(chosen[1]), *([chosen[2]] if has_images else [])]
    return versions(), ", ".join(described), Predictor(problem, *chosen).run, best[chosen]


serve(start)
