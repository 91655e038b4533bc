// A small service, the same on both images: notes in Markdown, kept in memory, shown as pages, told to who listens.
// `node server.js --port 8080`; with `--check` it asks itself for each of its answers and ends.
const http = require('node:http');
const axios = require('axios');
const handlebars = require('handlebars');
const _ = require('lodash');
const marked = require('marked');
const minimist = require('minimist');
const moment = require('moment');
const { WebSocket, WebSocketServer } = withServer(require('ws'));

// Older versions of ws have one name for both.
function withServer(ws) {
  return { WebSocket: ws.WebSocket ?? ws, WebSocketServer: ws.WebSocketServer ?? ws.Server };
}

const page = handlebars.compile(
  '<h1>{{title}}</h1>{{#each notes}}<article><time>{{at}}</time>{{{html}}}</article>{{/each}}',
);
const notes = [];

function shown() {
  return _.orderBy(notes, ['at'], ['desc']).map(({ at, text }) => ({
    at: moment(at).format('YYYY-MM-DD'),
    html: marked.parse(text),
  }));
}

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return response.end(page({ title: 'Notes', notes: shown() }));
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    notes.push({ at: Date.now(), text });
    for (const client of listeners.clients) client.send(text);
    response.writeHead(201).end();
  });
});
const listeners = new WebSocketServer({ server });

const options = minimist(process.argv.slice(2), { boolean: ['check'], default: { port: 0 } });
server.listen(options.port, '127.0.0.1', async () => {
  if (!options.check) return;
  const { port } = server.address();
  const listener = new WebSocket(`ws://127.0.0.1:${port}`);
  await new Promise((resolve) => listener.on('open', resolve));
  const told = new Promise((resolve) => listener.on('message', (data) => resolve(String(data))));
  await axios.post(`http://127.0.0.1:${port}`, '*read*', { headers: { 'content-type': 'text/plain' } });
  const { data } = await axios.get(`http://127.0.0.1:${port}`);
  const answers = (await told) === '*read*' && data.includes('<em>read</em>');
  console.log(answers ? 'the service answers' : `the service is broken: ${data}`);
  process.exit(answers ? 0 : 1);
});
