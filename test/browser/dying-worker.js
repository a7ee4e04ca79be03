// A worker of the pool that comes to grief as it is told, in Node by `globalThis.plan`, in a page by its address:
//   ?worker=<the real module>&how=<one of the ways below>&at=<in which of its shares>[&kernel=<of that kernel alone>]
const plan = globalThis.plan ?? Object.fromEntries(new URL(globalThis.location).searchParams);
let sharesLeft = Number(plan.at);

function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** What happens in that share; `work` does what there is to be done. */
const ways = {
  'exit before': () => process.exit(),
  'exit after': (work) => {
    work();
    process.exit();
  },
  /** Ends the thread without telling the listeners to 'exit'. */
  vanish: () => process.reallyExit(0),
  hang: () => sleep(2 ** 31),
  late: (work) => {
    sleep(Number(plan.milliseconds));
    work();
  },
  close: (work) => {
    globalThis.close();
    work();
  },
  'out of memory': () => {
    for (const lists = []; ;) lists.push(new Array(1e6).fill(0));
  },
};

const { Instance } = WebAssembly;
let instances = 0;
WebAssembly.Instance = function (...given) {
  if (plan.how === 'exit while loading' && ++instances > 1) process.exit();
  const { exports } = new Instance(...given);
  const wrap = (name, work) =>
    typeof work !== 'function'
      ? work
      : (...args) => {
          const counts = ways[plan.how] && (plan.kernel ?? name) === name;
          if (counts && --sharesLeft === 0) return ways[plan.how](() => work(...args));
          return work(...args);
        };
  return {
    exports: Object.fromEntries(Object.entries(exports).map(([name, f]) => [name, wrap(name, f)])),
  };
};

// Messages that come while the module is loaded are for the module.
const early = [];
const keep = (event) => early.push(event.data);
globalThis.addEventListener?.('message', keep);
await import(plan.worker);
globalThis.removeEventListener?.('message', keep);
for (const data of early) dispatchEvent(new MessageEvent('message', { data }));
