import type { NamedFile, StoredInfo } from './open.js';

/** What `list` says of these files. */
export function describeFiles(files: readonly NamedFile[]): StoredInfo {
  return {
    dateSaved: new Date(),
    files: files.map(([file]) => file),
    bytes: files.reduce((sum, [, { length }]) => sum + length, 0),
  };
}
