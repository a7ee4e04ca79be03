// Loading a large network from a layers-model, compared with TensorFlow.js itself: InceptionV3 (24 million weights) from memory.
// Times are processor times, since most of the work is on one thread and the machine may be busy.
import { models } from 'lanegrad';
import { InceptionV3 } from 'lanegrad/applications';
import { formatMs } from './format.js';
import { howToInstall, importTfjs } from './peers.js';
import { printHeading, printNote, printTable } from './report.js';
import { targetHeader, targetRow } from './targets.js';
import { cpuTime, interleave } from './timing.js';

const FORMS = ['uint8', 'uint16', 'float16', undefined] as const;

export async function benchLoading(rounds: number): Promise<void> {
  printHeading('loading InceptionV3 from a layers-model in memory: processor time');
  const peer = await importTfjs();
  if (peer === undefined) printNote(`TensorFlow.js: ${howToInstall}`);
  const network = InceptionV3();
  const rows: string[][] = [];
  const targets: string[][] = [];
  for (const quantize of FORMS) {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    const write = (name: string, bytes: Uint8Array): void => {
      files.set(name, Uint8Array.from(bytes));
    };
    await network.save({ write }, quantize === undefined ? {} : { quantize });
    const empty = new Uint8Array();
    const source = { read: (name: string) => files.get(name) ?? empty };
    const loader = await peer?.makeLoader(source.read('model.json'), source.read('weights.bin'));
    const timings = await interleave<'lanegrad' | 'TensorFlow.js'>(
      {
        lanegrad: async () => {
          (await models.loadModel(source)).dispose();
        },
        'TensorFlow.js': () => loader?.run(),
      },
      rounds,
      // Until the engine has compiled what loads, which the first kind would pay for all.
      10,
      cpuTime,
    );
    const name = quantize ?? 'float32';
    const { lanegrad, 'TensorFlow.js': theirs } = timings;
    const measured = loader === undefined ? [] : [theirs];
    rows.push([
      name,
      ...[lanegrad, ...measured].map(({ min, median }) => `${formatMs(min)}, ${formatMs(median)}`),
    ]);
    const bottom = loader === undefined ? undefined : theirs;
    targets.push(targetRow({ what: `${name} ÷ TensorFlow.js`, top: lanegrad, bottom, atMost: 1 }));
  }
  printTable(['min, median', 'lanegrad', ...(peer === undefined ? [] : ['TensorFlow.js'])], rows);
  printHeading('targets of loading');
  printTable(targetHeader, targets);
}
