// What reads and writes files of models lies above the models, whose methods ask for it. This module exists for this side effect;
// entry points that give models import it, and package.json lists it.
import { saving } from './nn/training/saving.js';

saving.loadsBy(() => import('./nn/saving/index.js'));
