// The pages as they look: light, dark, on a phone; one of each kind. Screenshots go to build/site-shots.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { assert, fits, looks, noFindings, shot, site } from './page.mjs';

const layers = 'api/lanegrad/namespaces/layers';
const PAGES = [
  'guides/index.html',
  'guides/cookbook.html',
  'guides/tasks.html',
  'guides/tensors.html',
  'guides/layers.html',
  'guides/performance.html',
  'guides/migrating.html',
  'learn/index.html',
  'learn/neuron.html',
  'learn/digits.html',
  'learn/keras.html',
  'gallery.html',
  'contributing.html',
  'api/index.html',
  `${layers}/index.html`,
  `${layers}/classes/Dense.html`,
  'api/lanegrad/classes/Tensor.html',
  'api/lanegrad/namespaces/ops/functions/add.html',
  'api/lanegrad/interfaces/SerializedObject.html',
];

const looksAt = (name, look) => async (page) => {
  await page.evaluate(() => document.fonts.ready);
  await shot(page, `${name.replaceAll('/', '-').replace('.html', '')}-${look}`, {
    fullPage: name.length < 40 && !/Tensor|tensors|performance|migrating|tasks|keras/.test(name),
  });
  await noFindings(page, `${name}, ${look}`);
  await fits(page);
  return 'no finding';
};

/** The ten things that a new user does first; the page has a whole program for each. */
const TASKS = {
  'folder of JPEGs fine-tuning': 'train-on-a-folder-of-pictures',
  'film reviews': 'tell-good-film-reviews-from-bad-ones',
  'CSV mixed columns': 'learn-from-a-csv-file-of-mixed-columns',
  'forecast weather': 'forecast-hourly-weather',
  'variational autoencoder': 'train-a-variational-autoencoder',
  'custom layer loss metric': 'write-a-layer-a-loss-and-a-metric-of-your-own',
  'training loop by hand': 'write-the-training-loop-by-hand',
  'Express server': 'serve-predictions-with-express-while-a-worker-trains',
  'page worker live chart': 'train-in-a-worker-of-a-page-with-live-charts',
  'search learning rate resume crash': 'search-learning-rate-and-width-and-resume-after-a-crash',
};
/** What else a new user looks for, with the page that is among the first five results. */
const QUERIES = {
  'folder of pictures': 'guides/pictures',
  'fine-tuning frozen base': 'guides/fine-tuning',
  'CSV file': 'guides/(data|cookbook)',
  FeatureSpace: 'guides/(text|cookbook)',
  'windows of a series': 'guides/(data|cookbook)',
  'training step': 'guides/extending',
  'own layer': 'guides/(extending|cookbook)',
  valueAndGrad: 'guides/(tensors|extending)',
  'training in a worker': 'guides/workers',
  'live chart': 'guides/visualizing',
  'confusion matrix': 'guides/(visualizing|cookbook|tasks)',
  'search hyperparameters': 'guides/(tuning|scale-out)',
  TensorBoard: 'guides/visualizing',
};
/** The same, where the site has the reference. */
const REFERENCE = {
  fit: '/Model|/Sequential',
  Conv2D: 'classes/Conv2D',
  matmul: 'functions/matmul',
};

async function searches(page) {
  const hasReference = existsSync(path.join(site, 'api'));
  const tasks = Object.entries(TASKS).map(([query, task]) => [query, `guides/tasks.*#${task}`]);
  const queries = { ...Object.fromEntries(tasks), ...QUERIES, ...(hasReference && REFERENCE) };
  const missing = [];
  for (const [query, expected] of Object.entries(queries)) {
    await page.locator('.DocSearch-Button').click();
    await page.locator('#localsearch-input').fill(query);
    const results = page.locator('.VPLocalSearchBox .result');
    await results.first().waitFor();
    await page.waitForTimeout(500);
    const found = await results.evaluateAll((all) =>
      all.slice(0, 5).map((result) => result.getAttribute('href')),
    );
    if (!found.some((href) => new RegExp(expected).test(href))) {
      missing.push(`${query}: ${found.join(' ')}`);
    }
    if (query === 'CSV file') await shot(page, 'search');
    await page.keyboard.press('Escape');
  }
  assert(missing.length === 0, `not among the first results:\n${missing.join('\n')}`);
  return `${Object.keys(queries).length} queries are answered`;
}

export const pages = () => {
  const there = PAGES.filter((name) => existsSync(path.join(site, name)));
  return {
    search: { at: '/guides/', work: searches },
    ...Object.fromEntries(
      there.flatMap((name) =>
        Object.entries(looks).map(([look, options]) => [
          `${name}, ${look}`,
          { at: `/${name}`, look: options, anywhere: true, work: looksAt(name, look) },
        ]),
      ),
    ),
  };
};
