const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The value at a dotted path, own members only, or undefined. A member named by the whole text comes first. */
export function valueAt(root: unknown, path: string): unknown {
  if (isObject(root) && Object.hasOwn(root, path)) return root[path];
  let value = root;
  for (const member of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, member)) return undefined;
    value = value[member];
  }
  return value;
}
