// What nodes of the federation of tabs tell each other, and what a node tells its page.

/** Which digits a node has: each a random quarter, or each only some of the ten. */
export const SHARES = {
  label: 'each has only some digits',
  random: 'each has some of all digits',
} as const;
export type Share = keyof typeof SHARES;

export const SEATS = 4;
/** Rounds until it stops. */
export const ENOUGH = 40;
/** The digits of each seat, if they are shared by label. */
export const DIGITS = [[0, 1, 2], [3, 4], [5, 6, 7], [8, 9]] as const; // prettier-ignore

/** What all nodes tell of themselves every second, and whenever it has changed. */
export interface Here {
  readonly type: 'here';
  readonly from: string;
  readonly seat: number;
  readonly round: number;
  readonly samples: number;
  /** Accuracy on test images after training alone, before the average. */
  readonly alone: number;
  /** Accuracy of the average of the round before. */
  readonly together: number;
  readonly isRunning: boolean;
  /** Counts starts, pauses and new beginnings: the largest one holds. */
  readonly command: number;
}

/** A node is new, and asks which nodes are here. */
export interface Hello {
  readonly type: 'hello';
  readonly from: string;
}

/** The weights of a node after its round of training. */
export interface Update {
  readonly type: 'update';
  readonly from: string;
  readonly seat: number;
  readonly round: number;
  readonly samples: number;
  readonly weights: Float32Array;
  readonly command: number;
}

/** Start, pause, or begin again with new weights. */
export interface Command {
  readonly type: 'command';
  readonly from: string;
  readonly isRunning: boolean;
  readonly isNew: boolean;
  readonly command: number;
}

export interface Bye {
  readonly type: 'bye';
  readonly from: string;
}

export type Told = Here | Hello | Update | Command | Bye;

/** What the page tells its node. */
export type Request =
  | { readonly type: 'join'; readonly id: string; readonly share: Share }
  | { readonly type: 'told'; readonly told: unknown }
  | { readonly type: 'order'; readonly isRunning: boolean; readonly isNew: boolean };

/** What a node tells its page. */
export type Answer =
  | { readonly type: 'tell'; readonly told: Told }
  | {
      readonly type: 'state';
      readonly id: string;
      /** Undefined while it looks for a seat; -1 if all are taken. */
      readonly seat: number | undefined;
      readonly members: readonly Here[];
      readonly round: number;
      readonly isRunning: boolean;
      /** Accuracies of the averages so far. */
      readonly history: readonly number[];
      /** The weights of the average as a short text: the same in all tabs. */
      readonly fingerprint: string;
    };

/** Whether a message is one of this page: other programs of this origin may use the channel's name. */
export function isTold(message: unknown, weights: number): message is Told {
  if (typeof message !== 'object' || message === null) return false;
  const { type, from, seat, round, command, samples } = message as Partial<Update>;
  if (typeof from !== 'string' || from.length > 64) return false;
  const isWhole = (value: unknown, most: number): boolean =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;
  switch (type as Told['type'] | undefined) {
    case 'hello':
    case 'bye':
      return true;
    case 'command':
      return isWhole(command, 1e9);
    case 'here':
      return isWhole(seat, SEATS - 1) && isWhole(round, ENOUGH) && isWhole(command, 1e9) && areNumbers(message); // prettier-ignore
    case 'update': {
      const { weights: all } = message as Partial<Update>;
      const isFinite =
        all instanceof Float32Array && all.length === weights && all.every(Number.isFinite);
      return isFinite && isWhole(seat, SEATS - 1) && isWhole(round, ENOUGH) && isWhole(samples, 1e6) && isWhole(command, 1e9); // prettier-ignore
    }
    default:
      return false;
  }
}

const areNumbers = ({ samples, alone, together }: Partial<Here>): boolean =>
  [samples, alone, together].every((value) => typeof value === 'number');
