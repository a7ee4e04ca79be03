import { describeError } from '../../config/wire-error.js';
import { configure } from '../../engine/runtime/index.js';
import { Peer } from '../../engine/workers/peer.js';
import { workerHost } from '../remote/platform.host.js';
import { isFatal } from './fatal.js';
import { checkHyperModel } from './hypermodel.js';
import type { HyperModel, TrialFunction } from './hypermodel.js';
import { runTrial } from './run-trial.js';
import type { TrialData } from './run-trial.js';
import { fromWire } from './wire.js';
import type { CallerMethods, WorkerMethods } from './wire.js';

/**
 * Turns a module into the worker of a tuner, which runs the tuner's trials one after the other. The tuner's option `worker`
 * names the module.
 *
 * @param hypermodel the function or object that is given to the tuner
 * @throws ValueError for any other value, Error outside a worker.
 * @example
 * // trial-worker.js
 * tuner.serveTrials((hp) => (hp.float('x', { min: -1, max: 1 }) - 0.5) ** 2);
 */
export function serveTrials(hypermodel: TrialFunction | HyperModel): void {
  const checked = checkHyperModel('serveTrials', hypermodel);
  let data: TrialData = { x: undefined, y: undefined, options: {} };
  const methods: WorkerMethods = {
    async start(runtime, wire) {
      await configure(runtime);
      data = fromWire(wire);
    },
    async run(task) {
      try {
        return { outcome: await runTrial(checked, data, task) };
      } catch (error) {
        if (isFatal(error)) return { fatal: describeError(error) };
        throw error;
      }
    },
  };
  const port = workerHost().portOfWorker('a module that calls serveTrials', (message) => {
    peer.receive(message);
  });
  const peer = new Peer<CallerMethods>(port, { ...methods });
  // A tuner sends nothing before: what comes while modules are loaded may be lost.
  void peer.call('ready');
}
