// The pages of the gallery: what they compute, what a changed address does, and how they look.
import { assert, fits, looks, noFindings, shot } from './page.mjs';

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
  assert((await page.getByRole('combobox', { name: 'Points' }).inputValue()) === 'moons', 'the good part is not taken');
  assert((await page.getByLabel('Activation').inputValue()) === 'tanh', 'no default');
  await page.waitForFunction(
    () => Number(document.querySelectorAll('.lab-facts dd')[3]?.textContent.replace(',', '')) > 5,
  );
  await page.getByRole('link', { name: 'Four squares with the feature xy' }).click();
  await page.waitForFunction(() => document.querySelector('.exhibit-notice') === null);
  assert((await page.getByLabel('xy').isChecked()) === true, 'the link is not followed');
  return 'defaults stand in, a message says so, and links of the page are followed';
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
});
