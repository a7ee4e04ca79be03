// The functions of one element, which the build reads from the classes of assembly/ops/functions/: what it refuses.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { secondDerivativeModules } from '../../../scripts/generate/second-derivatives.mjs';
import { readFunctions } from '../../../scripts/generate/write-functions.mjs';
import type { FunctionsFile } from '../../../scripts/generate/write-functions.mjs';
import { temporaryFolder } from '../locations/temporary-folder.js';

/** What the build reads in a file with this text. */
async function read(text: string): Promise<FunctionsFile[]> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'some.ts'), text);
  return readFunctions(folder);
}

const comment = '/**\n * @second 0\n */\n';

it.each([
  ['is not exported', '@unmanaged\nclass Cube extends ByArgument {}\n'],
  ['lacks @unmanaged', 'export class Cube extends ByArgument {}\n'],
  ['has neither', 'class Cube extends ByExponential<CubeForm> {}\n'],
  ['has an empty line behind @unmanaged', '@unmanaged\n\nexport class Cube extends Flat {}\n'],
])('a class that %s is refused, and the message says what to write', async (_, text) => {
  const message =
    /functions\/some\.ts: class Cube extends \w+, .*"@unmanaged", and "export class Cube extends/;
  await expect(read(comment + text)).rejects.toThrow(message);
});

it('a function is what is exported; abstract classes and what extends nothing are none', async () => {
  const help = '@unmanaged\nabstract class Flat extends ByArgument {}\nclass Help {}\n';
  const files = await read(`${help}${comment}@unmanaged\nexport class Cube extends Flat {}\n`);
  expect(files).toEqual([{ file: 'some', functions: [{ name: 'Cube', text: '', second: '0' }] }]);
});

it.each(['x ** 2', 'const s = 1; s * x', 'cosh(x)', '+x', 'p0 * x', ''])(
  'the second derivative %j is refused, and the message says what one may contain',
  (second) => {
    const files = [{ file: 'some', functions: [{ name: 'Cube', text: '', second }] }];
    const message =
      second === '' ? /some\.ts, Cube: .*"@second" and an expression/ : /some\.ts, Cube: .*does not understand '.*the operations abs, add, .* name = expression;/; // prettier-ignore
    expect(() => secondDerivativeModules(files)).toThrow(message);
  },
);
