// The module of the worker in which models train. It is a file of its own in the package. A worker file of the user's
// may import it too, along with the modules of the layers, losses and metrics that it is to know.
import '../../known.js';
import '../../engine/ops/methods.js';
import type { Port } from '../../engine/workers/peer.js';
import { portOfNodeWorker } from '../../engine/workers/platform.js';
import { ServedModel } from './served-model.js';

type Receive = (message: unknown) => void;

/** What is needed of a worker's global scope. */
interface WorkerScope {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
}

function webPort(onMessage: Receive): Port {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => {
    onMessage(data);
  };
  return {
    post: (message, transfer) => {
      scope.postMessage(message, transfer);
    },
  };
}

const receive: Receive = (message) => {
  served.peer.receive(message);
};
const isNode = typeof globalThis.process?.getBuiltinModule === 'function';
const served = new ServedModel(
  isNode ? portOfNodeWorker('training-worker.js', receive) : webPort(receive),
);
