// The look of a scan's page, and what its table can do where scripts run.

export const STYLE = `
:root { color-scheme: light dark; --dim: #595959; --line: #ccc; --critical: #a1003a; --high: #b3261e; --medium: #8a5300; --low: #3d6100; --unknown: #5b3fa8; --negligible: #595959; }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; --line: #444; --critical: #ff8fb0; --high: #ff9d90; --medium: #ffc46b; --low: #b5dd6f; --unknown: #c7b3ff; --negligible: #aaa; } }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; }
p, dl { margin: .3rem 0; }
.dim, small, dt { color: var(--dim); }
.numbers { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; list-style: none; margin: .6rem 0; padding: 0; }
.numbers b { font-size: 1.4rem; }
.critical { color: var(--critical); } .high { color: var(--high); } .medium { color: var(--medium); }
.low { color: var(--low); } .unknown { color: var(--unknown); } .negligible { color: var(--negligible); }
input, select { font: inherit; max-width: 100%; padding: .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
th { white-space: nowrap; }
td:nth-child(2), td:nth-child(n + 6) { overflow-wrap: break-word; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid; }
th[aria-sort=ascending] button::after { content: " ▲"; }
th[aria-sort=descending] button::after { content: " ▼"; }
td details { color: var(--dim); font-size: .9rem; max-width: 34rem; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; }
dd { margin: 0; }
[hidden] { display: none !important; }
@media (max-width: 50rem) {
  thead { display: none; }
  tr { border-bottom: 1px solid var(--line); display: block; padding: .5rem 0; }
  td { border: 0; display: block; padding: .1rem 0; }
  td:empty { display: none; }
  td:not(:first-child)::before { color: var(--dim); content: attr(data-head) ": "; }
  dl { grid-template-columns: 1fr; }
}
`;

export const SCRIPT = `
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
for (const section of document.querySelectorAll('section')) {
  const body = section.querySelector('tbody');
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const [search, level, shown] = ['input', 'select', 'output'].map((name) => section.querySelector(name));
  section.querySelector('.tools').hidden = false;
  const filter = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const { row, text } of rows) {
      row.hidden = !(words.every((word) => text.includes(word)) && (level.value === '' || row.dataset.level === level.value));
      if (!row.hidden) count++;
    }
    shown.textContent = count + ' of ' + rows.length;
  };
  search.addEventListener('input', filter);
  level.addEventListener('input', filter);
  filter();
  const heads = [...section.querySelectorAll('th')];
  heads.forEach((head, at) => {
    const button = document.createElement('button');
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const key = ({ row }) => {
        const cell = row.cells[at];
        return cell.dataset.order === undefined ? cell.textContent : Number(cell.dataset.order);
      };
      const keyed = rows.map((one) => [key(one), one.row]);
      keyed.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]));
      body.append(...keyed.map(([, row]) => row));
    });
  });
}
`;
