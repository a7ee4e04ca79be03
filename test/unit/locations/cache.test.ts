import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openDownloadCache } from '../../../src/files/locations/cache.js';
import { DatasetError } from '../../../src/errors.js';
import type { ByteCache, FileHost } from '../../../src/files/locations/file-host.js';
import { fileHost } from '../../../src/files/locations/platform.js';
import { temporaryFolder } from './temporary-folder.js';

const bytes = Uint8Array.of(5, 6, 7);

afterEach(() => vi.unstubAllEnvs());

/** A host whose caches are all `cache`. */
const hostWith = (cache: ByteCache | undefined): FileHost => ({
  ...fileHost(),
  environment: () => undefined,
  openCache: async () => cache,
});

const failing: ByteCache = {
  location: 'nowhere',
  prepare: () => Promise.reject(new Error('EROFS')),
  get: () => Promise.reject(new Error('EACCES')),
  put: () => Promise.reject(new Error('EROFS')),
  remove: () => Promise.reject(new Error('EROFS')),
};

describe('openDownloadCache', () => {
  it('keeps bytes in the folder given', async () => {
    const cache = await openDownloadCache(await temporaryFolder());
    await cache.put('a/b', bytes);
    expect(await cache.get('a/b')).toEqual(bytes);
    await cache.remove('a/b');
    expect(await cache.get('a/b')).toBeUndefined();
  });

  it('takes LANEGRAD_CACHE_DIR, after the folder given', async () => {
    const [given, environment] = [await temporaryFolder(), await temporaryFolder()];
    vi.stubEnv('LANEGRAD_CACHE_DIR', environment);
    expect((await openDownloadCache()).location).toBe(environment);
    expect((await openDownloadCache(given)).location).toBe(given);
  });

  it('is silent about a failing cache that was not asked for', async () => {
    const cache = await openDownloadCache(undefined, hostWith(failing));
    expect(await cache.get('a')).toBeUndefined();
    await cache.put('a', bytes);
    await cache.remove('a');
  });

  it('does without, on a host that has none', async () => {
    const cache = await openDownloadCache(undefined, hostWith(undefined));
    expect(cache.location).toBeUndefined();
    expect(await cache.get('a')).toBeUndefined();
    await cache.put('a', bytes);
    await cache.remove('a');
  });

  it('refuses to lose what belongs into a cache that the user chose', async () => {
    const file = join(await temporaryFolder(), 'a-file');
    await writeFile(file, bytes);
    const cache = await openDownloadCache(file);
    const put = cache.put('a', bytes);
    await expect(put).rejects.toThrow(DatasetError);
    await expect(put).rejects.toThrow(/cannot write 'a' to the cache '.*a-file'/);
  });

  it('refuses a chosen cache on a host that has none', async () => {
    const opening = openDownloadCache('mine', hostWith(undefined));
    await expect(opening).rejects.toThrow(DatasetError);
    await expect(opening).rejects.toThrow(/cannot open the cache 'mine'/);
  });
});
