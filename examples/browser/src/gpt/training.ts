// A network begins, learns and pauses.
import { sizesOf } from '../../../gpt/model.js';
import type { Gpt } from '../../../gpt/model.js';
import { charactersOf } from '../../../text/characters.js';
import { find, say } from '../page.js';
import { showPlace } from '../threads.js';
import { lookAgain } from './attention.js';
import { stopComposer } from './composer.js';
import { fitting } from './fit.js';
import { lab, present } from './lab.js';
import { beginProgress, endProgress, showButton, showStart, showStep, showUnseen } from './progress.js'; // prettier-ignore
import { Reader } from './reader.js';
import { clearSamples, writeSample } from './samples.js';
import { isSameNetwork, proposeSteps, settings } from './settings.js';
import { Student } from './student.js';
import type { Text } from './texts.js';

/** The training that runs now or ran last. */
let learning: Promise<void> = Promise.resolve();
/** The last network that was asked for: there is one at a time. */
let starting: Promise<void> = Promise.resolve();

/** Ends the training that runs, if one does. */
async function stop(): Promise<void> {
  lab.student?.pause();
  await learning.catch(() => undefined);
}

/** A new network, before its first step; or `loaded`, one from a file. */
export function startOver(loaded?: Gpt): Promise<void> {
  const begun = starting.then(() => begin(loaded));
  starting = begun.catch(() => undefined);
  return begun;
}

async function begin(loaded?: Gpt): Promise<void> {
  await stop();
  const { text } = lab;
  if (text === undefined) return;
  // What does not fit leaves the network of before.
  const { size, stepTime } = await fitting();
  const student = await Student.start(text, settings(size), loaded);
  student.reportBy(stepTime({ ...sizesOf(student.model), batch: student.settings.batch }));
  stopComposer();
  clearSamples();
  lab.student?.dispose();
  lab.reader?.dispose();
  lab.student = student;
  lab.reader = new Reader(student.model, text.alphabet);
  if (loaded !== undefined && student.step >= student.steps) {
    student.steps = student.step + 500;
    proposeSteps(student.steps);
  }
  showPlace(student.settings.threads, student.obstacle);
  showStart();
  showButton();
  void showWriting(student.step, NaN);
}

/** The network of now writes and is looked into. */
async function showWriting(step: number, loss: number): Promise<void> {
  const { student, reader } = lab;
  if (student === undefined || reader === undefined) return;
  reader.take(student.model);
  lookAgain();
  await writeSample({ step, loss }, lookAgain);
}

/** Trains, or pauses if it trains already. */
export async function train(): Promise<void> {
  if (lab.state === 'training') {
    lab.state = 'busy';
    lab.student?.pause();
    showButton();
    return;
  }
  if (lab.student === undefined || lab.state === 'busy') return;
  lab.state = 'busy';
  try {
    const wanted = settings((await fitting()).size);
    const { student } = lab;
    const isDone = student.step >= student.steps && wanted.steps <= student.step;
    const isNew = student.step === 0 && wanted.steps !== student.settings.steps;
    if (isDone || isNew || !isSameNetwork(wanted, student.settings)) await startOver();
    else student.steps = wanted.steps;
    lab.state = 'training';
    showButton();
    learning = learn(present());
    await learning;
  } finally {
    lab.state = 'idle';
    endProgress();
    showButton();
  }
}

async function learn(student: Student): Promise<void> {
  const { text } = lab;
  if (text === undefined) return;
  const place = student.obstacle === undefined ? 'a worker' : 'the page';
  say(`Training in ${place}. Watch the text: noise becomes words.`);
  beginProgress();
  let unseen = NaN;
  for await (const { step, loss, validationLoss } of student.learn(text, showStep)) {
    unseen = validationLoss;
    showUnseen(step, validationLoss);
    void showWriting(step, validationLoss).catch(() => undefined);
    if (!Number.isFinite(loss)) throw new Error('Training has diverged: the loss is no longer a number. Start over.'); // prettier-ignore
  }
  if (student.step < student.steps) {
    say(`Paused after ${student.step.toLocaleString('en')} steps.`);
    return;
  }
  const choices = Math.exp(unseen).toFixed(1);
  say(`Done. On unseen text, the network is as unsure as if it guessed among ${choices} characters. Give it a beginning to continue.`); // prettier-ignore
}

/** Takes another text, with a new network for it. */
export async function useText(loading: Text | Promise<Text>): Promise<void> {
  // Steps are timed while the text is on its way.
  const [{ name, text }] = await Promise.all([loading, fitting()]);
  const old = lab.text;
  const next = { ...charactersOf(text), name };
  await stop();
  lab.text = next;
  const excerpt = find('excerpt').textContent;
  showExcerpt(text.trimStart().slice(0, 400));
  try {
    await startOver();
  } catch (error) {
    // The text of before stays, with its network.
    lab.text = old;
    showExcerpt(excerpt);
    for (const codes of [next.train, next.test]) codes.dispose();
    throw error;
  }
  for (const codes of old === undefined ? [] : [old.train, old.test]) codes.dispose();
  const length = (next.train.size + next.test.size).toLocaleString('en');
  find('text-name').textContent = name;
  find('text-size').textContent = `${length} characters, ${next.alphabet.length} different ones`;
  const where = lab.student?.obstacle === undefined ? '' : ' Workers cannot start here, so the network trains in the page itself.'; // prettier-ignore
  say(`The network is untrained. It has ${length} characters to learn from.${where}`);
}

/** The beginning of the text, in its card and as the aim of what the network writes. */
function showExcerpt(text: string): void {
  find('excerpt').textContent = text;
  find('aim').textContent = text.slice(0, 200);
}
