// What `saveOnnx` writes is read back by `loadOnnx`, and computes the same.
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../src/index.js';
import { scoped } from '../../../src/engine/tensor/index.js';
import { LAYERS } from '../../../src/extras/onnx/writing/rows/index.js';
import { loadOnnx, saveOnnx } from '../../../src/io/onnx.js';
import { layerSpecs } from '../../specs/layers.js';
import { layerCases, modelCases, operationCases, outputsOf } from './written-cases.js';
import type { WrittenCase } from './written-cases.js';

async function bytesOf(model: WrittenCase['model']): Promise<Uint8Array> {
  let written: Uint8Array | undefined;
  await saveOnnx(model, {
    write(_name, bytes) {
      written = bytes;
    },
  });
  return written ?? new Uint8Array();
}

function worst(found: readonly Tensor[], expected: readonly Tensor[]): number {
  expect(found.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  let most = 0;
  for (const [i, x] of found.entries()) {
    const [a, b] = [x.data(), expected[i]?.data() ?? []];
    for (const [at, value] of a.entries()) {
      const right = b[at] ?? NaN;
      if (Object.is(value, right)) continue;
      most = Math.max(most, Math.abs(value - right) / Math.max(1, Math.abs(right)));
      if (Number.isNaN(value - right)) return NaN;
    }
  }
  return most;
}

/** The cases that read otherwise after writing, with how far they are off. */
async function differing(cases: Iterable<WrittenCase>): Promise<string[]> {
  const found: string[] = [];
  for (const { name, model, inputs } of cases) {
    const bytes = await bytesOf(model).catch((error: unknown) => error as Error);
    if (bytes instanceof Error) {
      found.push(`${name}: ${bytes.message.split('\n').at(-1) ?? ''}`);
    } else {
      const back = (await loadOnnx(bytes)) as unknown as WrittenCase['model'];
      scoped(() => {
        const error = worst(outputsOf(back, inputs), outputsOf(model, inputs));
        if (!(error < 1e-5)) found.push(`${name}: ${error}`);
      });
      back.dispose();
    }
    model.dispose();
  }
  return found;
}

/** Layers that no row writes. `docs/onnx.md` says why. */
const UNWRITTEN = [
  'ContrastLimitedAdaptiveHistogramEqualization',
  'Equalization',
  'HashedCrossing',
  'Hashing',
  'InputLayer',
  'StringLookup',
  'TextVectorization',
];

describe('a model that is written and read back', () => {
  it('computes the same: a layer of each class', async () => {
    const cases = [...layerCases()].filter(({ name }) => !UNWRITTEN.includes(name.split('-')[0] ?? '')); // prettier-ignore
    expect(await differing(cases)).toEqual([]);
  }, 60_000);

  it('computes the same: each operation of graphs that has a row', async () => {
    expect(await differing(operationCases())).toEqual([]);
  }, 60_000);

  it('computes the same: whole models', async () => {
    expect(await differing(modelCases())).toEqual([]);
  }, 60_000);

  it('has layers of every class but those that ONNX has nothing for', () => {
    const missing = Object.keys(layerSpecs).filter((name) => !Object.hasOwn(LAYERS, name));
    // A Lambda is written by the operations that its function calls.
    expect(missing.filter((name) => name !== 'Lambda').sort()).toEqual(UNWRITTEN);
  });
});
