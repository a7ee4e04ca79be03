export { backendInfo, configure, currentRuntime, runtimeOptions } from './current.js';
export type { BackendInfo, RuntimeOptions } from './current.js';
export { UnfinishedError } from './runtime.js';
export type { Runtime } from './runtime.js';
export { PauseClock } from './pause.js';
export type { YieldEvery } from './pause.js';
export { isOfOtherOrigin, startableUrl } from './platform.js';
