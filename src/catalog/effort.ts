import type { BomPackage } from '../bom/types.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';

/** What one cataloger may take to put its packages together: files that name each other in every way would take for ever. */
export class Effort {
  #steps: number = limits.catalogSteps;
  #dependencies: number = limits.imageDependencies;
  #packages: number = limits.imagePackages;

  /** Counts what is looked at: candidates, names, 64 bytes of long ones. @throws Fault `catalog/too-many-steps` */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw tooMany('steps', `take more than ${limits.catalogSteps} steps to be put together`);
  }

  /** Counts dependencies that are kept. @throws Fault `catalog/too-many-dependencies` */
  dependencies(count: number): void {
    this.#dependencies -= count;
    if (this.#dependencies < 0)
      throw tooMany('dependencies', `need each other in more than ${limits.imageDependencies} ways`);
  }

  /** Counts packages that will be held. @throws Fault `catalog/too-many-packages` */
  packages(count: number): void {
    this.#packages -= count;
    if (this.#packages < 0) throw tooMany('packages', `are more than ${limits.imagePackages}`);
  }
}

/** What the packages of all catalogers come to, together. */
export class PackageBound {
  #packages: number = limits.imagePackages;
  #dependencies: number = limits.imageDependencies;
  #text: number = limits.imageDependencyText;

  /** @throws Fault `catalog/too-many-packages`, `catalog/too-many-dependencies` */
  add({ dependencies, unmetDependencies = [] }: Pick<BomPackage, 'dependencies' | 'unmetDependencies'>): void {
    this.#packages--;
    this.#dependencies -= dependencies.length + unmetDependencies.length;
    for (const purl of dependencies) this.#text -= purl.length;
    for (const name of unmetDependencies) this.#text -= name.length;
    if (this.#packages < 0) throw tooMany('packages', `are more than ${limits.imagePackages}`, ALL);
    if (this.#dependencies < 0)
      throw tooMany('dependencies', `need each other in more than ${limits.imageDependencies} ways`, ALL);
    if (this.#text < 0)
      throw tooMany('dependencies', `need each other by more than ${limits.imageDependencyText} characters`, ALL);
  }
}

const ALL = 'The packages of the image';

function tooMany(what: 'steps' | 'dependencies' | 'packages', words: string, of = 'The packages of one kind'): Fault {
  return new Fault(
    `catalog/too-many-${what}`,
    `${of} ${words}.`,
    'Check that it is the right image; it may be made to exhaust memory or time.',
  );
}
