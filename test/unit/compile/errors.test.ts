// What compileModel, compileToModule and runCompiled refuse, and what compiled models say of values without a result.
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileModel, compileToModule, runCompiled } from '../../../src/compile.js';
import { Input, layers, memory, models, Sequential, tensor, tidy, ValueError } from '../../../src/index.js'; // prettier-ignore
import type { AnyModel } from './compiled.js';

const dense = (): Sequential =>
  new Sequential([
    new layers.Dense(4, { activation: 'relu', inputShape: [3] }),
    new layers.Dense(2, { name: 'scores' }),
  ]);

const embedding = (): Sequential =>
  new Sequential([new layers.Embedding(5, 2, { inputShape: [3], name: 'words' })]);

/** A layer that reads what it is given. */
class Reading extends layers.Layer {
  override call(x: Parameters<layers.Layer['call']>[0]) {
    return (x.data()[0] ?? 0) > 0 ? x : x.add(1);
  }
}

describe('compileModel', () => {
  it('names all layers that cannot be compiled, with the reasons', async () => {
    const x = Input([3]);
    const a = new Reading({ name: 'first' }).apply(x);
    const b = new Reading({ name: 'second' }).apply(new layers.Dense(3).apply(a));
    const model = new models.Model({ inputs: x, outputs: b });
    await expect(compileModel(model as AnyModel)).rejects.toThrow(
      /layer 'first' reads what was computed; layer 'second' reads what was computed\.$/,
    );
    model.dispose();
  });

  it('refuses layers that keep states', async () => {
    const model = new Sequential([
      new layers.LSTM(2, { stateful: true, batchInputShape: [2, 3, 1], name: 'keeper' }),
    ]);
    await expect(compileModel(model, { batchSize: 2 })).rejects.toThrow(
      "layer 'keeper' keeps states between predictions",
    );
    model.dispose();
  });

  it('refuses what is no model, and a model that is not built', async () => {
    await expect(compileModel({} as never)).rejects.toThrow('expected a model, got');
    const model = new Sequential([new layers.Dense(2)]);
    await expect(compileModel(model)).rejects.toThrow(/is not built/);
    model.dispose();
  });

  it('refuses options that do not fit', async () => {
    const model = dense();
    const refused = async (options: object, message: RegExp): Promise<void> => {
      await expect(compileModel(model, options)).rejects.toThrow(ValueError);
      await expect(compileModel(model, options)).rejects.toThrow(message);
    };
    await refused({ batchSize: 0 }, /batchSize/);
    await refused({ batch: 2 }, /batchSize/);
    await refused({ simd: 'relaxed' }, /runs on strict SIMD/);
    await refused({ weights: 'int4' }, /weights/);
    await refused({ classNames: ['a'] }, /a list of 2 names/);
    await refused({ inputShapes: [4] }, /must fit \(3,?\)|must fit \[3\]/);
    await refused({ inputShapes: { x: [3] } }, /is no input/);
    model.dispose();
  });

  it('asks for lengths that the model leaves open', async () => {
    const x = Input([null, 2]);
    const y = new layers.Conv1D(2, 3).apply(x);
    const model = new models.Model({ inputs: x, outputs: y }) as AnyModel;
    await expect(compileModel(model)).rejects.toThrow(/inputShapes: \[16, 2\]/);
    const bytes = await compileModel(model, { inputShapes: [7, 2] });
    expect(runCompiled(bytes).description.outputs[0]?.shape).toEqual([1, 5, 2]);
    model.dispose();
  });

  it('leaves the model, its weights and memory as they were', async () => {
    const model = dense();
    const x = tensor([[1, -2, 3]]);
    const before = tidy(() => model.predictOnBatch(x).data());
    await compileModel(model);
    const { tensors } = memory();
    await compileModel(model, { weights: 'int8' });
    await expect(compileModel(model, { classNames: ['a'] })).rejects.toThrow();
    expect(memory().tensors).toBe(tensors);
    expect(tidy(() => model.predictOnBatch(x).data())).toEqual(before);
    model.dispose();
    x.dispose();
  });
});

describe('a compiled model', () => {
  it('describes itself', async () => {
    const model = dense();
    const { description } = runCompiled(await compileModel(model, { classNames: ['no', 'yes'], batchSize: 3 })); // prettier-ignore
    expect(description).toMatchObject({
      version: 1,
      name: model.name,
      batchSize: 3,
      weights: 'float32',
      simd: 'strict',
      classNames: ['no', 'yes'],
      inputs: [{ shape: [3, 3], dtype: 'float32', bytes: 36 }],
      outputs: [{ name: 'scores', shape: [3, 2], dtype: 'float32', bytes: 24 }],
      errors: [],
    });
    expect(description.sha256).toMatch(/^[0-9a-f]{64}$/);
    model.dispose();
  });

  it('says which layer has no result for values, and goes on', async () => {
    const model = embedding();
    const compiled = runCompiled(await compileModel(model));
    const good = compiled.predict(Float32Array.of(0, 4, 2));
    const bad = [[0, 5, 1], [-1, 0, 0], [0.5, 0, 0], [NaN, 0, 0], [Infinity, 0, 0]]; // prettier-ignore
    for (const values of bad) {
      expect(() => compiled.predict(Float32Array.from(values))).toThrow(/layer 'words': an index/);
    }
    expect(compiled.predict(Float32Array.of(0, 4, 2))).toEqual(good);
    model.dispose();
  });

  it('refuses arrays of another type or length', async () => {
    const model = dense();
    const compiled = runCompiled(await compileModel(model));
    for (const x of [new Float32Array(2), new Int32Array(3), {}, undefined, null]) {
      expect(() => compiled.predict(x as never)).toThrow(
        /input 'dense.*' must be a Float32Array of 3 elements/,
      );
    }
    model.dispose();
  });

  it('is refused where its bytes are not those of compileModel', async () => {
    const model = dense();
    const bytes = await compileModel(model);
    expect(() => runCompiled(bytes.slice(0, 100))).toThrow('expected the bytes');
    expect(() => runCompiled(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toThrow('no section'); // prettier-ignore
    expect(() => runCompiled('x' as never)).toThrow(ValueError);
    model.dispose();
  });
});

describe('compileToModule', () => {
  it('gives an ES module that predicts, and says what is wrong', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'lanegrad-'));
    const model = embedding();
    const { code, types } = await compileToModule(model);
    const file = path.join(folder, 'model.mjs');
    await writeFile(file, code);
    const made = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      predict(x: unknown): Float32Array;
    };
    const table = model.getWeights()[0] as { data(): Float32Array };
    const y = made.predict(Float32Array.of(1, 0, 1));
    expect([...y.subarray(0, 2)]).toEqual([...table.data().subarray(2, 4)]);
    expect(() => made.predict(Float32Array.of(9, 0, 1))).toThrow(
      "predict: layer 'words': an index is out of range for 5 entries.",
    );
    expect(() => made.predict([1, 0, 1])).toThrow('must be a Float32Array of 3 elements');
    expect(types).toContain('export declare function predict(x: Float32Array | Inputs): Float32Array;'); // prettier-ignore
    await rm(folder, { recursive: true });
    model.dispose();
  });
});
