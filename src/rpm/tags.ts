// Tags of RPM headers that are read (rpm, "RPM Tags").

export const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  vendor: 1011,
  licence: 1014,
  packager: 1015,
  url: 1020,
  architecture: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  provideName: 1047,
  requireFlags: 1048,
  requireName: 1049,
  requireVersion: 1050,
  provideFlags: 1112,
  provideVersion: 1113,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
  modularityLabel: 5096,
} as const;

/** Bits of the flags of requirements and provisions. */
export const senses = {
  less: 1 << 1,
  greater: 1 << 2,
  equal: 1 << 3,
  /** Only wanted, not needed. */
  missingOk: 1 << 19,
  /** A feature of rpm itself. */
  rpmlib: 1 << 24,
} as const;
