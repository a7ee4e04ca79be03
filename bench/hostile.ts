// Small files that unpack to large ones, and very wide or very deep models and tables: the seconds that they cost. The tests
// count bytes and calls.
import { gzipSync } from 'node:zlib';
import { data, layers, models, tensor, type Tensor } from 'lanegrad';
import { formatMs } from './format.js';
import { printHeading, printTable } from './report.js';
import { interleave } from './timing.js';

const MIB = 2 ** 20;

/** An archive of zeros that unpacks to this many bytes. */
async function archive(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const files: Uint8Array<ArrayBuffer>[] = [];
  const x = tensor(new Float32Array(bytes / 4));
  const write = (_name: string, file: Uint8Array<ArrayBuffer>): number => files.push(file);
  await data.writeNpz({ write }, { x }, { compress: true });
  x.dispose();
  return files[0] ?? new Uint8Array();
}

/** What is read is freed; a file that is refused is what is measured as well. */
async function readOrRefuse(
  read: () => Promise<{ readonly x?: Tensor | undefined }>,
): Promise<void> {
  const { x } = await read().catch((): { readonly x?: Tensor } => ({}));
  x?.dispose();
}

export async function benchHostile(rounds: number): Promise<void> {
  printHeading('hostile and very large');
  const zipped = await archive(256 * MIB);
  const rows = gzipSync(`a\n${'1\n'.repeat(200_000_000)}`);
  const longRow = gzipSync(`a\n"${'x'.repeat(64 * MIB)}`);
  const columns = Array.from({ length: 80_000 }, (_, i) => `c${i}`).join();
  const wide = new TextEncoder().encode(`${columns}\n${'1,'.repeat(79_999)}1\n`);
  const blanks = new TextEncoder().encode(' '.repeat(64 * MIB));
  const timings = await interleave(
    {
      'npz that unpacks to 256 MiB': () => readOrRefuse(() => data.readNpz(zipped)),
      'csv.gz of 200 million rows': () => readOrRefuse(() => data.readCsv(rows)),
      'csv.gz of one row without end': () => readOrRefuse(() => data.readCsv(longRow)),
      'CSV of 80,000 columns': () => readOrRefuse(() => data.readCsv(wide)),
      'model.json of 64 MiB of blanks': () =>
        readOrRefuse(async () => {
          (await models.loadModel({ read: () => blanks })).dispose();
          return {};
        }),
      'Sequential.add, 4,000 layers': () => {
        const model = new models.Sequential([layers.Input([1])]);
        for (let i = 0; i < 4000; i++) model.add(new layers.Dense(1));
        model.dispose();
      },
    },
    rounds,
    1,
  );
  printTable(
    ['', 'min', 'median'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatMs(min),
      formatMs(median),
    ]),
  );
}
