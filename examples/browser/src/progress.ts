// The main button, the numbers and the curves of a training.
import { Chart } from './charts.js';
import { lab } from './lab.js';
import { find, percent, short } from './page.js';
import { GUESSING } from './verdict.js';

const shared = { unit: 'epochs', names: ['Training images', 'Test images'] } as const;
const loss = new Chart(find('loss-chart'), {
  ...shared,
  title: 'Loss',
  format: short,
  mark: (value) => (value < 1000 ? String(value) : short(value)),
  top: (most) => Math.max(GUESSING, 1.05 * most),
});
const accuracy = new Chart(find('accuracy-chart'), {
  ...shared,
  title: 'Accuracy',
  format: (value) => percent(value, 1),
  mark: (value) => percent(value, 0),
  top: () => 1,
});
const bar = find<HTMLProgressElement>('progress');
const write = (id: string, text: string): void => {
  find(id).textContent = text;
};

/** Images since `since`, for the speed. */
let [images, since] = [0, 0];

export function showButton(): void {
  const { network, state } = lab;
  const isDone = network !== undefined && (network.isLost || network.epoch >= network.settings.epochs); // prettier-ignore
  const hasBegun = network !== undefined && network.batches > 0;
  const button = find<HTMLButtonElement>('start');
  button.disabled = network === undefined || state === 'busy';
  button.textContent =
    state === 'training' ? 'Pause' : isDone ? 'Train again' : hasBegun ? 'Resume' : 'Train';
}

/** Nothing has been trained yet. */
export function clearProgress(epochs: number): void {
  for (const chart of [loss, accuracy]) chart.clear(epochs);
  for (const id of ['epoch', 'loss', 'accuracy', 'speed']) write(id, '–');
  bar.value = 0;
}

/** Training continues after `epoch`; a paused epoch starts over. */
export function beginProgress(epoch: number): void {
  for (const chart of [loss, accuracy]) chart.rewind(epoch);
  [images, since] = [0, performance.now()];
}

/** A batch of `size` images has been learned; `epoch` counts on in parts. */
export function showBatch(
  epoch: number,
  logs: { loss: number; accuracy: number },
  { size, epochs }: { size: number; epochs: number },
): void {
  loss.addBatch(epoch, logs.loss);
  accuracy.addBatch(epoch, logs.accuracy);
  images += size;
  const now = performance.now();
  if (now - since > 500) {
    write('speed', Math.round((1000 * images) / (now - since)).toLocaleString('en'));
    [images, since] = [0, now];
  }
  write('epoch', `${Math.ceil(epoch)} / ${epochs}`);
  write('loss', short(logs.loss));
  bar.value = epoch / epochs;
}

/** The test images after an epoch. */
export function showEpoch(epoch: number, logs: { loss: number; accuracy: number }): void {
  loss.addTest(epoch, logs.loss);
  accuracy.addTest(epoch, logs.accuracy);
  write('accuracy', percent(logs.accuracy));
}
