// Every block with a Run button is run in its page, and shows what the comments in it say. What a reader's code may do
// wrong is shown, and the page goes on.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, noFindings, shot, site } from './page.mjs';

/** Without spaces, and without the commas between tensors, which the page shows below each other. */
const plain = (text) => text.replaceAll(/[\s,]+/g, '');

/** What the comments behind statements of a block promise. */
const promisedBy = (code) =>
  code.split('\n').flatMap((line) => /^\S.*; \/\/ (.+)$/.exec(line)?.slice(1) ?? []);

/** Runs a block and waits for its end; gives its output as text. */
async function outputOf(block) {
  await block.locator('.runnable-run').click();
  const done = block.locator('.runnable-note, .runnable-error', { hasText: /^Done in|\w+/ }).last();
  await block.locator('.runnable-run', { hasText: 'Run' }).waitFor({ timeout: 120_000 });
  await done.waitFor();
  return await block
    .locator('.runnable-output')
    .evaluate((output) =>
      [...output.querySelectorAll('pre, table, .runnable-note')]
        .map((element) => element.dataset.text ?? element.textContent)
        .join('\n'),
    );
}

async function runAll(page) {
  const blocks = await page.locator('.runnable[data-program]').all();
  let promised = 0;
  for (const block of blocks) {
    const code = await block.locator('pre code').first().textContent();
    const output = await outputOf(block);
    assert(/Done in/.test(output), `${code}\ngives\n${output}`);
    let rest = plain(output);
    for (const text of promisedBy(code)) {
      const at = rest.indexOf(plain(text));
      assert(at >= 0, `'${text}' is missing in the output of\n${code}\nwhich is\n${output}`);
      rest = rest.slice(at);
      promised += 1;
    }
  }
  return `${blocks.length} blocks, ${promised} promised results`;
}

/** Pages of the built site with such blocks. */
function pagesWithCode() {
  return readdirSync(site, { recursive: true })
    .filter(
      (file) => file.endsWith('.html') && !file.startsWith('api') && !file.startsWith('demos'),
    )
    .filter((file) => readFileSync(path.join(site, file), 'utf8').includes('data-program='));
}

async function edit(block, code) {
  const editor = block.locator('.cm-content');
  if (!(await editor.isVisible())) await block.getByRole('button', { name: 'Edit' }).click();
  await editor.click();
  await editor.press('Control+A');
  await editor.pressSequentially(code.slice(0, 1));
  await editor.press('Control+A');
  await block.page().keyboard.insertText(code);
}

async function mistakes(page) {
  const block = page.locator('.runnable[data-program]').first();
  await edit(block, 'const a = 1;\nthrow new RangeError("too far");');
  let output = await outputOf(block);
  assert(output.includes('RangeError in line 2: too far'), output);
  assert(
    (await block.locator('.cm-line.runnable-wrong').textContent()).includes('too far'),
    'no line is marked',
  );
  await edit(block, 'const a = ;');
  output = await outputOf(block);
  assert(/SyntaxError in line 1/.test(output), output);
  await edit(block, "import fs from 'fs';\nfs.x;");
  output = await outputOf(block);
  assert(output.includes("it has no 'fs'"), output);
  await edit(block, 'for (let i = 0; i < 1e6; i++) console.log(i);');
  output = await outputOf(block);
  assert(output.includes('999,500 more lines are not shown'), output.slice(-200));
  await edit(block, 'for (;;) {}');
  await block.locator('.runnable-run').click();
  await page.waitForTimeout(500);
  await block.getByRole('button', { name: 'Stop' }).click();
  await block.getByText('Stopped.').waitFor();
  await edit(block, "import { tensor } from 'lanegrad';\ntensor([1, 2]).mul(3);");
  output = await outputOf(block);
  assert(output.includes('[3. 6.]'), output);
  await shot(page, 'editor');
  await noFindings(page, 'with an editor');
  return 'throws, misspells, floods, never ends';
}

export const code = () => ({
  'code, mistakes': { at: '/learn/tensor.html', work: mistakes },
  ...Object.fromEntries(
    pagesWithCode().map((file) => [`code, ${file}`, { at: `/${file}`, work: runAll }]),
  ),
});
