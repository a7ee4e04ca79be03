// The first import of each program of `npm run bench…`: with --help it prints the comment at the head of the program, which says
// what it measures and which options it takes, and ends the program before anything is measured.
import { readFileSync } from 'node:fs';

const [, program = '', ...given] = process.argv;
if (given.includes('--help') || given.includes('-h')) {
  const [head = ''] = /^(\/\/.*\n)+/.exec(readFileSync(program, 'utf8')) ?? [];
  process.stdout.write(head.replace(/^\/\/ ?/gm, ''));
  process.exit();
}
