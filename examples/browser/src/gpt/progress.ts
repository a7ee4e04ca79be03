// The main button, the numbers and the curve of a training.
import { lossOfFrequencies, lossOfPairs } from '../../../text/characters.js';
import { Chart } from '../charts.js';
import { find, short } from '../page.js';
import { lab } from './lab.js';

const chart = new Chart(find('loss-chart'), {
  title: 'Loss',
  unit: 'steps',
  names: ['Training text', 'Unseen text'],
  format: (value) => value.toFixed(2),
  mark: (value) => (value < 1000 ? String(value) : short(value)),
  top: (most) => 1.08 * most,
});
const bar = find<HTMLProgressElement>('progress');
const write = (id: string, text: string): void => {
  find(id).textContent = text;
};
const whole = (count: number): string => count.toLocaleString('en');

/** Characters and steps since `since`, for the speed. */
let [steps, since] = [0, 0];

export function showButton(): void {
  const { student, state } = lab;
  const isDone = student !== undefined && student.step >= student.steps;
  const button = find<HTMLButtonElement>('start');
  button.disabled = student === undefined || state === 'busy';
  button.textContent =
    state === 'training'
      ? 'Pause'
      : isDone
        ? 'Train again'
        : (student?.step ?? 0) > 0
          ? 'Continue'
          : 'Train';
}

/** A network stands at the step that it has come to. */
export function showStart(): void {
  const { text, student } = lab;
  if (text === undefined || student === undefined) return;
  const guessing = Math.log(text.alphabet.length);
  chart.clear(student.steps, [
    { value: guessing, text: 'guessing' },
    { value: lossOfFrequencies(text), text: 'knowing character frequencies' },
    { value: lossOfPairs(text), text: 'knowing pair frequencies' },
  ]);
  for (const id of ['loss', 'unseen', 'choices', 'speed', 'left']) write(id, '–');
  showSteps(student.step, student.steps);
}

function showSteps(step: number, all: number): void {
  const total = document.createElement('small');
  total.textContent = ` / ${whole(all)}`;
  find('step').replaceChildren(whole(step), total);
  bar.value = Math.min(1, step / all);
}

/** Training begins, or goes on. */
export function beginProgress(): void {
  chart.extend(lab.student?.steps ?? 1);
  [steps, since] = [0, performance.now()];
}

/** A step has been learned. */
export function showStep(step: number, loss: number): void {
  const { student } = lab;
  if (student === undefined) return;
  chart.addBatch(step, loss);
  showSteps(step, student.steps);
  write('loss', loss.toFixed(2));
  steps++;
  const passed = performance.now() - since;
  if (passed < 1500) return;
  const { batch, context } = student.settings;
  write('speed', whole(Math.round((1000 * steps * batch * context) / passed)));
  const seconds = ((student.steps - step) * passed) / steps / 1000;
  write(
    'left',
    seconds < 90 ? `${Math.ceil(seconds / 5) * 5} s` : `${Math.round(seconds / 60)} min`,
  );
  // The last seconds count most.
  if (passed > 8000) [steps, since] = [0, performance.now()];
}

/** The loss on text that the network has not seen. */
export function showUnseen(step: number, loss: number): void {
  chart.addTest(step, loss);
  write('unseen', loss.toFixed(2));
  const all = lab.text?.alphabet.length ?? 0;
  write('choices', `${Math.exp(loss).toFixed(1)} of ${all}`);
}

export function endProgress(): void {
  for (const id of ['speed', 'left']) write(id, '–');
}
