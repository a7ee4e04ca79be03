// The column of lanegrad in README's table of libraries: each row is compared with what the package has. A row that nothing
// here compares is an error.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as lanegrad from 'lanegrad';
import { afterAll, describe, expect, it } from 'vitest';
import { milliseconds, readMeasurements } from '../../../bench/measurements.js';
import { loadOnnx, saveOnnx } from '../../../src/io/onnx.js';
import { packageJsonOf, root } from './pages.js';

const { backendInfo, layers, models, tensor } = lanegrad;

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const [, table = ''] = readme.split('\n## Which library to use\n\n');
const [head = [], , ...rows] = table
  .slice(0, table.indexOf('\n\n'))
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const column = head.indexOf('lanegrad');

/** The names in the code of a cell. */
const codeIn = (cell: string): string[] =>
  Array.from(cell.matchAll(/`(\w+)`/g), ([, name = '']) => name);

/** What the table says of the layers in a cell: all are exported, and `…` stands where there are others of the kind. */
function expectLayers(cell: string, kind: RegExp): void {
  const names = codeIn(cell);
  const ofKind = Object.keys(layers).filter((name) => kind.test(name));
  expect(
    names.filter((name) => !ofKind.includes(name)),
    'no such layer',
  ).toEqual([]);
  expect(cell.endsWith('…'), 'whether … stands for others').toBe(names.length < ofKind.length);
}

/** Each row with what compares it. */
const ROWS: Readonly<Record<string, (cell: string) => void | Promise<void>>> = {
  language: (cell) => {
    expect(cell).toBe('TypeScript');
    expect(packageJsonOf().exports['.']).toHaveProperty('types');
  },
  trains: (cell) => {
    expect(cell).toBe('yes');
    expect(models.Model.prototype).toHaveProperty('fit');
  },
  API: (cell) => {
    expect(cell).toBe('Keras 3');
    expect(Object.keys(lanegrad)).toEqual(
      expect.arrayContaining([
        'activations',
        'callbacks',
        'layers',
        'losses',
        'models',
        'ops',
        'optimizers',
        'random',
      ]),
    );
  },
  processors: (cell) => {
    expect(cell).toBe('**CPU only**: Wasm SIMD, on threads');
    expect(backendInfo().threads).toBeGreaterThan(0);
    expect(Object.keys(packageJsonOf().exports).filter((name) => /gpu|webgl/i.test(name))).toEqual(
      [],
    );
  },
  models: (cell) => {
    expect(cell).toBe('`Sequential`, functional `Model`, subclasses');
    expect(codeIn(cell).filter((name) => !(name in models))).toEqual([]);
  },
  'recurrent layers': (cell) => {
    expectLayers(cell, /^(?:LSTM|GRU|SimpleRNN|RNN|ConvLSTM\dD)$/);
  },
  attention: (cell) => {
    expectLayers(cell, /Attention$/);
  },
  'transposed convolution': (cell) => {
    expectLayers(cell, /^Conv\dDTranspose$/);
  },
  dtypes: (cell) => {
    const known = ['float64', 'float32', 'float16', 'int32', 'uint8', 'bool', 'complex64'].filter(
      isDtype,
    );
    expect(codeIn(cell)).toEqual(known);
  },
  'Keras 3 files (`.keras`)': (cell) => {
    expect(cell).toBe('reads and writes');
    expect(models.loadModel).toBeTypeOf('function');
    expect(packageJsonOf().exports).toHaveProperty('./io/keras');
  },
  ONNX: (cell) => {
    expect(cell).toBe('reads, writes and trains ([docs/onnx.md](docs/onnx.md))');
    expect(packageJsonOf().exports).toHaveProperty('./io/onnx');
    expect(loadOnnx).toBeTypeOf('function');
    expect(saveOnnx).toBeTypeOf('function');
  },
  'an epoch on MNIST, one thread of the same CPU': (cell) => {
    const { sections } = readMeasurements('intel-xeon', 'seed');
    const { header, rows: measured } = sections[0]?.tables[0] ?? { header: [], rows: [] };
    const row = measured.find(([name = '']) => name.startsWith('lanegrad, 1 thread')) ?? [];
    const median = milliseconds(row[header.indexOf('median')] ?? '') / 1000;
    expect(cell).toBe(`${median.toFixed(2)} s`);
  },
};

/** Whether there are tensors of such numbers. */
function isDtype(dtype: string): boolean {
  try {
    tensor([1], { dtype: dtype as 'float32' }).dispose();
    return true;
  } catch (error) {
    if (error instanceof lanegrad.LanegradError) return false;
    throw error;
  }
}

it('the home page of the site says the figures of the README', () => {
  const page = readFileSync(path.join(root, 'site/.vitepress/theme/LandingPage.vue'), 'utf8');
  const [, ...cells] = rows.find(([, title]) => title?.startsWith('an epoch on MNIST')) ?? [];
  const of = (name: string): number => parseFloat(cells[head.indexOf(name) - 1] ?? '');
  const torch = Number(/([\d.]+) s PyTorch/.exec(cells.join())?.[1]);
  expect(page).toContain(`<b>${of('lanegrad').toFixed(2)} s</b>`);
  const text = page.replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    `takes ${of('TensorFlow.js 4.22')} s on its Wasm backend and PyTorch ${torch.toFixed(1)} s`,
  );
});

describe("README.md, the column 'lanegrad' of the table of libraries", () => {
  const before = lanegrad.memory().tensors;
  afterAll(() => {
    expect(lanegrad.memory().tensors).toBe(before);
  });

  it('has the rows that are compared, and no others', () => {
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(ROWS));
  });

  it.each(Object.entries(ROWS))('%s', async (name, compare) => {
    const cell = rows.find(([, title]) => title === name)?.[column];
    expect(cell, 'the row is there').toBeDefined();
    await compare(cell ?? '');
  });
});
