// The module of a worker that knows a model with steps of its own.
import 'lanegrad/training-worker.js';
import { layers } from 'lanegrad';
import { Rivals } from '../models/rivals.js';

layers.registerLayer(Rivals);
