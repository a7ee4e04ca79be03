// The module of the worker in which models train. It is a file of its own in the package. A worker file of the user's
// may import it too, beside the modules of the layers, losses and metrics that it is to know.
import '../known.js';
import '../ops/methods.js';
import type { Port } from './peer.js';
import { ServedModel } from './served-model.js';

type Receive = (message: unknown) => void;

/** The way from a worker of Node to the thread that started it. */
function nodePort(node: NodeJS.Process, onMessage: Receive): Port {
  const { parentPort } = node.getBuiltinModule('node:worker_threads');
  if (parentPort === null) throw new Error('training-worker.js is a module for workers.');
  parentPort.on('message', onMessage);
  return {
    post: (message, transfer) => {
      parentPort.postMessage(message, transfer);
    },
  };
}

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
const node = globalThis.process as NodeJS.Process | undefined;
const isNode = typeof node?.getBuiltinModule === 'function';
const served = new ServedModel(isNode ? nodePort(node, receive) : webPort(receive));
