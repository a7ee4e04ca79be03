// Text and tables compared with Keras on TensorFlow and with pandas, on one thread: the time of TextVectorization to learn from 12 MB
// and to encode it, a lookup of a million strings, and the census from its CSV file to batches.
// LANEGRAD_DATA_DIR holds text/rt-polarity.pos.gz and .neg.gz, and adult/adult-train.csv.gz.
// Times are processor times, so that other programs on the machine do not disturb them.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { data, layers, stringArray, utils } from 'lanegrad';
import type { StringArray } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { askPython, inTurns, processorTime } from './python-calls.js';
import { printHeading, printNote, printTable } from './report.js';
import { tableProcess, textProcess } from './runner/contenders.js';
import type { Timing } from './timing.js';

const [TEXTS, CHARACTERS, STRINGS] = [10_000, 1_200, 1_000_000];

/** How large the vocabulary is, and how long the encoded texts. */
const VECTORIZATION = { maxTokens: 20_000, outputSequenceLength: 200 };

const BATCH = 128;

/** Wanted: at most the time of the peer. */
const WANTED = '1';

export async function benchText(rounds: number): Promise<void> {
  printHeading('text and tables beside Keras on TensorFlow and pandas, one thread');
  const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-bench-'));
  try {
    await compareTexts(folder, rounds);
    await compareTables(rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compareTexts(folder: string, rounds: number): Promise<void> {
  const sentences = findSentences();
  if (sentences === undefined) {
    printNote('skipped: LANEGRAD_DATA_DIR has no text/rt-polarity.pos.gz and .neg.gz.');
    return;
  }
  const below = numbers();
  const texts = Array.from({ length: TEXTS }, () => {
    let text = '';
    while (text.length < CHARACTERS) text += `${sentences[below(sentences.length)] ?? ''} `;
    return text.slice(0, CHARACTERS);
  });
  const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
  const layer = new layers.TextVectorization(VECTORIZATION);
  await layer.adapt(texts);
  const words = layer.getVocabulary({ includeSpecialTokens: false });
  const strings = Array.from({ length: STRINGS }, () => words[below(words.length)] ?? '');
  const array = stringArray(strings);
  const lookup = new layers.StringLookup({ vocabulary: words });

  const file = path.join(folder, 'texts.json');
  writeFileSync(file, JSON.stringify({ ...VECTORIZATION, texts, words, strings }));
  await askPython(textProcess(file), 'tensorflow-cpu', async (ask, version) => {
    const rows = [];
    for (const [op, name, amount, unit, run] of [
      ['adapt', 'TextVectorization.adapt', megabytes, 'MB', () => layer.adapt(texts)], // prettier-ignore
      ['encode', 'TextVectorization.apply', megabytes, 'MB', () => { layer.apply(texts).dispose(); }], // prettier-ignore
      ['lookup', 'StringLookup.apply', STRINGS / 1e6, 'million strings', () => { lookup.apply(array).dispose(); }], // prettier-ignore
    ] as const) {
      const times = await inTurns({ op }, rounds, ask, processorTime(run));
      rows.push([...row(name, times), `${((1000 * amount) / times[0].median).toFixed(1)} ${unit}`]); // prettier-ignore
    }
    printTable(['', 'lanegrad', 'Keras', 'ratio', 'at most', 'a second'], rows);
    printVersion(version);
  });
}

async function compareTables(rounds: number): Promise<void> {
  const file = path.join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'adult', 'adult-train.csv.gz');
  if (!existsSync(file)) {
    printNote('skipped: LANEGRAD_DATA_DIR has no adult/adult-train.csv.gz.');
    return;
  }
  await askPython(tableProcess(file), 'pandas', async (ask, version) => {
    const times = await inTurns(
      { op: 'table' },
      rounds,
      ask,
      processorTime(() => censusInBatches(file)),
    );
    printTable(['', 'lanegrad', 'pandas', 'ratio', 'at most'], [row('the census, in batches', times)]); // prettier-ignore
    printVersion(version);
  });
}

/** What columns of the census become numbers: a name beginning with `#` is that of a number, which is normalized. */
const CENSUS = [
  ...['#age', 'workclass', '', 'education', '#education-num', 'marital-status', 'occupation'],
  ...['relationship', 'race', 'sex', '#capital-gain', '#capital-loss', '#hours-per-week'],
  ...['native-country', 'income'],
];

/** Reads all people, makes numbers of their columns, and gives them in batches in random order. */
async function censusInBatches(file: string): Promise<void> {
  const header = CENSUS.map((name, i) => name.replace('#', '') || `unused-${i}`);
  const { columns } = await data.readCsvColumns(file, { header, delimiter: ', ' });
  const { income, 'unused-2': unused, ...x } = columns;
  const features = CENSUS.filter((name) => name !== '' && name !== 'income').map((name) => [
    name.replace('#', ''),
    name.startsWith('#') ? 'float_normalized' : 'string_categorical',
  ]);
  const space = new utils.FeatureSpace(
    Object.fromEntries(features) as Record<string, utils.FeatureTypeName>,
  );
  await space.adapt(x);
  const encoded = space.apply(x);
  const labels = (income as StringArray).strings.map((text) => (text.startsWith('>50K') ? 1 : 0));
  const batches = data.Dataset.fromTensors(encoded, labels)
    .shuffle(labels.length, { seed: 0 })
    .batch(BATCH);
  for await (const batch of batches) for (const part of batch) part.dispose();
  for (const column of [...Object.values(x), unused, encoded]) column?.dispose();
  batches.dispose();
}

const printVersion = (version: string): void => {
  printNote(`${version}; medians of processor times, runs in turns`);
};

const row = (name: string, [own, peer]: readonly [own: Timing, peer: Timing]): string[] => [
  name,
  formatMs(own.median),
  formatMs(peer.median),
  formatRatio(own.median / peer.median),
  WANTED,
];

/** Sentences of film reviews; undefined if the files are not there. */
function findSentences(): string[] | undefined {
  const folder = path.join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'text');
  const files = ['pos', 'neg'].map((kind) => path.join(folder, `rt-polarity.${kind}.gz`));
  if (!files.every((file) => existsSync(file))) return undefined;
  return files.flatMap((file) => gunzipSync(readFileSync(file)).toString().split('\n'));
}

/** Draws whole numbers that are the same each time: a linear congruential generator. */
function numbers(): (limit: number) => number {
  let state = 1;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
