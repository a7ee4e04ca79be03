// The GPT of examples/gpt in jax-js. Every function takes over its arrays.
const EPSILON = 1e-5;
/** Weights of a block: a norm, query, key, value and output of attention, a norm, and two dense layers. */
const PER_BLOCK = 8;

export function makeGpt({ numpy: np, nn }, { heads, blocks, width, weightShapes }) {
  const norm = (x, gamma) => {
    const centered = x.ref.sub(x.mean(-1, { keepdims: true }));
    const variance = np.square(centered.ref).mean(-1, { keepdims: true });
    return centered.div(np.sqrt(variance.add(EPSILON))).mul(gamma);
  };
  const attend = (x, query, key, value, output) => {
    const [batch, length] = x.shape;
    // (batch, heads, length, size of a head)
    const split = (kernel) =>
      np
        .matmul(x.ref, kernel.reshape([width, width]))
        .reshape([batch, length, heads, width / heads])
        .transpose([0, 2, 1, 3]);
    const [q, k, v] = [split(query), split(key).transpose([0, 1, 3, 2]), split(value)];
    x.dispose();
    const mask = np.tril(np.ones([length, length])).greater(0);
    const scores = np.where(mask, np.matmul(q, k).mul((width / heads) ** -0.5), -1e9);
    const y = np.matmul(nn.softmax(scores, -1), v).transpose([0, 2, 1, 3]);
    return np.matmul(y.reshape([batch, length, width]), output.reshape([width, width]));
  };
  const forward = (weights, tokens) => {
    const [table, places, ...rest] = weights;
    let x = np.take(table.ref, tokens, 0).add(places);
    for (let i = 0; i < blocks; i++) {
      const [norm1, q, k, v, output, norm2, up, down] = rest.splice(0, PER_BLOCK);
      x = x.ref.add(attend(norm(x, norm1), q, k, v, output));
      const wide = np.matmul(norm(x.ref, norm2), up);
      x = x.add(np.matmul(nn.gelu(wide, { approximate: false }), down));
    }
    return [np.matmul(norm(x, rest[0]), table.transpose()), []];
  };
  const loss = (logits, y) => {
    const classes = logits.shape.at(-1);
    return nn.logSoftmax(logits, -1).mul(nn.oneHot(y, classes)).sum(-1).mean().neg();
  };
  return { trained: weightShapes.map((_, i) => i), averages: [], forward, loss };
}
