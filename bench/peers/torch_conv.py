"""The convolutional network of bench/conv-network.ts in raw PyTorch: torch_conv.py THREADS (of OpenMP)

PyTorch gets the better of its settings: before anything counts, its two memory formats, with and without oneDNN, are
timed on copies of the weights, and the fastest trains. Adam is written out over lists of tensors, as the fast path of
torch.optim.Adam does it, because that one adds epsilon after the correction of the bias and Keras before.
"""

import copy
import itertools
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from protocol import serve

LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
WARM_UP_STEPS = 3
TRIAL_STEPS = 6
TRIALS = 3

torch.set_num_threads(int(sys.argv[1]))


class Adam:
    def __init__(self, weights):
        self.weights = weights
        self.m = [torch.zeros_like(w) for w in weights]
        self.v = [torch.zeros_like(w) for w in weights]
        self.t = 0

    @torch.no_grad()
    def __call__(self):
        self.t += 1
        gradients = [w.grad for w in self.weights]
        rate = LEARNING_RATE * (1 - BETA2**self.t) ** 0.5 / (1 - BETA1**self.t)
        torch._foreach_lerp_(self.m, gradients, 1 - BETA1)
        torch._foreach_mul_(self.v, BETA2)
        torch._foreach_addcmul_(self.v, gradients, gradients, 1 - BETA2)
        roots = torch._foreach_sqrt(self.v)
        torch._foreach_add_(roots, EPSILON)
        torch._foreach_addcdiv_(self.weights, self.m, roots, -rate)


class Trainer:
    """One network with its optimizer. Kernels come as (height, width, channels, filters)."""

    def __init__(self, problem, memory_format, mkldnn):
        self.batch_size = problem["batchSize"]
        self.x = problem["x_tensor"]
        self.labels = problem["labels"]
        self.memory_format = memory_format
        self.mkldnn = mkldnn
        k1, b1, k2, b2, k3, b3 = (torch.tensor(w) for w in problem["weights"])
        kernels = [k.permute(3, 2, 0, 1).contiguous(memory_format=memory_format) for k in (k1, k2)]
        # Keras flattens (height, width, channels), PyTorch (channels, height, width).
        height = width = 5
        k3 = k3.view(height, width, -1, k3.shape[1]).permute(2, 0, 1, 3).reshape(k3.shape)
        self.weights = [w.requires_grad_() for w in (kernels[0], b1, kernels[1], b2, k3, b3)]
        self.update = Adam(self.weights)

    def train(self, order, steps):
        """Seconds for `steps` steps, gathering of batches included, and the mean loss of their samples."""
        k1, b1, k2, b2, k3, b3 = self.weights
        total = torch.zeros((), dtype=torch.float64)
        samples = 0
        order = torch.from_numpy(order.astype(np.int64))
        started = time.perf_counter()
        with torch.backends.mkldnn.flags(enabled=self.mkldnn):
            for i in range(steps):
                indices = order[i * self.batch_size : (i + 1) * self.batch_size]
                x = self.x.index_select(0, indices).contiguous(memory_format=self.memory_format)
                labels = self.labels.index_select(0, indices)
                x = F.max_pool2d(torch.relu(F.conv2d(x, k1, b1)), 2)
                x = F.max_pool2d(torch.relu(F.conv2d(x, k2, b2)), 2)
                loss = F.cross_entropy(torch.addmm(b3, x.contiguous().flatten(1), k3), labels)
                for w in self.weights:
                    w.grad = None
                loss.backward()
                self.update()
                total += loss.detach() * len(indices)
                samples += len(indices)
            mean = total.item() / samples
        return time.perf_counter() - started, mean


FORMATS = {"channels first": torch.contiguous_format, "channels last": torch.channels_last}


def start(problem):
    problem = copy.copy(problem)
    problem["x_tensor"] = torch.from_numpy(problem["x"]).view(-1, 1, 28, 28)
    problem["labels"] = torch.from_numpy(problem["y"].argmax(1))
    available = torch.backends.mkldnn.is_available()
    settings = list(itertools.product(FORMATS, [False, True] if available else [False]))
    candidates = {s: Trainer(problem, FORMATS[s[0]], s[1]) for s in settings}
    order = np.arange(min(problem["rows"], TRIAL_STEPS * problem["batchSize"]), dtype=np.int32)
    steps = -(-len(order) // problem["batchSize"])
    for trainer in candidates.values():
        trainer.train(order, min(WARM_UP_STEPS, steps))
    best = dict.fromkeys(settings, float("inf"))
    for _ in range(TRIALS):
        for s, trainer in candidates.items():
            best[s] = min(best[s], trainer.train(order, steps)[0])
    chosen = min(settings, key=best.get)
    described = (
        f"OpenMP {torch.get_num_threads()}, OpenBLAS {os.environ.get('OPENBLAS_NUM_THREADS')}, "
        f"waiting {os.environ.get('OMP_WAIT_POLICY', 'as by default')}, {chosen[0]}, "
        f"mkldnn {'on' if chosen[1] else 'off' if available else 'not built in'}"
    )
    trainer = Trainer(problem, FORMATS[chosen[0]], chosen[1])
    return {"PyTorch": torch.__version__}, described, trainer.train, best[chosen]


serve(start)
