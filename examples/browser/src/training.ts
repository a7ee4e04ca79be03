// A network begins, learns and pauses.
import type { models } from 'lanegrad';
import type { Digits } from './digits.js';
import { lab, present } from './lab.js';
import { Network } from './network.js';
import { say } from './page.js';
import { beginProgress, clearProgress, showBatch, showButton, showEpoch } from './progress.js';
import { readPad } from './reading.js';
import { showKernel, showResults } from './results.js';
import { chooseDigits, settings } from './settings.js';
import { showPlace } from './threads.js';
import { trouble, verdict } from './verdict.js';

/** So often the drawing is read again while the network learns. */
const REFRESH_MS = 1000;

/** The training that runs now or ran last. */
let learning: Promise<void> = Promise.resolve();
/** The last network that was asked for: there is one at a time. */
let starting: Promise<void> = Promise.resolve();

/** Ends the training that runs, if one does. */
async function stop(): Promise<void> {
  lab.network?.pause();
  await learning.catch(() => undefined);
}

/** A new network, before its first step; or `loaded`, one from a file. */
export function startOver(loaded?: models.Model): Promise<void> {
  const begun = starting.then(() => begin(loaded));
  starting = begun.catch(() => undefined);
  return begun;
}

async function begin(loaded?: models.Model): Promise<void> {
  await stop();
  if (lab.digits === undefined) return;
  lab.network?.dispose();
  lab.network = undefined;
  const network = await Network.start(lab.digits, settings(), loaded);
  lab.network = network;
  showPlace(network.settings.threads, network.obstacle);
  clearProgress(network.settings.epochs);
  showButton();
  await showResults();
  await readPad();
}

/** Trains, or pauses if it trains already. */
export async function train(): Promise<void> {
  if (lab.state === 'training') {
    lab.state = 'busy';
    lab.network?.pause();
    showButton();
    return;
  }
  const { network, digits } = lab;
  if (network === undefined || digits === undefined || lab.state === 'busy') return;
  lab.state = 'busy';
  try {
    const isChanged = JSON.stringify(settings()) !== JSON.stringify(network.settings);
    if (isChanged || network.isLost || network.epoch >= network.settings.epochs) {
      // What was said of the network before does not hold for the new one.
      say('Starting …');
      await startOver();
    }
    lab.state = 'training';
    showButton();
    learning = learn(present(), digits);
    await learning;
  } finally {
    lab.state = 'idle';
    showButton();
  }
  await showResults();
  await readPad();
}

async function learn(running: Network, digits: Digits): Promise<void> {
  const { batch: size, epochs, rate } = running.settings;
  let lastPictures = 0;
  let hasWarned = false;
  let last = { loss: NaN, accuracy: 0 };
  const watch = (loss: number): void => {
    const wrong = trouble(loss, rate);
    if (wrong === undefined || running.isLost || (hasWarned && !wrong.isLost)) return;
    hasWarned = true;
    say(wrong.text, 'warning');
    // Not one weight is a number: going on is in vain.
    if (wrong.isLost) running.giveUp();
  };
  const place = running.obstacle === undefined ? 'a worker' : 'the page';
  say(`Training in ${place}. Draw while the network learns.`);
  beginProgress(running.epoch);
  await running.train(digits, {
    onBatch(epoch, { loss = NaN, accuracy = NaN }) {
      showBatch(epoch, { loss, accuracy }, { size, epochs });
      watch(loss);
      const now = performance.now();
      if (now - lastPictures <= REFRESH_MS) return;
      lastPictures = now;
      void running.pull().then(showKernel).then(readPad).catch(() => undefined); // prettier-ignore
    },
    onEpoch(epoch, { val_loss: loss = NaN, val_accuracy: accuracy = NaN }) {
      last = { loss, accuracy };
      showEpoch(epoch, last);
      watch(loss);
      void showResults().catch(() => undefined);
    },
  });
  if (running.isLost) return;
  if (running.epoch < epochs) {
    say('Paused.');
    return;
  }
  const { text, isGood } = verdict(last.loss, last.accuracy, rate);
  say(text, isGood ? 'news' : 'warning');
}

/** Takes other images, with a new network that fits them. */
export async function useDigits(loading: Promise<Digits>): Promise<void> {
  const old = lab.digits;
  try {
    const loaded = await loading;
    await stop();
    lab.digits = loaded;
  } finally {
    // Where the new ones cannot be loaded, the old ones stay.
    if (lab.digits !== undefined) chooseDigits(lab.digits.name);
  }
  for (const x of old === undefined ? [] : [old.trainX, old.trainY, old.testX, old.testY]) {
    x.dispose();
  }
  const count = (lab.digits.trainX.shape[0] ?? 0).toLocaleString('en');
  await startOver();
  const place = lab.network?.obstacle === undefined ? '' : ' Workers cannot start here, so the network trains in the page itself.'; // prettier-ignore
  say(`The network is untrained. It has ${count} images to learn from.${place}`);
}
