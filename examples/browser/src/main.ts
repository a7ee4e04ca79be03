import { backendInfo, models } from 'lanegrad';
import { centerDigit } from './center.js';
import { Chart } from './charts.js';
import { loadDigits, readMnist } from './digits.js';
import type { Digits } from './digits.js';
import { Network } from './network.js';
import type { Settings } from './network.js';
import { Pad } from './pad.js';
import { drawDigit, showBars, showConfusion, showMisread, showWeights } from './pictures.js';
import type { Misread } from './pictures.js';

/** Test images that the tables are made of. */
const SHOWN = 2000;
const KEPT = 'indexeddb://lanegrad-demo';
const address = new URLSearchParams(location.search);

const find = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
};
const form = find<HTMLFormElement>('settings');
const dataset = form.elements.namedItem('dataset') as HTMLSelectElement;
const startButton = find<HTMLButtonElement>('start');
const [lossChart, accuracyChart] = [
  new Chart(find('loss-chart'), 3),
  new Chart(find('accuracy-chart'), 4),
];

let digits: Digits | undefined;
let network: Network | undefined;
let state: 'idle' | 'training' | 'pausing' = 'idle';

function say(text: string, isError = false): void {
  const status = find('status');
  status.textContent = text;
  status.classList.toggle('error', isError);
}

/** Runs what the user has asked for; what goes wrong is said on the page. */
function act(work: () => Promise<void>): () => void {
  return () => {
    work().catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error), true);
    });
  };
}

function field(name: string): string {
  return (form.elements.namedItem(name) as HTMLInputElement).value;
}

function settings(): Settings {
  const sizes = field('layers').split(/[\s,]+/).filter((part) => part !== '').map(Number); // prettier-ignore
  if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 4096)) {
    throw new Error('Hidden layers are sizes from 1 to 4096, with commas: 128, 64.');
  }
  if (!form.reportValidity()) throw new Error('A setting is out of range.');
  return {
    layers: sizes,
    optimizer: field('optimizer'),
    rate: Number(field('rate')),
    batch: Number(field('batch')),
    epochs: Number(field('epochs')),
    seed: Number(field('seed')),
    threads: Number(field('threads')),
  };
}

/** A new network, before its first step. */
async function startOver(loaded?: models.Model): Promise<void> {
  if (digits === undefined) return;
  network?.dispose();
  network = undefined;
  network = await Network.start(digits, settings(), loaded);
  const { obstacle } = network;
  find('place').textContent = obstacle === undefined ? 'a worker' : `the page itself (${obstacle})`;
  lossChart.clear();
  accuracyChart.clear();
  for (const id of ['epoch', 'loss', 'accuracy', 'speed']) find(id).textContent = '–';
  find<HTMLProgressElement>('progress').value = 0;
  showState();
  await showResults();
  await readPad();
}

function showState(): void {
  const isDone = network !== undefined && network.epoch >= network.settings.epochs;
  const hasBegun = network !== undefined && network.batches > 0;
  startButton.disabled = network === undefined || state === 'pausing';
  startButton.textContent =
    state === 'training' ? 'Pause' : isDone ? 'Train again' : hasBegun ? 'Resume' : 'Train';
}

async function train(): Promise<void> {
  if (state === 'training') {
    state = 'pausing';
    network?.pause();
    showState();
    return;
  }
  if (network === undefined || digits === undefined) return;
  const wanted = settings();
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(network.settings);
  if (isChanged || network.epoch >= network.settings.epochs) await startOver();
  const running = network;
  state = 'training';
  showState();
  say(
    `Training in ${running.obstacle === undefined ? 'a worker' : 'the page'}. Draw while it learns.`,
  );
  const { batch, epochs } = running.settings;
  for (const chart of [lossChart, accuracyChart]) chart.rewind(running.epoch);
  let [images, since] = [0, performance.now()];
  let lastPictures = 0;
  try {
    await running.train(digits, {
      onBatch(epoch, { loss = NaN, accuracy = NaN }) {
        lossChart.addBatch(epoch, loss);
        accuracyChart.addBatch(epoch, accuracy);
        images += batch;
        const now = performance.now();
        if (now - since > 500) {
          const speed = Math.round((1000 * images) / (now - since));
          find('speed').textContent = speed.toLocaleString('en');
          [images, since] = [0, now];
        }
        find('epoch').textContent = `${running.epoch + 1} / ${epochs}`;
        find('loss').textContent = loss.toFixed(4);
        find<HTMLProgressElement>('progress').value = epoch / epochs;
        if (now - lastPictures > 1000) {
          lastPictures = now;
          void running
            .pull()
            .then(showKernel)
            .then(readPad)
            .catch(() => undefined);
        }
      },
      onEpoch(epoch, { val_loss: loss = NaN, val_accuracy: accuracy = NaN }) {
        lossChart.addEpoch(epoch, loss);
        accuracyChart.addEpoch(epoch, accuracy);
        find('accuracy').textContent = `${(100 * accuracy).toFixed(2)} %`;
        void showResults().catch(() => undefined);
      },
    });
    say(running.epoch < epochs ? 'Paused.' : 'Done. Draw a digit, or look at what is misread.');
  } catch (error) {
    // Another network has taken its place: no news.
    if (network === running) throw error;
    return;
  } finally {
    state = 'idle';
    showState();
  }
  await showResults();
  await readPad();
}

/** The table, the misread images and the first layer, for the weights of now. */
async function showResults(): Promise<void> {
  if (network === undefined || digits === undefined) return;
  const { testX, testY, size } = digits;
  const count = Math.min(SHOWN, testX.shape[0] ?? 0);
  const some = testX.slice([0, count]);
  const probabilities = await network.probabilities(some);
  const pixels = some.data();
  some.dispose();
  const labels = testY.data();
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  const wrong: (Misread & { sure: number })[] = [];
  for (let i = 0; i < count; i++) {
    const row = Array.from(probabilities.subarray(10 * i, 10 * i + 10));
    const sure = Math.max(...row);
    const [read, digit] = [row.indexOf(sure), labels[i] ?? 0];
    const line = counts[digit];
    if (line !== undefined) line[read] = (line[read] ?? 0) + 1;
    if (read !== digit) {
      const image = pixels.slice(i * size * size, (i + 1) * size * size);
      wrong.push({ image, digit, read, sure });
    }
  }
  showConfusion(counts);
  showMisread(wrong.sort((a, b) => b.sure - a.sure).slice(0, 24), size);
  showKernel();
}

function showKernel(): void {
  const kernel = network?.model.weights[0]?.value;
  if (kernel === undefined || digits === undefined || kernel.ndim !== 2) return;
  showWeights(kernel.data(), kernel.shape[1] ?? 0, digits.size);
}

let isReading = false;
let isStale = false;

/** What the network says to the drawing; one question at a time, the newest drawing next. */
async function readPad(): Promise<void> {
  isStale = true;
  if (isReading || network === undefined || digits === undefined) return;
  isReading = true;
  find('bars').ariaBusy = 'true';
  try {
    while (isStale && network !== undefined) {
      isStale = false;
      const asked: Network = network;
      const { values, side } = pad.ink();
      const image = centerDigit(values, side, digits.size === 28 ? 28 : 8);
      drawDigit(find<HTMLCanvasElement>('seen'), image, digits.size);
      try {
        showBars(values.some((value) => value > 0) ? await asked.read(image) : undefined);
      } catch (error) {
        // Another network has taken its place: it is asked by whoever made it.
        if (network === asked) throw error;
      }
    }
  } finally {
    isReading = false;
    find('bars').ariaBusy = 'false';
  }
}

async function useDigits(loading: Promise<Digits>): Promise<void> {
  const old = digits;
  try {
    digits = await loading;
  } finally {
    // Where the new ones cannot be had, the old ones stay.
    if (digits !== undefined) dataset.value = digits.name;
  }
  for (const x of old === undefined ? [] : [old.trainX, old.trainY, old.testX, old.testY])
    x.dispose();
  const count = (digits.trainX.shape[0] ?? 0).toLocaleString('en');
  await startOver();
  const place = network?.obstacle === undefined ? '' : ' No worker can start here: the network trains in the page itself.'; // prettier-ignore
  say(`${count} images to learn from. Press Train.${place}`);
}

/** Whatever a file is for needs a network. */
function present(): Network {
  if (network !== undefined) return network;
  throw new Error('There is no network yet. Press “Start over”, or load the page again.');
}

async function save(how: string): Promise<void> {
  const kept = present();
  if (how === 'browser') await kept.save(KEPT);
  else if (how === 'keras') await kept.save('downloads://digits.keras');
  else if (how === 'tfjs') await kept.save('downloads://digits');
  else if (how === 'safetensors') await kept.saveWeights('downloads://digits.safetensors');
  else await open(await models.loadModel(KEPT));
  say(how === 'open' ? 'Opened what was kept.' : 'Saved.');
}

async function open(model: models.Model): Promise<void> {
  present();
  const pixels = (digits?.size ?? 0) ** 2;
  const shapes = [model.inputShape, model.outputShape].map((shape) => (shape ?? []).slice(1).join(' × ')); // prettier-ignore
  if (shapes[0] !== String(pixels) || shapes[1] !== '10') {
    model.dispose();
    throw new Error(`This model has ${shapes[0]} inputs and ${shapes[1]} outputs; the digits here need ${pixels} and 10.`); // prettier-ignore
  }
  await startOver(model);
}

/** Takes what was dropped or chosen; what is wrong with it is said with its name. */
async function take(files: readonly File[]): Promise<void> {
  try {
    await takeFiles(files);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${files.map(({ name }) => name).join(', ')}: ${reason}`, { cause: error });
  }
}

async function takeFiles(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  if (files.some(({ name }) => /idx[13]-ubyte/.test(name))) {
    await useDigits(readMnist(files));
  } else if (/\.(safetensors|npz)$/.test(first.name)) {
    await present().model.loadWeights(first);
    await showResults();
    await readPad();
    say(`Loaded the weights of ${first.name}.`);
  } else {
    const isKeras = /\.(keras|h5)$/.test(first.name);
    await open(isKeras ? await models.loadModel(first, { format: 'keras' }) : await models.loadModel(files)); // prettier-ignore
    say(`Opened ${first.name}.`);
  }
}

const pad = new Pad(find<HTMLCanvasElement>('pad'), () => void readPad().catch(() => undefined));
startButton.addEventListener('click', act(train));
find('reset').addEventListener('click', act(async () => {
  network?.pause();
  if (digits === undefined) return useDigits(loadDigits(field('dataset') as Digits['name'], address.get('mnist')));
  await startOver();
  say('A new network.');
})); // prettier-ignore
find('clear').addEventListener('click', () => pad.clear());
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-save]')) {
  button.addEventListener(
    'click',
    act(() => save(button.dataset['save'] ?? '')),
  );
}
form.addEventListener('submit', (event) => event.preventDefault());
dataset.addEventListener('change', act(async () => {
  say('Loading …');
  network?.pause();
  await useDigits(loadDigits(field('dataset') as Digits['name'], address.get('mnist')));
})); // prettier-ignore
const input = find<HTMLInputElement>('files');
input.addEventListener(
  'change',
  act(async () => {
    const files = [...(input.files ?? [])];
    // So that the same file may be chosen again.
    input.value = '';
    await take(files);
  }),
);
const drop = find('drop');
addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', () => drop.classList.remove('over'));
addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  act(() => take([...(event.dataTransfer?.files ?? [])]))();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', act(async () => {
  pad.show();
  await showResults();
  await readPad();
})); // prettier-ignore

// What reads and writes .keras files is loaded when one comes.
models.useHdf5(() => import('h5wasm'));
const { threads, reason } = backendInfo();
const threadsField = form.elements.namedItem('threads') as HTMLInputElement;
// One is left to the page.
threadsField.value = String(Math.max(1, Math.min(threads, 8) - 1));
threadsField.max = String(threads);
find('backend').textContent = `${threads} thread${threads === 1 ? '' : 's'}: ${reason}.`;
showBars(undefined);
const first = address.has('mnist') ? 'mnist' : 'digits';
dataset.value = first;
act(() => useDigits(loadDigits(first, address.get('mnist'))))();
