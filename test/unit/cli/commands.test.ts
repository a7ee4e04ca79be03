// The program `npx lanegrad`, without a process of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/main.js';
import { data, Input, layers, memory, models, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { readKeras } from '../../../src/io/keras.js';
import { readSafetensors } from '../../../src/io/safetensors.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);

/** y = (x₀ + 2 x₁, 3), for files whose numbers a test can tell. */
const KERNEL = [[1, 0], [2, 0]]; // prettier-ignore

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-cli-'));
  const model = new models.Sequential([new layers.Dense(2, { inputShape: [2], name: 'sum' })], {
    name: 'm',
  });
  model.setWeights([tensor(KERNEL), tensor([0, 3])]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  await model.save(at('sum.keras'));
  model.dispose();
  await data.writeNpy(at('x.npy'), [[1, 2], [3, 4]]); // prettier-ignore
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** What a command prints and comes to; words of files are relative to the folder. */
async function lanegrad(...words: readonly string[]): Promise<Ran> {
  const [out, errors]: string[][] = [[], []];
  const code = await runCommandLine(
    words,
    (text) => out?.push(text),
    (text) => errors?.push(text),
  );
  const shown = (lines: readonly string[] = []): string =>
    lines.join('\n').replaceAll(`${folder}${path.sep}`, '');
  return { code, out: shown(out), errors: shown(errors) };
}

describe('the help', () => {
  it('lists the commands, and says of each what it takes', async () => {
    const { code, out } = await lanegrad('--help');
    expect(code).toBe(0);
    for (const name of ['summary FILE', 'convert FROM TO', 'predict FILE INPUT…', 'compile FILE']) {
      expect(out).toContain(name);
    }
    for (const name of ['summary', 'convert', 'predict', 'compile']) {
      const help = await lanegrad(name, '--help');
      expect(help).toMatchObject({ code: 0, errors: '' });
      expect(help.out).toContain(`Usage: npx lanegrad ${name} [options]`);
      expect(await lanegrad('help', name)).toEqual(help);
      expect(await lanegrad(name, '-h')).toEqual(help);
      // A terminal of usual width shows it.
      expect(Math.max(...help.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  it('is printed with code 2 where no command is named', async () => {
    expect(await lanegrad()).toMatchObject({ code: 2, errors: '' });
  });
});

describe('a wrong call', () => {
  const calls: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['sumary', 'x'], "there is no command 'sumary'; there are summary, convert, predict, compile. Did you mean 'summary'?"], // prettier-ignore
    ['an unknown option', ['convert', '--quantise', 'int8', 'a.keras', 'b.keras'], "there is no option --quantise. Did you mean '--quantize'?"], // prettier-ignore
    ['a missing argument', ['convert', 'a.keras'], 'TO is missing.'],
    ['no input', ['predict', 'a.keras'], 'INPUT is missing.'],
    ['an argument too many', ['summary', 'a.keras', 'b.keras'], "'b.keras' is one argument too many."], // prettier-ignore
    ['a missing value', ['predict', 'a.keras', 'x.npy', '-o'], 'the option -o needs a value: FILE.'], // prettier-ignore
    ['a needless value', ['summary', '--json=1', 'a.keras'], 'the option --json takes no value.'],
    ['a batch size of 0', ['predict', 'a.keras', 'x.npy', '-b', '0'], "--batch-size must be a whole number of at least 1, got '0'."], // prettier-ignore
    ['a name without a format', ['summary', 'a.pt'], "the name 'a.pt' does not say which format it is"], // prettier-ignore
    ['a format that is not written', ['convert', 'a.keras', 'b.h5'], '.h5 is read here, but not written; written are .keras'], // prettier-ignore
    ['an option of other formats', ['convert', '--no-optimizer', 'a.keras', 'b.npz'], '--no-optimizer is for .keras files'], // prettier-ignore
    ['a mode of other formats', ['convert', '--quantize', 'int8', 'a.keras', 'b.npz'], '--quantize is for files of models'], // prettier-ignore
    ['a model made of weights', ['convert', 'a.npz', 'b.keras'], ".npz holds no layers, so it does not become a model. Make the model in a program, and call model.loadWeights('a.npz')."], // prettier-ignore
    ['a model in place of an input', ['predict', 'a.npz', 'x.npy'], '.npz holds no layers to predict with.'], // prettier-ignore
    ['a result as a model', ['predict', 'a.keras', 'x.npy', '-o', 'b.keras'], 'results are not written as .keras.'], // prettier-ignore
  ];

  it.each(calls)('%s: one line, code 2', async (_, words, message) => {
    const { code, out, errors } = await lanegrad(...words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(errors).toContain(message);
    expect(errors).not.toContain('\n');
  });

  it('with control codes prints none', async () => {
    const { errors } = await lanegrad('summary', 'a\u001b[31m.pt');
    expect(errors).not.toContain('\u001b');
  });
});

describe('what cannot be done', () => {
  it('is one line, code 1', async () => {
    writeFileSync(at('broken.keras'), 'PK');
    writeFileSync(at('there.npz'), 'mine');
    const calls: readonly (readonly [readonly string[], RegExp])[] = [
      [['summary', at('missing.keras')], /^lanegrad summary: cannot read 'missing.keras'/],
      [['summary', at('broken.keras')], /^lanegrad summary: .*broken\.keras/],
      [['convert', at('sum.keras'), at('there.npz')], /^lanegrad convert: 'there.npz' exists/],
      [['predict', at('sum.keras'), at('x.npy'), '-o', at('there.npz')], /'there.npz' exists/],
      // The command is not named twice, although the message of `predict` begins with its name.
      [['predict', at('sum.keras'), at('sum.npy')], /^lanegrad predict: cannot read/],
    ];
    for (const [words, message] of calls) {
      const { code, out, errors } = await lanegrad(...words);
      expect({ words, code, out }).toEqual({ words, code: 1, out: '' });
      expect(errors).toMatch(message);
      expect(errors).not.toContain('\n');
    }
    expect(readFileSync(at('there.npz'), 'utf8')).toBe('mine');
  });

  it('names the shapes where samples do not fit, once', async () => {
    await data.writeNpy(at('wide.npy'), [[1, 2, 3]]);
    const { errors } = await lanegrad('predict', at('sum.keras'), at('wide.npy'));
    expect(errors).toMatch(/^lanegrad predict: model '.*' takes samples of shape \(2,\)/);
  });
});

describe('summary', () => {
  it('prints what a model, weights and an array hold', async () => {
    const model = await lanegrad('summary', at('sum.keras'));
    expect(model).toMatchObject({ code: 0, errors: '' });
    expect(model.out).toMatch(/^sum\.keras: \.keras, Keras 3\.\d+\.\d+, compiled\n/);
    expect(model.out).toMatch(/layers\/dense\/vars\/0 +\(2, 2\) +float32/);
    expect((await lanegrad('summary', at('x.npy'))).out).toBe('x.npy: float32 (2, 2)');
  });

  it('prints JSON', async () => {
    const { out } = await lanegrad('summary', '--json', at('sum.keras'));
    const file = JSON.parse(out) as { format: string; arrays: { path: string; shape: number[] }[] };
    expect(file.format).toBe('keras');
    expect(file.arrays[0]).toMatchObject({ path: 'layers/dense/vars/0', shape: [2, 2] });
    expect(JSON.parse((await lanegrad('summary', '--json', at('x.npy'))).out)).toEqual({
      shape: [2, 2],
      dtype: 'float32',
    });
  });
});

describe('convert', () => {
  const kernelOf = async (file: string): Promise<unknown> => {
    const model = await models.loadModel(file);
    const kernel = model.getWeights()[0]?.toArray();
    model.dispose();
    return kernel;
  };

  it('writes a model as a model, and back', async () => {
    expect(await lanegrad('convert', at('sum.keras'), at('web'))).toEqual({ code: 0, out: 'Wrote web.', errors: '' }); // prettier-ignore
    expect((await lanegrad('convert', at('web/model.json'), at('again.keras'))).code).toBe(0);
    expect(await kernelOf(at('again.keras'))).toEqual(KERNEL);
    expect((await lanegrad('convert', at('sum.keras'), at('sum.onnx'))).code).toBe(0);
    const predicted = await lanegrad('predict', at('sum.onnx'), at('x.npy'));
    expect(predicted.out).toBe('[[ 5.  3.]\n [11.  3.]]');
    const quantized = await lanegrad('convert', '-f', '--quantize', 'int8', at('sum.keras'), at('sum.onnx')); // prettier-ignore
    expect(quantized.errors).toContain('an .onnx file stores weights as they are');
  });

  it('quantizes, and leaves the optimizer out', async () => {
    await lanegrad('convert', at('sum.keras'), at('small.keras'), '--quantize', 'int8');
    const { arrays } = await models.inspectFile(at('small.keras'));
    expect(arrays.some(({ dtype }) => dtype === 'int8')).toBe(true);
    await lanegrad('convert', at('sum.keras'), at('plain.keras'), '--no-optimizer');
    const plain = await models.inspectFile(at('plain.keras'));
    expect(plain.arrays.some((array) => array.path.startsWith('optimizer'))).toBe(false);
    const wrong = await lanegrad('convert', at('sum.keras'), at('x'), '--quantize', 'int8');
    expect(wrong.errors).toContain(
      "TensorFlow.js's format does not store weights as 'int8'; --quantize is uint8 or uint16 or float16.",
    );
  });

  it('writes weights of a model and of archives under their names', async () => {
    await lanegrad('convert', at('sum.keras'), at('w.npz'));
    expect((await data.readNpz(at('w.npz')))['m/sum/kernel']?.toArray()).toEqual(KERNEL);
    await lanegrad('convert', at('w.npz'), at('w.safetensors'));
    const { tensors } = await readSafetensors(at('w.safetensors'));
    expect(Object.keys(tensors)).toEqual(['m/sum/kernel', 'm/sum/bias']);
    await lanegrad('convert', at('sum.keras'), at('w.weights.h5'));
    await lanegrad('convert', at('w.weights.h5'), at('paths.npz'));
    await lanegrad('convert', at('paths.npz'), at('paths.weights.h5'));
    const { weights } = await readKeras(at('paths.weights.h5'));
    expect(weights['layers/dense/vars/0']?.toArray()).toEqual(KERNEL);
  });

  it('writes one array in other formats, and one array of an archive', async () => {
    const numbers = [[1, 2], [3, 4]]; // prettier-ignore
    await lanegrad('convert', at('x.npy'), at('x.idx.gz'));
    await lanegrad('convert', at('x.idx.gz'), at('x.npz'));
    expect((await data.readNpz(at('x.npz')))['arr_0']?.toArray()).toEqual(numbers);
    await lanegrad('convert', at('x.npz'), at('back.npy'));
    expect((await data.readNpy(at('back.npy'))).toArray()).toEqual(numbers);
    writeFileSync(at('x.csv'), 'a,b\n1,2\n3,4\n');
    await lanegrad('convert', at('x.csv'), at('back.npy'), '--force');
    expect((await data.readNpy(at('back.npy'))).toArray()).toEqual(numbers);
    expect((await lanegrad('convert', at('w.npz'), at('w.npy'))).errors).toContain(
      "'w.npz' holds 2 arrays (m/sum/kernel, m/sum/bias), and the target takes one.",
    );
  });
});

describe('predict', () => {
  it('prints the result, as JSON too, and leaves no tensor behind', async () => {
    const before = memory().tensors;
    expect(await lanegrad('predict', at('sum.keras'), at('x.npy'))).toEqual({
      code: 0,
      out: '[[ 5.  3.]\n [11.  3.]]',
      errors: '',
    });
    const json = await lanegrad('predict', at('sum.keras'), at('x.npy'), '--json', '-b', '1');
    expect(JSON.parse(json.out)).toEqual([[5, 3], [11, 3]]); // prettier-ignore
    expect(memory().tensors).toBe(before);
  });

  it('writes the result', async () => {
    await lanegrad('predict', at('sum.keras'), at('x.npy'), '-o', at('y.npy'));
    const y: Tensor = await data.readNpy(at('y.npy'));
    expect(y.toArray()).toEqual([[5, 3], [11, 3]]); // prettier-ignore
    await lanegrad('predict', at('sum.keras'), at('x.npy'), '--output', at('y.npz'));
    expect(Object.values(await data.readNpz(at('y.npz')))[0]?.toArray()).toEqual(y.toArray());
  });

  it('does not print NaN as JSON, which has none', async () => {
    await data.writeNpy(at('nan.npy'), [[NaN, 0]]);
    const { code, errors } = await lanegrad('predict', at('sum.keras'), at('nan.npy'), '--json');
    expect(code).toBe(1);
    expect(errors).toContain('NaN or infinity, which JSON does not have');
  });

  it('takes a file for each input, or an archive with their names', async () => {
    const [a, b] = ['a', 'b'].map((name) => Input({ shape: [2], name }));
    if (a === undefined || b === undefined) throw new Error('two inputs');
    const model = new models.Model({ inputs: [a, b], outputs: [new layers.Add({ name: 'sum' }).apply([a, b]), new layers.Subtract({ name: 'less' }).apply([a, b])] }); // prettier-ignore
    await model.save(at('two.keras'));
    model.dispose();
    const twice = await lanegrad('predict', at('two.keras'), at('x.npy'), at('x.npy'), '--json');
    const [sum, less] = Object.values(JSON.parse(twice.out) as Record<string, unknown>);
    expect(sum).toEqual([[2, 4], [6, 8]]); // prettier-ignore
    expect(less).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    await data.writeNpz(at('ab.npz'), { b: [[1, 1]], a: [[5, 7]] });
    const named = await lanegrad('predict', at('two.keras'), at('ab.npz'), '-o', at('r.npz'));
    expect(named.errors).toBe('');
    expect(Object.values(await data.readNpz(at('r.npz'))).map((x) => x.toArray())).toEqual([
      [[6, 8]],
      [[4, 6]],
    ]);
    const one = await lanegrad('predict', at('two.keras'), at('ab.npz'), '-o', at('r.npy'));
    expect(one.errors).toContain('the model has 2 outputs, so the output must be .npz');
  });
});
