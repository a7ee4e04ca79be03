// Functions around texts and series against Keras and NumPy: windows of series, the legacy Tokenizer, NumPy's shuffle.
import { describe, expect, it } from 'vitest';
import { camelCase } from '../../src/config/index.js';
import { RandomState } from '../../src/random.js';
import { timeseriesDatasetFromArray, Tokenizer, tokenizerFromJSON } from '../../src/utils.js';
import { Tensor } from '../../src/engine/tensor/index.js';
import { expectClose, readTextCases, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

type Options = Readonly<Record<string, unknown>>;

interface WindowsCase {
  readonly function: 'timeseries_dataset_from_array';
  readonly kwargs: Options;
  readonly data: GoldenArray;
  readonly targets: GoldenArray | null;
  /** x, or x and y, of each batch. */
  readonly batches: readonly (readonly GoldenArray[])[];
}

interface TokenizerCase {
  readonly function: 'Tokenizer';
  readonly kwargs: Options;
  readonly fit: readonly string[];
  readonly texts: readonly string[];
  readonly sequences: readonly (readonly number[])[];
  readonly word_index: Readonly<Record<string, number>>;
  readonly matrix_binary: GoldenArray;
  readonly matrix_count: GoldenArray;
  readonly matrix_tfidf: GoldenArray;
  readonly matrix_freq: GoldenArray;
}

interface ShuffleCase {
  readonly function: 'RandomState.shuffle';
  readonly seed: number;
  /** The numbers below it are shuffled. */
  readonly n: number;
  readonly output: readonly number[];
}

type Case = WindowsCase | TokenizerCase | ShuffleCase;

const { source, cases } = readTextCases<Case | { readonly class_name: string }>();

/** The cases of a function. Those of FeatureSpace and of layers are of other tests. */
const casesOf = <Name extends Case['function']>(
  name: Name,
): [string, Extract<Case, { readonly function: Name }>][] =>
  cases
    .filter(
      (golden): golden is Extract<Case, { readonly function: Name }> =>
        'function' in golden && golden.function === name,
    )
    .map((golden, i) => [String(i), golden]);

/** Keras's names of arguments in camelCase. */
const optionsOf = (kwargs: Options): never =>
  Object.fromEntries(
    Object.entries(kwargs).map(([key, value]) => [camelCase(key), value]),
  ) as never;

describe(`texts and series agree with ${source}`, () => {
  it.each(casesOf('timeseries_dataset_from_array'))('windows %s', async (_, golden) => {
    const { data, targets, kwargs, batches } = golden;
    const given = targets === null ? null : toTensor(targets);
    const windows = timeseriesDatasetFromArray(toTensor(data), given as Tensor, optionsOf(kwargs));
    expect(windows.size).toBe(batches.length);
    let next = 0;
    for await (const element of windows) {
      const parts = element instanceof Tensor ? [element] : element;
      const expected = batches[next++] ?? [];
      expect(parts.length).toBe(expected.length);
      expected.forEach((array, i) => {
        expect(parts[i]?.dtype).toBe(array.dtype);
        expectClose(parts[i] as Tensor, array);
      });
    }
    expect(next).toBe(batches.length);
  });

  it.each(casesOf('Tokenizer'))('Tokenizer %s', (_, golden) => {
    const tokenizer = new Tokenizer(optionsOf(golden.kwargs));
    tokenizer.fitOnTexts(golden.fit);
    // A file keeps all of it.
    for (const one of [tokenizer, tokenizerFromJSON(JSON.stringify(tokenizer))]) {
      expect([...one.wordIndex]).toEqual(
        Object.entries(golden.word_index).sort(([, a], [, b]) => a - b),
      );
      expect(one.textsToSequences(golden.texts)).toEqual(golden.sequences);
      for (const mode of ['binary', 'count', 'tfidf', 'freq'] as const) {
        expectClose(one.textsToMatrix(golden.texts, mode), golden[`matrix_${mode}`], mode);
      }
    }
  });

  it.each(casesOf('RandomState.shuffle'))('RandomState %s', (_, { seed, n, output }) => {
    const list = Array.from({ length: n }, (__, i) => i);
    new RandomState(seed).shuffle(list);
    expect(list).toEqual(output);
    expect([...new RandomState(seed).permutation(n)]).toEqual(output);
  });
});
