#!/usr/bin/env node
// `npx lanegrad`
import './core.js';
import './known.js';
import { runHere } from './cli/platform.js';
import { runCommandLine } from './cli/main.js';

await runHere(runCommandLine);
