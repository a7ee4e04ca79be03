// Archives as GNU tar and Python's tarfile write them.

/** A header as POSIX describes it. */
export function header(name: string, size: number, type = '0', linked = ''): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'utf8');
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156, 'latin1');
  block.write(linked, 157, 100, 'utf8');
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function member(name: string, contents: Buffer, type = '0'): Buffer {
  const padded = Buffer.alloc(Math.ceil(contents.length / 512) * 512);
  padded.set(contents);
  return Buffer.concat([header(name, contents.length, type), padded]);
}

/** A record of an extended header: its length counts itself. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

/** A symbolic link. */
export const link = (name: string, to: string): Buffer => header(name, 0, '2', to);

/** An archive of files, with names of any length as Python writes them, and of other members. */
export function tar(
  files: readonly (readonly [name: string, contents: Buffer])[],
  others: readonly Buffer[] = [],
): Buffer {
  const members = files.flatMap(([name, contents]) => {
    const isLong = Buffer.byteLength(name) > 100;
    const extended = Buffer.concat([record('mtime', '1.5'), record('path', name)]);
    return [...(isLong ? [member('PaxHeader', extended, 'x')] : []), member(name, contents)];
  });
  return Buffer.concat([...members, ...others, Buffer.alloc(1024)]);
}
