import { expect, test } from 'vitest';
import { besideImage } from './base-image.ts';

test('a base that an image names is asked for in the registry of the image', () => {
  expect(besideImage('host.example/base:1', 'host.example/app:2')).toBe('registry://host.example/base');
  expect(besideImage('debian:13-slim', 'docker.io/some/app:latest')).toBe('registry://docker.io/library/debian');
  expect(besideImage('host.example/base@sha256:' + 'a'.repeat(64), 'host.example/app')).toBe(
    'registry://host.example/base',
  );
});

test.each([
  'localhost:5000/base',
  '169.254.169.254/latest/meta-data',
  'other.example/base',
  'host.example:8080/base',
  'debian:13',
  '/dev/zero',
  'docker-archive:/dev/zero',
  'oci:/home/somebody/layout',
  'dir:/',
  'docker:app',
  '-',
])('a base that an image names is asked for nowhere else: %s', (stated) => {
  expect(besideImage(stated, 'host.example/app:2')).toBeUndefined();
});
