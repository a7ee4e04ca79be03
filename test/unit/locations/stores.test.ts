// Locations in the browser's storage, in Node with IndexedDB as `fake-indexeddb` makes it and a local storage of a Map.
// test/browser does the same in a real browser.
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callbacks, data, layers, models, tensor } from '../../../src/index.js';
import { openStore } from '../../../src/files/locations/stores/open.js';
import type { StoreScheme } from '../../../src/files/locations/stores/store.js';
import { DatasetError, FormatError, ValueError } from '../../../src/errors.js';
import { bitsOf, twoLayers } from '../models/networks.js';

/** Local storage that refuses more characters than `room`, as browsers do. */
class MapStorage implements Storage {
  readonly #entries = new Map<string, string>();
  room = Infinity;

  get length(): number {
    return this.#entries.size;
  }
  key(i: number): string | null {
    return [...this.#entries.keys()][i] ?? null;
  }
  getItem(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (key.length + value.length > this.room) {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    }
    this.#entries.set(key, value);
  }
  removeItem(key: string): void {
    this.#entries.delete(key);
  }
  clear(): void {
    this.#entries.clear();
  }
}

let storage: MapStorage;

beforeEach(() => {
  storage = new MapStorage();
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('localStorage', storage);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const schemes = ['indexeddb', 'localstorage'];

describe.each(schemes)('%s://', (scheme) => {
  const at = (name: string): string => `${scheme}://${name}`;

  it('keeps a model, bit for bit, until it is replaced', async () => {
    const [first, second] = [twoLayers(1), twoLayers(2)];
    await first.save(at('my model/1'));
    expect(bitsOf(await models.loadModel(at('my model/1')))).toEqual(bitsOf(first));
    await second.save(at('my model/1'));
    expect(bitsOf(await models.loadModel(at('my model/1')))).toEqual(bitsOf(second));
  });

  it('keeps a .keras file', async () => {
    const model = twoLayers(1);
    await model.save(at('m.keras'));
    expect((await models.listModels())[at('m.keras')]?.files).toEqual(['m.keras']);
    expect(bitsOf(await models.loadModel(at('m.keras')))).toEqual(bitsOf(model));
  });

  it.each(['w.safetensors', 'w.npz', 'w.weights.h5'])('keeps weights: %s', async (name) => {
    const [from, to] = [twoLayers(1), twoLayers(2)];
    await from.saveWeights(at(name));
    await to.loadWeights(at(name));
    expect(bitsOf(to)).toEqual(bitsOf(from));
  });

  it('keeps arrays and logs', async () => {
    await data.writeNpy(at('x.npy'), tensor([[1.5, -2]]));
    expect((await data.readNpy(at('x.npy'))).toArray()).toEqual([[1.5, -2]]);
    for (const append of [false, true]) {
      const logger = new callbacks.CSVLogger(at('log.csv'), { append });
      await logger.onTrainBegin();
      await logger.onEpochEnd(0, { loss: 0.5 });
    }
    const rows = models.listModels();
    expect((await rows)[at('log.csv')]?.bytes).toBe('epoch,loss\r\n0,0.5\r\n0,0.5\r\n'.length);
  });

  it('copies only the bytes of a view', async () => {
    const store = await openStore(scheme as StoreScheme, 'test');
    await store.put('view', [['f', new Uint8Array([9, 1, 2, 9]).subarray(1, 3)]]);
    expect((await store.get('view'))?.map(([name, bytes]) => [name, [...bytes]])).toEqual([
      ['f', [1, 2]],
    ]);
    expect((await store.get('view'))?.[0]?.[1].buffer.byteLength).toBe(2);
  });

  it('lists what is there, and forgets what is removed', async () => {
    expect(await models.listModels()).toEqual({});
    const before = Date.now();
    const model = twoLayers();
    await model.save(at('a'));
    await model.saveWeights(at('b.safetensors'));
    const listed = await models.listModels();
    expect(Object.keys(listed).sort()).toEqual([at('a'), at('b.safetensors')]);
    expect(listed[at('a')]?.files).toEqual(['model.json', 'weights.bin']);
    expect(listed[at('a')]?.dateSaved.getTime()).toBeGreaterThanOrEqual(before);
    // A header of a multiple of 8 bytes, after its own length.
    const numbers = model.countParams() * 4;
    expect(listed[at('b.safetensors')]?.bytes).toBeGreaterThan(numbers + 8);
    await models.removeModel(at('a'));
    expect(Object.keys(await models.listModels())).toEqual([at('b.safetensors')]);
    await expect(models.removeModel(at('a'))).rejects.toThrow(DatasetError);
  });

  it('says what is there if the name is not', async () => {
    await twoLayers().save(at('there'));
    await expect(models.loadModel(at('missing'))).rejects.toThrow(DatasetError);
    await expect(models.loadModel(at('missing'))).rejects.toThrow(/Stored are: 'there'/);
    await expect(data.readNpy(at('missing'))).rejects.toThrow(DatasetError);
  });

  it('does not take a model for a file, or a file for a model', async () => {
    const model = twoLayers();
    await model.save(at('w.npz.model'));
    await expect(data.readNpy(at('w.npz.model'))).rejects.toThrow(/2 files.*loadModel/);
    await model.saveWeights(at('w'), { format: 'npz' });
    await expect(models.loadModel(at('w'))).rejects.toThrow(/w: is a file of NumPy/);
  });

  it('needs a name, and a host that has it', async () => {
    await expect(twoLayers().save(at(''))).rejects.toThrow(/needs a name/);
    vi.stubGlobal('indexedDB', undefined);
    vi.stubGlobal('localStorage', undefined);
    await expect(twoLayers().save(at('x'))).rejects.toThrow(ValueError);
    await expect(twoLayers().save(at('x'))).rejects.toThrow(/save: .*In Node give a path/);
    await expect(models.loadModel(at('x'))).rejects.toThrow(ValueError);
    await expect(models.removeModel(at('x'))).rejects.toThrow(ValueError);
    expect(await models.listModels()).toEqual({});
  });
});

describe('indexeddb://', () => {
  it('keeps the old model if the new one cannot be written', async () => {
    const [first, second] = [twoLayers(1), twoLayers(2)];
    await first.save('indexeddb://m');
    // The first of the two writes succeeds, the second does not: the transaction takes back both.
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the store that it is a method of
    const put = IDBObjectStore.prototype.put;
    let calls = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...args
    ) {
      const request = put.apply(this, args);
      if (++calls === 2) this.transaction.abort();
      return request;
    });
    await expect(second.save('indexeddb://m')).rejects.toThrow(ValueError);
    vi.restoreAllMocks();
    expect(bitsOf(await models.loadModel('indexeddb://m'))).toEqual(bitsOf(first));
  });

  it('says the sizes if there is no room', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    vi.stubGlobal('navigator', {
      storage: { estimate: async () => ({ quota: 2 ** 20, usage: 2 ** 10 }) },
    });
    const big = new models.Sequential([new layers.Dense(256, { inputShape: [256] })]);
    // 256 · 256 + 256 float32 are 257 KiB, and some more for their description.
    await expect(big.saveWeights('indexeddb://w.safetensors')).rejects.toThrow(
      /257\.\d+ KiB do not fit .*of the 1 MiB .* 1 KiB are in use/,
    );
  });

  it('refuses what it did not write', async () => {
    await twoLayers().save('indexeddb://m');
    const open = indexedDB.open('lanegrad', 1);
    await new Promise((resolve) => (open.onsuccess = resolve));
    const transaction = open.result.transaction('files', 'readwrite');
    transaction.objectStore('files').put({ model: 1 }, 'm');
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    open.result.close();
    await expect(models.loadModel('indexeddb://m')).rejects.toThrow(FormatError);
  });
});

describe('localstorage://', () => {
  it('says the sizes if there is no room, and keeps the old model', async () => {
    const small = twoLayers();
    await small.save('localstorage://m');
    storage.setItem('other', 'x'.repeat(1000));
    storage.room = 100_000;
    const big = new models.Sequential([new layers.Dense(256, { inputShape: [256] })]);
    await expect(big.save('localstorage://m')).rejects.toThrow(ValueError);
    // Four characters for three bytes.
    await expect(big.save('localstorage://m')).rejects.toThrow(
      /257\.\d+ KiB make a text of 35\d{4} characters.* other entries have 1005\. Use indexeddb/,
    );
    expect(bitsOf(await models.loadModel('localstorage://m'))).toEqual(bitsOf(small));
  });

  it.each(['', '{', '1', '{"dateSaved":0,"files":[["a",7]]}', '{"files":[["a","*"]]}'])(
    'refuses a damaged entry: %s',
    async (text) => {
      storage.setItem('lanegrad/m', text);
      await expect(models.loadModel('localstorage://m')).rejects.toThrow(FormatError);
      await expect(models.listModels()).rejects.toThrow(/'m' in local storage is damaged/);
      await models.removeModel('localstorage://m');
    },
  );
});

describe('downloads://', () => {
  interface Link {
    href: string;
    download: string;
    click(): void;
  }

  /** A page that keeps what is downloaded from it. */
  function page(): Map<string, Blob> {
    const blobs = new Map<string, Blob>();
    const downloaded = new Map<string, Blob>();
    vi.useFakeTimers();
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.set(`blob:${blobs.size}`, blob as Blob);
      return `blob:${blobs.size - 1}`;
    });
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void blobs.delete(url));
    vi.stubGlobal('document', {
      createElement: (): Link => ({
        href: '',
        download: '',
        click() {
          const blob = blobs.get(this.href);
          if (blob !== undefined) downloaded.set(this.download, blob);
        },
      }),
    });
    return downloaded;
  }

  afterEach(() => vi.useRealTimers());

  it('gives two files that load again, however the list of them is ordered', async () => {
    const files = page();
    const model = twoLayers();
    await model.save('downloads://digits');
    expect([...files.keys()]).toEqual(['digits.json', 'digits.weights.bin']);
    const picked = [...files].map(([name, blob]) => new File([blob], name)).reverse();
    expect(bitsOf(await models.loadModel(picked))).toEqual(bitsOf(model));
    await expect(models.loadModel(picked.slice(0, 1))).rejects.toThrow(/must be the model's .json/);
    await expect(models.loadModel(picked.slice(1))).rejects.toThrow(
      /no file 'digits.weights.bin'. There are: digits.json/,
    );
  });

  it('gives one .keras file, which loads again', async () => {
    const files = page();
    const model = twoLayers();
    await model.save('downloads://digits.keras');
    expect([...files.keys()]).toEqual(['digits.keras']);
    const picked = [...files].map(([name, blob]) => new File([blob], name));
    expect(bitsOf(await models.loadModel(picked))).toEqual(bitsOf(model));
  });

  it('gives one file of weights', async () => {
    const files = page();
    await twoLayers().saveWeights('downloads://w.npz');
    expect([...files.keys()]).toEqual(['w.npz']);
  });

  it('is only written, and needs a page', async () => {
    await expect(models.loadModel('downloads://digits')).rejects.toThrow(/only written/);
    await expect(models.removeModel('downloads://digits')).rejects.toThrow(ValueError);
    await expect(twoLayers().save('downloads://digits')).rejects.toThrow(/page of a browser/);
  });
});
