// A model file names its shards. Whatever it calls them, nothing outside of its folder is asked for.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { layers, models } from '../../../src/index.js';
import { fileName, startServer, type TestServer } from '../locations/http-server.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

// Each leads to `secret.bin` beside the model's folder, to another host, or to something that is no file of the folder
// for a reader that takes names for URLs, for paths of POSIX or for paths of Windows.
const OUTSIDE = [
  '../secret.bin',
  'sub/../../secret.bin',
  './../secret.bin',
  '%2e%2e/secret.bin',
  '.%2E/secret.bin',
  '..%2fsecret.bin',
  '%2e%2e%2fsecret.bin',
  '%252e%252e%252fsecret.bin',
  '..%5csecret.bin',
  '..\\secret.bin',
  'sub\\..\\..\\secret.bin',
  '.\t./secret.bin',
  '\n../secret.bin',
  ' ../secret.bin',
  '.. /secret.bin',
  '/secret.bin',
  '%2fsecret.bin',
  '\\secret.bin',
  '//127.0.0.1/secret.bin',
  '/\\127.0.0.1/secret.bin',
  '\\\\127.0.0.1\\share\\secret.bin',
  'http://127.0.0.1/secret.bin',
  'file:///etc/passwd',
  'data:,secret',
  'C:/secret.bin',
  'c:secret.bin',
  'C|/secret.bin',
  'w.bin:stream',
  'w.bin?x',
  'w.bin#x',
  'w.bin%3fx',
  'w.bin\0',
  'w.bin%00',
  '',
  '.',
  './',
  'a/.',
  'a/..',
  `${'a/'.repeat(3000)}w.bin`,
];

const INSIDE = [
  'w.bin',
  './w.bin',
  '././w.bin',
  'sub/w.bin',
  'w%20.bin',
  'w..bin',
  '.w.bin',
  'w-é.bin',
];

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function modelOf(shard: string): Promise<{ json: Uint8Array; weights: Uint8Array }> {
  const files = new Map<string, Uint8Array>();
  const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
  await model.save({ write: (name, bytes) => files.set(name, bytes) });
  model.dispose();
  const file = JSON.parse(new TextDecoder().decode(files.get('model.json'))) as {
    weightsManifest: { paths: string[] }[];
  };
  for (const group of file.weightsManifest) group.paths = [shard];
  const weights = files.get('weights.bin') ?? new Uint8Array();
  return { json: new TextEncoder().encode(JSON.stringify(file)), weights };
}

/** Where the model may be, with a log of the shards that were read there if there is one. */
async function places(
  shard: string,
): Promise<[models.ModelSource & (string | URL | models.FileSource), readonly string[]][]> {
  const { json, weights } = await modelOf(shard);
  const outer = await temporaryFolder();
  const folder = join(outer, 'model');
  await mkdir(folder);
  await writeFile(join(folder, 'model.json'), json);
  await writeFile(join(outer, 'secret.bin'), weights);
  server = await startServer({
    model: (request, response) => {
      const isModel = fileName(request).startsWith('model.json');
      response.end(isModel ? json : weights);
    },
    'secret.bin': (_, response) => void response.end(weights),
  });
  const asked: string[] = [];
  const read = (name: string): Uint8Array => {
    asked.push(name);
    return name === 'model.json' ? json : weights;
  };
  return [
    [folder, []],
    [pathToFileURL(`${folder}/`), []],
    [server.url('model'), server.requests],
    [`${server.url('model')}model.json?token=1`, server.requests],
    [{ read }, asked],
  ];
}

describe('the name of a shard', () => {
  it.each(OUTSIDE.map((name) => [JSON.stringify(name).slice(0, 60), name] as const))(
    'is refused that leaves the folder: %s',
    async (_, name) => {
      for (const [source, asked] of await places(name)) {
        const before = asked.length;
        await expect(models.loadModel(source)).rejects.toThrow(FormatError);
        await expect(models.loadModel(source)).rejects.toThrow(/file next to it/);
        // The model itself, twice.
        expect(asked.slice(before)).toHaveLength(asked.length === 0 ? 0 : 2);
      }
    },
  );

  it.each(INSIDE)('is taken that stays in it: %s', async (name) => {
    const [, , served, , given] = await places(name);
    for (const [source] of [served, given].flatMap((place) => (place ? [place] : []))) {
      const model = await models.loadModel(source);
      expect(model.countParams()).toBe(3);
      model.dispose();
    }
  });
});

describe('the name that an object is told', () => {
  it('is no path, whatever a file calls its model', async () => {
    const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })], {
      name: 'C:..\\..\\x',
    });
    const names: string[] = [];
    await model.saveWeights({ write: (name) => names.push(name) });
    model.dispose();
    expect(names).toEqual(['C_.._.._x.weights.safetensors']);
  });
});
