// The results as the page shows them.
import type { Section, Table } from '../report.js';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element '${id}'`);
  return found;
}

export function showStatus(text: string): void {
  element('status').textContent = text;
}

export function showFacts(facts: readonly (readonly [what: string, value: string])[]): void {
  const list = document.createElement('ul');
  for (const [what, value] of facts) list.append(filled('li', `${what}: ${value}`));
  element('results').append(list);
}

export function showSection({ heading, notes, tables }: Section): void {
  element('results').append(
    filled('h2', heading.charAt(0).toUpperCase() + heading.slice(1)),
    ...notes.map((note) => filled('p', note)),
    ...tables.map(tableOf),
  );
}

function tableOf({ header, rows }: Table): HTMLTableElement {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  head.append(...header.map((cell) => filled('th', cell)));
  const body = table.createTBody();
  for (const row of rows) body.insertRow().append(...row.map((cell) => filled('td', cell)));
  return table;
}

function filled(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
