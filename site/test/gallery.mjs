// The pages of the gallery: what they compute, what a changed address does, and how they look.
import path from 'node:path';
import { assert, fits, looks, noFindings, root, shot } from './page.mjs';

const facts = (page, scope = '') =>
  page
    .locator(`${scope} .lab-facts > div`)
    .evaluateAll((all) =>
      Object.fromEntries(all.map((each) => [...each.children].map((part) => part.textContent))),
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

/** The look of a page, once it is as its visit wants it. */
async function good(page, name, look) {
  await fits(page);
  await noFindings(page, `${name}, ${look}`);
  await shot(page, `gallery-${name}-${look}`, { fullPage: true });
}

/** A visit for each look. */
const inAllLooks = (name, at, ready) =>
  Object.fromEntries(
    Object.entries(looks).map(([look, options]) => [
      `gallery, ${name}, ${look}`,
      {
        at,
        look: options,
        work: async (page) => {
          await ready(page);
          await good(page, name, look);
          return 'no finding';
        },
      },
    ]),
  );

const steps = async (page) => Number((await facts(page))['Steps'].replaceAll(',', '')) || 0;

async function playground(page) {
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
async function changedLink(page) {
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

async function refusesLink(page) {
  await page.getByRole('alert').waitFor();
  const notice = await page.getByRole('alert').textContent();
  assert(/The defaults stand in/.test(notice), notice);
  return notice;
}

async function withoutWorkers(page) {
  await page.getByText(/This browser cannot start the worker/).waitFor();
  return 'a message says what the browser needs';
}

const noWorkers = (page) => page.addInitScript(() => delete globalThis.Worker);

const trained = (count) => async (page) => {
  await page.waitForFunction(
    (least) =>
      Number(document.querySelectorAll('.lab-facts dd')[3]?.textContent.replace(',', '')) > least,
    count,
    { timeout: 60_000 },
  );
};

async function latent(page) {
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

async function augmentation(page) {
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
async function federated(page) {
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
async function fourNodes(page) {
  await page.getByText('Add nodes, in other tabs').waitFor({ timeout: 60_000 });
  for (let count = 2; count <= 4; count++) {
    await page.getByRole('button', { name: 'Add a node in this tab' }).click();
    await page.getByText(`${count} nodes are here`).waitFor({ timeout: 60_000 });
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/After 40 rounds/).waitFor({ timeout: 120_000 });
}

async function withoutChannel(page) {
  await page.getByText(/has no BroadcastChannel/).waitFor();
  await fourNodes(page);
  const text = await page.locator('.federated-average b').textContent();
  assert(parseFloat(text) > 80, `the average reads ${text}`);
  return `four nodes in one page: the average reads ${text}`;
}

async function forecast(page) {
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

async function measured(page) {
  await page.getByRole('button', { name: 'Measure' }).click();
  await page.getByText(/times as many steps as plain JavaScript/).waitFor({ timeout: 90_000 });
}

/** Both engines do the same work, which their losses show; how fast they are is not compared. */
async function benchmark(page) {
  await page.getByLabel('Units of the hidden layer').selectOption('32');
  assert(new URL(page.url()).hash === '#units=32', page.url());
  await measured(page);
  const losses = await page.locator('.benchmark td:nth-child(3)').allTextContents();
  const [ours, plain] = losses.map(Number);
  assert(ours > 0 && Math.abs(ours - plain) < 1e-3, `losses of ${losses.join(' and ')}`);
  return `losses of ${losses.join(' and ')}`;
}

export const gallery = () => ({
  'gallery, playground, used': { at: '/gallery/playground.html', work: playground },
  'gallery, playground, changed link': {
    at: '/gallery/playground.html#data=moons&activation=<b>&layers=99&secret=1&rate=7',
    work: changedLink,
  },
  'gallery, playground, no workers': {
    at: '/gallery/playground.html',
    prepare: noWorkers,
    work: withoutWorkers,
  },
  ...inAllLooks('playground', '/gallery/playground.html', trained(250)),
  'gallery, latent plane, used': { at: '/gallery/latent-plane.html', work: latent },
  'gallery, latent plane, changed link': {
    at: '/gallery/latent-plane.html#x=1e9&y=%F0%9F%90%99',
    work: refusesLink,
  },
  'gallery, latent plane, no workers': {
    at: '/gallery/latent-plane.html',
    prepare: noWorkers,
    work: withoutWorkers,
  },
  'gallery, augmentation, used': { at: '/gallery/augmentation.html', work: augmentation },
  'gallery, augmentation, changed link': {
    at: '/gallery/augmentation.html#rotation=9&picture=/etc/passwd&hue=0.2',
    work: refusesLink,
  },
  'gallery, augmentation, no workers': {
    at: '/gallery/augmentation.html',
    prepare: noWorkers,
    work: withoutWorkers,
  },
  'gallery, federated, tabs': { at: '/gallery/federated.html', work: federated },
  'gallery, federated, no channel': {
    at: '/gallery/federated.html',
    prepare: (page) => page.addInitScript(() => delete globalThis.BroadcastChannel),
    work: withoutChannel,
  },
  'gallery, federated, changed link': {
    at: '/gallery/federated.html#share=all',
    work: refusesLink,
  },
  'gallery, federated, no workers': {
    at: '/gallery/federated.html',
    prepare: noWorkers,
    work: withoutWorkers,
  },
  ...inAllLooks('federated', '/gallery/federated.html', fourNodes),
  'gallery, forecast, used': { at: '/gallery/forecast.html', work: forecast },
  'gallery, forecast, changed link': {
    at: '/gallery/forecast.html#series=shares&noise=500',
    work: refusesLink,
  },
  'gallery, forecast, no workers': {
    at: '/gallery/forecast.html',
    prepare: noWorkers,
    work: withoutWorkers,
  },
  ...inAllLooks('forecast', '/gallery/forecast.html#network=dense', (page) =>
    page.getByText(/It has learned: its error/).waitFor({ timeout: 120_000 }),
  ),
  'gallery, benchmark, used': { at: '/gallery/benchmark.html', work: benchmark },
  'gallery, benchmark, changed link': {
    at: '/gallery/benchmark.html#units=1000000',
    work: refusesLink,
  },
  'gallery, benchmark, no workers': {
    at: '/gallery/benchmark.html',
    prepare: noWorkers,
    work: withoutWorkers,
  },
  ...inAllLooks('benchmark', '/gallery/benchmark.html', measured),
  ...inAllLooks('augmentation', '/gallery/augmentation.html', (page) =>
    page.getByText(/Changing all twelve took/).waitFor({ timeout: 60_000 }),
  ),
  ...inAllLooks('latent-plane', '/gallery/latent-plane.html', (page) =>
    page.getByText(/It has learned/).waitFor({ timeout: 90_000 }),
  ),
});
