#!/usr/bin/env node
// notation's plugin: `temper notation`, under the name that notation wants.
import { fileURLToPath } from 'node:url';

const temper = new URL('temper.js', import.meta.url);
process.argv.splice(1, 1, fileURLToPath(temper), 'notation');
await import(temper.href);
