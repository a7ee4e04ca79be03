// The pages of the gallery, used as a reader uses them: what they compute, and what a changed address does.
import path from 'node:path';
import { assert, press, root, says } from './page.mjs';

const facts = (page) =>
  page.evaluate(() =>
    Object.fromEntries(
      Array.from(document.querySelectorAll('.lab-facts > div'), ({ children }) =>
        Array.from(children, ({ textContent }) => textContent),
      ),
    ),
  );

/** Frames a second, counted for two seconds. */
const frames = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const started = performance.now();
        let count = 0;
        requestAnimationFrame(function next() {
          count += 1;
          const spent = performance.now() - started;
          if (spent < 2000) requestAnimationFrame(next);
          else resolve(Math.round((count / spent) * 1000));
        });
      }),
  );

const steps = async (page) => Number((await facts(page))['Steps'].replaceAll(',', '')) || 0;

export async function playground(page) {
  await page.waitForFunction(
    () => Number(document.querySelectorAll('.lab-facts dd')[3]?.textContent.replace(',', '')) > 20,
  );
  const rate = await frames(page);
  const network = page.locator('.playground-network');
  await network.hover({ position: { x: 60, y: 90 } });
  const { width, height } = await network.boundingBox();
  let weight = '';
  for (let y = 10; y < height && !/: -?\d/.test(weight); y += 8) {
    await network.hover({ position: { x: width / 3.4, y } });
    weight = await page.locator('.playground-weight').textContent();
  }
  assert(/^From .+ to unit \d of layer \d: -?\d+\.\d{3}$/.test(weight), `a weight is '${weight}'`);
  await page.getByLabel('as fast as it can').check();
  await page.getByText(/It has learned all 100 points/).waitFor({ timeout: 90_000 });
  const { Loss: loss, 'Loss, held back': heldBack } = await facts(page);
  assert(Number(heldBack) < 0.5, `points that were held back have a loss of ${heldBack}`);
  await page.getByLabel('x²').check();
  await page.getByLabel('Activation').selectOption('relu');
  await page.getByRole('button', { name: 'Add a layer' }).click();
  await page.getByLabel('Units of layer 3').selectOption('2');
  await page.getByLabel('Regularization').selectOption('l2');
  const { hash } = new URL(page.url());
  assert(
    hash === '#features=x,y,x2&layers=5,3,2&activation=relu&regularizer=l2',
    `the address has ${hash}`,
  );
  const program = await page.locator('.exhibit-program code').textContent();
  assert(program.includes('new regularizers.L2(0.001)'), program);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.waitForTimeout(300);
  const paused = await steps(page);
  await page.waitForTimeout(300);
  assert((await steps(page)) === paused, 'it trains while it is paused');
  return `loss ${loss}, of points held back ${heldBack}; ${rate} frames a second; the address follows`;
}

/** The page begins with what a link says, and with its defaults in place of what the link must not say. */
export async function changedLink(page) {
  await page.getByRole('alert').waitFor();
  const notice = await page.getByRole('alert').textContent();
  assert(/activation=<b>, layers=99, secret=1 …/.test(notice), notice);
  assert(
    (await page.getByRole('combobox', { name: 'Points' }).inputValue()) === 'moons',
    'the good part is not taken',
  );
  assert((await page.getByLabel('Activation').inputValue()) === 'tanh', 'no default');
  await page.waitForFunction(
    () => Number(document.querySelectorAll('.lab-facts dd')[3]?.textContent.replace(',', '')) > 5,
  );
  await page.getByRole('link', { name: 'Four squares with the feature xy' }).click();
  await page.waitForFunction(() => document.querySelector('.exhibit-notice') === null);
  assert((await page.getByLabel('xy').isChecked()) === true, 'the link is not followed');
  return 'defaults stand in, a message says so, and links of the page are followed';
}

export async function refusesLink(page) {
  await page.getByRole('alert').waitFor();
  const notice = await page.getByRole('alert').textContent();
  assert(/The defaults stand in/.test(notice), notice);
  return notice;
}

export async function withoutWorkers(page) {
  await page.getByText(/This browser cannot start the worker/).waitFor();
  return 'a message says what the browser needs';
}

export const noWorkers = (page) => page.addInitScript(() => delete globalThis.Worker);

export const trained = (count) => async (page) => {
  await page.waitForFunction(
    (least) =>
      Number(document.querySelectorAll('.lab-facts dd')[3]?.textContent.replace(',', '')) > least,
    count,
    { timeout: 60_000 },
  );
};

export async function latent(page) {
  await page.getByText(/It has learned/).waitFor({ timeout: 90_000 });
  const plane = page.locator('.latent-plane');
  const picture = () => page.locator('.latent-digit').evaluate((canvas) => canvas.toDataURL());
  const before = await picture();
  await plane.click({ position: { x: 120, y: 90 } });
  await page.waitForTimeout(400);
  assert((await picture()) !== before, 'the digit does not follow the pointer');
  const { hash } = new URL(page.url());
  assert(/^#x=-\d\.\d+&y=\d\.\d+$/.test(hash), `the address has ${hash}`);
  const { Loss: loss } = await facts(page);
  assert(Number(loss) < 26, `the loss is ${loss}`);
  const there = await picture();
  await page.reload();
  await page.getByText(/It has learned/).waitFor({ timeout: 90_000 });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  assert((await picture()) === there, 'the same link shows another digit');
  return `a loss of ${loss}; the link shows the same digit again`;
}

/** Draws a closed line through places of the paper, from 0 to 1. */
async function drawLine(page, places) {
  const paper = page.locator('.unet-paper');
  // The button below it, which was pressed before, may have moved it half out of sight.
  await paper.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await paper.boundingBox();
  const at = ([across, down]) => [x + across * width, y + down * height];
  await page.mouse.move(...at(places[0]));
  await page.mouse.down();
  for (const place of [...places.slice(1), places[0]])
    await page.mouse.move(...at(place), { steps: 8 });
  await page.mouse.up();
}

/** Pixels of the paper that have each shape's colour more than any other: circles, squares, triangles. */
const coloured = (page) =>
  page.locator('.unet-paper').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = data.subarray(at, at + 3);
      if (Math.max(red, green, blue) - Math.min(red, green, blue) < 40) continue;
      counts[blue > green ? 0 : red > green ? 1 : 2] += 1;
    }
    return counts;
  });

/** Waits until what is drawn has the colour of a shape: the answer of a busy machine takes a while. */
async function colouredAs(page, name, index) {
  const end = Date.now() + 20_000;
  for (;;) {
    const counts = await coloured(page);
    const most = counts.indexOf(Math.max(...counts));
    if (most === index && counts[most] > 1000) return;
    assert(Date.now() < end, `a ${name} has the colours ${counts.join(', ')}`);
    await page.waitForTimeout(200);
  }
}

export async function unet(page) {
  await page.locator('.unet-paper').scrollIntoViewIfNeeded();
  await says(page, /It has learned/, 400_000);
  const { Overlap: overlap } = await facts(page);
  assert(parseFloat(overlap) >= 75, `the overlap is ${overlap}`);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.waitForTimeout(500);
  const empty = await coloured(page);
  assert(
    empty.every((count) => count === 0),
    `on empty paper it finds ${empty.join(', ')}`,
  );
  const shapes = {
    circle: Array.from({ length: 24 }, (_, i) => [
      0.5 + 0.25 * Math.cos((i * Math.PI) / 12),
      0.5 + 0.25 * Math.sin((i * Math.PI) / 12),
    ]),
    square: [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]], // prettier-ignore
    triangle: [[0.5, 0.2], [0.75, 0.7], [0.25, 0.7]], // prettier-ignore
  };
  for (const [index, [name, places]] of Object.entries(shapes).entries()) {
    await page.getByRole('button', { name: 'Clear' }).click({ force: true });
    await drawLine(page, places);
    await colouredAs(page, name, index);
    if (name === 'square') await page.getByRole('button', { name: 'Take back' }).click();
  }
  const { hash } = new URL(page.url());
  assert(/^#drawing=\w{20,}$/.test(hash), `the address has ${hash}`);
  await page.getByRole('button', { name: 'Draw one for me' }).click();
  await page.waitForFunction((before) => location.hash !== before, hash);
  await page.getByLabel('Halvings').selectOption('1');
  await page.getByLabel('skip connections').uncheck();
  await page.waitForFunction(() => /^#levels=1&skips=no&drawing=/.test(location.hash));
  await page.reload();
  assert((await page.getByLabel('Halvings').inputValue()) === '1', 'the link is not followed');
  await page.waitForFunction(
    () => Number(document.querySelectorAll('.lab-facts dd')[2]?.textContent) > 5,
    undefined,
    { timeout: 60_000 },
  );
  return `an overlap of ${overlap}; it names what is drawn, and the link keeps it`;
}

export async function augmentation(page) {
  await page.getByText(/Changing all twelve took/).waitFor({ timeout: 60_000 });
  const pictures = page.locator('.augment-pictures');
  const seen = () => pictures.evaluate((canvas) => canvas.toDataURL());
  /** What is seen once it differs from what was seen before. */
  const after = async (before, what) => {
    for (let wait = 0; wait < 50; wait++) {
      await page.waitForTimeout(100);
      if ((await seen()) !== before) return await seen();
    }
    throw new Error(`${what} changes nothing`);
  };
  let last = await seen();
  await page.getByRole('button', { name: 'Draw again' }).click();
  last = await after(last, 'another seed');
  for (const name of await page.locator('.exhibit-settings input').all()) {
    const before = await name.inputValue();
    const most = await name.getAttribute('max');
    await name.fill(before === most ? '0' : most);
    last = await after(last, await name.evaluate((input) => input.parentElement.textContent));
    await name.fill(before);
    last = await after(last, 'the value before');
  }
  await page.getByLabel('Erasing').fill('0.3');
  last = await after(last, 'erasing');
  const { hash } = new URL(page.url());
  assert(hash === '#erasing=0.3&seed=2', `the address has ${hash}`);
  const program = await page.locator('.exhibit-program code').textContent();
  assert(program.includes('new layers.RandomErasing({ scale: [0.02, 0.3] })'), program);
  await page.getByRole('combobox', { name: 'Picture' }).selectOption('digits');
  last = await after(last, 'another picture');
  const file = page.locator('input[type=file]');
  await file.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no') });
  await page.getByText('a.png is no picture').waitFor();
  await file.setInputFiles(path.join(root, 'docs/demo.png'));
  await after(last, 'a picture of the reader');
  return 'every slider changes the pictures; the address and the program follow';
}

/** Two tabs with two nodes each; one is closed, and another takes its place. */
export async function federated(page) {
  await page.getByText('Add nodes, in other tabs').waitFor({ timeout: 60_000 });
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Open another tab' }).click(),
  ]);
  await page.getByText('2 nodes are here').waitFor({ timeout: 60_000 });
  await other.getByRole('button', { name: 'Add a node in this tab' }).click();
  await page.getByText('3 nodes are here').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Add a node in this tab' }).click();
  await page.getByText('4 nodes are here').waitFor({ timeout: 60_000 });
  const places = await page.locator('.federated-seats span').allTextContents();
  assert(
    places.filter((place) => place === 'In this tab').length === 2 &&
      places.filter((place) => place === 'In another tab').length === 2,
    places.join(', '),
  );
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/Round [6-9] of 40/).waitFor({ timeout: 60_000 });
  await other.close();
  await page.getByText(/: 2 nodes train/).waitFor({ timeout: 30_000 });
  const third = await page.context().newPage();
  await third.goto(page.url());
  await page.getByText(/: 3 nodes train/).waitFor({ timeout: 60_000 });
  await page.getByText(/After 40 rounds/).waitFor({ timeout: 120_000 });
  await third.getByText(/After 40 rounds/).waitFor({ timeout: 30_000 });
  const [mine, theirs] = [await facts(page), await facts(third)];
  const name = 'Weights, the same in all tabs';
  assert(mine[name] === theirs[name], `weights differ: ${mine[name]} and ${theirs[name]}`);
  return 'tabs find each other, one leaves, one comes, and both end with the same weights';
}

/** Four nodes in one page, as it is where tabs cannot find each other. */
export async function fourNodes(page) {
  await says(page, /Add nodes, in other tabs/, 60_000);
  for (let count = 2; count <= 4; count++) {
    await press(page, 'Add a node in this tab');
    await says(page, new RegExp(`${count} nodes are here`), 60_000);
  }
  await press(page, 'Start');
  await says(page, /After 40 rounds/, 120_000);
}

export async function withoutChannel(page) {
  await page.getByText(/has no BroadcastChannel/).waitFor();
  await fourNodes(page);
  const text = await page.locator('.federated-average b').textContent();
  assert(parseFloat(text) > 80, `the average reads ${text}`);
  return `four nodes in one page: the average reads ${text}`;
}

export async function forecast(page) {
  await page.getByRole('combobox', { name: 'Network' }).selectOption('dense');
  await page.getByText(/It has learned: its error is \d+ % smaller/).waitFor({ timeout: 120_000 });
  const all = await facts(page);
  const [error, naive] = [all['Error in the last week'], all['Error of “as yesterday”']];
  assert(Number(error) < Number(naive), `${error} and ${naive}`);
  await page.getByRole('button', { name: 'Once more' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused.').waitFor();
  await page.getByRole('combobox', { name: 'Series' }).selectOption('waves');
  const { hash } = new URL(page.url());
  assert(hash === '#series=waves&network=dense', `the address has ${hash}`);
  return `an error of ${error}, and ${naive} as yesterday`;
}

export async function measured(page) {
  await press(page, 'Measure');
  await says(page, /times as many steps as plain JavaScript/, 90_000);
}

/** Both engines do the same work, which their losses show; how fast they are is not compared. */
export async function benchmark(page) {
  await page.getByLabel('Units of the hidden layer').selectOption('32');
  assert(new URL(page.url()).hash === '#units=32', page.url());
  await measured(page);
  const losses = await page.locator('.benchmark td:nth-child(3)').allTextContents();
  const [ours, plain] = losses.map(Number);
  assert(ours > 0 && Math.abs(ours - plain) < 1e-3, `losses of ${losses.join(' and ')}`);
  return `losses of ${losses.join(' and ')}`;
}
