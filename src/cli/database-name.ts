/** What a database may be called that is to have this name, as nearly as can be; empty when nothing is left of it. */
export function nearestName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
