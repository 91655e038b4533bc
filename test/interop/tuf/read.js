// Follows a TUF repository with tuf-js: read.js URL ROOT FOLDER TARGET…; FOLDER keeps what is trusted between runs.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Updater } from 'tuf-js';

const [url, root, folder, ...names] = process.argv.slice(2);
const [metadata, targets] = [join(folder, 'metadata'), join(folder, 'targets')];
for (const one of [metadata, targets]) mkdirSync(one, { recursive: true });
if (!existsSync(join(metadata, 'root.json'))) copyFileSync(root, join(metadata, 'root.json'));
const places = { metadataDir: metadata, metadataBaseUrl: url, targetDir: targets, targetBaseUrl: `${url}/targets` };
const updater = new Updater(places);
await updater.refresh();
for (const name of names) {
  const info = await updater.getTargetInfo(name);
  if (info === undefined) throw new Error(`there is no target ${name}`);
  await updater.downloadTarget(info);
}
const versions = ['root', 'timestamp', 'snapshot', 'targets'].map(
  (role) => JSON.parse(readFileSync(join(metadata, `${role}.json`), 'utf8')).signed.version,
);
process.stdout.write(`${versions.join(' ')}\n`);
