// What the buttons of the page do.
import { act, find, say } from '../page.js';
import { answer } from './answers.js';
import { isOn, look, start, stop, watch } from './camera.js';
import { addClass } from './classes.js';
import type { Teacher } from './classes.js';
import { Features } from './features.js';
import { offerFiles } from './files.js';
import { learn, shown } from './head.js';
import { features, lab } from './lab.js';
import { squareOfFile } from './pictures.js';

const button = find<HTMLButtonElement>('start');

/** Features of the picture that is asked about, while the camera is off. */
let asked: HTMLCanvasElement | undefined;

const teacher: Teacher = {
  look,
  async changed() {
    const { name, size } = features();
    find('features-name').textContent = name;
    find('features-size').textContent = size.toLocaleString('en');
    const isOpened = lab.head !== undefined && shown(lab.classes).length === 0;
    if (!isOpened) {
      const seconds = await learn(features());
      if (seconds === undefined) forget();
      else {
        find('learned').textContent = `${seconds.toFixed(2)} s`;
        say(
          `It has learned ${shown(lab.classes)
            .map(({ name }) => name)
            .join(', ')}. Show it something.`,
        );
      }
    }
    if (!isOn()) answer(asked && features().of(asked));
  },
};

/** Fewer than two classes tell nothing apart. */
function forget(): void {
  lab.head?.model.dispose();
  lab.head = undefined;
  find('learned').textContent = '–';
  const [only] = shown(lab.classes);
  if (only !== undefined)
    say(`It has seen ${only.name}. Now show it something from another class.`);
}

function showCamera(): void {
  button.textContent = isOn() ? 'Stop the camera' : 'Start the camera';
  find('video').hidden = !isOn();
  find('picture').hidden = isOn() || asked === undefined;
  find('empty').hidden = isOn() || asked !== undefined;
  if (!isOn()) find('speed').textContent = '–';
}

/** Says what the camera shows until it is stopped, and how often. */
async function watchCamera(): Promise<void> {
  let [count, since] = [0, performance.now()];
  await watch((picture) => {
    answer(features().of(picture));
    count++;
    const seconds = (performance.now() - since) / 1000;
    if (seconds < 1) return;
    find('speed').textContent = (count / seconds).toFixed(0);
    [count, since] = [0, performance.now()];
  });
}

async function toggleCamera(): Promise<void> {
  if (isOn()) {
    stop();
    showCamera();
    answer(asked && features().of(asked));
    return;
  }
  button.disabled = true;
  try {
    await start();
    say('Hold the “Record” button of a class while you show something to the camera.');
  } finally {
    button.disabled = false;
    showCamera();
  }
  await watchCamera();
}

/** Shows a picture in place of the camera, and what it is. */
async function ask(file: File): Promise<void> {
  asked = await squareOfFile(file);
  stop();
  const canvas = find<HTMLCanvasElement>('picture');
  canvas.getContext('2d')?.drawImage(asked, 0, 0, canvas.width, canvas.height);
  showCamera();
  answer(features().of(asked));
}

function startOver(): void {
  for (const taught of lab.classes.splice(0)) taught.remove();
  forget();
  for (let i = 0; i < 2; i++) addClass(teacher);
  asked = undefined;
  showCamera();
  answer();
  say('The network has not learned anything yet.');
}

button.addEventListener('click', act(toggleCamera));
find('reset').addEventListener('click', act(async () => startOver())); // prettier-ignore
find('add').addEventListener('click', act(async () => void addClass(teacher))); // prettier-ignore
find('ask').addEventListener('change', act(async () => {
  const input = find<HTMLInputElement>('ask');
  const [file] = input.files ?? [];
  input.value = '';
  if (file !== undefined) await ask(file);
})); // prettier-ignore
offerFiles(teacher);
startOver();
act(async () => {
  say('Loading …');
  lab.features = await Features.ours();
  await teacher.changed();
  button.disabled = false;
  say('Start the camera, or add pictures to the classes.');
})();
