// One contender of an interleaved run: a process that speaks the protocol of bench/peers/protocol.js.
import { LineProcess } from './line-process.js';
import type { Command } from './line-process.js';
import type { Segment } from '../peers/protocol.js';

export interface ContenderSpec {
  /** Short name for `--only` and for results. */
  readonly id: string;
  readonly name: string;
  /** How to start it. With several commands each is tried, and the fastest takes part. */
  readonly commands: () => readonly Command[];
  /** Steps of a timed segment at most; the seconds of an epoch are scaled from them. Default: a whole epoch. */
  readonly maxSteps?: number;
  /** How to install the contender. */
  readonly install?: string;
  /** Why it cannot run here; undefined if it can. */
  readonly missing?: () => string | undefined;
}

interface Hello {
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: string;
  /** Seconds of some steps, if it tries several settings. */
  readonly trial?: number | null;
}

export class Contender {
  private constructor(
    readonly spec: ContenderSpec,
    readonly hello: Hello,
    private readonly process: LineProcess,
  ) {}

  /** Starts the process and gives it the problem. */
  static async start(spec: ContenderSpec, folder: string): Promise<Contender> {
    let best: Contender | undefined;
    for (const command of spec.commands()) {
      const next = await Contender.#start(spec, command, folder);
      const isFaster = (next.hello.trial ?? Infinity) < (best?.hello.trial ?? Infinity);
      const [kept, other]: [Contender, Contender | undefined] =
        best === undefined || isFaster ? [next, best] : [best, next];
      await other?.close();
      best = kept;
    }
    if (best === undefined) throw new Error(`${spec.name} has no command`);
    return best;
  }

  static async #start(spec: ContenderSpec, command: Command, folder: string): Promise<Contender> {
    const process = new LineProcess(command);
    try {
      return new Contender(spec, (await ask(process, { op: 'load', folder })) as Hello, process);
    } catch (error) {
      await process.close();
      throw error;
    }
  }

  /** Trains `steps` steps, beginning with the first of the order with this number. */
  async train(order: number, steps: number): Promise<Segment> {
    return (await ask(this.process, { op: 'train', order, steps })) as Segment;
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

async function ask(process: LineProcess, request: object): Promise<unknown> {
  const answer = JSON.parse(await process.ask(JSON.stringify(request))) as { error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}
