import { expect, test } from 'vitest';
import { fakeAssembly } from '../../../test/fakes/assembly.ts';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { dotnetLock } from './dotnet-lock.ts';
import { dotnet } from './dotnet.ts';

const DIGEST = `${'A'.repeat(86)}==`;

const DEPS = JSON.stringify({
  runtimeTarget: { name: '.NETCoreApp,Version=v8.0/linux-x64', signature: '' },
  targets: {
    '.NETCoreApp,Version=v8.0': {},
    '.NETCoreApp,Version=v8.0/linux-x64': {
      'App/1.0.0': {
        dependencies: { Serilog: '3.1.1', 'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64': '8.0.1' },
        runtime: { 'App.dll': {} },
      },
      'Serilog/3.1.1': {
        dependencies: { Meta: '1.0.0' },
        runtime: { 'lib/net7.0/Serilog.dll': { assemblyVersion: '2.0.0.0' } },
        resources: { 'lib/net7.0/de/Serilog.resources.dll': { locale: 'de' } },
      },
      'Meta/1.0.0': {},
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { runtime: { 'System.Runtime.dll': {} } },
    },
  },
  libraries: {
    'App/1.0.0': { type: 'project', serviceable: false, sha512: '' },
    'Serilog/3.1.1': { type: 'package', serviceable: true, sha512: `sha512-${DIGEST}` },
    'Meta/1.0.0': { type: 'package', serviceable: true, sha512: '' },
    'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': {
      type: 'runtimepack',
      serviceable: false,
      sha512: '',
    },
    'Loose/1.0.0.0': { type: 'reference', serviceable: false, sha512: '' },
  },
});

test('packages, the project and the runtime of an application, with edges and files', () => {
  const { edges, owners, packages } = catalogFiles(dotnet, {
    'app/App.deps.json': DEPS,
    'app/App.dll': fakeAssembly({ InternalName: 'App.dll', ProductVersion: '1.0.0' }),
    'app/Serilog.dll': fakeAssembly({ InternalName: 'Serilog.dll', ProductVersion: '3.1.1' }),
    'app/de/Serilog.resources.dll': '',
  });
  const runtime = 'pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1';
  expect(edges).toEqual({
    'pkg:nuget/App@1.0.0': [runtime, 'pkg:nuget/Serilog@3.1.1'],
    'pkg:nuget/Meta@1.0.0': [],
    'pkg:nuget/Serilog@3.1.1': ['pkg:nuget/Meta@1.0.0'],
    [runtime]: [],
  });
  expect(owners).toEqual({
    'app/App.dll': 'pkg:nuget/App@1.0.0',
    'app/Serilog.dll': 'pkg:nuget/Serilog@3.1.1',
    'app/de/Serilog.resources.dll': 'pkg:nuget/Serilog@3.1.1',
  });
  expect(packages.find(({ name }) => name === 'Serilog')?.hashes).toEqual([
    { algorithm: 'SHA-512', value: '0'.repeat(128) },
  ]);
});

test('a shared framework has the version of its folder', () => {
  const { edges } = catalogFiles(dotnet, {
    'usr/share/dotnet/shared/Microsoft.NETCore.App/3.1.23/Microsoft.NETCore.App.deps.json': JSON.stringify({
      runtimeTarget: { name: 't' },
      targets: { t: {} },
      libraries: { 'Microsoft.NETCore.App/3.1.23-servicing.1': { type: 'package' } },
    }),
  });
  expect(edges['pkg:nuget/Microsoft.NETCore.App@3.1.23']).toEqual([
    'pkg:nuget/Microsoft.NETCore.App@3.1.23-servicing.1',
  ]);
});

test('assemblies that no list tells of, by their product version', () => {
  const { packages } = catalogFiles(dotnet, {
    'x/YamlDotNet.dll': fakeAssembly({
      FileVersion: '18.0.0.0',
      InternalName: 'YamlDotNet.dll',
      ProductVersion: '18.0.0+4d2f',
      CompanyName: 'Y',
    }),
    'x/de/YamlDotNet.resources.dll': fakeAssembly({
      InternalName: 'YamlDotNet.resources.dll',
      ProductVersion: '18.0.0',
    }),
    'x/native.dll': fakeAssembly({ InternalName: 'native.dll', ProductVersion: '1.0.0' }, false),
    'x/none.dll': 'MZ',
  });
  expect(packages).toMatchObject([{ purl: 'pkg:nuget/YamlDotNet@18.0.0', maintainer: 'Y' }]);
});

test('each framework of a lock file has its own versions', () => {
  const lock = (version: string): object => ({
    A: { type: 'Direct', requested: '[1.0.0, )', resolved: '1.0.0', contentHash: DIGEST, dependencies: { b: version } },
    B: { type: 'Transitive', resolved: version },
    mine: { type: 'Project' },
  });
  const { edges } = catalogFiles(dotnetLock, {
    'packages.lock.json': JSON.stringify({
      version: 1,
      dependencies: { 'net8.0': lock('2.0.0'), 'net6.0': lock('1.5.0') },
    }),
  });
  expect(edges).toEqual({
    'pkg:nuget/A@1.0.0': ['pkg:nuget/B@1.5.0', 'pkg:nuget/B@2.0.0'],
    'pkg:nuget/B@1.5.0': [],
    'pkg:nuget/B@2.0.0': [],
  });
});

test('reads the assets of a restored project', () => {
  const { edges } = catalogFiles(dotnetLock, {
    'obj/project.assets.json': JSON.stringify({
      targets: {
        'net8.0': {
          'A/1.0.0': { type: 'package', dependencies: { B: '2.0.0' } },
          'B/2.1.0': { type: 'package' },
          'P/1.0.0': { type: 'project' },
        },
      },
      libraries: { 'A/1.0.0': { sha512: DIGEST } },
    }),
  });
  expect(edges).toEqual({ 'pkg:nuget/A@1.0.0': ['pkg:nuget/B@2.1.0'], 'pkg:nuget/B@2.1.0': [] });
});

test('project files name packages where they say an exact version', () => {
  const { packages, faults } = catalogFiles(dotnetLock, {
    'a/a.csproj': `<Project Sdk="Microsoft.NET.Sdk"><!-- <PackageReference Include="No" Version="1.0"/> --><ItemGroup>
      <PackageReference Include="A" Version="1.2.3" />
      <PackageReference Include='B'><Version>[2.0.0-rc.1]</Version></PackageReference>
      <PackageReference Include="C" Version="$(CVersion)" /><PackageReference Include="D" Version="1.*" />
      <PackageReference Include="E" />
    </ItemGroup></Project>`,
    'Directory.Packages.props':
      '<Project><ItemGroup><PackageVersion Include="E" Version="5.0" /></ItemGroup></Project>',
    'old/packages.config':
      '<?xml version="1.0"?><packages><package id="F" version="6.0.1" targetFramework="net48" /></packages>',
    'broken/b.fsproj': '<Project><PackageReference Include="G" Version="1',
  });
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'A 1.2.3',
    'B 2.0.0-rc.1',
    'E 5.0',
    'F 6.0.1',
  ]);
  expect(faults).toEqual({});
});
