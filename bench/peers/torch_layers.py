"""The forward pass of PyTorch for layers as Keras's config describes them.

Kernels of dense layers keep Keras's shape (inputs, units). Images are (batch, channels, height, width) in one of PyTorch's
memory formats; a row of text or of time is a picture of height 1 for a convolution.
"""

import json
import re

import torch
import torch.nn.functional as F

FORMATS = {"channels first": torch.contiguous_format, "channels last": torch.channels_last}

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: torch.softmax(x, 1),
    "tanh": torch.tanh,
}

#  The last activation, which PyTorch computes in one with the loss.
LOSSES = {
    "softmax": F.cross_entropy,
    "sigmoid": F.binary_cross_entropy_with_logits,
    "linear": F.mse_loss,
}


def _take(weights, count):
    return [torch.tensor(weights.pop(0)) for _ in range(count)]


def _padding(config):
    """Of a convolution; 'same' of another stride than 1 is not what PyTorch does on each side alike."""
    if config["padding"] == "same" and max(config["strides"]) > 1:
        raise ValueError(f"torch_layers.py: {config['name']} has padding 'same' and strides")
    return config["padding"] if config["padding"] == "same" else 0


def _padded(config):
    """What adds the zeros of 'same' with strides, more of them at the end, and the padding of the convolution after it."""
    strides, kernel = config["strides"], config["kernel_size"]
    if config["padding"] != "same" or max(strides) == 1:
        return (lambda x: x), _padding(config)

    def pad(x):
        sides = []
        for length, stride, size in reversed(list(zip(x.shape[2:], strides, kernel))):
            zeros = max(0, (-(-length // stride) - 1) * stride + size - length)
            sides += [zeros // 2, zeros - zeros // 2]
        return F.pad(x, sides)

    return pad, 0


def _inputs(layer):
    """The names of the layers whose outputs a layer of a graph takes."""
    arguments = json.dumps(layer["inbound_nodes"][0]["args"])
    return re.findall(r'"keras_history": \["([^"]+)"', arguments)


class Network:
    """Layers one after another, or a graph of them. `weights` is what is trained, in PyTorch's shapes."""

    def __init__(self, problem, memory_format):
        self.last = memory_format == torch.channels_last
        self.format = memory_format
        self.trains = problem["task"] == "train"
        self.flattened = None
        layers = problem["architecture"]["config"]["layers"]
        is_graph = problem["architecture"]["class_name"] != "Sequential"
        remaining = list(problem["weights"])
        self.weights = []
        self.x = self._rows(problem["x"])
        self.activation = layers[-1]["config"]["activation"]
        self.y = torch.from_numpy(problem["y"])
        if self.activation == "softmax" and self.trains:
            # Class indices: the same loss as with one-hot targets, and faster.
            self.y = self.y.argmax(-1)
        #  Each takes the values of earlier ones, of which the first is the input.
        self.steps = []
        places = {}
        for layer in layers:
            config = layer["config"]
            if layer["class_name"] == "InputLayer":
                places[config["name"]] = 0
                continue
            make = getattr(self, "_" + layer["class_name"].lower(), None)
            if make is None:
                raise ValueError(f"torch_layers.py has no {layer['class_name']}")
            sources = [places[n] for n in _inputs(layer)] if is_graph else [len(self.steps)]
            self.steps.append((make(config, remaining), sources))
            places[config["name"]] = len(self.steps)
        if remaining:
            raise ValueError(f"{len(remaining)} weights are left over")

    def _rows(self, x):
        """All samples as they lie fastest for gathering."""
        x = torch.from_numpy(x)
        if x.dim() == 4 and not self.last:
            return x.permute(0, 3, 1, 2).contiguous()
        return x

    def batch(self, indices):
        x = self.x.index_select(0, indices)
        if x.dim() == 4 and self.last:
            x = x.permute(0, 3, 1, 2)
        return x, self.y.index_select(0, indices)

    def __call__(self, x):
        """What comes out, before the last activation."""
        values = [x]
        for step, sources in self.steps[:-1]:
            values.append(step(*(values[i] for i in sources)))
        last, (source,) = self.steps[-1]
        return last(values[source], logits=True)

    def loss(self, x, y):
        return LOSSES[self.activation](self(x), y)

    def predict(self, x):
        return ACTIVATIONS[self.activation](self(x))

    def _trained(self, *weights):
        tensors = [w.requires_grad_() for w in weights]
        self.weights += tensors
        return tensors

    def _dense(self, config, weights):
        (kernel,) = _take(weights, 1)
        if self.flattened == "channels first":
            # Keras flattens (height, width, channels), PyTorch (channels, height, width).
            kernel = self.reorder(kernel)
        self.flattened = None
        (kernel,) = self._trained(kernel)
        bias = self._trained(*_take(weights, 1))[0] if config["use_bias"] else None
        activation = ACTIVATIONS[config["activation"]]

        def forward(x, logits=False):
            y = torch.mm(x, kernel) if bias is None else torch.addmm(bias, x, kernel)
            return y if logits else activation(y)

        return forward

    def _convolution(self, config, weights, axes):
        """A function of x that takes logits as well; `axes` turn Keras's kernel into (filters, channels, height, width)."""
        (kernel,) = _take(weights, 1)
        kernel = kernel.permute(axes)
        groups = 1
        if config.get("depth_multiplier"):
            groups = kernel.shape[0]
            kernel = kernel.reshape(-1, 1, *kernel.shape[2:])
        kernel = kernel.contiguous(memory_format=self.format)
        self.channels = kernel.shape[0]
        (kernel,) = self._trained(kernel)
        bias = self._trained(*_take(weights, 1))[0] if config["use_bias"] else None
        activation = ACTIVATIONS[config["activation"]]
        strides, (pad, padding) = config["strides"], _padded(config)

        def forward(x, logits=False):
            y = F.conv2d(pad(x), kernel, bias, strides, padding, groups=groups)
            return y if logits else activation(y)

        return forward

    def _conv2d(self, config, weights):
        return self._convolution(config, weights, (3, 2, 0, 1))

    def _depthwiseconv2d(self, config, weights):
        return self._convolution(config, weights, (2, 3, 0, 1))

    def _conv2dtranspose(self, config, weights):
        """Kernels that reach over their strides by as much on both sides, which 'same' cuts off."""
        sides = [(size - stride) // 2 for size, stride in zip(config["kernel_size"], config["strides"])]
        whole = [size - 2 * side for size, side in zip(config["kernel_size"], sides)]
        if whole != list(config["strides"]) or (config["padding"] != "same" and any(sides)):
            raise ValueError(f"torch_layers.py: {config['name']} cuts off more on one side, or nothing")
        (kernel,) = _take(weights, 1)
        (kernel,) = self._trained(kernel.permute(3, 2, 0, 1).contiguous(memory_format=self.format))
        bias = self._trained(*_take(weights, 1))[0] if config["use_bias"] else None
        activation, strides = ACTIVATIONS[config["activation"]], config["strides"]
        return lambda x: activation(F.conv_transpose2d(x, kernel, bias, strides, sides))

    def _conv1d(self, config, weights):
        kernel, bias = _take(weights, 2)
        kernel = kernel.permute(2, 1, 0).unsqueeze(2).contiguous(memory_format=self.format)
        kernel, bias = self._trained(kernel, bias)
        activation = ACTIVATIONS[config["activation"]]
        strides, padding = (1, *config["strides"]), _padding(config)

        def forward(x):
            # (batch, length, channels), which as (batch, channels, 1, length) is channels last.
            x = x.unsqueeze(1).permute(0, 3, 1, 2)
            if not self.last:
                x = x.contiguous()
            return activation(F.conv2d(x, kernel, bias, strides, padding))

        return forward

    def _zeropadding2d(self, config, weights):
        (top, bottom), (left, right) = config["padding"]
        return lambda x: F.pad(x, (left, right, top, bottom))

    def _batchnormalization(self, config, weights):
        """Keras's momentum is the part of the old mean that stays, PyTorch's the part of the new one."""
        gamma, beta, mean, variance = _take(weights, 4)
        if self.trains:
            gamma, beta = self._trained(gamma, beta)
        momentum, epsilon = 1 - config["momentum"], config["epsilon"]
        return lambda x: F.batch_norm(
            x, mean, variance, gamma, beta, self.trains, momentum, epsilon
        )

    def _activation(self, config, weights):
        return ACTIVATIONS[config["activation"]]

    def _relu(self, config, weights):
        if config["negative_slope"] or config["threshold"]:
            raise ValueError(f"torch_layers.py: {config['name']} has a slope or a threshold")
        most = config["max_value"]
        return torch.relu if most is None else lambda x: F.hardtanh(x, 0.0, most)

    def _leakyrelu(self, config, weights):
        return lambda x: F.leaky_relu(x, config["negative_slope"])

    def _reshape(self, config, weights):
        """A row as a picture, with the channels as the last axis of Keras's."""
        shape = config["target_shape"]

        def forward(x):
            x = x.reshape(-1, *shape).permute(0, 3, 1, 2)
            return x if self.last else x.contiguous()

        return forward

    def _concatenate(self, config, weights):
        """Of channels, the last axis of Keras's pictures."""
        return lambda *xs: torch.cat(xs, 1)

    def _add(self, config, weights):
        return torch.add

    def _globalaveragepooling2d(self, config, weights):
        return lambda x: x.mean((2, 3))

    def _maxpooling2d(self, config, weights):
        return lambda x: F.max_pool2d(x, config["pool_size"], config["strides"])

    def _globalmaxpooling1d(self, config, weights):
        return lambda x: x.flatten(2).max(2).values

    def _flatten(self, config, weights):
        if self.last:
            return lambda x: x.permute(0, 2, 3, 1).flatten(1)
        self.flattened = "channels first"
        channels = self.channels
        self.reorder = lambda k: (
            k.view(-1, channels, k.shape[1]).permute(1, 0, 2).reshape(k.shape).contiguous()
        )
        return lambda x: x.flatten(1)

    def _embedding(self, config, weights):
        (table,) = self._trained(*_take(weights, 1))
        return lambda x: F.embedding(x, table)

    def _recurrent(self, layer, values):
        for parameter, value in zip(layer.parameters(), values):
            parameter.data = value.contiguous()
        self.weights += [p for p in layer.parameters() if p.requires_grad]
        return lambda x: layer(x)[0][:, -1]

    def _lstm(self, config, weights):
        """Keras's LSTM has one bias, PyTorch's two: the second stays zero. The order of the gates is the same."""
        kernel, recurrent_kernel, bias = _take(weights, 3)
        layer = torch.nn.LSTM(kernel.shape[0], config["units"], batch_first=True)
        layer.bias_hh_l0.requires_grad_(False)
        return self._recurrent(layer, [kernel.T, recurrent_kernel.T, bias, torch.zeros_like(bias)])

    def _gru(self, config, weights):
        """Keras's gates come in the order update, reset, new; PyTorch's in reset, update, new."""

        def reordered(rows):
            update, reset, new = rows.chunk(3)
            return torch.cat([reset, update, new])

        kernel, recurrent_kernel, bias = _take(weights, 3)
        layer = torch.nn.GRU(kernel.shape[0], config["units"], batch_first=True)
        values = [reordered(w) for w in (kernel.T, recurrent_kernel.T, bias[0], bias[1])]
        return self._recurrent(layer, values)
