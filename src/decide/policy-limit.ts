/** Most bytes of a policy file. */
export const POLICY_LIMIT = 1 << 20;
