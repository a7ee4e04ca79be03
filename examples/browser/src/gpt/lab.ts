// The text and the network that the page works on now.
import type { Characters } from '../../../text/characters.js';
import type { Reader } from './reader.js';
import type { Student } from './student.js';

export const lab: {
  /** The text as numbers, and what the page calls it. */
  text: (Characters & { readonly name: string }) | undefined;
  student: Student | undefined;
  /** The network as it was at the last report: it writes and is looked into while the student learns. */
  reader: Reader | undefined;
  /** `busy`: a training begins or pauses, and the main button waits. */
  state: 'idle' | 'training' | 'busy';
} = { text: undefined, student: undefined, reader: undefined, state: 'idle' };

/** Whatever a file is for needs a network. */
export function present(): Student {
  if (lab.student !== undefined) return lab.student;
  throw new Error('There is no network yet. Press “Start over”, or reload the page.');
}
