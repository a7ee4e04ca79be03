// Files of other libraries: what each is, and what to do. And advice names the options of the function that was called, or the
// function that has them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FormatError, layers, models } from '../../../src/index.js';
import { VGG16 } from '../../../src/applications.js';
import { zip } from '../../../src/files/formats/zip.js';
import { readKeras, writeKeras } from '../../../src/io/keras.js';
import { readLayersModel } from '../../../src/io/tfjs.js';
import { encodeSafetensors } from '../../../src/files/formats/safetensors.js';
import { encodeNpz } from '../../../src/files/formats/npz.js';

const folder = mkdtempSync(path.join(tmpdir(), 'foreign-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const latin = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (value: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(value));
const member = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  zip([{ name, bytes: latin('\x80\x02}.') }]);

/** A message of Protocol Buffers in the beginning of which the fields stand that the definitions of the formats list. */
const FILES: Readonly<Record<string, readonly [bytes: Uint8Array<ArrayBuffer>, what: RegExp]>> = {
  // ModelProto: ir_version 8, producer_name, graph { name }, opset_import { version 17 }.
  onnx: [latin('\x08\x08\x12\x07pytorch\x3a\x03\x12\x01g\x42\x02\x10\x11'), /ONNX model.*loadOnnx/],
  // A flat buffer with its identifier.
  tflite: [latin('\x1c\0\0\0TFL3\x14\0\x20\0'), /TensorFlow Lite.*\.keras/],
  // SavedModel: saved_model_schema_version 1, meta_graphs { … }.
  'saved.pb': [latin('\x08\x01\x12\x04\x0a\x02\x12\0'), /SavedModel.*\.keras/],
  // GraphDef: node { name: 'x', op: 'Placeholder' }.
  'frozen.pb': [latin('\x0a\x10\x0a\x01x\x12\x0bPlaceholder'), /GraphDef.*\.keras/],
  'old.pth': [
    latin('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'),
    /PyTorch.*safetensors/,
  ],
  pt: [await member('archive/data.pkl'), /PyTorch.*safetensors/],
  pkl: [latin('\x80\x04\x95\0\0\0\0\0\0\0\0}.'), /pickle.*\.keras/],
};

const stack = (): models.Sequential =>
  new models.Sequential([new layers.Dense(2, { inputShape: [3] })], { name: 'stack' });

describe('a file that holds no model that is read says what it is and what to do', () => {
  for (const [kind, [bytes, what]] of Object.entries(FILES)) {
    it(kind, async () => {
      const file = path.join(folder, `model.${kind}`);
      const misnamed = path.join(folder, `${kind}.keras`);
      const inFolder = path.join(folder, kind);
      writeFileSync(file, bytes);
      writeFileSync(misnamed, bytes);
      mkdirSync(inFolder);
      writeFileSync(path.join(inFolder, 'model.json'), bytes);
      const url = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
      const picked = [new File([bytes], `model.${kind}`)];
      for (const source of [bytes, new Blob([bytes]), file, misnamed, inFolder, url, picked]) {
        await expect(models.loadModel(source)).rejects.toThrow(what);
      }
      for (const source of [bytes, new Blob([bytes]), file, misnamed, url]) {
        await expect(stack().loadWeights(source)).rejects.toThrow(what);
      }
      await expect(VGG16({ weights: bytes })).rejects.toThrow(what);
      await expect(readKeras(bytes)).rejects.toThrow(what);
      await expect(readLayersModel(file)).rejects.toThrow(what);
    });
  }

  it('a folder of a SavedModel', async () => {
    const saved = path.join(folder, 'saved_model');
    mkdirSync(path.join(saved, 'variables'), { recursive: true });
    writeFileSync(path.join(saved, 'saved_model.pb'), 'of any content');
    await expect(models.loadModel(saved)).rejects.toThrow(/SavedModel of TensorFlow/);
    const picked = [new File(['?'], 'saved_model.pb'), new File(['?'], 'variables.index')];
    await expect(models.loadModel(picked)).rejects.toThrow(/SavedModel of TensorFlow/);
  });

  it('a graph model of TensorFlow.js where layers are wanted', async () => {
    const modelTopology = { node: [{ name: 'x', op: 'Placeholder' }], versions: { producer: 1 } };
    for (const file of [{ format: 'graph-model' }, { modelTopology, weightsManifest: [] }]) {
      const source = { read: () => utf8(file) };
      const what = /graph model of TensorFlow\.js.*models\.loadModel.*loadGraphModel/;
      await expect(readLayersModel(source)).rejects.toThrow(what);
    }
  });

  it('weights alone', async () => {
    const arrays = [['a', { shape: [1], dtype: 'float32', data: new Float32Array(1) }]] as const;
    for (const bytes of [encodeSafetensors(arrays), await encodeNpz(arrays)]) {
      await expect(models.loadModel(bytes)).rejects.toThrow(/no model.*model\.loadWeights/);
    }
  });

  it('layers that Keras has quantized to other numbers than int8', async () => {
    const policy = (class_name: string, config: object): object => ({ class_name, config });
    for (const dtype of [
      'int4_from_float32',
      policy('QuantizedDTypePolicy', { mode: 'int4', source_name: 'float32' }),
      policy('QuantizedFloat8DTypePolicy', { mode: 'float8', source_name: 'float32', amax_history_length: 1024 }), // prettier-ignore
      policy('GPTQDTypePolicy', { mode: 'gptq/4/128', source_name: 'float32' }),
    ]) {
      const model = JSON.parse(JSON.stringify(stack().toJSON())) as {
        config: { layers: { class_name: string; config: Record<string, unknown> }[] };
      };
      for (const { class_name: name, config } of model.config.layers) {
        if (name === 'Dense') config['dtype'] = dtype;
      }
      const files: Uint8Array<ArrayBuffer>[] = [];
      await writeKeras({ write: (_, bytes) => files.push(bytes) }, { model }, {});
      await expect(models.loadModel(files[0] ?? '')).rejects.toThrow(
        /Dense layer 'dense\w*' is quantized as '(int4|float8|gptq)[^']*'.*model\.quantize\('int8'\)/,
      );
    }
  });
});

it.each([
  // Messages of Protocol Buffers, as other programs write them.
  ['a first field of 128 and a seventh', '\x08\x80\x01\x3a\0'],
  ['a first field of 2 and a second', '\x08\x02\x12\0'],
  ['a text first', '\x0a\x02ab\x12\0'],
])('%s are none of these', async (_, bytes) => {
  const loading = models.loadModel(latin(bytes));
  await expect(loading).rejects.toThrow(FormatError);
  await expect(loading).rejects.not.toThrow(/ONNX|SavedModel|GraphDef/);
});

describe('advice of files', () => {
  const dense = (units: number): models.Sequential =>
    new models.Sequential([new layers.Dense(units, { inputShape: [3], name: 'd' })]);
  const files: Uint8Array<ArrayBuffer>[] = [];
  const sink = { write: (_: string, bytes: Uint8Array<ArrayBuffer>) => files.push(bytes) };

  /** Files that fit nothing, each wrong in another way. */
  async function wrongFiles(): Promise<Uint8Array<ArrayBuffer>[]> {
    const described = dense(2).toJSON();
    const kernel = new Float32Array(9);
    await dense(2).saveWeights(sink, { format: 'h5' });
    await dense(2).saveWeights(sink, { format: 'npz' });
    await dense(2).save(sink, { format: 'keras' });
    await writeKeras(sink, { model: described }, {});
    await writeKeras(sink, { model: described }, { 'layers/d/vars/0': kernel });
    await writeKeras(sink, { model: described }, { 'layers/dense/vars/0': kernel });
    await writeKeras(sink, { model: described }, { 'layers/dense/vars/0': kernel, 'layers/dense/vars/1': kernel }); // prettier-ignore
    await writeKeras(sink, { model: described, compileConfig: { optimizer: 'adam', loss: 'mine' } }, { 'layers/dense/vars/0': [[1, 2]], 'layers/dense/vars/1': [1] }); // prettier-ignore
    const unknown = { ...described, config: { name: 'm', layers: [{ class_name: 'Mine', config: {} }] } }; // prettier-ignore
    await writeKeras(sink, { model: unknown }, {});
    const arrays = [['a', { shape: [4], dtype: 'float32', data: new Float32Array(4) }]] as const;
    return [...files, encodeSafetensors(arrays), ...Object.values(FILES).map(([bytes]) => bytes)];
  }

  const NAMES = ['byName', 'compile', 'customObjects', 'format', 'maxBytes', 'quantized', 'skipMismatch']; // prettier-ignore

  it('names options that the function has, or the function that has them', async () => {
    const readers = {
      loadModel: (file: Uint8Array, options: object) => models.loadModel(file, options),
      loadWeights: (file: Uint8Array, options: object) => dense(3).loadWeights(file, options),
      VGG16: async (file: Uint8Array, options: object) =>
        VGG16({ weights: file, inputShape: [32, 32, 3], includeTop: false, ...options }),
      readKeras: (file: Uint8Array, options: object) => readKeras(file, options),
    };
    const has: Record<string, readonly string[]> = {};
    for (const [name, read] of Object.entries(readers)) {
      const message = await messageOf(read(new Uint8Array(), { nothing: 1 }));
      has[name] = NAMES.filter((option) => new RegExp(`\\b${option}\\b`).test(message));
    }
    expect(has).toEqual({
      loadModel: ['compile', 'customObjects', 'format', 'maxBytes', 'quantized'],
      loadWeights: ['byName', 'format', 'maxBytes', 'skipMismatch'],
      VGG16: [],
      readKeras: ['maxBytes'],
    });
    const wrong: string[] = [];
    let advised = 0;
    for (const file of await wrongFiles()) {
      for (const [name, read] of Object.entries(readers)) {
        const own = has[name] ?? [];
        const most = own.includes('maxBytes') ? [{}, { maxBytes: 40 }] : [{}];
        const further = own.includes('byName') ? [{ byName: true }] : [];
        for (const options of [...most, ...further]) {
          const message = await messageOf(read(file, options));
          // The options of another function stand in a call of it.
          const calls = [...message.matchAll(/\b(load\w+|VGG16)\(\w+, \{ (\w+)/g)];
          for (const [, called = '', option = ''] of calls) {
            advised++;
            if (!(has[called] ?? []).includes(option)) wrong.push(`${name}: ${message}`);
          }
          const rest = calls.reduce((text, [call]) => text.replace(call, ''), message);
          for (const option of NAMES) {
            const isAdvice = new RegExp(
              `\\b(with|without|option|by)\\s+${option}\\b|\\b${option}: `,
            );
            if (!isAdvice.test(rest)) continue;
            advised++;
            if (!own.includes(option)) wrong.push(`${name}: ${message}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(advised).toBeGreaterThan(20);
  });
});

async function messageOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
