// Where a log is kept: a folder, memory, an object store. One contract suite runs over all of them.

/** Where a log is read. */
export interface LogSource {
  /** What messages call it: a folder, an address. */
  readonly name: string;
  /** What stands at a path below the log; `undefined` where nothing does. @throws Fault beyond `limit` bytes, or when it cannot be read */
  read(path: string, limit: number): Promise<Buffer | undefined>;
}

export interface LogObject {
  /** Segments of letters, digits, `.` and `-`, with slashes between them. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Where a log is written. What a method did when it resolves survives a power cut, unless it says otherwise. */
export interface LogStorage extends LogSource {
  /** Puts each object in its place whole, also over what is there. Until it resolves, any of them may be there or not. */
  write(objects: readonly LogObject[]): Promise<void>;
  /** Puts an object where nothing is, at once. @returns false when something was there: of several writers, one gets true */
  create(object: LogObject): Promise<boolean>;
  /**
   * Puts an object in the place of exactly `before`, at once; only during {@link exclusively}.
   * @returns false, having changed nothing, when something else stands there: of several writers that saw the same, one gets true
   */
  replace(object: LogObject, before: Uint8Array): Promise<boolean>;
  /** The names directly below a folder, sorted by code unit. */
  list(folder: string): Promise<string[]>;
  /** Removes objects, and whole folders where the path ends with a slash; they may come back after a power cut. */
  remove(paths: readonly string[]): Promise<void>;
  /**
   * Does work while no other writer, of any process, does such work. Where a lock cannot be relied on (a lease in a store that a
   * writer lost while it lay still) two may do so all the same: then {@link create} and {@link replace} decide between them.
   * @throws Fault `lock/busy`
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Removes what killed writers left half-written; only during {@link exclusively}. */
  sweep?(): Promise<void>;
}
