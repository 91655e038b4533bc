// Erlang and Elixir applications by their resource files (Erlang/OTP, "app").
import { type BytePath, parentOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf } from '../entries.ts';
import { fileText } from '../members.ts';

/** `ebin/*.app`: any in the image may need any other. */
export const otp = entryCataloger({
  id: 'otp',
  version: 1,
  evidence: 'installed',
  reads: [{ suffix: '.app', match: isCompiled }],
  limit: 4 << 20,
  entries: (file) => {
    const entry = readApp(fileText(file), file.path);
    return entry === undefined ? undefined : [entry];
  },
  scope: () => '',
});

function isCompiled(path: BytePath): boolean {
  return parentOf(path).endsWith('ebin');
}

// {application, NAME, [{description, "…"}, {vsn, "1.2"}, {applications, [kernel, stdlib]}, …]}.
function readApp(text: string, path: BytePath): Entry | undefined {
  const name = /\{\s{0,100}application\s{0,100},\s{0,100}'?([A-Za-z][\w@.-]{0,200})'?\s{0,100},/.exec(text)?.[1];
  const version = /\{\s{0,100}vsn\s{0,100},\s{0,100}"([^"\n]{1,200})"/.exec(text)?.[1];
  if (name === undefined || version === undefined) return undefined;
  const start = text.search(/\{\s{0,100}applications\s{0,100},/);
  const needs = start < 0 ? '' : text.slice(text.indexOf('[', start) + 1, text.indexOf(']', start));
  return entryOf(
    { type: 'otp', name, version },
    {
      needs: [...needs.slice(0, 20_000).matchAll(/[a-z][\w@]{0,200}/g)].map(([need]) => [need, need]),
      description: /\{\s{0,100}description\s{0,100},\s{0,100}"([^"]{1,1000})"/.exec(text)?.[1],
      files: [path],
    },
  );
}
