declare module 'spdx-expression-parse' {
  /** Throws a SyntaxError for what is no SPDX licence expression. */
  function parse(expression: string): unknown;
  export = parse;
}
