// The examples on sequences and the GPT, at a small size: each learns what it says.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { random, tensor, tidy, utils } from 'lanegrad';
import { addition } from '../../examples/addition.js';
import { airQuality, airQualityFile } from '../../examples/air-quality.js';
import { ISO_LENGTH, writeDays, WRITTEN_LENGTH } from '../../examples/date-conversion/dates.js';
import { dateConversion } from '../../examples/date-conversion.js';
import { filmReviews } from '../../examples/film-reviews.js';
import { makeAttentionModel } from '../../examples/gpt/attention.js';
import { makeGpt } from '../../examples/gpt/model.js';
import { write } from '../../examples/gpt/write.js';
import { gpt } from '../../examples/gpt.js';
import type { GptOptions } from '../../examples/gpt.js';
import type { Report } from '../../examples/gpt/learn.js';
import { reviews } from '../../examples/reviews.js';
import { shakespeare } from '../../examples/shakespeare.js';
import { lossOfFrequencies, lossOfPairs } from '../../examples/text/characters.js';
import { readCharacters, shakespeareFile } from '../../examples/text/shakespeare-file.js';
import { drawPairs } from '../../examples/translation/grammar.js';
import { translation } from '../../examples/translation.js';
import { bitsOf } from '../unit/models/networks.js';

describe('the examples on sequences', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('film reviews: all networks find the word that tells', async () => {
    const fillers = 'the film is a story of its actors and their voices'.split(' ');
    const sentencesWith = (telling: readonly string[], seed: number): string[] =>
      Array.from({ length: 300 }, (_, i) => {
        const numbers = random.randint([3 + (i % 6)], 0, fillers.length, { seed: seed + i });
        const words = Array.from(numbers.data(), (number) => fillers[number] ?? '');
        words.splice(i % words.length, 0, telling[i % telling.length] ?? '');
        return `${words.join(' ')} .`;
      });
    const made = {
      positive: sentencesWith(['moving', 'funny', 'wise', 'tender'], 0),
      negative: sentencesWith(['dull', 'flat', 'tired', 'endless'], 1000),
    };
    const results = await filmReviews({ reviews: made, seeds: [0] });
    expect(Object.keys(results)).toEqual(['conv1d', 'lstm', 'bidirectional', 'transformer']);
    for (const [accuracy] of Object.values(results)) expect(accuracy).toBeGreaterThan(0.95);
  });

  it('reviews: a network that takes strings finds the word that tells', async () => {
    const sentences = (telling: readonly string[]): string[] =>
      Array.from({ length: 200 }, (_, i) => `the film is ${telling[i % telling.length] ?? ''} .`);
    const made = {
      positive: sentences(['moving', 'funny', 'wise']),
      negative: sentences(['dull', 'flat', 'tired']),
    };
    expect(await reviews({ reviews: made, epochs: 40 })).toBeGreaterThan(0.95);
  });

  const folder = process.env['LANEGRAD_DATA_DIR'];
  it.skipIf(folder === undefined || !existsSync(path.join(folder, 'text/rt-polarity.pos.gz')))(
    'film reviews: judge some of the real sentences (needs text in LANEGRAD_DATA_DIR)',
    async () => {
      const results = await filmReviews({
        sentences: 2000,
        readers: ['conv1d', 'lstm', 'transformer'],
        seeds: [0],
        epochs: 5,
      });
      // Guessing judges one half correctly.
      for (const [accuracy] of Object.values(results)) expect(accuracy).toBeGreaterThan(0.6);
    },
  );

  it('film reviews: say where the sentences come from', async () => {
    vi.stubEnv('LANEGRAD_DATA_DIR', '/no/such/folder');
    await expect(filmReviews()).rejects.toThrow(
      /'\/no\/such\/folder', which has no text\/rt-polarity\.pos.*https:\S+\/rt-polaritydata\.tar\.gz/,
    );
    vi.stubEnv('LANEGRAD_DATA_DIR', undefined);
    await expect(filmReviews()).rejects.toThrow('LANEGRAD_DATA_DIR is not set');
  });

  it('addition: learns sums of two digits', async () => {
    const { characters, sums } = await addition({
      digits: 2,
      samples: 4000,
      units: 64,
      epochs: 20,
      batchSize: 32,
    });
    // Answers of spaces have a third of the characters right at most, and no sum.
    expect(characters).toBeGreaterThan(0.85);
    expect(sums).toBeGreaterThan(0.6);
  });

  it('addition: refuses more sums than there are', async () => {
    // 10 · 11 / 2 pairs of digits.
    await expect(addition({ digits: 1, samples: 56 })).rejects.toThrow(/there are 55 sums/);
  });

  it('date conversion: one day has many forms', () => {
    // 3 May 1979 is 10,714 days after 1 January 1950, and was a Thursday.
    const day = (Date.UTC(1979, 4, 3) - Date.UTC(1950, 0, 1)) / 86_400_000;
    const dates = writeDays([day], 1000);
    expect(new Set(dates.map(({ iso }) => iso))).toEqual(new Set(['1979-05-03']));
    const forms = new Set(dates.map(({ written }) => written));
    expect(forms.size).toBeGreaterThan(40);
    for (const form of ['Thursday, May 3rd 1979', '03.05.79', '5/3/1979', "MAY 3 '79"]) {
      expect(forms).toContain(form);
    }
    // The longest weekday, month and day.
    const longest = writeDays([(Date.UTC(1998, 8, 23) - Date.UTC(1950, 0, 1)) / 86_400_000], 1000);
    expect(Math.max(...longest.map(({ written }) => written.length))).toBe(WRITTEN_LENGTH);
  });

  it('date conversion: reads days that it has not met, and looks at the characters in question', async () => {
    const { converter, test, exact } = await dateConversion({ days: 3000, epochs: 3 });
    expect(test).toHaveLength(1000);
    // A network that knows nothing guesses one day of 36,525.
    expect(exact).toBeGreaterThan(0.9);
    const dates = ['Thursday, May 3rd 1979', '05.03.79'];
    expect(await converter.convert(dates)).toEqual(['1979-05-03', '1979-03-05']);
    const shown = converter.showAttention('05.03.79', '1979-03-05').split('\n');
    expect(shown).toHaveLength(1 + ISO_LENGTH);
    // The last digit of the year is read from the last character.
    expect(shown[4]).toMatch(/^9 {8}[▒▓█]$/);
  });

  it('translation: the sentences to learn from are German', () => {
    utils.setRandomSeed(0);
    const pairs = drawPairs(2000);
    const germanOf = new Map(pairs.map(({ english, german }) => [english.join(' '), german.join(' ')])); // prettier-ignore
    expect(germanOf.size).toBe(2000);
    const checked = {
      'she wants to follow the big bear on Sunday .':
        'sie will am Sonntag dem großen Bären folgen .',
      'my sister does not fall asleep because an old girl has not taken these songs away this week .':
        'meine Schwester schläft nicht ein , weil ein altes Mädchen diese Woche diese Lieder nicht weggenommen hat .',
      'the child believes that the good men may arrive this year .':
        'das Kind glaubt , dass die guten Männer dieses Jahr ankommen dürfen .',
      'we help the poor dogs this year .': 'wir helfen dieses Jahr den armen Hunden .',
      'may they look for these doctors ?': 'dürfen sie diese Ärzte suchen ?',
      'in the morning the hungry neighbor does not see my children .':
        'am Morgen sieht der hungrige Nachbar meine Kinder nicht .',
      'the big queens have thanked no sister in the village .':
        'die großen Königinnen haben keiner Schwester im Dorf gedankt .',
      'the old sister wants to help a farmer every day .':
        'die alte Schwester will jeden Tag einem Bauern helfen .',
    };
    for (const [english, german] of Object.entries(checked))
      expect(germanOf.get(english)).toBe(german);
  });

  it('translation: a small transformer learns German, and is what it was when it is loaded', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-'));
    try {
      const options = {
        pairs: 3000,
        testPairs: 100,
        epochs: 5,
        file: path.join(folder, 'm.keras'),
      };
      const { test, exact } = await translation(options);
      expect(test).toHaveLength(100);
      // Each word has to be right, and there are nine in a sentence.
      expect(exact).toBeGreaterThan(0.1);
      const loaded = await translation(options);
      expect(loaded.test).toEqual(test);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 600_000);

  it.skipIf(airQualityFile() === undefined)(
    'air quality: a GRU forecasts better than persistence and the median (needs beijing_pm25 in LANEGRAD_DATA_DIR)',
    async () => {
      const forecasts = await airQuality({ names: ['GRU with dropout'], stride: 4, epochs: 2 });
      expect(forecasts.map(({ name }) => name)).toEqual([
        'persistence',
        'median',
        'GRU with dropout',
      ]);
      const [persistence, median, gru] = forecasts.map(({ test }) => test);
      // By NumPy, of the hours of 2014 that were measured.
      expect(persistence).toBeCloseTo(67.6714, 3);
      expect(median).toBeCloseTo(65.4174, 3);
      expect(gru).toBeLessThan(0.95 * Math.min(persistence ?? NaN, median ?? NaN));
    },
  );

  it.skipIf(shakespeareFile() === undefined)(
    'Shakespeare: what is known by the frequencies of characters and of pairs (needs text in LANEGRAD_DATA_DIR)',
    () => {
      const characters = readCharacters('');
      // By NumPy.
      expect(lossOfFrequencies(characters)).toBeCloseTo(3.3473, 3);
      expect(lossOfPairs(characters)).toBeCloseTo(2.48189, 4);
    },
  );

  it.skipIf(shakespeareFile() === undefined)(
    'Shakespeare: an LSTM knows more of the next character than its frequency (needs text in LANEGRAD_DATA_DIR)',
    async () => {
      const { loss, unigramLoss, texts } = await shakespeare({
        units: 64,
        epochs: 1,
        stepsPerEpoch: 100,
      });
      expect(unigramLoss).toBeCloseTo(3.3473, 3);
      expect(loss).toBeLessThan(unigramLoss - 0.5);
      expect(texts.map((text) => text.length)).toEqual([300, 300, 300, 300]);
      // What is likely is written again and again.
      const kinds = texts.map((text) => new Set(text).size);
      expect(kinds[0]).toBeLessThan(kinds[3] ?? NaN);
    },
    600_000,
  );
});

describe('the GPT', () => {
  const small: GptOptions = {
    file: fileURLToPath(new URL('../../examples/text/scenes.txt', import.meta.url)),
    blocks: 2,
    heads: 2,
    width: 32,
    context: 16,
    batchSize: 8,
    steps: 60,
    every: 20,
  };

  it('knows more of the next character than its frequency', async () => {
    const reports: Report[] = [];
    const texts: string[] = [];
    const { model, loss, unigramLoss, text } = await gpt({
      ...small,
      width: 64,
      steps: 300,
      every: 150,
      onReport: (report, written) => {
        reports.push(report);
        texts.push(written);
      },
    });
    expect(reports.map(({ step }) => step)).toEqual([150, 300]);
    expect(reports[1]?.validationLoss).toBeLessThan(reports[0]?.validationLoss ?? NaN);
    expect(reports[1]?.loss).toBeLessThan(unigramLoss - 0.5);
    expect(loss).toBeLessThan(unigramLoss - 0.3);
    expect(texts[1]).toBe(text);
    expect(text).toHaveLength(300);

    // Each place takes from itself and from what is before it, and all of it sums to 1.
    const blocks = makeAttentionModel(model).apply([
      tensor([[1, 2, 3, 4]], { dtype: 'int32' }),
      tensor([[0, 1, 2, 3]], { dtype: 'int32' }),
    ]);
    expect(blocks.map(({ shape }) => shape)).toEqual([
      [1, 2, 4, 4],
      [1, 2, 4, 4],
    ]);
    for (const weights of blocks) {
      const rows = weights.reshape([-1, 4]).toArray() as number[][];
      rows.forEach((row, i) => {
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        expect(row.slice((i % 4) + 1).every((weight) => weight === 0)).toBe(true);
      });
    }
  });

  it('writes what it would write if it read all again for each character', () => {
    const context = 8;
    const sizes = { characters: 7, context, blocks: 2, heads: 2, width: 16, seed: 3 };
    const model = makeGpt(sizes);
    // Larger weights, so that what was read before counts.
    model.setWeights(model.weights.map((weight) => weight.value.mul(8)));
    const begun = [3, 1];
    const expected: number[] = [];
    const seed = new random.SeedGenerator(5);
    let read = begun.slice();
    for (let i = 0; i < 30; i++) {
      // A full window goes on with its last half.
      if (read.length > context) read = read.slice(-context / 2);
      const positions = read.map((_, place) => place);
      const scores = tidy(() => model.apply([[read], [positions]]).slice(':', -1));
      const next = random.sampleLogits(scores, { temperature: 0.5, seed }).item();
      expected.push(next);
      read.push(next);
    }
    const written = write(model, begun, { temperature: 0.5, seed: 5 });
    expect(expected.map(() => written.next().value)).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(3);
  });

  it('goes on from a file as if it had not stopped', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gpt-'));
    try {
      const file = path.join(folder, 'gpt.keras');
      const whole = await gpt(small);
      const stop = new Error('switched off');
      const onReport = (): never => {
        throw stop;
      };
      await expect(gpt({ ...small, save: file, onReport })).rejects.toBe(stop);
      const steps: number[] = [];
      const rest = await gpt({
        ...small,
        continueFrom: file,
        onReport: ({ step }) => steps.push(step),
      });
      expect(steps).toEqual([40, 60]);
      expect(bitsOf(rest.model)).toEqual(bitsOf(whole.model));
      expect(rest.loss).toBe(whole.loss);
      expect(rest.text).toBe(whole.text);
      const other = path.join(folder, 'other.txt');
      writeFileSync(other, 'To be, or not to be. '.repeat(20));
      await expect(gpt({ ...small, continueFrom: file, file: other })).rejects.toThrow(
        /knows 58 characters, and the text has 10: .*another text/,
      );
      writeFileSync(other, 'To be, or not to be. '.repeat(7));
      await expect(gpt({ ...small, file: other })).rejects.toThrow(/147 characters.*window of 16/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
