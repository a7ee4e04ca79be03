// Rows as Python's csv module writes them: CRLF, repr of floats.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CSVLogger } from '../../../src/callbacks.js';
import { ValueError } from '../../../src/errors.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

/** Runs epochs with these logs. */
async function log(logger: CSVLogger, epochs: readonly Record<string, number>[]): Promise<void> {
  await logger.onTrainBegin();
  for (const [epoch, logs] of epochs.entries()) await logger.onEpochEnd(epoch, logs);
}

describe('CSVLogger', () => {
  it('writes a row an epoch, columns sorted, numbers as Python writes them', async () => {
    const path = join(await temporaryFolder(), 'logs', 'run.csv');
    await log(new CSVLogger(path), [
      { loss: 0.5, accuracy: 1 },
      { loss: 0.00001, accuracy: NaN },
      { loss: 1e16 },
    ]);
    expect(await readFile(path, 'utf8')).toBe(
      'epoch,accuracy,loss\r\n0,1.0,0.5\r\n1,nan,1e-05\r\n2,NA,1e+16\r\n',
    );
  });

  it('says what helps where it cannot read or write', async () => {
    const folder = await temporaryFolder();
    for (const append of [false, true]) {
      const beginning = new CSVLogger(folder, { append }).onTrainBegin();
      await expect(beginning).rejects.toThrow(ValueError);
      await expect(beginning).rejects.toThrow(
        /^CSVLogger: cannot (read|write) '.*': EISDIR.*There is a folder of that name\. Name a file/,
      );
    }
  });

  it('replaces the file at the beginning of training, or appends to it', async () => {
    const path = join(await temporaryFolder(), 'run.csv');
    await log(new CSVLogger(path), [{ loss: 1 }]);
    await log(new CSVLogger(path, { append: true }), [{ loss: 2 }]);
    expect(await readFile(path, 'utf8')).toBe('epoch,loss\r\n0,1.0\r\n0,2.0\r\n');
    await log(new CSVLogger(path, { append: false }), []);
    expect(await readFile(path, 'utf8')).toBe('');
    await writeFile(path, '');
    await log(new CSVLogger(path, { append: true }), [{ loss: 3 }]);
    expect(await readFile(path, 'utf8')).toBe('epoch,loss\r\n0,3.0\r\n');
  });

  it('quotes names that hold the separator, and hands the whole file to an object', async () => {
    const texts: string[] = [];
    const sink = {
      write: (_: string, bytes: Uint8Array) => texts.push(new TextDecoder().decode(bytes)),
    };
    await log(new CSVLogger(sink, { separator: ';' }), [{ 'a;"b"': 2 }]);
    expect(texts.at(-1)).toBe('epoch;"a;""b"""\r\n0;2.0\r\n');
  });

  it.each([{ separator: '' }, { separator: '::' }, { separator: '"' }, { apend: true }])(
    'refuses %j',
    (options) => {
      expect(() => new CSVLogger('x.csv', options as never)).toThrow(ValueError);
    },
  );

  it('refuses a target that cannot be written to', () => {
    expect(() => new CSVLogger('http://host/x.csv')).toThrow(ValueError);
    expect(() => new CSVLogger({ write: () => undefined }, { append: true })).toThrow(ValueError);
  });
});
