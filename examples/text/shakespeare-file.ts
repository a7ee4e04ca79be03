// The file of Shakespeare's plays, and texts in files.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { charactersOf } from './characters.js';
import type { Characters } from './characters.js';

/** The file of Shakespeare's plays, if there is one. */
export function shakespeareFile(): string | undefined {
  const folder = process.env['LANEGRAD_DATA_DIR'];
  if (folder === undefined) return undefined;
  const names = ['tinyshakespeare.txt.gz', 'tinyshakespeare.txt'];
  return names.map((name) => path.join(folder, 'text', name)).find(existsSync);
}

/**
 * The characters of a text in a file, gzip or not.
 *
 * @param program the name of the example, for users who have no such file
 * @param file default: what `shakespeareFile` finds
 */
export function readCharacters(program: string, file = shakespeareFile()): Characters {
  if (file === undefined) {
    throw new Error(
      'The folder LANEGRAD_DATA_DIR has no text/tinyshakespeare.txt. Get it from ' +
        'https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt, or name another text: ' +
        `npx tsx examples/${program} FILE`,
    );
  }
  const bytes = readFileSync(file);
  return charactersOf((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}
