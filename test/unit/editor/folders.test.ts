// What the types of data sets of folders say.
import { beforeAll, describe, expect, it } from 'vitest';
import { Editor } from './language-service.js';

let editor: Editor;

beforeAll(() => {
  editor = new Editor([]);
}, 120_000);

describe('a folder of files gives pairs where there are labels, else the files alone', () => {
  it.each([
    ["for await (const [a, b] of await utils.imageDatasetFromDirectory('f')) a.add(b)"],
    [
      "for await (const a of await utils.imageDatasetFromDirectory('f', { labels: null })) a.add(1)",
    ],
    [
      "const [train] = await utils.imageDatasetFromDirectory('f', { subset: 'both' }); for await (const [a, b] of train) a.add(b)",
    ],
    ["for await (const [a, b] of await utils.audioDatasetFromDirectory('f')) a.add(b)"],
    [
      "for await (const [a, b] of await utils.textDatasetFromDirectory('f')) for (const text of a) text.trim()",
    ],
    [
      "for await (const a of await utils.textDatasetFromDirectory('f', { labelMode: null })) a.map((text) => text.length)",
    ],
  ])('%s', (program) => {
    expect(editor.errors(program)).toEqual([]);
  });

  it('and says so', () => {
    const wrong = "for await (const a of await utils.imageDatasetFromDirectory('f')) a.add(1)";
    expect(editor.errors(wrong)).toHaveLength(1);
  });
});
