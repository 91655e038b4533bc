// Long lists in JSON.

/** A list with a line for each element. */
export function* jsonList(items: Iterable<object>): Generator<string> {
  yield '[';
  let divider = '\n';
  for (const item of items) {
    yield `${divider}${JSON.stringify(item)}`;
    divider = ',\n';
  }
  yield ']';
}
