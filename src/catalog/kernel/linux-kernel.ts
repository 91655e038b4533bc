// Linux kernels by the header of their boot image (Linux documentation, x86 boot protocol, 2.00 and later).
import { type BytePath, baseOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf } from '../entries.ts';
import type { FileContent } from '../types.ts';

/** `vmlinuz`, `vmlinuz-VERSION`: x86 only; other architectures' images do not say their version without being unpacked. */
export const linuxKernel = entryCataloger({
  id: 'linux-kernel',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'vmlinuz' }, { program: true, match: isKernel }],
  limit: 256 << 20,
  entries: (file) => {
    const entry = readKernel(file.content);
    return entry === undefined ? undefined : [entry];
  },
});

function isKernel(path: BytePath): boolean {
  return /^(?:vmlinuz|vmlinux|bzImage|kernel)(?:-|$)/.test(baseOf(path));
}

function readKernel(content: FileContent): Entry | undefined {
  const header = content.read(0x202, 14);
  if (header.length < 14 || header.toString('latin1', 0, 4) !== 'HdrS') return undefined;
  const pointer = header.readUInt16LE(12);
  const text = content.read(pointer + 0x200, 512);
  const end = text.indexOf(0);
  const banner = text.toString('latin1', 0, Math.max(end, 0));
  const version = /^[0-9][\w.+~-]{1,100}/.exec(banner)?.[0];
  if (version === undefined) return undefined;
  return entryOf(
    { type: 'generic', name: 'linux-kernel', version },
    { description: banner, licences: ['GPL-2.0-only'] },
  );
}
