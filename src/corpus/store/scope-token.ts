/** The word that stands in every full-text row of a library. It ends in a digit, so no stemmer changes it. */
export function scopeToken(libraryRowId: number): string {
  return `lib${libraryRowId}`;
}
