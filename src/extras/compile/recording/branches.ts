// Turns recordings into one program. Where computed numbers decide how a prediction goes on, all ways are recorded, and each
// joins the usual one again where both do the same from there to the end.
import { LanegradError } from '../../../errors.js';
import { isPlace } from './steps.js';
import type { Argument, Ask, Block, KernelCall, Place, Step } from './steps.js';
import type { Predictions, Recording } from './predictions.js';

/** Recordings of one model. A model that needs more has too many questions within questions. */
const MAX_RECORDINGS = 4096;

/** A question, and for each answer how the prediction goes on before all ways join. Ways that are the same are one object. */
export interface Branch {
  readonly kind: 'branch';
  readonly ask: Ask;
  readonly arms: readonly (readonly ProgramStep[])[];
}

export type ProgramStep = Exclude<Step, Ask> | Branch;

/** The ways from a question on. */
interface Ways {
  /** For each answer the recording where it was given, the usual one first; a recording that does the same stands for it. */
  readonly recordings: readonly Recording[];
  /** From how many steps before the end on all ways are the same. */
  readonly common: number;
}

/** Which block of one recording is which of another. */
class Matching {
  readonly #forth = new Map<Block, Block>();
  readonly #back = new Map<Block, Block>();
  /** Blocks that are the same in both recordings. */
  readonly #shared: ReadonlySet<Block>;

  constructor(shared: ReadonlySet<Block>) {
    this.#shared = shared;
  }

  get pairs(): ReadonlyMap<Block, Block> {
    return this.#forth;
  }

  places(a: Place, b: Place): boolean {
    return a.offset === b.offset && this.#blocks(a.block, b.block);
  }

  #blocks(a: Block, b: Block): boolean {
    if (a === b) return true;
    if (a.data !== undefined || b.data !== undefined) return false;
    if (this.#shared.has(a) || this.#shared.has(b)) return false;
    const [other, back] = [this.#forth.get(b), this.#back.get(a)];
    if (other !== undefined || back !== undefined) return other === a && back === b;
    this.#forth.set(b, a);
    this.#back.set(a, b);
    return true;
  }

  #args(a: readonly Argument[], b: readonly Argument[]): boolean {
    return a.every((arg, i) => {
      const other = b[i] ?? NaN;
      if (isPlace(arg) && isPlace(other)) return this.places(arg, other);
      return Object.is(arg, other);
    });
  }

  #calls(a: KernelCall | undefined, b: KernelCall | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return a.kernel === b.kernel && this.#args(a.args, b.args);
  }

  steps(a: Step | undefined, b: Step | undefined): boolean {
    if (a?.kind === 'call' && b?.kind === 'call') return this.#calls(a, b);
    if (a?.kind === 'copy' && b?.kind === 'copy')
      return a.bytes === b.bytes && this.places(a.to, b.to) && this.places(a.from, b.from);
    if (a?.kind !== 'ask' || b?.kind !== 'ask') return false;
    if (a.limits.join() !== b.limits.join() || !this.#calls(a.call, b.call)) return false;
    if (a.word === undefined || b.word === undefined) return a.word === b.word;
    return this.places(a.word, b.word);
  }
}

/** Joins the ways of a model's predictions. */
export class Branches {
  readonly #predictions: Predictions;
  readonly #ways = new Map<Recording, Ways[]>();
  /** For blocks of a way those of the way that it joins. */
  readonly #same = new Map<Block, Block>();
  #recordings = 0;

  constructor(predictions: Predictions) {
    this.#predictions = predictions;
  }

  /** The program of a recording. */
  program(recording: Recording): ProgramStep[] {
    return this.#between(recording, 0, recording.steps.length, 0);
  }

  /** The block that stands for a block. */
  blockOf(block: Block): Block {
    let found = block;
    for (let next = this.#same.get(found); next !== undefined; next = this.#same.get(found))
      found = next;
    return found;
  }

  /** The steps of a recording from `begin` to `end`, with the ways of the questions among them, from question `first` on. */
  #between(recording: Recording, begin: number, end: number, first: number): ProgramStep[] {
    const { steps, asked } = recording;
    const program: ProgramStep[] = [];
    let at = begin;
    for (let i = first; i < asked.length; i++) {
      const question = asked[i];
      if (question === undefined || question.at >= end) break;
      // Within ways that have joined.
      if (question.at < at) continue;
      program.push(...(steps.slice(at, question.at) as ProgramStep[]));
      const branch = this.#branch(recording, i);
      if (branch !== undefined) program.push(branch);
      at = steps.length - this.#waysFrom(recording, i).common;
    }
    program.push(...(steps.slice(at, end) as ProgramStep[]));
    return program;
  }

  #branch(recording: Recording, i: number): Branch | undefined {
    const { steps, asked } = recording;
    const { recordings, common } = this.#waysFrom(recording, i);
    const at = asked[i]?.at ?? 0;
    const arms = new Map<Recording, ProgramStep[]>();
    for (const other of recordings) {
      if (arms.has(other)) continue;
      const isFailure = other.outputs === undefined;
      const end = other.steps.length - (isFailure ? 0 : common);
      const arm = this.#between(other, at + 1, end, i + 1);
      if (isFailure) {
        const { layer = '', otherwise = '' } = other.asked.at(-1) ?? {};
        arm.push({ kind: 'fail', layer, message: otherwise });
      } else if (other !== recording) this.#join(recording, other, i, common);
      arms.set(other, arm);
    }
    // What all answers do is not asked.
    if (arms.size === 1) return undefined;
    const list = recordings.map((other) => arms.get(other) ?? []);
    return { kind: 'branch', ask: steps[at] as Ask, arms: list };
  }

  /** Blocks of the other way that are in the common steps are those of the first. */
  #join(recording: Recording, other: Recording, i: number, common: number): void {
    const { matching } = this.#compare(recording, other, i, common);
    for (const [of, same] of matching.pairs) {
      const [from, to] = [this.blockOf(of), this.blockOf(same)];
      if (from === to) continue;
      to.bytes = Math.max(to.bytes, from.bytes);
      to.isFixed ||= from.isFixed;
      this.#same.set(from, to);
    }
  }

  #waysFrom(recording: Recording, i: number): Ways {
    const known = this.#ways.get(recording) ?? [];
    this.#ways.set(recording, known);
    return (known[i] ??= this.#explore(recording, i));
  }

  #explore(recording: Recording, i: number): Ways {
    const { asked, answers, made, steps } = recording;
    const question = asked[i] as (typeof asked)[number];
    const recordings = [recording];
    const before = Array.from({ length: i }, (_, j) => answers[j] ?? 0);
    const begin = question.at + 1;
    let common = steps.length - begin;
    for (let answer = 1; answer < question.answers; answer++) {
      const other = this.#record([...before, answer], made.slice(0, question.made));
      const isAlike = other.asked[i]?.at === question.at || other.outputs === undefined;
      if (!isAlike) throw new LanegradError('The model computes in another way each time.');
      const twin = recordings.find((earlier) => this.#isSame(earlier, other, i, begin));
      recordings.push(twin ?? other);
      if (twin === undefined && other.outputs !== undefined)
        common = Math.min(common, this.#compare(recording, other, i).common);
    }
    const ways = new Set(recordings);
    if (ways.size === 1) return { recordings, common };
    return { recordings, common: this.#shortened(ways, i, common) };
  }

  /** Ways within the ways join first. */
  #shortened(ways: ReadonlySet<Recording>, i: number, longest: number): number {
    let common = longest;
    for (let last = -1; last !== common;) {
      last = common;
      for (const way of ways) {
        const end = way.steps.length - (way.outputs === undefined ? 0 : common);
        for (let j = i + 1; j < way.asked.length && (way.asked[j]?.at ?? end) < end; j++) {
          if (way.outputs !== undefined) common = Math.min(common, this.#waysFrom(way, j).common);
        }
      }
    }
    return common;
  }

  #record(answers: readonly number[], known: readonly Block[]): Recording {
    if (++this.#recordings > MAX_RECORDINGS) {
      throw new LanegradError(
        `The model goes on in too many ways, depending on what it computes, to be compiled (more than ${MAX_RECORDINGS}).`,
      );
    }
    return this.#predictions.record(answers, known);
  }

  /** Whether two ways do the same from a question on. */
  #isSame(a: Recording, b: Recording, i: number, begin: number): boolean {
    if (a.steps.length !== b.steps.length || b.outputs === undefined) return false;
    return this.#compare(a, b, i).common === a.steps.length - begin;
  }

  /** How many steps at the end are the same in two recordings, at most `limit`, and which blocks are the same in these. */
  #compare(
    a: Recording,
    b: Recording,
    i: number,
    limit = Math.min(a.steps.length, b.steps.length) - (a.asked[i]?.at ?? 0) - 1,
  ): { readonly common: number; readonly matching: Matching } {
    const matching = new Matching(new Set(a.made.slice(0, a.asked[i]?.made)));
    const outputs = b.outputs ?? [];
    const isAlike = a.outputs?.every(({ place }, j) => {
      const other = outputs[j];
      return other !== undefined && matching.places(place, other.place);
    });
    let common = 0;
    if (isAlike !== true) return { common, matching };
    while (common < limit && matching.steps(a.steps.at(-1 - common), b.steps.at(-1 - common)))
      common++;
    return { common, matching };
  }
}
