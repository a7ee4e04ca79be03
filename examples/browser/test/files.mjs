// Files that are dropped on the demo or chosen: models, MNIST, and what is neither.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  assert,
  complains,
  drawSeven,
  mnist,
  reading,
  says,
  text,
  train,
  untilDone,
  untilReady,
} from './page.mjs';

/** Drops files on the page: `[name, Buffer][]`. */
async function drop(page, files) {
  const sent = files.map(([name, bytes]) => [name, bytes.toString('base64')]);
  const transfer = await page.evaluateHandle((list) => {
    const made = new DataTransfer();
    for (const [name, base64] of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      made.items.add(new File([bytes], name));
    }
    return made;
  }, sent);
  await page.dispatchEvent('#drop', 'drop', { dataTransfer: transfer });
}

/** The files that a button downloads. */
async function download(page, button, count) {
  const downloads = [];
  const all = new Promise((resolve) => {
    page.on('download', function take(one) {
      if (downloads.push(one) < count) return;
      page.off('download', take);
      resolve();
    });
  });
  await page.locator(`[data-save=${button}]`).click();
  await all;
  return Promise.all(
    downloads.map(async (one) => [one.suggestedFilename(), await readFile(await one.path())]),
  );
}

/** Files that are no model of digits, and what the page must say of each. */
const wrong = [
  ['notes.txt', 'Buy milk.', /notes\.txt/],
  ['digits.keras', 'Buy milk.', /digits\.keras/],
  ['model.json', '{"milk": 2}', /model\.json/],
  ['weights.safetensors', 'Buy milk.', /weights\.safetensors/],
  ['train-images-idx3-ubyte', 'Buy milk.', /train-images-idx3-ubyte/],
];

/** Drops models, the wrong files, and picks those of MNIST. */
export async function filesWork(page) {
  await untilReady(page);
  await train(page, 15);
  await untilDone(page);
  await drawSeven(page);
  const best = await reading(page);
  const models = { keras: await download(page, 'keras', 1), tfjs: await download(page, 'tfjs', 2) };
  for (const [format, files] of Object.entries(models)) {
    await page.locator('[name=seed]').fill('7');
    await page.locator('#reset').click();
    await says(page, 'A new network');
    assert((await reading(page)) !== best, 'a new network reads like the one before');
    await drop(page, files);
    await says(page, 'Opened');
    const again = await reading(page);
    assert(again === best, `the ${format} model that was dropped reads ${again}, before ${best}`);
  }
  for (const [name, content, hasText] of wrong) {
    await drop(page, [[name, Buffer.from(content)]]);
    await complains(page, hasText);
    assert((await reading(page)) === best, `${name} has changed the network`);
  }
  await train(page, 2);
  await untilDone(page);
  if (!mnist) return 'a .keras file, a TensorFlow.js pair, and what is no model';
  await page
    .locator('#files')
    .setInputFiles(
      ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
        (part) => path.join(mnist, `${part}-ubyte.gz`),
      ),
    );
  await says(page, '60,000 images');
  assert((await page.locator('[name=dataset]').inputValue()) === 'mnist', 'MNIST is not chosen');
  await drop(page, models.keras);
  await complains(page, /64 inputs and 10 outputs.* need 784 and 10/);
  await train(page, 1);
  await untilDone(page);
  const accuracy = Number.parseFloat(await text(page, 'accuracy'));
  assert(accuracy > 90, `test accuracy ${accuracy} %`);
  return `a .keras file, a TensorFlow.js pair, what is no model, and MNIST's files: ${accuracy} %`;
}
