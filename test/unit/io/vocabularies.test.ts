// What files keep of a vocabulary: `.keras` all of it, files of weights nothing, and TensorFlow.js's format refuses it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Input, layers, models, Sequential, ValueError } from '../../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'lanegrad-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const texts = ['a good film', 'a bad film', 'good, good', 'dull'];

function withWords(vectorize: layers.TextVectorization): Sequential {
  return new Sequential([
    Input([], { dtype: 'string' }),
    vectorize,
    new layers.Dense(1, { name: 'dense' }),
  ]);
}

async function learned(
  options: ConstructorParameters<typeof layers.TextVectorization>[0],
  from = texts,
): Promise<layers.TextVectorization> {
  const layer = new layers.TextVectorization({ name: 'words', ...options });
  await layer.adapt(from);
  return layer;
}

describe('TensorFlow.js’s format', () => {
  it('refuses a vocabulary that was learned, in a layer, in a graph and in a lookup of numbers', async () => {
    const stack = withWords(await learned({ outputMode: 'multi_hot' }));
    await expect(stack.save(join(folder, 'stack'))).rejects.toThrow(
      /^save: layer 'words' keeps vocabulary\.txt, for which TensorFlow\.js's format has no place\. Save the model as \.keras\./,
    );
    const x = Input([1]);
    const lookup = new layers.IntegerLookup({ name: 'numbers', outputMode: 'one_hot' });
    await lookup.adapt([3, 3, 5]);
    const graph = new models.Model({ inputs: x, outputs: lookup.apply(x) });
    const saving = graph.save(join(folder, 'graph'));
    await expect(saving).rejects.toThrow(ValueError);
    await expect(saving).rejects.toThrow(/'numbers' keeps vocabulary\.txt/);
  });

  it('keeps a vocabulary that was given, since it stands in the config', async () => {
    const vocabulary = ['good', 'bad'];
    const model = withWords(new layers.TextVectorization({ vocabulary, outputMode: 'count' }));
    await model.save(join(folder, 'given'));
    const loaded = await models.loadModel(join(folder, 'given'));
    const [here, there] = [model, loaded].map((one) => one.predict(texts, { verbose: 0 }));
    expect((await there)?.data()).toEqual((await here)?.data());
  });
});

describe('a file of weights', () => {
  it.each(['weights.h5', 'safetensors', 'npz'])(
    'leaves the vocabulary of a layer as it is: .%s',
    async (ending) => {
      const path = join(folder, `w.${ending}`);
      const model = withWords(await learned({ outputMode: 'multi_hot' }));
      await model.saveWeights(path);
      const other = await learned({ outputMode: 'multi_hot' }, ['one two three', 'four five']);
      const words = other.getVocabulary();
      const next = withWords(other);
      await next.loadWeights(path);
      expect(other.getVocabulary()).toEqual(words);
      expect(next.getWeights().map(String)).toEqual(model.getWeights().map(String));
    },
  );
});
