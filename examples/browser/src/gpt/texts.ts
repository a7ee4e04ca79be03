// The text that the network learns from: from an address, from a file, or the scenes that come with the page.
import scenes from '../../../text/scenes.txt?raw';

export interface Text {
  readonly name: string;
  readonly text: string;
}

/** Longer texts would take the memory of a phone. */
const MAX_BYTES = 30_000_000;

/** Scenes from Richard III and Romeo and Juliet, for users who have no connection. */
export const builtIn = (): Text => ({ name: 'four scenes by Shakespeare', text: scenes });

export async function fetchText(address: string): Promise<Text> {
  let url: URL;
  try {
    url = new URL(address, location.href);
  } catch {
    throw new Error(`“${address}” is not the address of a text.`);
  }
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    const reason = 'there is no connection, or the server does not allow other pages to read it';
    throw new Error(`${url.host} does not answer: ${reason}.`, { cause: error });
  }
  if (!response.ok) throw new Error(`${url.host} answers ${response.status} for ${url.pathname}.`);
  // Some servers answer with a page of theirs for whatever they do not have.
  if (/html/i.test(response.headers.get('content-type') ?? '')) {
    throw new Error(`${url.host} answers ${url.pathname} with a web page instead of a text.`);
  }
  const name = url.pathname.split('/').at(-1) || url.host;
  return { name, text: await textOf(name, await response.blob()) };
}

export async function readText(file: File): Promise<Text> {
  return { name: file.name, text: await textOf(file.name, file) };
}

async function textOf(name: string, bytes: Blob): Promise<string> {
  if (bytes.size > MAX_BYTES) {
    throw new Error(`The text has ${bytes.size} bytes; the page takes up to ${MAX_BYTES}.`);
  }
  const head = new Uint8Array(await bytes.slice(0, 2).arrayBuffer());
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const stream = isGzip
    ? bytes.stream().pipeThrough(new DecompressionStream('gzip'))
    : bytes.stream();
  const text = await new Response(stream).text();
  if (text.includes('\0')) throw new Error(`${name} is not a text.`);
  // Windows ends lines with two characters.
  return text.replaceAll('\r\n', '\n');
}
