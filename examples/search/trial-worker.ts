// A thread that runs one trial after another. search.ts starts it.
import { serveTrials } from 'lanegrad/tuner';
import { hypermodel } from './trial.js';

serveTrials(hypermodel);
