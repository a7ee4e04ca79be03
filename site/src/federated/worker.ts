// A node of a federation without a server: it trains with its own images, tells all others its weights, and takes the average
// of all, in proportion to their samples. All nodes average the same weights in the same order, so they all have the same.
import { answerWith, fail } from '../answering.js';
import { Learner } from './learner.js';
import { ENOUGH, isTold, SEATS } from './protocol.js';
import type { Answer, Here, Request, Share, Told, Update } from './protocol.js';

/** Milliseconds in which others answer a newcomer. */
const LISTEN = 500;
const HEARTBEAT = 1000;
/** After so many milliseconds without a heartbeat, a node is gone. */
const GONE = 4000;
/** The least time of a round, so that one can watch. */
const ROUND = 450;
/** Updates that are kept: of two rounds, and of two that come and go. */
const MOST_UPDATES = 4 * SEATS;

class Node {
  readonly #id: string;
  readonly #share: Share;
  readonly #learner: Learner;
  readonly #first: Float32Array;
  readonly #members = new Map<string, { readonly here: Here; readonly at: number }>();
  readonly #updates = new Map<string, Update>();
  #global: Float32Array;
  #seat: number | undefined;
  #round = 0;
  #command = 0;
  #isRunning = false;
  #isBusy = false;
  #trainedAt = 0;
  #alone = NaN;
  #together = NaN;
  #history: number[] = [];

  constructor(id: string, share: Share, learner: Learner) {
    [this.#id, this.#share, this.#learner] = [id, share, learner];
    this.#first = this.#global = learner.weights;
    tell({ type: 'hello', from: id });
    setTimeout(() => this.#sit(), LISTEN);
    setInterval(() => this.#beat(), HEARTBEAT);
    setInterval(() => void this.#go().catch(fail), ROUND / 3);
  }

  order(isRunning: boolean, isNew: boolean): void {
    const command = this.#command + 1;
    tell({ type: 'command', from: this.#id, isRunning, isNew, command });
    this.#obey(isRunning, isNew, command);
  }

  hear(told: unknown): void {
    if (!isTold(told, this.#first.length) || told.from === this.#id) return;
    if (told.type === 'bye') this.#members.delete(told.from);
    else if (told.type === 'hello') this.#tellHere();
    else if (told.type === 'command') {
      if (told.command > this.#command) this.#obey(told.isRunning, told.isNew, told.command);
    } else if (told.type === 'here') this.#meet(told);
    else if (told.command >= this.#command && told.round >= this.#round) this.#keep(told);
    this.#report();
  }

  /** A node that is ahead may tell its weights before the round before is averaged here. */
  #keep(update: Update): void {
    const key = `${update.from} ${update.round}`;
    if (this.#updates.size < MOST_UPDATES || this.#updates.has(key)) this.#updates.set(key, update);
  }

  /** Takes the first seat that is free. */
  #sit(): void {
    const taken = new Set(Array.from(this.#members.values(), ({ here }) => here.seat));
    const free = Array.from({ length: SEATS }, (_, seat) => seat).find((seat) => !taken.has(seat));
    this.#seat = free ?? -1;
    if (free !== undefined) {
      this.#learner.take(free, this.#share);
      this.#tellHere();
    }
    this.#report();
  }

  #meet(here: Here): void {
    // A node that is not known is not taken when all seats are known to be taken.
    if (this.#members.size >= SEATS && !this.#members.has(here.from)) return;
    this.#members.set(here.from, { here, at: performance.now() });
    if (here.command > this.#command) this.#obey(here.isRunning, false, here.command);
    // Two have taken the same seat at once: one of them looks for another.
    if (here.seat === this.#seat && here.from < this.#id) this.#sit();
  }

  #obey(isRunning: boolean, isNew: boolean, command: number): void {
    [this.#isRunning, this.#command] = [isRunning, command];
    if (isNew) {
      [this.#round, this.#history, this.#alone, this.#together] = [0, [], NaN, NaN];
      this.#global = this.#first;
      for (const [key, update] of this.#updates)
        if (update.command < command) this.#updates.delete(key);
    }
    this.#tellHere();
    this.#report();
  }

  /** Trains if it is time to, and averages if all have trained. */
  async #go(): Promise<void> {
    const isSeated = this.#seat !== undefined && this.#seat >= 0;
    if (!this.#isRunning || this.#isBusy || this.#round >= ENOUGH || !isSeated) return;
    const hasTrained = this.#updates.has(`${this.#id} ${this.#round}`);
    const latest = this.#latest();
    this.#isBusy = true;
    try {
      if (hasTrained) {
        if (performance.now() - this.#trainedAt >= ROUND) this.#average(this.#round);
      } else if (latest > this.#round) {
        // A newcomer does not train with old weights: it waits for what the others average.
        this.#average(latest);
      } else await this.#train();
    } finally {
      this.#isBusy = false;
    }
  }

  /** The round in which the others are, or its own. */
  #latest(): number {
    return Math.max(this.#round, ...Array.from(this.#updates.values(), ({ round }) => round));
  }

  async #train(): Promise<void> {
    const [command, round] = [this.#command, this.#round];
    this.#trainedAt = performance.now();
    this.#learner.weights = this.#global;
    await this.#learner.train();
    if (command !== this.#command) return;
    this.#alone = this.#learner.accuracy();
    const { samples, weights } = this.#learner;
    const seat = this.#seat ?? 0;
    const update: Update = {
      type: 'update',
      from: this.#id,
      seat,
      round,
      samples,
      weights,
      command,
    };
    this.#keep(update);
    tell(update);
    this.#tellHere();
  }

  /** Averages the weights of a round, once all that take part in it have told theirs. */
  #average(round: number): void {
    const updates = [...this.#updates.values()].filter((update) => update.round === round);
    const isMissing = Array.from(this.#members.values(), ({ here }) => here).some(
      (here) =>
        // Others are newcomers, or have averaged already.
        (here.round === round || here.round === round - 1) &&
        !updates.some(({ from }) => from === here.from),
    );
    if (isMissing) return;
    const samples = updates.reduce((sum, update) => sum + update.samples, 0);
    const sum = new Float64Array(this.#global.length);
    for (const update of updates.sort((one, other) => one.seat - other.seat)) {
      for (const [index, weight] of update.weights.entries())
        sum[index] = (sum[index] ?? 0) + (weight * update.samples) / samples;
    }
    this.#learner.weights = this.#global = Float32Array.from(sum);
    this.#together = this.#learner.accuracy();
    this.#history.push(this.#together);
    this.#round = round + 1;
    for (const [key, update] of this.#updates) if (update.round <= round) this.#updates.delete(key);
    if (this.#round >= ENOUGH) this.#isRunning = false;
    this.#tellHere();
    this.#report();
  }

  #beat(): void {
    const now = performance.now();
    for (const [id, { at }] of this.#members) if (now - at > GONE) this.#members.delete(id);
    if (this.#seat === -1) this.#sit();
    else this.#tellHere();
    this.#report();
  }

  get #here(): Here | undefined {
    if (this.#seat === undefined || this.#seat < 0) return undefined;
    return {
      type: 'here',
      from: this.#id,
      seat: this.#seat,
      round: this.#round,
      samples: this.#learner.samples,
      alone: this.#alone,
      together: this.#together,
      isRunning: this.#isRunning,
      command: this.#command,
    };
  }

  #tellHere(): void {
    const here = this.#here;
    if (here !== undefined) tell(here);
  }

  #report(): void {
    const own = this.#here;
    const others = Array.from(this.#members.values(), ({ here }) => here);
    post({
      type: 'state',
      id: this.#id,
      seat: this.#seat,
      members: own === undefined ? others : [own, ...others],
      round: this.#round,
      isRunning: this.#isRunning,
      history: this.#history,
      fingerprint: fingerprintOf(this.#global),
    });
  }
}

/** FNV-1a of the bytes. */
function fingerprintOf(weights: Float32Array): string {
  const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  const hash = bytes.reduce((value, byte) => Math.imul(value ^ byte, 16_777_619), 0x811c9dc5);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const post = (answer: Answer): void => postMessage(answer);
const tell = (told: Told): void => post({ type: 'tell', told });

let node: Node | undefined;

answerWith<Request>(async (request) => {
  if (request.type === 'join') node ??= new Node(request.id, request.share, await Learner.create());
  else if (request.type === 'told') node?.hear(request.told);
  else node?.order(request.isRunning, request.isNew);
});
