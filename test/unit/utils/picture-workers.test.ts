// A data set whose workers cannot be started decodes on this thread, and says so once.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { random, utils } from '../../../src/index.js';
import type { ChannelEvents } from '../../../src/engine/workers/platform.js';

vi.mock('../../../src/extras/utils/pictures/platform.js', () => ({
  decodingThreads: () => 2,
  startPictureWorker: (events: ChannelEvents) => {
    setTimeout(() => {
      events.onFailure('there is no file for it');
    });
    return { post: vi.fn(), keepAlive: vi.fn(), terminate: vi.fn() };
  },
}));

const folder = await mkdtemp(path.join(tmpdir(), 'lanegrad-pictures-'));
afterAll(() => rm(folder, { recursive: true }));

it('decodes on this thread where no worker can be started, and says so once', async () => {
  await mkdir(path.join(folder, 'a'));
  for (let i = 0; i < 5; i++) {
    const image = random.uniform([4, 4, 3], { maxval: 255, seed: i });
    await utils.saveImg(path.join(folder, 'a', `${i}.png`), image, { scale: false });
  }
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  const dataset = await utils.imageDatasetFromDirectory(folder, {
    imageSize: [4, 4],
    batchSize: 2,
    workers: 2,
    labels: null,
    verbose: false,
  });
  const shapes: unknown[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    for await (const batch of dataset) shapes.push((batch as { x?: { shape: unknown } }).x?.shape ?? (batch as unknown as { shape: unknown }).shape); // prettier-ignore
  }
  expect(shapes).toEqual([[2, 4, 4, 3], [2, 4, 4, 3], [1, 4, 4, 3], [2, 4, 4, 3], [2, 4, 4, 3], [1, 4, 4, 3]]); // prettier-ignore
  expect(warn.mock.calls).toEqual([
    [
      'lanegrad: a worker that decodes pictures is missing, they are decoded on this thread from now on: there is no file for it',
    ],
  ]);
});
