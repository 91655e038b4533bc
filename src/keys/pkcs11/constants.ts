// Numbers of PKCS #11 2.40 and 3.0 (pkcs11t.h).

export const CKO = { publicKey: 2, privateKey: 3 } as const;

export const CKK = { rsa: 0, ec: 3, edwards: 0x40 } as const;

export const CKA = {
  class: 0x000,
  token: 0x001,
  private: 0x002,
  label: 0x003,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  publicKeyInfo: 0x129,
  extractable: 0x162,
  local: 0x163,
  neverExtractable: 0x164,
  alwaysSensitive: 0x165,
  ecParameters: 0x180,
  ecPoint: 0x181,
  alwaysAuthenticate: 0x202,
} as const;

export const CKM = {
  rsaKeyPair: 0x0000,
  rsaPkcs: 0x0001,
  rsaPss: 0x000d,
  sha256: 0x0250,
  sha384: 0x0260,
  sha512: 0x0270,
  ecKeyPair: 0x1040,
  ecdsa: 0x1041,
  edwardsKeyPair: 0x1055,
  eddsa: 0x1057,
} as const;

export const CKG = { sha256: 2, sha384: 3, sha512: 4 } as const;

/** Of a token (2.40, 3.2). */
export const CKF_TOKEN = {
  loginRequired: 0x4,
  userPinInitialized: 0x8,
  protectedAuthentication: 0x100,
  initialized: 0x400,
  pinCountLow: 0x1_0000,
  pinFinalTry: 0x2_0000,
  pinLocked: 0x4_0000,
} as const;

/** Of a session. */
export const CKF_SESSION = { readWrite: 0x2, serial: 0x4 } as const;

export const CKU = { user: 1, contextSpecific: 2 } as const;

export const CKR = {
  generalError: 0x05,
  functionFailed: 0x06,
  attributeSensitive: 0x11,
  attributeTypeInvalid: 0x12,
  deviceError: 0x30,
  deviceRemoved: 0x32,
  functionNotSupported: 0x54,
  keyHandleInvalid: 0x60,
  keyFunctionNotPermitted: 0x68,
  mechanismInvalid: 0x70,
  mechanismParameterInvalid: 0x71,
  objectHandleInvalid: 0x82,
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLengthRange: 0xa2,
  pinExpired: 0xa3,
  pinLocked: 0xa4,
  sessionClosed: 0xb0,
  sessionHandleInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  tokenWriteProtected: 0xe2,
  alreadyLoggedIn: 0x100,
  notLoggedIn: 0x101,
  pinNotInitialized: 0x102,
} as const;
