// Requests and bytes of a train message, counted by a SuperLink that does nothing else.
import { fileURLToPath } from 'node:url';
import { layers, models, ones } from 'lanegrad';
import * as flower from 'lanegrad/flower';
import { LineProcess } from '../runner/line-process.js';

export interface MessageCosts {
  readonly name: string;
  readonly requests: number;
  /** Bytes of the answers, and of the requests. */
  readonly received: number;
  readonly sent: number;
}

const WIDTH = 64;
const MATRICES = 4;

export async function messageCosts(): Promise<MessageCosts[]> {
  const matrix = [WIDTH, WIDTH];
  const apart = Array.from({ length: MATRICES }, () => matrix);
  const flat = [[MATRICES * WIDTH * WIDTH]];
  return [
    await costsOf('four arrays', apart),
    await costsOf('a flat array', flat),
    await costsOf('a flat array, updates in float16', flat, { 'update-dtype': 'float16' }),
    await costsOf('a flat array, updates in int8', flat, { 'update-dtype': 'int8' }),
  ];
}

async function costsOf(
  name: string,
  shapes: readonly (readonly number[])[],
  settings: object = {},
): Promise<MessageCosts> {
  const program = fileURLToPath(new URL('superlink.ts', import.meta.url));
  const superlink = new LineProcess({
    file: process.execPath,
    args: ['--import', 'tsx', program, JSON.stringify(shapes), JSON.stringify(settings)],
  });
  const url = `http://127.0.0.1:${await superlink.ask('port')}`;
  const model = new models.Sequential([
    layers.Input({ shape: [WIDTH] }),
    ...Array.from({ length: MATRICES }, () => new layers.Dense(WIDTH, { useBias: false })),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const x = ones([8, WIDTH]);
  let end = (): void => undefined;
  const answered = new Promise<void>((resolve) => (end = resolve));
  const node = await flower.join(url, {
    model,
    data: [x, x],
    pollInterval: 0.01,
    onProgress(progress) {
      if (progress.type === 'answered') end();
      if (progress.type === 'failed') throw progress.error;
    },
  });
  await superlink.ask('arm');
  await Promise.race([answered, node.done]);
  const [requests = NaN, received = NaN, sent = NaN] = (await superlink.ask('count'))
    .split(' ')
    .map(Number);
  await node.leave();
  await superlink.close();
  return { name, requests, received, sent };
}
