// Files of Keras 2 and of released Keras 3, by test/oracles/fixtures/keras2-fixtures.py: what they hold in words that are not known here.
import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { layers, models, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Case {
  readonly file: string;
  readonly files: Readonly<Record<string, string>>;
  readonly x: Numbers;
  readonly y: Numbers;
  readonly predict: Numbers;
  readonly after: readonly Numbers[];
  readonly iterations: number;
  readonly texts: readonly string[];
}

const cases = JSON.parse(
  gunzipSync(
    await readFile(new URL('../../fixtures/keras2-files.json.gz', import.meta.url)),
  ).toString(),
) as Readonly<Record<string, Case>>;
const caseOf = (name: string): Case => cases[name] as Case;
const decoded = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text, 'base64'));
const array = ({ shape, data }: Numbers): Tensor => tensor(Float32Array.from(data), { shape });

function expectClose(x: Tensor, { shape, data }: Numbers, tolerance: number): void {
  expect(x.shape).toEqual(shape);
  x.data().forEach((value, i) => {
    expect(Math.abs(value - (data[i] ?? NaN))).toBeLessThanOrEqual(tolerance);
  });
}

const notices: string[] = [];
beforeEach(() => {
  notices.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void notices.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('weights of recurrent layers for graphics cards', () => {
  it.each(['cudnn_lstm', 'cudnn_gru', 'cudnn_bidirectional'])(
    '%s predicts the same',
    async (name) => {
      const { file, x, predict } = caseOf(name);
      const model = await models.loadModel(decoded(file));
      expectClose(model.predictOnBatch(array(x)), predict, 1e-6);
      const fresh = models.cloneModel(model);
      await fresh.loadWeights(decoded(file));
      expectClose(fresh.predictOnBatch(array(x)), predict, 1e-6);
      expect(notices).toEqual([]);
    },
  );

  it('are no weights of a layer of another length', async () => {
    const model = new models.Sequential([
      layers.Input([5, 3]),
      new layers.LSTM(4, { returnSequences: true }),
      new layers.LSTM(3),
    ]);
    await expect(model.loadWeights(decoded(caseOf('cudnn_lstm').file))).rejects.toThrow(
      /the weight 'sequential.*\/kernel' has shape \(4, 12\) .* \(4, 8\)/,
    );
  });
});

describe('a compiled model of Keras 2', () => {
  const restored = [
    'legacy_sgd_decay',
    'legacy_adam',
    'legacy_adam_amsgrad_decay',
    'legacy_rmsprop',
    'legacy_adadelta',
    'legacy_adagrad',
    'legacy_adamax',
    'legacy_ftrl',
    'sgd',
    'adam_amsgrad',
    'adam_schedule',
    'rmsprop_keras',
    'adamw_ema_keras',
  ];
  it.each(restored)('%s trains on as it would there', async (name) => {
    const { file, x, y, after, iterations } = caseOf(name);
    const model = await models.loadModel(decoded(file));
    expect(model.optimizer?.iterations).toBe(iterations);
    expect(model.layers[0]?.name).toBe('one_first');
    for (let step = 0; step < 2; step++) model.trainOnBatch(array(x), array(y));
    model.weights.forEach(({ value }, i) => {
      expectClose(value, after[i] as Numbers, 2e-6);
    });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(
      /'\/' in names of layers is read as '_': layer 'one\/first' is 'one_first'\.$/,
    );
  });

  it.each(['nadam', 'legacy_nadam'])('%s says what starts over', async (name) => {
    const model = await models.loadModel(decoded(caseOf(name).file));
    expect(model.optimizer?.iterations).toBe(name === 'nadam' ? 0 : 3);
    model.trainOnBatch(array(caseOf(name).x), array(caseOf(name).y));
    expect(notices.join('\n')).toMatch(
      name === 'legacy_nadam' ? /the decay of Nadam, 0.004, is left out/ : /starts over/,
    );
  });

  it('gives a built optimizer its state by loadWeights', async () => {
    const { file, x, y } = caseOf('legacy_adam_amsgrad_decay');
    const [model, other] = [
      await models.loadModel(decoded(file)),
      await models.loadModel(decoded(file)),
    ];
    other.trainOnBatch(array(x), array(y));
    await other.loadWeights(decoded(caseOf('rmsprop_keras').file));
    const states = [model, other].map(({ optimizer }) =>
      optimizer?.variables.map(({ value }) => [...value.data()]),
    );
    expect(states[0]).not.toEqual(states[1]);
  });

  it.each(['mixed_keras2', 'mixed_keras3'])('%s is float32 with one notice', async (name) => {
    const { file, x, predict } = caseOf(name);
    const model = await models.loadModel(decoded(file));
    expectClose(model.predictOnBatch(array(x)), predict, 5e-3);
    expect(notices.filter((text) => text.includes('float32'))).toHaveLength(1);
    expect(notices.join('\n')).toMatch(/mixed_float16 is read as float32/);
    model.trainOnBatch(array(x), tensor([[1], [2], [3]]));
  });
});

describe('an unzipped model of Keras 3', () => {
  async function unpacked(name: string): Promise<string> {
    const folder = join(await temporaryFolder(), name);
    for (const [path, text] of Object.entries(caseOf(name).files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), decoded(text));
    }
    return folder;
  }

  it('is read from its folder, with the state of its optimizer', async () => {
    const folder = await unpacked('folder');
    const { x, predict } = caseOf('folder');
    for (const source of [folder, `${folder}/`, new URL(`file://${folder}`)]) {
      const model = await models.loadModel(source);
      expectClose(model.predictOnBatch(array(x)), predict, 1e-6);
      expect(model.optimizer?.iterations).toBe(3);
    }
  });

  it('is read from a folder that a user picks', async () => {
    const files = Object.entries(caseOf('folder').files).map(([path, text]) => {
      const file = new File([decoded(text)], path);
      return Object.defineProperty(file, 'webkitRelativePath', { value: `model/${path}` });
    });
    const model = await models.loadModel(files);
    const { x, predict } = caseOf('folder');
    expectClose(model.predictOnBatch(array(x)), predict, 1e-6);
  });

  it('keeps its vocabulary', async () => {
    const folder = await unpacked('texts_folder');
    // A link that leads around.
    await symlink(folder, join(folder, 'assets', 'around'));
    const model = await models.loadModel(folder);
    const { texts, predict } = caseOf('texts_folder');
    const given = texts.map((text) => [text]);
    expectClose(model.predictOnBatch(given), predict, 1e-6);
  });

  it('is bounded by maxBytes, and clear where something is missing', async () => {
    const folder = await unpacked('folder');
    // More than a description may have, whatever maxBytes allows.
    await truncate(join(folder, 'metadata.json'), 2 ** 26 + 1);
    await expect(models.loadModel(folder)).rejects.toThrow(
      /metadata\.json: longer than the 67108864 bytes that are allowed\. No more are read of it\.$/,
    );
    await writeFile(join(folder, 'metadata.json'), '{}');
    await expect(models.loadModel(folder, { maxBytes: 3000 })).rejects.toThrow(/longer than/);
    await writeFile(join(folder, 'model.weights.h5'), 'nothing');
    await expect(models.loadModel(folder)).rejects.toThrow(/model\.weights\.h5: not an HDF5 file/);
    const other = join(await temporaryFolder(), 'empty');
    await mkdir(other);
    await expect(models.loadModel(other)).rejects.toThrow(/model\.json/);
  });
});
