// The module of the workers of workers.test.ts.
import { serveTrials } from 'lanegrad/tuner';
import { hypermodel } from './trials.js';

serveTrials(hypermodel);
