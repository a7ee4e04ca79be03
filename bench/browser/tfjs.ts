// TensorFlow.js on a page: its own builds in script elements, since bundling breaks its threads.

export interface Tfjs {
  readonly tf: unknown;
  readonly version: string;
  readonly threads: number;
}

/** The part of the global `tf` that is used here; the package's types exist only where it is installed. */
interface TfjsGlobal {
  readonly version: { readonly tfjs: string };
  readonly wasm: {
    setWasmPaths(prefix: string): void;
    setThreadsCount(threads: number): void;
    getThreadsCount(): number;
  };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
}

/** With its wasm backend; undefined where `npm ci --prefix bench/peers` was not run. */
export async function startTfjs(): Promise<Tfjs | undefined> {
  const isThere = await loadScript('/tfjs/tfjs/dist/tf.min.js');
  if (!isThere || !(await loadScript('/tfjs/tfjs-backend-wasm/dist/tf-backend-wasm.min.js'))) {
    return undefined;
  }
  const { tf } = globalThis as unknown as { readonly tf: TfjsGlobal };
  tf.wasm.setWasmPaths('/tfjs/tfjs-backend-wasm/dist/');
  // As many as lanegrad's worker has at most; on two cores it takes one all the same (4.22).
  if (crossOriginIsolated) tf.wasm.setThreadsCount(2);
  if (!(await tf.setBackend('wasm'))) throw new Error("TensorFlow.js cannot start backend 'wasm'");
  await tf.ready();
  // Without memory that can be shared it has one, and does not count it.
  const threads = crossOriginIsolated ? tf.wasm.getThreadsCount() : 1;
  return { tf, version: tf.version.tfjs, threads };
}

/** Resolves to whether it was there. */
function loadScript(url: string): Promise<boolean> {
  const script = document.createElement('script');
  script.src = url;
  return new Promise((resolve) => {
    script.onload = () => resolve(true);
    script.onerror = () => resolve(false);
    document.head.append(script);
  });
}
