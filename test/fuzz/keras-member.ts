import { zip } from '../../src/files/formats/zip.js';
import { unzipAll } from '../unit/formats/unzip-all.js';
import type { Part } from './fuzz.js';

/** A member of a `.keras` file, the zip file around it whole. */
export function member(name: string, kind: NonNullable<Part['kind']>): Part {
  return {
    name: `${name} (${kind})`,
    kind,
    take: async (file) => (await unzipAll(file)).find((each) => each.name === name)?.bytes,
    async put(file, part) {
      const members = await unzipAll(file);
      return zip(members.map((each) => (each.name === name ? { name, bytes: part } : each)));
    },
  };
}
