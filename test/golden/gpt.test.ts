// A transformer that writes text (nanoGPT's setting for a CPU), trained by PyTorch: logits, losses and gradients of the
// first steps. Its weights are too large for the project: the test runs where the golden files and the text are.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../../src/data/index.js';
import {
  add,
  embedding,
  gelu,
  matmul,
  mean,
  mul,
  rsqrt,
  softmax,
  sparseSoftmaxCrossEntropy,
  sqrt,
  square,
  sub,
  sum,
  transpose,
  valueAndGrad,
  where,
} from '../../src/ops/index.js';
import { AdamW } from '../../src/optimizers/index.js';
import { tensor, tidy, Variable } from '../../src/tensor/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import {
  afterTraining,
  expectAllClose,
  expectNumberClose,
  goldenFolder,
  readJson,
} from './cases.js';

interface Run {
  readonly source: string;
  readonly setting: {
    readonly layers: number;
    readonly heads: number;
    readonly width: number;
    readonly context: number;
    readonly batch: number;
    readonly vocabulary: string;
    readonly layer_norm_epsilon: number;
  };
  /** Where the samples of each step begin in the text. */
  readonly offsets: readonly (readonly number[])[];
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
  readonly first_logits: { readonly shape: readonly number[]; readonly data: readonly number[] };
}

const { source, setting, offsets, rates, losses, ...golden } = readJson('gpt/gpt') as Run;

const STEPS = 5;

const weightsFile = join(goldenFolder, 'gpt/init.npz');
const textFile = join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'text/tinyshakespeare.txt.gz');
const isThere = existsSync(weightsFile) && existsSync(textFile);

type Weights = ReadonlyMap<string, Variable>;

/** Samples of a step: characters as numbers, and those that come next. */
function batchOf(text: string, starts: readonly number[]): readonly [x: Tensor, next: Tensor] {
  const { context, vocabulary } = setting;
  const from = (shift: number): Tensor =>
    tensor(
      Int32Array.from(
        starts.flatMap((start) =>
          Array.from({ length: context }, (_, i) =>
            vocabulary.indexOf(text[start + shift + i] ?? ''),
          ),
        ),
      ),
      { shape: [starts.length, context] },
    );
  return [from(0), from(1)];
}

function logitsOf(weights: Weights, tokens: Tensor): Tensor {
  const { layers, heads, width, context, layer_norm_epsilon: epsilon } = setting;
  const w = (name: string): Tensor => {
    const variable = weights.get(name);
    if (variable === undefined) throw new Error(`no weights '${name}'`);
    return variable.value;
  };
  const [batch = 0] = tokens.shape;
  const norm = (x: Tensor, name: string): Tensor => {
    const centred = sub(x, mean(x, -1, true));
    return mul(mul(centred, rsqrt(add(mean(square(centred), -1, true), epsilon))), w(name));
  };
  const each = width / heads;
  const headsOf = (x: Tensor): Tensor =>
    transpose(x.reshape([batch, context, heads, each]), [0, 2, 1, 3]);
  const isSeen = tensor(
    Array.from({ length: context }, (_, i) => Array.from({ length: context }, (__, j) => j <= i)),
  );
  const attention = (x: Tensor, block: string): Tensor => {
    const [query, key, value] = ['query', 'key', 'value'].map((name) =>
      headsOf(matmul(x, w(`${block}/attention/${name}`))),
    ) as [Tensor, Tensor, Tensor];
    const scores = mul(matmul(query, transpose(key, [0, 1, 3, 2])), 1 / Math.sqrt(each));
    const seen = matmul(softmax(where(isSeen, scores, -1e30)), value);
    const joined = transpose(seen, [0, 2, 1, 3]).reshape([batch, context, width]);
    return matmul(joined, w(`${block}/attention/output`));
  };
  let x = add(embedding(w('token_embedding'), tokens), w('position_embedding'));
  for (let i = 0; i < layers; i++) {
    const block = `block${i}`;
    x = add(x, attention(norm(x, `${block}/norm1/gamma`), block));
    const up = gelu(matmul(norm(x, `${block}/norm2/gamma`), w(`${block}/up`)));
    x = add(x, matmul(up, w(`${block}/down`)));
  }
  return matmul(norm(x, 'norm/gamma'), transpose(w('token_embedding')));
}

describe(`a transformer of operations agrees with ${source}`, () => {
  it.skipIf(!isThere)(`trains for ${STEPS} steps`, async () => {
    const text = gunzipSync(readFileSync(textFile)).toString();
    const arrays = await readNpz(weightsFile);
    const weights = new Map(
      Object.entries(arrays).map(([name, value]) => [name, new Variable(value, { name })]),
    );
    const variables = [...weights.values()];
    const optimizer = new AdamW({
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0.1,
      globalClipnorm: 1,
    });
    optimizer.excludeFromWeightDecay({
      variables: variables.filter(({ shape }) => shape.length < 2),
    });
    for (let step = 0; step < STEPS; step++) {
      tidy(() => {
        const [x, next] = batchOf(text, offsets[step] ?? []);
        const { value, gradients, aux } = valueAndGrad(() => {
          const logits = logitsOf(weights, x);
          return [mean(sparseSoftmaxCrossEntropy(logits, next)), logits];
        }, variables);
        if (step === 0) {
          const [rows = 0, columns = 0] = golden.first_logits.shape;
          const first = aux.data().slice(0, rows * columns);
          expectAllClose(first, golden.first_logits.data, 'logits');
        }
        expectNumberClose(value.item(), losses[step] ?? NaN, `loss of step ${step}`, afterTraining);
        const norm = sqrt(
          gradients.map((gradient) => sum(square(gradient ?? 0))).reduce((a, b) => add(a, b)),
        );
        const expected = golden.gradient_norms[step] ?? NaN;
        expectNumberClose(norm.item(), expected, `gradient of step ${step}`, afterTraining);
        optimizer.learningRate = rates[step] ?? NaN;
        optimizer.apply(gradients, variables);
      });
    }
    expect(losses).toHaveLength(rates.length);
  });

  it('is a run whose losses fall', () => {
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? NaN);
  });
});
