// Layers of text: megabytes that TextVectorization learns from and encodes in a second, and seconds of a lookup of a million strings.
//   npm run bench -- text, or node --import tsx bench/text.ts; LANEGRAD_DATA_DIR holds text/rt-polarity.pos.gz and .neg.gz
// Times are those of the processor, so that others on the machine do no harm.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { layers } from '../src/index.js';

const [TEXTS, CHARACTERS, STRINGS, RUNS] = [10_000, 1_200, 1_000_000, 5];

const folder = join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'text');
const sentences = ['pos', 'neg'].flatMap((kind) =>
  gunzipSync(readFileSync(join(folder, `rt-polarity.${kind}.gz`)))
    .toString()
    .split('\n'),
);

/** Numbers that are the same each time: a linear congruential generator. */
let state = 1;
const below = (n: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};

const texts = Array.from({ length: TEXTS }, () => {
  let text = '';
  while (text.length < CHARACTERS) text += `${sentences[below(sentences.length)] ?? ''} `;
  return text.slice(0, CHARACTERS);
});
const bytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);

/** The median of processor seconds of some runs. */
async function seconds(run: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    all.push((user + system) / 1e6);
  }
  return all.sort((a, b) => a - b)[RUNS >> 1] ?? NaN;
}

const layer = new layers.TextVectorization({ maxTokens: 20_000, outputSequenceLength: 200 });
const adapt = await seconds(() => layer.adapt(texts));
const encode = await seconds(() => {
  layer.apply(texts).dispose();
});
const words = layer.getVocabulary({ includeSpecialTokens: false });
const strings = Array.from({ length: STRINGS }, () => words[below(words.length)] ?? '');
const lookup = new layers.StringLookup({ vocabulary: words });
const look = await seconds(() => {
  lookup.apply(strings).dispose();
});
const rate = (time: number): string => `${(bytes / 1e6 / time).toFixed(0)} MB/s`;
console.log(`TextVectorization of ${(bytes / 1e6).toFixed(1)} MB: adapt ${rate(adapt)} (${adapt.toFixed(3)} s), encode ${rate(encode)} (${encode.toFixed(3)} s)`); // prettier-ignore
console.log(`StringLookup of ${STRINGS} strings: ${look.toFixed(3)} s`);
