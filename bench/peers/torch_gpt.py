"""The GPT of examples/gpt in raw PyTorch, as nanoGPT computes it: one product for query, key and value, and PyTorch's own
attention."""

import torch
import torch.nn.functional as F

EPSILON = 1e-5


class GPT:
    """`weights` is what is trained. Kernels are (outputs, inputs)."""

    def __init__(self, problem, memory_format=None):
        self.heads, self.blocks = problem["heads"], problem["blocks"]
        self.x, self.y = torch.from_numpy(problem["x"]), torch.from_numpy(problem["y"]).long()
        self.places = torch.arange(problem["context"])
        given = dict(zip(problem["weightPaths"], problem["weights"]))
        self.weights = []

        def kernel(*paths):
            """As (outputs, inputs); of several, one below the other."""
            width = problem["width"]
            parts = []
            for path in paths:
                value = torch.tensor(given.pop(path))
                if value.dim() == 3:
                    # (width, heads, size of a head) of query, key and value, (heads, size, width) of the output.
                    value = value.reshape(width, width)
                parts.append(value.T)
            return trained(torch.cat(parts).contiguous())

        def trained(value):
            self.weights.append(value.requires_grad_())
            return value

        def vector(path):
            return trained(torch.tensor(given.pop(path)))

        self.tokens = vector("token_embedding/embeddings")
        self.positions = vector("place_embedding/embeddings")
        self.layers = []
        for i in range(self.blocks):
            attention = f"attention_{i}"
            self.layers.append(
                (
                    vector(f"attention_norm_{i}/gamma"),
                    kernel(*(f"{attention}/{name}/kernel" for name in ("query", "key", "value"))),
                    kernel(f"{attention}/attention_output/kernel"),
                    vector(f"dense_norm_{i}/gamma"),
                    kernel(f"up_{i}/kernel"),
                    kernel(f"down_{i}/kernel"),
                )
            )
        self.norm = vector("norm/gamma")
        if given:
            raise ValueError(f"weights are left over: {', '.join(given)}")

    def batch(self, indices):
        return self.x.index_select(0, indices), self.y.index_select(0, indices)

    def logits(self, tokens):
        batch, length = tokens.shape
        width = self.norm.shape[0]
        x = F.embedding(tokens, self.tokens) + F.embedding(self.places, self.positions)
        for norm1, query_key_value, output, norm2, up, down in self.layers:
            y = F.layer_norm(x, (width,), norm1, None, EPSILON)
            parts = F.linear(y, query_key_value).split(width, dim=2)
            q, k, v = (
                part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
                for part in parts
            )
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            y = y.transpose(1, 2).contiguous().view(batch, length, width)
            x = x + F.linear(y, output)
            y = F.layer_norm(x, (width,), norm2, None, EPSILON)
            x = x + F.linear(F.gelu(F.linear(y, up)), down)
        x = F.layer_norm(x, (width,), self.norm, None, EPSILON)
        return F.linear(x, self.tokens)

    def loss(self, x, y):
        logits = self.logits(x)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), y.view(-1))
