// A thread that runs one trial after the other. search.ts starts it.
import { serveTrials } from 'lanegrad/tuner';
import { hypermodel } from './trial.js';

serveTrials(hypermodel);
