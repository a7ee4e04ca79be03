// The module of the worker in which models train. It is a file of its own in the package. A worker file of the user's
// may import it too, along with the modules of the layers, losses and metrics that it is to know.
import '../../known.js';
import '../../engine/ops/methods.js';
import { workerHost } from './platform.host.js';
import { ServedModel } from './served-model.js';

const served = new ServedModel(
  workerHost().portOfWorker('training-worker.js', (message) => {
    served.peer.receive(message);
  }),
);
