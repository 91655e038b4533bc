// Shell patterns over names of targets (TUF specification 1.0, 4.5, PATHPATTERN): `*`, `?`, `[…]`, none of which matches a slash.

/** Whether a name fits a pattern; both have the same number of segments. Takes time in the product of their lengths at most. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [patterns, names] = [pattern.split('/'), name.split('/')];
  return patterns.length === names.length && patterns.every((one, i) => matchesSegment(one, names[i] ?? ''));
}

function matchesSegment(pattern: string, name: string): boolean {
  const tokens = tokensOf(pattern);
  let [at, token, star, marked] = [0, 0, -1, 0];
  while (at < name.length) {
    const one = tokens[token];
    if (one === '*') [star, marked, token] = [token, at, token + 1];
    else if (one !== undefined && fits(one, name.charAt(at))) [at, token] = [at + 1, token + 1];
    else if (star >= 0) [token, at, marked] = [star + 1, marked + 1, marked + 1];
    else return false;
  }
  return tokens.slice(token).every((one) => one === '*');
}

/** A set of characters, or `*`; a character by itself is the set of that one. */
type Token = '*' | { readonly ranges: readonly (readonly [string, string])[]; readonly not: boolean };

const ANY: Token = { ranges: [], not: true };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    const close = c === '[' ? pattern.indexOf(']', i + (/^[!^]/.test(pattern.slice(i + 1, i + 2)) ? 3 : 2)) : -1;
    if (c === '*') tokens.push('*');
    else if (c === '?') tokens.push(ANY);
    else if (close < 0) tokens.push({ ranges: [[c, c]], not: false });
    else {
      tokens.push(setOf(pattern.slice(i + 1, close)));
      i = close;
    }
  }
  return tokens;
}

function setOf(text: string): Token {
  const not = /^[!^]/.test(text);
  const ranges: [string, string][] = [];
  for (let i = not ? 1 : 0; i < text.length; i++) {
    const isRange = text.charAt(i + 1) === '-' && i + 2 < text.length;
    ranges.push([text.charAt(i), text.charAt(isRange ? i + 2 : i)]);
    if (isRange) i += 2;
  }
  return { ranges, not };
}

function fits(token: Exclude<Token, '*'>, c: string): boolean {
  return token.ranges.some(([first, last]) => first <= c && c <= last) !== token.not;
}
