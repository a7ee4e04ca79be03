// The visits of the gallery: each page is used, seen in all looks, and opened without what it needs.
import * as used from './gallery-used.mjs';
import { fits, looks, noFindings, says, shot } from './page.mjs';

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
        anywhere: true,
        work: async (page) => {
          await ready(page);
          await good(page, name, look);
          return 'no finding';
        },
      },
    ]),
  );

export const gallery = () => ({
  'gallery, playground, used': { at: '/gallery/playground.html', work: used.playground },
  'gallery, playground, changed link': {
    at: '/gallery/playground.html#data=moons&activation=<b>&layers=99&secret=1&rate=7',
    work: used.changedLink,
  },
  'gallery, playground, no workers': {
    at: '/gallery/playground.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  ...inAllLooks('playground', '/gallery/playground.html', used.trained(250)),
  'gallery, latent plane, used': { at: '/gallery/latent-plane.html', work: used.latent },
  'gallery, latent plane, changed link': {
    at: '/gallery/latent-plane.html#x=1e9&y=%F0%9F%90%99',
    work: used.refusesLink,
  },
  'gallery, latent plane, no workers': {
    at: '/gallery/latent-plane.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  'gallery, unet, used': { at: '/gallery/unet.html', work: used.unet },
  'gallery, unet, changed link': {
    at: '/gallery/unet.html#levels=9&drawing=00.!!',
    work: used.refusesLink,
  },
  'gallery, unet, no workers': {
    at: '/gallery/unet.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  'gallery, augmentation, used': { at: '/gallery/augmentation.html', work: used.augmentation },
  'gallery, augmentation, changed link': {
    at: '/gallery/augmentation.html#rotation=9&picture=/etc/passwd&hue=0.2',
    work: used.refusesLink,
  },
  'gallery, augmentation, no workers': {
    at: '/gallery/augmentation.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  'gallery, federated, tabs': { at: '/gallery/federated.html', work: used.federated },
  'gallery, federated, no channel': {
    at: '/gallery/federated.html',
    prepare: (page) => page.addInitScript(() => delete globalThis.BroadcastChannel),
    work: used.withoutChannel,
  },
  'gallery, federated, changed link': {
    at: '/gallery/federated.html#share=all',
    work: used.refusesLink,
  },
  'gallery, federated, no workers': {
    at: '/gallery/federated.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  ...inAllLooks('federated', '/gallery/federated.html', used.fourNodes),
  'gallery, forecast, used': { at: '/gallery/forecast.html', work: used.forecast },
  'gallery, forecast, changed link': {
    at: '/gallery/forecast.html#series=shares&noise=500',
    work: used.refusesLink,
  },
  'gallery, forecast, no workers': {
    at: '/gallery/forecast.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  ...inAllLooks('forecast', '/gallery/forecast.html#network=dense', (page) =>
    says(page, /It has learned: its error/, 120_000),
  ),
  'gallery, benchmark, used': { at: '/gallery/benchmark.html', work: used.benchmark },
  'gallery, benchmark, changed link': {
    at: '/gallery/benchmark.html#units=1000000',
    work: used.refusesLink,
  },
  'gallery, benchmark, no workers': {
    at: '/gallery/benchmark.html',
    prepare: used.noWorkers,
    work: used.withoutWorkers,
  },
  ...inAllLooks('benchmark', '/gallery/benchmark.html', used.measured),
  ...inAllLooks('augmentation', '/gallery/augmentation.html', (page) =>
    says(page, /Changing all twelve took/, 60_000),
  ),
  ...inAllLooks('unet', '/gallery/unet.html', (page) =>
    page.waitForFunction(
      () => Number(document.querySelectorAll('.lab-facts dd')[2]?.textContent) >= 100,
      undefined,
      { timeout: 120_000 },
    ),
  ),
  ...inAllLooks('latent-plane', '/gallery/latent-plane.html', (page) =>
    says(page, /It has learned/, 90_000),
  ),
});
