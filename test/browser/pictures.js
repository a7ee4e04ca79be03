// The pixels of many pictures as one hash, the same code in Node and in pages.

/**
 * @param {typeof import('../../src/index.js').utils} utils
 * @param {readonly { file: string, color_mode: string, target_size?: readonly number[] | null }[]} items
 * @param {(file: string) => Promise<Uint8Array>} read
 * @returns the SHA-256 of all pixels; of a file that is refused, of the name of the error
 */
export async function hashOfPictures(utils, items, read) {
  const parts = [];
  for (const item of items) {
    const options = {
      colorMode: item.color_mode,
      targetSize: item.target_size ?? null,
      interpolation: item.interpolation ?? 'nearest',
      keepAspectRatio: item.keep_aspect_ratio ?? false,
    };
    const bytes = await read(item.file);
    const { width, height, data } = await utils
      .loadImg(bytes, options)
      .catch(({ name }) => ({ width: 0, height: 0, data: new TextEncoder().encode(name) }));
    parts.push(Uint32Array.of(width, height), data);
  }
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What there is to read: the items of a folder, and those that test/oracles/fixtures/keras-pictures.py makes. */
export function allItems(expected, made) {
  return [...expected.items, ...made.items];
}
