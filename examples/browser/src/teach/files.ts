// Networks that are taken away and opened, and pictures that are dropped on the page.
import { Input, models } from 'lanegrad';
import { offerDrop } from '../drop.js';
import { act, find, say } from '../page.js';
import { addClass } from './classes.js';
import type { Teacher } from './classes.js';
import { Features } from './features.js';
import { features, lab } from './lab.js';

/** What stands between the names of classes in the name of a network. */
const BETWEEN = ', ';

/** A name that Keras takes, and that can be told from the next. */
const plain = (name: string): string => name.replaceAll(/[/,]/g, '-');

async function save(): Promise<void> {
  const { head } = lab;
  if (head === undefined) throw new Error('There is nothing to save yet. Teach it two classes.');
  const { model, side } = features();
  const names = head.classes.map(({ name }) => name);
  const picture = Input([side, side, 3]);
  const whole = new models.Model({
    inputs: picture,
    outputs: head.model.apply(model.apply(picture)),
    name: names.map(plain).join(BETWEEN),
  });
  await whole.save('downloads://taught.keras');
  say(`Saved. It takes pictures of ${side} × ${side} pixels from 0 to 255 and gives the probabilities of: ${names.join(', ')}.`); // prettier-ignore
}

/** The two networks of a file that this page has saved. */
function partsOf(whole: models.Model): [models.Model, models.Sequential] | undefined {
  const [, made, head] = whole.layers;
  return whole.layers.length === 3 &&
    made instanceof models.Model &&
    head instanceof models.Sequential
    ? [made, head]
    : undefined;
}

async function open(file: File, teacher: Teacher): Promise<void> {
  const model = await models.loadModel<models.Model>(file, { format: 'keras' });
  const parts = partsOf(model);
  if (parts === undefined) {
    const opened = new Features(model, file.name);
    lab.features = opened;
    for (const taught of lab.classes) taught.lookAgain();
    say(`From now on ${file.name} turns the pictures into features.`);
  } else {
    lab.features = new Features(parts[0], file.name);
    for (const taught of lab.classes.splice(0)) taught.remove();
    const count = parts[1].outputShape?.at(-1) ?? 0;
    const given = model.name.split(BETWEEN);
    const names = Array.from({ length: count }, (_, i) => given[i] ?? `class ${i + 1}`);
    lab.head = { model: parts[1], classes: names.map((name) => addClass(teacher, name)) };
    say(`Opened ${names.join(', ')}. If you show new pictures, it learns all classes again.`); // prettier-ignore
  }
  await teacher.changed();
}

/** A name for pictures that come without a class: what their files are called. */
const nameOf = ([first]: readonly File[]): string | undefined =>
  first?.name.replace(/\.\w+$/, '').replace(/[\s_-]*\d*$/, '') || undefined;

/** The buttons and the place for files do what they say. */
export function offerFiles(teacher: Teacher): void {
  find('save').addEventListener('click', act(save));
  offerDrop(async (files) => {
    const network = files.find(({ name }) => /\.(keras|h5)$/.test(name));
    if (network !== undefined) return open(network, teacher);
    if (files.length > 0) await addClass(teacher, nameOf(files)).addFiles(files);
  });
}
