/** Blobs that import a module of another origin, by the URL of the module. Each is made once and stays. */
const importers = new Map<string, string>();

/** Whether a module lies on another site than the page. */
export function isOfOtherOrigin({ protocol, origin }: URL): boolean {
  return /^https?:$/.test(protocol) && origin !== globalThis.location?.origin;
}

/**
 * What to start a worker from whose module is at `url`. A page may start workers from its own origin only, but import
 * modules from every origin that allows it (CORS), as CDNs do. So for a module of another origin the worker is a Blob
 * of this page that imports it; the `worker-src` of a Content-Security-Policy must name `blob:` and that origin then.
 */
export function startableUrl(url: URL): URL | string {
  if (!isOfOtherOrigin(url)) return url;
  let importer = importers.get(url.href);
  if (importer === undefined) {
    const text = `import ${JSON.stringify(url.href)};`;
    importer = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    importers.set(url.href, importer);
  }
  return importer;
}
