// Where a definition comes from: git, and what the CI's environment says.
import type { DefinitionSource } from '../../build/record.ts';
import { folderOf, resolvePath } from '../../io/files.ts';
import { run } from '../../io/processes.ts';
import { Fault } from '../../lib/faults.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks git about the definition's folder; what git does not know, the CI's variables may. Never throws for want of either. */
export async function sourceOf(definition: string, env: Environment): Promise<DefinitionSource> {
  const folder = folderOf(resolvePath(definition));
  const ask: Ask = async (...args) => await git(folder, args);
  const commit = await ask('rev-parse', '--verify', 'HEAD');
  const inside = commit !== undefined;
  const remote = inside ? await ask('remote', 'get-url', 'origin') : undefined;
  const branch = inside ? await ask('symbolic-ref', '--quiet', 'HEAD') : undefined;
  const prefix = inside ? await ask('rev-parse', '--show-prefix') : undefined;
  const changes = inside ? await changesOf(ask) : undefined;
  const ci = inside ? fromCi(env, commit) : { repository: undefined, ref: undefined };
  return {
    repository: ci.repository ?? (remote === undefined ? undefined : webAddress(remote)),
    commit,
    ref: ci.ref ?? branch,
    path: prefix === undefined ? undefined : `${prefix}${definition.slice(definition.lastIndexOf('/') + 1)}`,
    clean: changes === undefined ? undefined : changes === '',
  };
}

type Ask = (...args: string[]) => Promise<string | undefined>;

/** What differs from the commit; `undefined` where git could only tell by running a filter that the repository brings. */
async function changesOf(ask: Ask): Promise<string | undefined> {
  const settings = await ask('config', '--show-scope', '--name-only', '--list');
  if (settings === undefined || /^(?:local|worktree)\s+filter\./m.test(settings)) return undefined;
  // A submodule has a configuration of its own: only its commit is compared.
  return await ask('status', '--porcelain=v1', '--untracked-files=normal', '--ignore-submodules=dirty');
}

async function git(folder: string, args: string[]): Promise<string | undefined> {
  try {
    // The repository's own configuration must not run programs.
    const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
    const { status, stdout } = await run('git', [...safe, '-C', folder, ...args], {
      // What a partial clone lacks is not fetched, by no transport.
      env: { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', LC_ALL: 'C' },
    });
    return status === 0 ? stdout.toString('utf8').trim() : undefined;
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

// The CI's word counts only for the commit that is checked out.
function fromCi(env: Environment, commit: string): { repository: string | undefined; ref: string | undefined } {
  if (env.GITHUB_ACTIONS === 'true' && env.GITHUB_SHA === commit && env.GITHUB_REPOSITORY !== undefined) {
    return {
      repository: webAddress(`${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_REPOSITORY}`),
      ref: env.GITHUB_REF,
    };
  }
  if (env.GITLAB_CI === 'true' && env.CI_COMMIT_SHA === commit && env.CI_PROJECT_URL !== undefined) {
    const ref =
      env.CI_COMMIT_TAG === undefined ? `refs/heads/${env.CI_COMMIT_BRANCH ?? ''}` : `refs/tags/${env.CI_COMMIT_TAG}`;
    return { repository: webAddress(env.CI_PROJECT_URL), ref: ref.endsWith('/') ? undefined : ref };
  }
  return { repository: undefined, ref: undefined };
}

/** `git@host:a/b.git`, `ssh://…`, `https://user:secret@host/a/b.git` → `https://host/a/b`; `undefined` for a local path. */
export function webAddress(remote: string): string | undefined {
  const scp = /^(?:[^@/]+@)?([^:/]+\.[^:/]+):(?!\/)(.+)$/.exec(remote);
  const url = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:]+)(:\d+)?\/(.+)$/.exec(remote);
  const host = scp?.[1] ?? url?.[1];
  const port = remote.startsWith('http') ? (url?.[2] ?? '') : '';
  const path = (scp?.[2] ?? url?.[3])
    ?.replace(/[?#].*$/, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return host === undefined || path === undefined ? undefined : `https://${host}${port}/${path}`;
}

/** The builder's id: what was given, else the CI's workflow or runner, else a local build, which nobody vouches for. */
export function builderIdOf(given: string | undefined, env: Environment): string {
  if (given !== undefined) return given;
  if (env.GITHUB_ACTIONS === 'true' && env.GITHUB_WORKFLOW_REF !== undefined)
    return `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_WORKFLOW_REF}`;
  if (env.GITLAB_CI === 'true' && env.CI_PROJECT_URL !== undefined && env.CI_CONFIG_PATH !== undefined)
    return `${env.CI_PROJECT_URL}//${env.CI_CONFIG_PATH}`;
  return LOCAL_BUILDER;
}

export const LOCAL_BUILDER = 'urn:temper:builder:local';

/** The CI's name for this run. */
export function invocationOf(env: Environment): string | undefined {
  if (env.GITHUB_ACTIONS === 'true' && env.GITHUB_RUN_ID !== undefined) {
    return `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_REPOSITORY ?? ''}/actions/runs/${env.GITHUB_RUN_ID}/attempts/${env.GITHUB_RUN_ATTEMPT ?? '1'}`;
  }
  return env.GITLAB_CI === 'true' ? env.CI_JOB_URL : undefined;
}
