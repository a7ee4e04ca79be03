// Layers of text: megabytes that TextVectorization learns from and encodes in a second, and the time of a lookup of a million
// strings. LANEGRAD_DATA_DIR holds text/rt-polarity.pos.gz and .neg.gz.
// Times are those of the processor, so that others on the machine do no harm.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { layers } from 'lanegrad';
import { formatMs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';

const [TEXTS, CHARACTERS, STRINGS] = [10_000, 1_200, 1_000_000];

export async function benchText(rounds: number): Promise<void> {
  printHeading('text: learning and encoding 12 MB, and a lookup of a million strings');
  const sentences = findSentences();
  if (sentences === undefined) {
    printNote(
      'skipped: LANEGRAD_DATA_DIR has no text/rt-polarity.pos.gz and text/rt-polarity.neg.gz.',
    );
    return;
  }
  const below = numbers();
  const texts = Array.from({ length: TEXTS }, () => {
    let text = '';
    while (text.length < CHARACTERS) text += `${sentences[below(sentences.length)] ?? ''} `;
    return text.slice(0, CHARACTERS);
  });
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const layer = new layers.TextVectorization({ maxTokens: 20_000, outputSequenceLength: 200 });
  const adapt = await processorTime(rounds, () => layer.adapt(texts));
  const encode = await processorTime(rounds, () => {
    layer.apply(texts).dispose();
  });
  const words = layer.getVocabulary({ includeSpecialTokens: false });
  const strings = Array.from({ length: STRINGS }, () => words[below(words.length)] ?? '');
  const lookup = new layers.StringLookup({ vocabulary: words });
  const look = await processorTime(rounds, () => {
    lookup.apply(strings).dispose();
  });
  const rate = (time: number): string => `${(bytes / 1e3 / time).toFixed(0)} MB/s`;
  printTable(
    ['', 'processor time, median', ''],
    [
      ['TextVectorization.adapt', formatMs(adapt), rate(adapt)],
      ['TextVectorization.apply', formatMs(encode), rate(encode)],
      [
        'StringLookup.apply',
        formatMs(look),
        `${(STRINGS / 1e3 / look).toFixed(1)} million strings/s`,
      ],
    ],
  );
}

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

/** The median of some runs, in milliseconds of the processor. */
async function processorTime(rounds: number, run: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    all.push((user + system) / 1e3);
  }
  return all.sort((a, b) => a - b)[rounds >> 1] ?? NaN;
}
