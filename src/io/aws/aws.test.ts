import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeServer, readBody } from '../../../test/fakes/server.ts';
import { AwsClient } from './client.ts';
import { AwsCredentialSource } from './credentials.ts';
import { type AwsEnvironment, readProfile } from './profiles.ts';
import { awsEndpoint, awsHost, awsRegion } from './settings.ts';
import { type AwsCredentials, signedRequest } from './signing.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-aws-'));
  vi.stubEnv('HOME', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
const source = (environment: AwsEnvironment, offline = false) =>
  new AwsCredentialSource({ environment, offline }, async () => await readProfile(environment));
const credentials = async (environment: AwsEnvironment): Promise<AwsCredentials> =>
  await source({ AWS_EC2_METADATA_DISABLED: 'true', ...environment }).get();
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };

describe('a signed request', () => {
  // Amazon S3 API Reference, "Signature Calculations for the Authorization Header", examples.
  const example: AwsCredentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  test.each([
    ['?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ])('has the signature that AWS documents: %s', async (query, signature) => {
    const url = new URL(`https://examplebucket.s3.amazonaws.com/${query}`);
    const asked = { url, method: 'GET', service: 's3', region: 'us-east-1' } as const;
    const { headers } = await signedRequest(asked, example, new Date('2013-05-24T00:00:00Z'));
    expect(headers?.['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        `SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
    );
  });

  test('names the body by its hash, conditions and the session by headers that are signed', async () => {
    const asked = {
      url: new URL('https://s3.example/a/b'),
      method: 'PUT',
      service: 's3',
      region: 'r',
      headers: { 'if-none-match': '*', 'content-type': 'text/plain' },
      body: Buffer.from('x'),
    } as const;
    const { headers, body } = await signedRequest(asked, { ...example, sessionToken: 'token' }, new Date());
    expect(headers).toMatchObject({
      'x-amz-content-sha256': '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      'x-amz-security-token': 'token',
      'content-type': 'text/plain',
      authorization: expect.stringContaining(
        'SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-security-token,',
      ) as string,
    });
    expect(body).toEqual(Buffer.from('x'));
  });
});

describe('settings', () => {
  test('come from the environment, else the profile', () => {
    const profile = new Map([
      ['region', 'eu-west-1'],
      ['endpoint_url', 'http://127.0.0.1:1'],
    ]);
    expect(awsRegion({ AWS_DEFAULT_REGION: 'b', AWS_REGION: 'a' }, profile)).toBe('a');
    expect(awsRegion({ AWS_DEFAULT_REGION: 'b' }, profile)).toBe('b');
    expect(awsRegion({ AWS_REGION: '' }, profile)).toBe('eu-west-1');
    expect(awsEndpoint('s3', {}, profile)?.host).toBe('127.0.0.1:1');
    expect(
      awsEndpoint('kms', { AWS_ENDPOINT_URL_S3: 'http://s3', AWS_ENDPOINT_URL: 'http://all' }, profile)?.host,
    ).toBe('all');
    expect(awsEndpoint('s3', {}, undefined)).toBeUndefined();
    expect(awsHost('kms', 'cn-north-1')).toBe('kms.cn-north-1.amazonaws.com.cn');
  });

  test.each([
    ['no region', () => awsRegion({}, undefined), 'aws/no-region'],
    ['a region that leads elsewhere', () => awsRegion({ AWS_REGION: 'a.evil.example/' }, undefined), 'aws/region'],
    [
      'an endpoint of another kind',
      () => awsEndpoint('s3', { AWS_ENDPOINT_URL: 'ftp://x' }, undefined),
      'aws/endpoint',
    ],
    ['a password', () => awsEndpoint('s3', { AWS_ENDPOINT_URL: 'https://a:b@x' }, undefined), 'aws/endpoint'],
  ])('refuses %s', (_, work, code) => {
    expect(work).toThrow(expect.objectContaining({ code }));
  });
});

describe('credentials', () => {
  test('come from the environment first', async () => {
    expect(await credentials({ ...KEYS, AWS_SESSION_TOKEN: 't', AWS_PROFILE: 'none' })).toEqual({
      accessKeyId: 'AKID',
      secretAccessKey: 'secret',
      sessionToken: 't',
    });
  });

  test('come from the profile in either file; the one with credentials counts first', async () => {
    const environment = {
      AWS_CONFIG_FILE: await file(
        'config',
        '[profile team]\nregion = eu-north-1\naws_access_key_id = OLD\ns3 =\n  aws_access_key_id = NESTED\n# a = b\n[other]\naws_access_key_id = OTHER\n',
      ),
      AWS_SHARED_CREDENTIALS_FILE: await file(
        'credentials',
        '[default]\naws_access_key_id = D\naws_secret_access_key = d\n\n[team]\r\naws_access_key_id = AK\r\naws_secret_access_key = s=/+\r\n',
      ),
    };
    expect(await credentials({ ...environment, AWS_PROFILE: 'team' })).toMatchObject({
      accessKeyId: 'AK',
      secretAccessKey: 's=/+',
    });
    expect(await credentials(environment)).toMatchObject({ accessKeyId: 'D' });
    expect((await readProfile({ ...environment, AWS_PROFILE: 'team' }))?.get('region')).toBe('eu-north-1');
  });

  test.each([
    ['that is nowhere', '', 'is in neither'],
    [
      'that takes on a role',
      '[profile p]\nrole_arn = arn\nsource_profile = q\naws_access_key_id = a\n',
      'takes on a role',
    ],
    ['of single sign-on', '[profile p]\nsso_session = s\n', 'gets its credentials by sso_session'],
  ])('say which profile cannot be used: one %s', async (_, config, message) => {
    await expect(
      credentials({ AWS_PROFILE: 'p', AWS_CONFIG_FILE: await file('config', config) }),
    ).rejects.toMatchObject({ code: 'aws/profile', message: expect.stringContaining(message) as string });
  });

  test.each([
    [{ AWS_ACCESS_KEY_ID: 'I' }, 'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.'],
    [{ AWS_ROLE_ARN: 'arn:r' }, 'AWS_ROLE_ARN is set, but AWS_WEB_IDENTITY_TOKEN_FILE is not.'],
  ])('that are half set are named: %j', async (half, message) => {
    const asked = credentials({ ...half, AWS_EC2_METADATA_DISABLED: 'true' });
    await expect(asked).rejects.toMatchObject({
      code: 'aws/no-credentials',
      message: expect.stringContaining(message) as string,
    });
  });

  test('of a profile that is nowhere are no matter of another command', async () => {
    await expect(credentials({ AWS_PROFILE: 'zz' })).rejects.toMatchObject({
      code: 'aws/profile',
      hint: expect.stringContaining('AWS_PROFILE') as string,
    });
  });

  test('of a role are given for a token, by AWS STS', async () => {
    let asked = '';
    await using server = await FakeServer.start((request, response) => {
      void readBody(request).then((body) => {
        asked = `${request.method} ${body.toString()}`;
        if (body.includes('bad')) {
          response.statusCode = 403;
          response.end(
            '<ErrorResponse><Error><Code>AccessDenied</Code><Message>No: bad token.</Message></Error></ErrorResponse>',
          );
        } else
          response.end(
            `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>B</SecretAccessKey><SessionToken>C</SessionToken><Expiration>${soon(3600)}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
          );
      });
    });
    const environment = {
      AWS_WEB_IDENTITY_TOKEN_FILE: await file('token', 'the.token\n'),
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/r',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_STS: server.url,
    };
    expect(await credentials(environment)).toMatchObject({ accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'C' });
    expect(asked).toBe(
      'POST Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=temper&WebIdentityToken=the.token',
    );
    await file('token', 'bad');
    await expect(credentials(environment)).rejects.toMatchObject({
      code: 'aws/credentials',
      message: expect.stringContaining('AccessDenied: No: … token') as string,
    });
  });

  test('of a container are asked for again before they end', async () => {
    let count = 0;
    let life = 100;
    await using server = await FakeServer.start((request, response) => {
      count++;
      response.end(
        JSON.stringify({
          AccessKeyId: `${request.url} ${request.headers.authorization}`,
          SecretAccessKey: 'B',
          Token: 'C',
          Expiration: soon(life),
        }),
      );
    });
    const kept = source({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/role`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: await file('token', 'T'),
    });
    expect((await kept.get()).accessKeyId).toBe('/role T');
    life = 3600;
    await kept.get();
    await kept.get();
    expect(count).toBe(2);
  });

  test.each([
    [
      'another machine over plain http',
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/x' },
      'network/insecure',
    ],
    ['another host by a path', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@192.0.2.1/x' }, 'aws/credentials'],
  ])('are not asked of %s', async (_, environment, code) => {
    await expect(credentials(environment)).rejects.toMatchObject({ code });
  });

  test('are not asked of whom their own service names instead', async () => {
    const seen: unknown[] = [];
    await using other = await FakeServer.start((request, response) => {
      seen.push(request.headers['x-aws-ec2-metadata-token'] ?? request.headers.authorization ?? '');
      response.end(JSON.stringify({ AccessKeyId: 'EVIL', SecretAccessKey: 'J', Token: 'K', Expiration: soon(9999) }));
    });
    await using server = await FakeServer.start((request, response) => {
      if (request.method === 'PUT') return void response.end('TOKEN');
      if (request.url?.endsWith('/security-credentials/') === true) return void response.end('role');
      response.statusCode = 302;
      response.setHeader('location', `${other.url}/`);
      response.end();
    });
    const machine = source({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url });
    await expect(machine.get()).rejects.toMatchObject({ code: 'network/redirect' });
    const container = source({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/x` });
    await expect(container.get()).rejects.toMatchObject({ code: 'network/redirect' });
    expect(seen).toEqual([]);
  });

  test("are those of the instance's role, by its second protocol", async () => {
    await using server = await FakeServer.start((request, response) => {
      const { url = '', method, headers } = request;
      if (method === 'PUT' && url === '/latest/api/token') response.end('TOKEN');
      else if (headers['x-aws-ec2-metadata-token'] !== 'TOKEN') {
        response.statusCode = 401;
        response.end();
      } else if (url === '/latest/meta-data/iam/security-credentials/') response.end('my-role\n');
      else if (url.endsWith('/my-role'))
        response.end(JSON.stringify({ AccessKeyId: 'I', SecretAccessKey: 'J', Token: 'K', Expiration: soon(9999) }));
      else response.end('{}');
    });
    const environment = { AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url };
    expect(await source(environment).get()).toMatchObject({ accessKeyId: 'I', sessionToken: 'K' });
    await expect(source(environment, true).get()).rejects.toMatchObject({ code: 'aws/no-credentials' });
    await expect(credentials(environment)).rejects.toMatchObject({ code: 'aws/no-credentials' });
  });
});

test('a client signs for the endpoint that is given, and never goes to another', async () => {
  const seen: string[] = [];
  await using server = await FakeServer.start((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization?.slice(0, 33)}`);
    if (request.url === '/away') {
      response.statusCode = 307;
      response.setHeader('location', 'http://127.0.0.1:1/');
    }
    response.end('yes');
  });
  const client = new AwsClient({ environment: { ...KEYS, AWS_REGION: 'r', AWS_ENDPOINT_URL: server.url } });
  const [endpoint, region] = [await client.endpoint('kms'), await client.region()];
  const asked = {
    url: new URL('/x', endpoint),
    method: 'POST',
    service: 'kms',
    region,
    body: Buffer.from('{}'),
  } as const;
  expect((await (await client.send(asked)).bytes(9)).toString()).toBe('yes');
  expect(seen).toEqual(['POST /x AWS4-HMAC-SHA256 Credential=AKID/']);
  await expect(client.send({ ...asked, url: new URL('/away', endpoint) })).rejects.toMatchObject({
    code: 'network/redirect',
  });
});
