/** Bounds on what is read from outside, in bytes unless said otherwise. Each is far above the largest honest input seen. */
export const limits = {
  /** A manifest, index or image config (distribution-spec asks registries to take 4 MiB). */
  manifest: 4 << 20,
  /** An attestation's envelope; SBOMs of large images reach tens of megabytes. */
  envelope: 256 << 20,
  /** The compressed size of one layer. */
  layer: 16 * 2 ** 30,
  /** The size of one layer's tar, after decompression. */
  layerContent: 64 * 2 ** 30,
  /** Entries in one layer. */
  layerEntries: 5_000_000,
  /** The tars of one image's layers together, after decompression. */
  imageContent: 128 * 2 ** 30,
  /** Entries in one image's layers together, and folders that these imply, a count: all are held in memory. */
  imageEntries: 2_000_000,
  /** The names and link targets of these entries together. */
  imageNames: 256 << 20,
  /** What the files of one image's layers say, a count, and about how many bytes of memory it takes: all is held. */
  imageFacts: 1_000_000,
  imageFactBytes: 512 << 20,
  /** Files that are parsed once more because links give them other names, in bytes, of one image. */
  imageLinked: 2 * 2 ** 30,
  /** Packages of one image as they were seen, and what they need of each other, counts. */
  imagePackages: 500_000,
  imageDependencies: 4_000_000,
  /** The package URLs of these, in characters: all of them are written. */
  imageDependencyText: 1 << 30,
  /** What one ecosystem's packages may take to find each other, a count of names and candidates that are looked at. */
  catalogSteps: 50_000_000,
  /** A path or a link's target in a layer: Linux takes no longer ones (PATH_MAX). */
  tarName: 4096,
  /** What the holes of one layer's sparse files come to. */
  sparse: 8 * 2 ** 30,
  /** Parts of one sparse file between its holes, a count. */
  sparseParts: 1 << 17,
  /** An `InRelease` file. */
  release: 4 << 20,
  /** A decompressed `Packages` index. */
  packagesIndex: 1 << 30,
  /** A `.deb`. */
  deb: 2 * 2 ** 30,
  /** The decompressed `data.tar` of a `.deb`. */
  debContent: 8 * 2 ** 30,
  /** A definition, policy or lock file. */
  document: 16 << 20,
  /** A key or certificate file. */
  key: 1 << 20,
  /** Referrers of one manifest, a count. */
  referrers: 10_000,
  /** A registry's error body that is read at all. */
  errorBody: 8 << 10,
} as const;
