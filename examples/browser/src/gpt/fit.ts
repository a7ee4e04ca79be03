// Which network fits this device: some steps of a small one are timed.
import { charactersOf } from '../../../text/characters.js';
import { find } from '../page.js';
import { settings, SIZES } from './settings.js';
import type { Settings, Size } from './settings.js';
import { Student } from './student.js';
import { builtIn } from './texts.js';

/** Steps that are made for the time of one; the first is no measure. */
const TIMED = 5;
/** A training should take no longer, with as many steps as the form proposes. */
const LONGEST_MS = 180_000;
const STEPS = 2000;

export interface Fit {
  /** The size of a network whose training is no test of patience. */
  readonly size: Size;
  /** About how long a step of a network takes here, in milliseconds. */
  stepTime(sizes: Cost): number;
}

type Cost = Pick<Settings, 'blocks' | 'width' | 'context' | 'batch'>;

/** What a step costs: products of matrices, and attention. Characters beyond the blocks count little. */
const cost = ({ blocks, width, context, batch }: Cost): number =>
  batch * context * blocks * width * (12 * width + 2 * context);

let fit: Promise<Fit> | undefined;

/** Times steps, once in the life of the page. */
export function fitting(): Promise<Fit> {
  fit ??= measure();
  return fit;
}

async function measure(): Promise<Fit> {
  const timed = { ...settings('small'), ...SIZES.small, steps: TIMED };
  const unit = (await timeSteps(timed)) / cost(timed);
  const stepTime = (sizes: Cost): number => unit * cost(sizes);
  const isFast = STEPS * stepTime({ ...timed, ...SIZES.usual }) <= LONGEST_MS;
  const small = Math.max(1, Math.round(stepTime(timed)));
  find('fit').textContent =
    `A step of the small network takes about ${small} ms here, so “automatic” chooses the ${isFast ? 'medium' : 'small'} one.`;
  return { size: isFast ? 'usual' : 'small', stepTime };
}

/** Milliseconds of a step, where the network will learn later: in a worker, if one can start. */
async function timeSteps(timed: Settings): Promise<number> {
  const text = charactersOf(builtIn().text);
  const student = await Student.start(text, timed);
  const ends: number[] = [];
  const onStep = (): void => {
    // The loss is not needed.
    if (ends.push(performance.now()) === TIMED) student.pause();
  };
  try {
    await student.learn(text, onStep).next();
  } finally {
    student.dispose();
    for (const codes of [text.train, text.test]) codes.dispose();
  }
  const [first = 0, last = 0] = [ends[0], ends.at(-1)];
  return (last - first) / (ends.length - 1);
}
