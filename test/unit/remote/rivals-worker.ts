// The module of a worker that knows a model with its own steps.
import 'lanegrad/training-worker.js';
import { layers } from 'lanegrad';
import { Rivals } from '../models/rivals.js';

layers.registerLayer(Rivals);
