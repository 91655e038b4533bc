// CocoaPods by Podfile.lock (CocoaPods guides, "What is Podfile.lock").
import { type Entry, entryCataloger, entryOf, type Need, present } from '../entries.ts';
import { fileText } from '../members.ts';
import { yamlLines } from '../yaml-lines.ts';

/** `Podfile.lock`: pods and their parts, `Firebase/Core`, which are packages of their own. */
export const cocoapods = entryCataloger({
  id: 'cocoapods-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'Podfile.lock' }],
  limit: 16 << 20,
  entries: (file) => readPodfileLock(fileText(file)),
});

interface Pod {
  readonly name: string;
  readonly version: string;
  readonly needs: Need[];
}

function readPodfileLock(text: string): readonly Entry[] {
  const pods: Pod[] = [];
  const sums = new Map<string, string>();
  let section = '';
  for (const { indent, item, key, value } of yamlLines(text)) {
    if (indent === 0 && !item) section = key ?? '';
    else if (section === 'SPEC CHECKSUMS' && key !== undefined) sums.set(key, value);
    else if (section === 'PODS' && item) addLine(pods, indent, key ?? value);
  }
  return present(pods.map((pod) => podEntry(pod, sums)));
}

// `- AFNetworking (4.0.1):` and below it, deeper, `- AFNetworking/Security (= 4.0.1)`
function addLine(pods: Pod[], indent: number, text: string): void {
  const [, name = '', version] = /^([^\s()]{1,300})(?: \(([^()]{1,300})\))?$/.exec(text) ?? [];
  if (name === '') return;
  if (indent <= 2 && version !== undefined) pods.push({ name, version, needs: [] });
  else if (indent > 2) pods.at(-1)?.needs.push([name, text]);
}

function podEntry({ name, version, needs }: Pod, sums: ReadonlyMap<string, string>): Entry | undefined {
  const slash = name.indexOf('/');
  const pod = slash < 0 ? name : name.slice(0, slash);
  const sum = sums.get(pod) ?? '';
  return entryOf(
    { type: 'cocoapods', name: pod, version, subpath: slash < 0 ? undefined : name.slice(slash + 1) },
    { name, needs, hashes: /^[0-9a-f]{40}$/.test(sum) ? [{ algorithm: 'SHA-1', value: sum }] : undefined },
  );
}
