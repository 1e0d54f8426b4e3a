/** A number from 0 to 2^32 - 1 that depends on the text only: FNV-1a over its UTF-16 units, then mixed. */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // Ids differ in their last characters most, which FNV leaves in the low bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
