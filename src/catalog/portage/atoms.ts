/**
 * The `category/name` of each package that a dependency string asks for (Package Manager Specification, 8.2 and 8.3):
 * `>=dev-libs/openssl-1.1:0=[static-libs]`; of choices all, conditions taken as met, blockers left out.
 */
export function neededAtoms(text: string): readonly string[] {
  return text.split(/\s+/).flatMap((token) => {
    const match = /^(?:>=|<=|[<>=~])?([A-Za-z0-9+_.-]{1,100})\/([A-Za-z0-9+_-]{1,200})/.exec(token);
    if (match === null) return [];
    const [, category = '', whole = ''] = match;
    return [`${category}/${/^[<>=~]/.test(token) ? withoutVersion(whole) : whole}`];
  });
}

// Only an atom with an operator has a version; what follows its first dot was not taken.
function withoutVersion(name: string): string {
  return name.replace(/-[0-9]+[a-z]?(?:_(?:alpha|beta|pre|rc|p)[0-9]*)*(?:-r[0-9]+)?$/, '');
}
