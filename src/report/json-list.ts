// Long lists in JSON.

/** A list with a line for each element. @param json gives an element's text */
export function* jsonList<T extends object>(
  items: Iterable<T>,
  json: (item: T) => string = JSON.stringify,
): Generator<string> {
  yield '[';
  let divider = '\n';
  for (const item of items) {
    yield divider + json(item);
    divider = ',\n';
  }
  yield ']';
}
