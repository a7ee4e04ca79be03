// What Keras itself computes, trains and saves with LoRA (test/oracles/fixtures/keras-lora.py).
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { readKeras } from '../../src/io/keras.js';
import * as layers from '../../src/layers.js';
import * as models from '../../src/models.js';
import { Input } from '../../src/layers.js';
import { Sequential } from '../../src/models.js';
import { SGD } from '../../src/optimizers.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../src/engine/ops/index.js';
import { tidy } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import { afterTraining, expectClose, readJson, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface LayerCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly call: { readonly reverse?: boolean };
  readonly x: GoldenArray;
  readonly weights: readonly (GoldenArray & { readonly name: string })[];
  readonly trained: readonly string[];
  readonly y: GoldenArray;
  readonly dy: GoldenArray;
  readonly dx?: GoldenArray;
  readonly dweights: readonly GoldenArray[];
}

interface Int8Case {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly shape: readonly number[];
  readonly weights: readonly GoldenArray[];
  readonly factors: readonly GoldenArray[];
  readonly x: GoldenArray;
  readonly predict: GoldenArray;
  readonly saved: readonly GoldenArray[];
}

interface Network {
  readonly json: object;
  readonly weights: readonly GoldenArray[];
  readonly files: Readonly<Record<string, string>>;
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly predict: GoldenArray;
  readonly history: { readonly loss: readonly number[] };
  readonly weights_after: readonly GoldenArray[];
}

interface Golden {
  readonly source: string;
  readonly layers: readonly LayerCase[];
  readonly network: Network;
  readonly int8: readonly Int8Case[];
}

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const golden = readJson('keras-lora', folder) as Golden;

/** A layer whose `apply` takes any named arguments. */
type Applied = layers.Layer & { apply(x: Tensor, options?: object): Tensor };

describe(`layers with LoRA agree with ${golden.source}`, () => {
  it.each(golden.layers.map((each) => [each.config.name, each] as const))('%s', (_, each) => {
    const layer = layers.deserialize(each) as Applied;
    const x = toTensor(each.x);
    layer.build([null, ...x.shape.slice(1)]);
    expect(layer.getConfig(), 'config').toEqual(each.config);
    expect(layer.weights.map(({ name }) => name)).toEqual(each.weights.map(({ name }) => name));
    expect(layer.trainableWeights.map(({ name }) => name)).toEqual(each.trained);
    layer.setWeights(each.weights.map(toTensor));
    tidy(() => {
      const sources = [x, ...layer.trainableWeights.map(({ value }) => value)];
      const { gradients } = differentiate(
        'test',
        () => {
          const y = layer.apply(x, { training: true, ...each.call });
          expectClose(y, each.y, 'y');
          return sum(mul(y, toTensor(each.dy)));
        },
        sources,
      );
      const expected = [each.dx, ...each.dweights];
      expect(gradients.length).toBe(expected.length);
      expected.forEach((wanted, i) => {
        const gradient = gradients[i];
        if (wanted === undefined) return;
        if (gradient === undefined) expect.fail(`source ${i} has no gradient`);
        expectClose(gradient, wanted, i === 0 ? 'dx' : `gradient of ${each.trained[i - 1] ?? ''}`);
      });
    });
    layer.dispose();
  });
});

describe(`a network with LoRA agrees with ${golden.source}`, () => {
  const { network } = golden;
  const bytesOf = (name: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(Buffer.from(network.files[name] ?? '', 'base64'));
  const made = (): models.Model => {
    const model = models.modelFromJSON(network.json);
    model.setWeights(network.weights.map(toTensor));
    return model;
  };

  it('as it trains', async () => {
    const model = made();
    const [x, y] = [toTensor(network.x), toTensor(network.y)];
    model.compile({ optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }), loss: 'mse' });
    const fit = { batchSize: 4, epochs: 3, shuffle: false, verbose: 0 } as const;
    const { history } = await model.fit(x, y as never, fit);
    const expected = network.history.loss;
    expected.forEach((loss, i) => expect(history.loss?.[i]).toBeCloseTo(loss, 4));
    model.weights.forEach(({ name, value }, i) => {
      expectClose(value, network.weights_after[i] as GoldenArray, name, afterTraining);
    });
    model.dispose();
  });

  it.each(['merged.keras', 'apart.h5'])('as it is saved in %s', async (name) => {
    const model = await models.loadModel(bytesOf(name));
    expectClose(await model.predict(toTensor(network.x)), network.predict, 'predict');
    const isApart = name === 'apart.h5';
    const factors = model.weights.filter((weight) => weight.name.endsWith('_b'));
    expect(factors.length).toBe(4);
    for (const { value } of factors) expect([...value.data()].some(Boolean)).toBe(isApart);
    model.dispose();
  });

  it('as its weights are saved', async () => {
    const model = made();
    await model.loadWeights(bytesOf('merged.weights.h5'));
    expectClose(await model.predict(toTensor(network.x)), network.predict, 'predict');
    model.dispose();
  });
});

describe(`int8 layers with LoRA agree with ${golden.source}`, () => {
  it.each(golden.int8.map((each) => [each.config.name, each] as const))('%s', async (_, each) => {
    const config = { ...each.config, dtype: 'float32', quantization_config: null };
    const layer = layers.deserialize({
      class_name: each.class_name,
      config: { ...config, lora_rank: null, lora_alpha: null },
    }) as layers.Dense;
    const model = new Sequential([Input({ shape: [...each.shape] }), layer]);
    model.setWeights(each.weights.map(toTensor));
    await model.quantize('int8');
    layer.enableLora(2, { loraAlpha: 4 });
    const factors = layer.trainableWeights.filter(({ name }) => name.startsWith('lora_'));
    factors.forEach((weight, i) => {
      weight.assign(toTensor(each.factors[i] as GoldenArray));
    });
    // Keras also rounds activations.
    const near = { absolute: 0.03, relative: 0.03 };
    expectClose(await model.predict(toTensor(each.x)), each.predict, 'predict', near);
    const bytes = await savedBytes(model);
    const { weights } = await readKeras(bytes);
    each.saved.forEach((wanted, i) => {
      const [name = ''] = Object.keys(weights).filter((key) => key.endsWith(`/vars/${i}`));
      const found = weights[name];
      if (found === undefined) expect.fail(`there is no array ${i}`);
      expectClose(found, { ...wanted, dtype: found.dtype }, name);
      found.dispose();
    });
    model.dispose();
  });
});

async function savedBytes(model: models.Model): Promise<Uint8Array<ArrayBuffer>> {
  let saved: Uint8Array<ArrayBuffer> | undefined;
  const sink = { write: (_: string, bytes: Uint8Array<ArrayBuffer>) => void (saved = bytes) };
  await model.save(sink, { format: 'keras' });
  return saved ?? expect.fail('nothing was saved');
}
