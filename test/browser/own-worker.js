// A worker of the page's own, which knows its layer.
import '/dist/training-worker.js';
import { layers } from '/dist/index.js';
import { Doubling } from './parts.js';

layers.registerLayer(Doubling);
