// Pictures: how many JPEG photos a thread reads in a second, and whether workers decode them during training.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { layers, models, ops, random, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { interleave, summarize } from './timing.js';

/** Height and width of a photo, and of the input of networks. */
const FROM = [375, 500] as const;
const TO = [224, 224] as const;

/** Wanted: JPEG files a second on one thread, and an epoch over the larger of its two halves. */
const TARGETS = { perSecond: 60, epoch: 1.15 };

const PHOTOS = 16;
const FILES = 192;
const BATCH = 16;

export async function benchPictures(rounds: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-bench-'));
  try {
    await benchReading(folder, rounds);
    await benchEpochs(folder, Math.ceil(rounds / 3));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Something like a photo: smooth colours with grain. */
function photo(seed: number): Tensor {
  const blurred = ops.image.resize(random.uniform([12, 16, 3], { seed }), FROM, {
    interpolation: 'bicubic',
  });
  return blurred
    .add(random.normal([...FROM, 3], { stddev: 0.04, seed }))
    .mul(255)
    .clip(0, 255);
}

async function benchReading(folder: string, rounds: number): Promise<void> {
  const files: Uint8Array[] = [];
  for (let i = 0; i < PHOTOS; i++) {
    const file = path.join(folder, `${i}.jpg`);
    await utils.saveImg(file, photo(i), { scale: false, quality: 90 });
    files.push(readFileSync(file));
  }
  const bytes = files.reduce((sum, { length }) => sum + length, 0) / PHOTOS;
  printHeading(`Reading JPEG files of ${FROM[1]} × ${FROM[0]} (${Math.round(bytes / 1000)} kB)`);
  const times: number[] = [];
  const cpu: number[] = [];
  const ways = {
    decoded: (file: Uint8Array) => utils.loadImg(file),
    'decoded, by Pillow’s bilinear to 224 × 224': (file: Uint8Array) =>
      utils.loadImg(file, { targetSize: TO, interpolation: 'bilinear' }),
    'decoded, by ops.image.resize to 224 × 224, normalized': async (file: Uint8Array) => {
      const img = await utils.loadImg(file);
      const pixels = utils.imgToArray(img);
      const resized = ops.image.resize(pixels, TO);
      const normalized = resized.div(127.5).sub(1);
      for (const one of [pixels, resized, normalized]) one.dispose();
    },
  };
  const rows: string[][] = [];
  for (const [name, read] of Object.entries(ways)) {
    times.length = 0;
    cpu.length = 0;
    for (let round = -1; round < rounds; round++) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      for (const file of files) await read(file);
      const { user, system } = process.cpuUsage(used);
      if (round < 0) continue;
      times.push((performance.now() - started) / PHOTOS);
      cpu.push((user + system) / 1000 / PHOTOS);
    }
    const [time, processor] = [summarize(times), summarize(cpu)];
    rows.push([
      name,
      formatMs(time.median),
      formatMs(processor.median),
      (1000 / processor.median).toFixed(0),
    ]);
  }
  printTable(['a picture', 'median', 'CPU', 'a second of CPU'], rows);
  printNote(`Aim: ${TARGETS.perSecond} a second, decoded, resized and normalized.`);
}

async function benchEpochs(folder: string, rounds: number): Promise<void> {
  for (const name of ['a', 'b']) mkdirSync(path.join(folder, name));
  for (let i = 0; i < FILES; i++) {
    const file = path.join(folder, i % 2 === 0 ? 'a' : 'b', `${i}.jpg`);
    await utils.saveImg(file, photo(i % PHOTOS), { scale: false, quality: 90 });
  }
  const options = {
    imageSize: TO,
    batchSize: BATCH,
    seed: 1,
    verbose: false,
    classNames: ['a', 'b'],
  };
  const pictures = await utils.imageDatasetFromDirectory(folder, options);
  const kept = (await utils.imageDatasetFromDirectory(folder, options)).cache();
  const model = new models.Sequential([
    new layers.Rescaling(1 / 255, { inputShape: [...TO, 3] }),
    new layers.Conv2D(12, 3, { strides: 2, activation: 'relu' }),
    new layers.Conv2D(16, 3, { strides: 2, activation: 'relu' }),
    new layers.GlobalAveragePooling2D(),
    new layers.Dense(2, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' });
  printHeading(`An epoch of ${FILES} JPEG files in batches of ${BATCH}`);
  const times = await interleave(
    {
      decoding: async () => {
        for await (const element of pictures) {
          for (const part of element as readonly Tensor[]) part.dispose();
        }
      },
      training: () => model.fit(kept, { verbose: 0 }),
      both: () => model.fit(pictures, { verbose: 0 }),
    },
    rounds,
  );
  const larger = Math.max(times.decoding.median, times.training.median);
  printTable(
    ['', 'min', 'median', '÷ the larger'],
    Object.entries(times).map(([name, { min, median }]) => [
      name,
      formatMs(min),
      formatMs(median),
      formatRatio(median / larger),
    ]),
  );
  const workers = Math.min(4, Math.max(1, availableParallelism() - 1));
  printNote(`Workers that decode: ${workers}. Aim: both at most ${TARGETS.epoch} of the larger.`);
  kept.dispose();
}
