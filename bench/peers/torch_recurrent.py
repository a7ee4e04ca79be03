"""The recurrent networks of bench/recurrent-network.ts in raw PyTorch: torch_recurrent.py THREADS (of OpenMP)

PyTorch gets the better of its settings: before anything counts, its layers with and without oneDNN are timed on copies of
the weights, and the fastest trains. RMSprop is written out over lists of tensors, because that of torch.optim adds epsilon
outside of the root and Keras inside.
"""

import copy
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from protocol import serve

LEARNING_RATE, RHO, EPSILON = 1e-3, 0.9, 1e-7
TRIAL_STEPS = 2
TRIALS = 3

torch.set_num_threads(int(sys.argv[1]))


class RMSprop:
    def __init__(self, weights):
        self.weights = weights
        self.mean_squares = [torch.zeros_like(w) for w in weights]

    @torch.no_grad()
    def __call__(self):
        gradients = [w.grad for w in self.weights]
        torch._foreach_mul_(self.mean_squares, RHO)
        torch._foreach_addcmul_(self.mean_squares, gradients, gradients, 1 - RHO)
        roots = torch._foreach_add(self.mean_squares, EPSILON)
        torch._foreach_sqrt_(roots)
        torch._foreach_addcdiv_(self.weights, gradients, roots, -LEARNING_RATE)


def lstm(features, units, weights):
    """Keras's LSTM has one bias, PyTorch's two: the second stays zero. The order of the gates is the same."""
    layer = torch.nn.LSTM(features, units, batch_first=True)
    kernel, recurrent_kernel, bias = weights
    values = [kernel.T, recurrent_kernel.T, bias, torch.zeros_like(bias)]
    for parameter, value in zip(layer.parameters(), values):
        parameter.data = value.contiguous()
    layer.bias_hh_l0.requires_grad_(False)
    return layer


def gru(features, units, weights):
    """Keras's gates come in the order update, reset, new; PyTorch's in reset, update, new."""
    layer = torch.nn.GRU(features, units, batch_first=True)

    def reordered(rows):
        update, reset, new = rows.chunk(3)
        return torch.cat([reset, update, new])

    kernel, recurrent_kernel, bias = weights
    values = [reordered(w) for w in (kernel.T, recurrent_kernel.T, bias[0], bias[1])]
    for parameter, value in zip(layer.parameters(), values):
        parameter.data = value.contiguous()
    return layer


LAYERS = {"lstm": lstm, "gru": gru}


class Trainer:
    """One network with its optimizer."""

    def __init__(self, problem, mkldnn):
        self.batch_size = problem["batchSize"]
        self.x, self.y = problem["x_tensor"], problem["y_tensor"]
        self.mkldnn = mkldnn
        *recurrent, kernel, bias = (torch.tensor(w) for w in problem["weights"])
        self.layer = LAYERS[problem["cell"]](problem["features"], problem["units"], recurrent)
        self.dense = torch.nn.Linear(problem["units"], 1)
        self.dense.weight.data = kernel.T.contiguous()
        self.dense.bias.data = bias
        parameters = [*self.layer.parameters(), *self.dense.parameters()]
        self.weights = [p for p in parameters if p.requires_grad]
        self.update = RMSprop(self.weights)

    def train(self, order, steps):
        """Seconds for `steps` steps, gathering of batches included, and the mean loss of their samples."""
        total = torch.zeros((), dtype=torch.float64)
        samples = 0
        order = torch.from_numpy(order.astype(np.int64))
        started = time.perf_counter()
        with torch.backends.mkldnn.flags(enabled=self.mkldnn):
            for i in range(steps):
                indices = order[i * self.batch_size : (i + 1) * self.batch_size]
                outputs, _ = self.layer(self.x.index_select(0, indices))
                loss = F.mse_loss(self.dense(outputs[:, -1]), self.y.index_select(0, indices))
                for w in self.weights:
                    w.grad = None
                loss.backward()
                self.update()
                total += loss.detach() * len(indices)
                samples += len(indices)
            mean = total.item() / samples
        return time.perf_counter() - started, mean


def start(problem):
    problem = copy.copy(problem)
    shape = (problem["rows"], problem["steps"], problem["features"])
    problem["x_tensor"] = torch.from_numpy(problem["x"]).view(shape)
    problem["y_tensor"] = torch.from_numpy(problem["y"])
    available = torch.backends.mkldnn.is_available()
    candidates = {m: Trainer(problem, m) for m in ([False, True] if available else [False])}
    order = np.arange(problem["rows"], dtype=np.int32)
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(TRIALS):
        for mkldnn, trainer in candidates.items():
            best[mkldnn] = min(best[mkldnn], trainer.train(order, TRIAL_STEPS)[0])
    mkldnn = min(best, key=best.get)
    described = (
        f"OpenMP {torch.get_num_threads()}, waiting {os.environ.get('OMP_WAIT_POLICY', 'as by default')}, "
        f"mkldnn {'on' if mkldnn else 'off' if available else 'not built in'}, "
        f"{torch.backends.cpu.get_cpu_capability()}"
    )
    return {"PyTorch": torch.__version__}, described, Trainer(problem, mkldnn).train, best[mkldnn]


serve(start)
