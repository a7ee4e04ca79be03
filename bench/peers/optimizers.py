"""Keras's optimizers for PyTorch: each takes the weights, and a call updates them by their gradients.

The numbers are Keras's. torch.optim.RMSprop adds epsilon outside of the root and Keras inside, so RMSprop is written out.
torch.optim.Adam adds epsilon after the correction of the bias and Keras before, so its epsilon is set for each step.
"""

import torch


class RMSprop:
    """Over lists of tensors."""

    def __init__(self, weights, config):
        self.weights = weights
        self.rate, self.rho, self.epsilon = (config[k] for k in ("learning_rate", "rho", "epsilon"))
        self.mean_squares = [torch.zeros_like(w) for w in weights]

    @torch.no_grad()
    def __call__(self):
        gradients = [w.grad for w in self.weights]
        torch._foreach_mul_(self.mean_squares, self.rho)
        torch._foreach_addcmul_(self.mean_squares, gradients, gradients, 1 - self.rho)
        roots = torch._foreach_add(self.mean_squares, self.epsilon)
        torch._foreach_sqrt_(roots)
        torch._foreach_addcdiv_(self.weights, gradients, roots, -self.rate)


class RMSpropLoop(RMSprop):
    """Tensor after tensor, in buffers that are made once."""

    def __init__(self, weights, config):
        super().__init__(weights, config)
        self.roots = [torch.empty_like(w) for w in weights]

    @torch.no_grad()
    def __call__(self):
        for w, v, root in zip(self.weights, self.mean_squares, self.roots):
            v.mul_(self.rho).addcmul_(w.grad, w.grad, value=1 - self.rho)
            torch.add(v, self.epsilon, out=root).sqrt_()
            w.addcdiv_(w.grad, root, value=-self.rate)


class RMSpropOfTorch:
    """torch.optim.RMSprop: another place of epsilon, so it is only timed."""

    only_timed = True

    def __init__(self, weights, config):
        self.optimizer = torch.optim.RMSprop(
            weights, lr=config["learning_rate"], alpha=config["rho"], eps=config["epsilon"]
        )

    def __call__(self):
        self.optimizer.step()


class Adam:
    """Adam, and AdamW where the config has weight decay, which matrices alone are given."""

    def __init__(self, weights, config, **options):
        self.weights = weights
        self.beta2, self.epsilon = config["beta_2"], config["epsilon"]
        self.norm = config.get("global_clipnorm")
        decay = config.get("weight_decay") or 0
        groups = [
            {"params": [w for w in weights if w.dim() >= 2], "weight_decay": decay},
            {"params": [w for w in weights if w.dim() < 2], "weight_decay": 0},
        ]
        kind = torch.optim.AdamW if decay else torch.optim.Adam
        self.optimizer = kind(
            [group for group in groups if group["params"]],
            lr=config["learning_rate"],
            betas=(config["beta_1"], self.beta2),
            **options,
        )
        self.t = 0

    def __call__(self):
        self.t += 1
        if self.norm:
            torch.nn.utils.clip_grad_norm_(self.weights, self.norm)
        for group in self.optimizer.param_groups:
            group["eps"] = self.epsilon / (1 - self.beta2**self.t) ** 0.5
        self.optimizer.step()


class AdamOfLists(Adam):
    def __init__(self, weights, config):
        super().__init__(weights, config, foreach=True)


class AdamFused(Adam):
    def __init__(self, weights, config):
        super().__init__(weights, config, fused=True)


UPDATES = {
    "rmsprop": {"foreach": RMSprop, "loop": RMSpropLoop, "torch.optim": RMSpropOfTorch},
    "adam": {"foreach": AdamOfLists, "fused": AdamFused},
    "adamw": {"foreach": AdamOfLists, "fused": AdamFused},
}


def updates_for(optimizer):
    """The ways of an optimizer, by name. `optimizer` is as Keras serializes it."""
    name, config = optimizer["class_name"].lower(), optimizer["config"]
    if name not in UPDATES:
        raise ValueError(f"optimizers.py has {', '.join(UPDATES)}, not {name}")
    unknown = ["clipnorm", "clipvalue", "amsgrad", "centered", "momentum", "use_ema"]
    if name == "rmsprop":
        unknown += ["global_clipnorm", "weight_decay"]
    for option in unknown:
        if config.get(option):
            raise ValueError(f"optimizers.py: {name} has no {option}")
    return UPDATES[name]
