import { captureStep } from './capture-step.js';
import { give } from './given.js';

/** What captures a step: in a chunk that the first step of a program asks for (models/training/capture-chunk.ts). */
export const capture = { captureStep, give };
