// The images and the network that the page works on now.
import type { Digits } from './digits.js';
import type { Network } from './network.js';

export const lab: {
  digits: Digits | undefined;
  network: Network | undefined;
  /** `busy`: a training begins or pauses, and the main button waits. */
  state: 'idle' | 'training' | 'busy';
} = { digits: undefined, network: undefined, state: 'idle' };

/** Whatever a file is for needs a network. */
export function present(): Network {
  if (lab.network !== undefined) return lab.network;
  throw new Error('There is no network yet. Press “Start over”, or reload the page.');
}
