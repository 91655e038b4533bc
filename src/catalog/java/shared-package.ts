// The Java package that all classes of an archive are in.

/** Longest name of an entry that counts. */
const LONGEST = 500;

/** Meets the names of an archive's entries, one after the other. */
export class SharedPackage {
  #folder: string | undefined;

  /** Names of other entries than classes, and of classes in META-INF, WEB-INF and BOOT-INF, make no difference. */
  meet(name: string): void {
    if (this.#folder === '' || !name.endsWith('.class') || name.length > LONGEST) return;
    if (name === 'module-info.class' || /^(?:META|WEB|BOOT)-INF\//.test(name)) return;
    let shared = this.#folder ?? name.slice(0, name.lastIndexOf('/') + 1);
    while (!name.startsWith(shared)) shared = shared.slice(0, shared.lastIndexOf('/', shared.length - 2) + 1);
    this.#folder = shared;
  }

  /** `org.example`; `undefined` where there are no classes, or none that share a package. */
  get name(): string | undefined {
    return this.#folder ? this.#folder.slice(0, -1).replaceAll('/', '.') : undefined;
  }
}
