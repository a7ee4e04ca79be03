// The first import of each program of `npm run bench…`: with --help it prints what stands at the head of the program, what it
// measures and which options it takes, and ends it before anything is measured.
import { readFileSync } from 'node:fs';

const [, program = '', ...given] = process.argv;
if (given.includes('--help') || given.includes('-h')) {
  const [head = ''] = /^(\/\/.*\n)+/.exec(readFileSync(program, 'utf8')) ?? [];
  process.stdout.write(head.replace(/^\/\/ ?/gm, ''));
  process.exit();
}
