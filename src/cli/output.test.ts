import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('a reader who stops early does not change the exit status', async () => {
  const output = fileURLToPath(new URL('output.ts', import.meta.url));
  const code = `const { makeOutput } = await import(${JSON.stringify(output)});
    const output = makeOutput(false);
    process.stdin.on('end', () => { process.exitCode = 1; output.data('x'.repeat(1 << 20)); }).resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'pipe' });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdout.destroy();
  child.stdin.end();
  const status = await new Promise((resolve) => {
    child.on('close', resolve);
  });
  expect(Buffer.concat(errors).toString()).toBe('');
  expect(status).toBe(1);
});

test('a note that quotes hostile input does not act on the terminal', async () => {
  const output = fileURLToPath(new URL('output.ts', import.meta.url));
  const code = `const { makeOutput } = await import(${JSON.stringify(output)});
    makeOutput(false).note('One file: "\\u001b]0;x\\u0007\\u202e"');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'pipe' });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdout.resume();
  await new Promise((resolve) => {
    child.on('close', resolve);
  });
  expect(Buffer.concat(errors).toString()).toBe('One file: " ]0;x "\n');
});

test('a warning is said also to who wants no notes', async () => {
  const output = fileURLToPath(new URL('output.ts', import.meta.url));
  const code = `const { makeOutput } = await import(${JSON.stringify(output)});
    const output = makeOutput(true);
    output.note('note');
    output.warn('warning');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'pipe' });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdout.resume();
  await new Promise((resolve) => {
    child.on('close', resolve);
  });
  expect(Buffer.concat(errors).toString()).toBe('warning\n');
});

test.each([
  [true, '{"a":"\\u009b2J\\u202ex\\u007f"}\n'.repeat(2)],
  [false, '{"a":"\u009b2J\u202ex\u007f"}\n'.repeat(2)],
])('data that a terminal may act on is escaped on a terminal alone: %s', async (isTerminal, said) => {
  const output = fileURLToPath(new URL('output.ts', import.meta.url));
  const code = `Object.defineProperty(process.stdout, 'isTTY', { value: ${isTerminal} });
    const { makeOutput } = await import(${JSON.stringify(output)});
    const output = makeOutput(false);
    const text = '{"a":"\\u009b2J\\u202ex\\u007f"}';
    output.data(text);
    await output.pieces([text, '\\n']);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'pipe' });
  const texts: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => texts.push(chunk));
  child.stderr.resume();
  await new Promise((resolve) => {
    child.on('close', resolve);
  });
  const text = Buffer.concat(texts).toString();
  expect(text).toBe(said);
  expect(JSON.parse(text.split('\n')[0] ?? '')).toEqual({ a: '\u009b2J\u202ex\u007f' });
});
