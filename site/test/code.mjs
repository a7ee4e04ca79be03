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

/** In the page: runs a block, waits for its end, and gives its output as text. */
async function runBlock(index) {
  const block = document.querySelectorAll('.runnable[data-program]')[index];
  const output = block.querySelector('.runnable-output');
  block.querySelector('.runnable-run').click();
  const isOver = () =>
    output.querySelector('.runnable-error') !== null ||
    [...output.querySelectorAll('.runnable-note')].some(({ textContent }) =>
      /^(Done in|Stopped)/.test(textContent),
    );
  const until = performance.now() + 120_000;
  while (!isOver() && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const parts = [...output.querySelectorAll('pre, table, .runnable-note')];
  return parts.map((element) => element.dataset.text ?? element.textContent).join('\n');
}

async function runAll(page) {
  const codes = await page.evaluate(() =>
    Array.from(
      document.querySelectorAll('.runnable[data-program]'),
      (block) => block.querySelector('pre code').textContent,
    ),
  );
  let promised = 0;
  for (const [index, code] of codes.entries()) {
    const output = await page.evaluate(runBlock, index);
    assert(/Done in/.test(output), `${code}\ngives\n${output}`);
    let rest = plain(output);
    for (const text of promisedBy(code)) {
      const at = rest.indexOf(plain(text));
      assert(at >= 0, `'${text}' is missing in the output of\n${code}\nwhich is\n${output}`);
      rest = rest.slice(at);
      promised += 1;
    }
  }
  return `${codes.length} blocks, ${promised} promised results`;
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
  let output = await page.evaluate(runBlock, 0);
  assert(output.includes('RangeError in line 2: too far'), output);
  assert(
    (await block.locator('.cm-line.runnable-wrong').textContent()).includes('too far'),
    'no line is marked',
  );
  await edit(block, 'const a = ;');
  output = await page.evaluate(runBlock, 0);
  assert(/SyntaxError in line 1/.test(output), output);
  await edit(block, "import fs from 'fs';\nfs.x;");
  output = await page.evaluate(runBlock, 0);
  assert(output.includes("it has no 'fs'"), output);
  await edit(block, 'for (let i = 0; i < 1e6; i++) console.log(i);');
  output = await page.evaluate(runBlock, 0);
  assert(output.includes('999,500 more lines are not shown'), output.slice(-200));
  await edit(
    block,
    'setTimeout((name) => console.log(`hello ${name}`), 300, "you");\nconsole.log("first");',
  );
  output = await page.evaluate(runBlock, 0);
  assert(/^first\nhello you\nDone in [\d.]+ /.test(output), output);
  await edit(block, '\nsetInterval(() => { throw new RangeError("too late"); }, 50);');
  output = await page.evaluate(runBlock, 0);
  assert(output.includes('RangeError in line 2: too late'), output);
  await edit(block, 'for (;;) {}');
  await block.locator('.runnable-run').click();
  await page.waitForTimeout(500);
  await block.getByRole('button', { name: 'Stop' }).click();
  await block.getByText('Stopped.').waitFor();
  await edit(block, "import { tensor } from 'lanegrad';\ntensor([1, 2]).mul(3);");
  output = await page.evaluate(runBlock, 0);
  assert(output.includes('[3. 6.]'), output);
  await shot(page, 'editor');
  await noFindings(page, 'with an editor');
  return 'throws, misspells, floods, waits, never ends';
}

export const code = () => ({
  'code, mistakes': { at: '/learn/tensor.html', work: mistakes },
  ...Object.fromEntries(
    pagesWithCode().map((file) => [
      `code, ${file}`,
      { at: `/${file}`, anywhere: true, work: runAll },
    ]),
  ),
});
