// What the numbers of a training mean, in words.
import { percent, short } from './page.js';

/** The loss of a network that guesses among ten digits. */
export const GUESSING = Math.log(10);
/** Above this loss the network is not learning slowly: it moves away from any answer. */
const OUT_OF_BOUNDS = 4 * GUESSING;

export interface Verdict {
  readonly isGood: boolean;
  /** The training cannot recover. */
  readonly isLost: boolean;
  readonly text: string;
}

const advice = (rate: number): string =>
  `The steps are too large: the learning rate is ${rate}. Set a smaller one, such as 0.001, and train again.`;

/** What is wrong with a loss; undefined if nothing is. */
export function trouble(loss: number, rate: number): Verdict | undefined {
  if (!Number.isFinite(loss)) {
    const text = `Training has diverged: the loss is no longer a number, and the weights are lost. ${advice(rate)}`;
    return { isGood: false, isLost: true, text };
  }
  if (loss <= OUT_OF_BOUNDS) return undefined;
  const text = `Training is diverging: the loss is ${short(loss)}, while guessing would give ${GUESSING.toFixed(1)}. ${advice(rate)}`;
  return { isGood: false, isLost: false, text };
}

/** What has come of a training. */
export function verdict(loss: number, accuracy: number, rate: number): Verdict {
  const wrong = trouble(loss, rate);
  if (wrong !== undefined)
    return { ...wrong, text: `Done, but the network has not learned. ${wrong.text}` };
  const read = `reads ${percent(accuracy)} of the test images correctly`;
  if (accuracy > 0.3) {
    const text = `Done. The network ${read}. Draw a digit, or look at what it misreads.`;
    return { isGood: true, isLost: false, text };
  }
  const text = `Done, but the network has hardly learned: it ${read}, and guessing would give 10 %. Try a different learning rate, or more epochs.`;
  return { isGood: false, isLost: false, text };
}

/** What the network says to a drawing. */
export function answer(probabilities: ArrayLike<number>, isTrained: boolean): string {
  const values = Array.from(probabilities);
  if (!values.every(Number.isFinite)) {
    return 'No answer: the weights are no longer numbers. Press “Start over”.';
  }
  const sure = Math.max(...values);
  const digit = values.indexOf(sure);
  if (!isTrained) return `The network is untrained, so it guesses: ${digit}. Press “Train”.`;
  const word = sure > 0.9 ? 'This is' : sure > 0.5 ? 'Probably' : 'Perhaps';
  return `${word} a${digit === 8 ? 'n' : ''} ${digit} (${percent(sure, 0)} sure).`;
}
