// What the build writes of the classes of a folder: the list that `index.ts` exports, and functions beside the classes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classModules } from '../../scripts/generate/write-classes.mjs';
import { temporaryFolder } from './locations/temporary-folder.js';

/** The modules of a folder `things` with these files. */
async function modulesOf(files: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const root = await temporaryFolder();
  await mkdir(join(root, 'things/deeper'), { recursive: true });
  const index = `export * from './generated/classes.js';
    export * from './generated/factories.js';
    export { Thing } from './thing.js';`;
  for (const [name, text] of Object.entries({ 'index.ts': index, ...files })) {
    await writeFile(join(root, 'things', name), text);
  }
  return new Map(classModules(root));
}

const example = (code: string): string => `/**\n * A thing.\n *\n * @example ${code}\n */\n`;
const STONE = `${example('new things.Stone().weigh()')}export class Stone extends configurable(Thing, 'Stone') {}\n`;

describe('the list of the classes in a folder', () => {
  it('has what the files of such classes export, in subfolders as well', async () => {
    const modules = await modulesOf({
      'thing.ts': 'export abstract class Thing extends KerasObject {}',
      'stone.ts': `export interface StoneOptions {}\n${STONE}export function weigh() {}`,
      'deeper/iron.ts': `const Base = configurable(Thing, 'Iron') as unknown as Other;
        ${example('new things.Iron()')}export class Iron extends Base {}
        export { Iron as Fe };`,
    });
    expect(modules.get('things/generated/classes.ts')?.split('\n').slice(1)).toEqual([
      "export { Iron, Fe } from '../deeper/iron.js';",
      "export { Stone, weigh } from '../stone.js';",
      "export type { StoneOptions } from '../stone.js';",
      '',
    ]);
  });

  it('leaves out abstract classes, what is internal, and files without a class', async () => {
    const modules = await modulesOf({
      'stone.ts': `abstract class Hard extends configurable(Thing, 'Hard') {}
        export abstract class Harder extends configurable(Hard, 'Harder') {}
        /** For other files. @internal */
        export const DENSITY = 3;\n${STONE}`,
      'help.ts': 'export class Help {}\nexport class Helper extends Help {}',
    });
    const text = modules.get('things/generated/classes.ts');
    expect(text).toContain("export { Stone } from '../stone.js';");
    expect(text).not.toMatch(/Hard|DENSITY|Help/);
  });

  it('is not written if a class with options is neither exported nor abstract', async () => {
    await expect(
      modulesOf({ 'stone.ts': "class Stone extends configurable(Thing, 'Stone') {}" }),
    ).rejects.toThrow(/things\/stone\.ts: Stone is a class with options that is not exported/);
  });
});

describe('the functions beside the classes', () => {
  it('take what the constructors take, and have the doc comments of the classes', async () => {
    const modules = await modulesOf({
      'stone.ts': STONE,
      'iron.ts': `import type { Shape } from '../tensor/index.js';
        interface IronOptions extends OptionsOf<typeof Metal> {}
        abstract class Metal extends configurable(Thing, 'Metal', { weight: number() }) {}
        ${example('new things.Iron()')}export class Iron extends configurable(Metal, 'Iron') {}
        ${example('new things.Zinc([1])')}export class Zinc extends configurable(Metal, 'Zinc') {
          constructor(shape: Shape, options: IronOptions = {}) { super(options, [shape]); }
        }
        ${example('new things.Lead()')}export class Lead extends configurable(Thing, 'Lead', { a: number() }) {}`,
    });
    const text = modules.get('things/generated/factories.ts');
    for (const part of [
      "import { Iron, Zinc, Lead } from '../iron.js';",
      "import type { Shape } from '../../tensor/index.js';",
      "import type { IronOptions } from '../iron.js';",
      `${example('things.stone().weigh()')}export const stone = (): Stone => new Stone();`,
      'export const iron = (options?: IronOptions): Iron => new Iron(options);',
      'export const zinc = (shape: Shape, options?: IronOptions): Zinc => new Zinc(shape, options);',
      'export const lead = (...args: ConstructorParameters<typeof Lead>): Lead => new Lead(...args);',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('are not written for a class without an example that can be theirs', async () => {
    await expect(
      modulesOf({
        'stone.ts': `${example("get('stone')")}export class Stone extends configurable(Thing, 'Stone') {}`,
      }),
    ).rejects.toThrow(/Stone needs an @example with new things\.Stone\(…\)/);
  });
});
