/** FEEL names ignore the amount of white space, and all of it around the characters that may stand inside a name. */
export function canonicalName(name: string): string {
  return name
    .replace(/\s*([./\-'+*])\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The shape the grammar needs to read names with spaces: known names, and the names inside known contexts. */
export interface Names {
  readonly [name: string]: Names | 1;
}
