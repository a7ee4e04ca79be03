// The page on which one teaches a network classes: by a camera, which is two films here, and by pictures; it is saved, opened
// and given the file of another network; and it says what to do where there is no camera.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { desktop, firstView, fitsEverywhere, lastView, phone } from './accessibility.mjs'; // prettier-ignore
import { clip, still } from './clips.mjs';
import { assert, complains, isSaid, root, says, shot, shots, text } from './page.mjs';

/** What the camera shows: Chromium opens the file again whenever the camera is started. */
const film = path.join(shots, 'camera.y4m');
export const cameraOptions = [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
];

const loaded = (page) => page.locator('#start:not(:disabled)').waitFor({ timeout: 60_000 });
const card = (page, i) => page.locator('#classes > li').nth(i);
const count = async (page, i) =>
  Number.parseInt(await card(page, i).locator('.hint').textContent());

/** Points the camera at a thing. */
async function pointAt(page, name) {
  if ((await text(page, 'start')).startsWith('Stop')) await page.locator('#start').click();
  await writeFile(film, clip(name));
  await page.locator('#start').click();
  await page.locator('#start', { hasText: 'Stop' }).waitFor();
  await page.waitForFunction(() => document.getElementById('video').videoWidth > 0);
}

/** Holds the button of a class for so long, by pointer or by key. */
async function record(page, i, milliseconds, by) {
  const button = card(page, i).locator('.record');
  if (by === 'key') {
    await button.focus();
    await page.keyboard.down('Space');
  } else {
    await button.hover();
    await page.mouse.down();
  }
  await page.locator('.record[aria-pressed=true]').waitFor();
  await page.waitForTimeout(milliseconds);
  await (by === 'key' ? page.keyboard.up('Space') : page.mouse.up());
  await page.waitForFunction(() => document.querySelector('.record[aria-pressed=true]') === null);
}

/** Looks for so many milliseconds; gives the share of frames in which class i is the answer. */
const rightIn = (page, i, milliseconds) =>
  page.evaluate(
    async ([i, milliseconds]) => {
      let [right, all] = [0, 0];
      const share = document.querySelectorAll('#classes > li')[i].querySelector('.share i');
      const seen = new MutationObserver(() => {
        all++;
        if (document.querySelectorAll('#classes > li')[i].classList.contains('best')) right++;
      });
      seen.observe(share, { attributes: true });
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      seen.disconnect();
      return { share: right / all, all };
    },
    [i, milliseconds],
  );

/** Two things in front of the camera; then the network goes to a file and back. */
async function byCamera(page) {
  await loaded(page);
  await card(page, 0).locator('input').first().fill('mug');
  await card(page, 1).locator('input').first().fill('star');
  await pointAt(page, 'mug');
  await record(page, 0, 3000, 'pointer');
  await says(page, 'It has seen mug');
  await pointAt(page, 'star');
  await record(page, 1, 3000, 'key');
  await says(page, 'It has learned mug, star');
  const learned = await text(page, 'learned');
  const star = await rightIn(page, 1, 6000);
  await pointAt(page, 'mug');
  const mug = await rightIn(page, 0, 6000);
  await shot(page, 'teach', { fullPage: true });
  for (const [name, { share, all }] of Object.entries({ mug, star })) {
    assert(share >= 0.9 && all >= 10, `${name}: right in ${share} of ${all} frames`);
  }
  await isSaid(page, 'mug');
  const download = page.waitForEvent('download');
  await page.locator('#save').click();
  const file = await readFile(await (await download).path());
  await says(page, 'gives the probabilities of: mug, star');
  await page.locator('#reset').click();
  await says(page, 'The network has not learned anything yet');
  await page.locator('#files').setInputFiles({ name: 'taught.keras', mimeType: 'application/zip', buffer: file }); // prettier-ignore
  await says(page, 'Opened mug, star');
  const again = await rightIn(page, 0, 3000);
  assert(again.share >= 0.9, `the opened network is right in ${again.share}`);
  await page.locator('#start').click();
  await page.locator('#start', { hasText: 'Start' }).waitFor();
  const rates = [mug, star].map(
    ({ share, all }) => `${(100 * share).toFixed(0)} % of ${all} frames`,
  );
  return `mug right in ${rates[0]}, star in ${rates[1]}, learned in ${learned}`;
}

/** Pictures in place of a camera: chosen, dropped on a class, dropped on the page, asked about. */
async function byPictures(page) {
  await loaded(page);
  const stills = (name) => [0.2, 1.3, 2.1, 3.4, 4.2].map((second) => still(name, second));
  await card(page, 0).locator('input[type=file]').setInputFiles(stills('mug'));
  await says(page, 'It has seen class 1');
  await page.locator('#files').setInputFiles(stills('star'));
  await says(page, 'It has learned class 1, star');
  assert((await count(page, 0)) === 5 && (await count(page, 2)) === 5, 'pictures are missing');
  for (const [name, found] of [['mug', 'class 1'], ['star', 'star']]) {
    for (const second of [0.8, 2.7, 5.1]) {
      await page.locator('#ask').setInputFiles(still(name, second));
      await page.locator('#answer', { hasText: found }).waitFor({ timeout: 5000 });
    }
  } // prettier-ignore
  await page.locator('#ask').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }); // prettier-ignore
  await complains(page, 'notes.txt is not a picture');
  await card(page, 0).locator('.remove').click();
  await says(page, 'It has seen star');
  await page.locator('#answer', { hasText: 'not learned any classes' }).waitFor();
  return 'five pictures of each are enough for six others';
}

/** Another network makes the features; one that does not look at pictures is refused. */
async function otherNetworks(page) {
  await loaded(page);
  const file = (name) => readFile(path.join(root, 'test/fixtures/models/keras', name));
  const keras = (name, buffer) => ({ name, mimeType: 'application/zip', buffer });
  await page.locator('#files').setInputFiles(keras('mlp.keras', await file('mlp.keras')));
  await complains(page, /mlp\.keras: Its inputs are .*it needs square colour pictures/);
  await page.locator('#save').click();
  await complains(page, 'There is nothing to save yet');
  // As Keras has them: it gives features for each place, of pixels from −1 to 1, in a size of its own.
  const { layers, models } = await import('../../../dist/index.js');
  const opened = new models.Sequential([
    layers.Input([32, 32, 3]),
    new layers.Conv2D(8, 5, { strides: 2, activation: 'relu' }),
    new layers.Conv2D(40, 3, { activation: 'relu' }),
  ]);
  const parts = {};
  await opened.save({ write: (name, bytes) => (parts[name] = bytes) }, { format: 'keras' });
  const [buffer] = Object.values(parts).map((bytes) => Buffer.from(bytes));
  for (const [i, thing] of ['mug', 'star'].entries()) {
    await card(page, i).locator('input[type=file]').setInputFiles([0, 2, 4].map((second) => still(thing, second))); // prettier-ignore
  }
  await says(page, 'It has learned');
  await page.locator('#files').setInputFiles(keras('places.keras', buffer));
  await says(page, 'From now on places.keras turns the pictures into features');
  assert((await text(page, 'features-size')) === '40', 'its features are not counted');
  await page.locator('#ask').setInputFiles(still('star', 1));
  await page.locator('#answer', { hasText: 'class 2' }).waitFor({ timeout: 5000 });
  return 'another one takes over, and what looks at no pictures is refused';
}

/** No leave, or no camera, or no place for one. */
async function refused(page) {
  await loaded(page);
  await page.locator('#start').click();
  await complains(page, 'does not let this page use the camera');
  await card(page, 0).locator('.record').click();
  await complains(page, 'The camera is off');
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('', 'NotFoundError'));
  });
  await page.locator('#start').click();
  await complains(page, 'There is no camera');
  return 'it says what to do';
}

/** Before and after it has learned. */
function whole(name) {
  return async (page) => {
    await loaded(page);
    await firstView(page, name, 'before it learns');
    for (const [i, thing] of ['mug', 'star'].entries()) {
      await card(page, i).locator('input').first().fill(thing);
      await card(page, i).locator('input[type=file]').setInputFiles([0, 2, 4].map((second) => still(thing, second))); // prettier-ignore
    }
    await says(page, 'It has learned mug, star');
    await page.locator('#ask').setInputFiles(still('star', 1));
    await page.locator('#answer', { hasText: 'star' }).waitFor();
    await lastView(page, name, 'after it has learned');
    return 'no findings before and after it learns';
  };
}

async function narrow(page) {
  await loaded(page);
  await card(page, 0)
    .locator('input[type=file]')
    .setInputFiles([still('mug', 1)]);
  return fitsEverywhere(page, 'teach-narrow');
}

const teach = { name: 'teach.html', query: '' };
const withCamera = { ...desktop, colorScheme: 'light', permissions: ['camera'] };

export const teachVisits = {
  'Teach, by camera': { ...teach, look: withCamera, work: byCamera },
  'Teach, by pictures': { ...teach, look: desktop, work: byPictures },
  'Teach, other networks': { ...teach, look: desktop, work: otherNetworks },
  'Teach, no camera': { ...teach, look: desktop, work: refused },
  'Teach, light, on a desktop': { ...teach, look: { ...desktop, colorScheme: 'light' }, work: whole('teach-desktop-light') },
  'Teach, dark, on a phone': { ...teach, look: { ...phone, colorScheme: 'dark' }, work: whole('teach-phone-dark') },
  'Teach, colours of the system': { ...teach, look: { ...desktop, forcedColors: 'active' }, work: whole('teach-forced-colors') },
  'Teach, narrow, with large text': { ...teach, look: desktop, work: narrow },
}; // prettier-ignore
