import { Callback } from '../../nn/callbacks/callback.js';
import type { HookName, Logs } from '../../nn/callbacks/callback.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { Peer } from '../../engine/workers/peer.js';
import type { CallerMethods, WireMetric, WireReply, WireRun } from './protocol.js';
import type { StateMirror } from './state-mirror.js';

/**
 * Hooks that may be unanswered while training continues. A page that cannot keep up would fall behind further and further,
 * with messages in its memory; this many hide how long messages travel.
 */
const MAX_UNANSWERED = 32;

/** What callbacks may see of a model's metrics. */
export function describeMetrics(model: AnyModel): WireMetric[] {
  return model.metricsNames.map((name, i) => ({ name, direction: model.metrics[i]?.direction }));
}

/** A callback in the worker that lets those of the caller do their work. */
export class Forwarder extends Callback {
  /** The first failure of a hook that training did not wait for. */
  #failure: { readonly error: unknown } | undefined;
  readonly #unanswered = new Set<Promise<void>>();

  constructor(
    private readonly peer: Peer<CallerMethods>,
    private readonly run: WireRun,
    private readonly trained: AnyModel,
    private readonly mirror: StateMirror,
  ) {
    super();
    for (const name of run.hooks) {
      // A custom hook tells the loop that a callback listens.
      const isOfEpoch = /Epoch|Train(Begin|End)$/.test(name);
      const isIndexed = /Epoch|Batch/.test(name);
      const waits = run.waits || !name.includes('Batch');
      const hook = (first?: number | Logs, second?: Logs): Promise<void> | undefined => {
        const [index, logs] = isIndexed ? [first as number, second] : [undefined, first as Logs];
        const called = this.#call(name, index, logs, isOfEpoch, waits);
        if (waits) return called;
        this.#watch(called);
        return this.#unanswered.size < MAX_UNANSWERED ? undefined : this.#roomForMore();
      };
      Object.defineProperty(this, name, { value: hook });
    }
  }

  async #call(
    name: HookName,
    index: number | undefined,
    logs: Logs | undefined,
    isOfEpoch: boolean,
    waits: boolean,
  ): Promise<void> {
    if (waits) await this.settle();
    const reply = await this.peer.call('hook', this.run.number, {
      name,
      index,
      logs,
      params: this.params,
      metrics: describeMetrics(this.trained),
      state: this.mirror.takeChanges({ values: !isOfEpoch, generators: !waits }),
    });
    this.#takeOver(reply);
  }

  #takeOver({ stopTraining, state }: WireReply): void {
    if (stopTraining) this.trained.stopTraining = true;
    this.mirror.apply(state);
  }

  #watch(called: Promise<void>): void {
    const watched = called
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.trained.stopTraining = true;
      })
      .finally(() => this.#unanswered.delete(watched));
    this.#unanswered.add(watched);
  }

  async #roomForMore(): Promise<void> {
    await Promise.race(this.#unanswered);
  }

  /** Waits for hooks that are under way. @throws what one of them has thrown. */
  async settle(): Promise<void> {
    await Promise.all(this.#unanswered);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
