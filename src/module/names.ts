import type { Tables } from '../schema/index.ts';
import { refuseModule as refuse } from './errors.ts';
import { exportsOf, originOf, type Registration, registrationOf } from './registration.ts';
import type { Schema } from './schema.ts';

const LIFECYCLE_NAMES = { init: 'init', onConnect: 'client_connected', onDisconnect: 'client_disconnected' } as const;

/** Names on the wire of what a module registered; one that is neither named nor exported is not in the map. */
export type Names = ReadonlyMap<Registration, string>;

/**
 * Names of registrations: given, or from the export.
 * @throws SpacetickError E_MODULE when something of another schema is exported, or two are called the same
 */
export function namesOf(exports: Readonly<Record<string, unknown>>, declared: Schema<Tables>): Names {
  const names = new Map<Registration, string>();
  for (const [exported, value] of exportsOf(exports)) {
    const registration = registrationOf(value);
    if (registration === undefined) continue;
    if (!declared.registrations.includes(registration)) {
      refuse(`${exported}: exporting something that is not a spacetime export: it was registered with another schema.`);
    }
    if (exported !== 'default') names.set(registration, declared.wireName(exported));
  }
  for (const registration of declared.registrations) {
    const { name } = registration;
    if (name !== undefined) names.set(registration, name);
    else if (registration.kind === 'reducer' && registration.lifecycle !== undefined && !names.has(registration)) {
      names.set(registration, LIFECYCLE_NAMES[registration.lifecycle]);
    }
  }
  const taken = new Set<string>();
  for (const [{ kind }, name] of names) {
    if (kind === 'row filter') continue;
    if (taken.has(name)) refuse(`There is already a reducer, procedure, or view with the name '${name}'`);
    taken.add(name);
  }
  return names;
}

/** Where in the author's files a stack leads; undefined when nobody knows. */
export type PlaceOf = (stack: string) => string | undefined;

/** What to tell the author of something that is registered and not exported: nobody can reach it. */
export function warningOf(registration: Registration, placeOf: PlaceOf): string {
  const place = placeOf(originOf(registration));
  const at = place === undefined ? '' : `${place}: `;
  if (registration.kind === 'row filter') {
    return `${at}The row filter ${registration.sql} is not exported. It counts here; SpacetimeDB would leave it out: export it.`;
  }
  const { kind } = registration;
  const params = kind === 'view' ? '' : ` with parameters (${Object.keys(registration.params).join(', ')})`;
  return (
    `${at}A ${kind}${params} is defined but not exported, so clients cannot call it: write ` +
    `\`export const name = schema.${kind}(...)\`.`
  );
}

/** What to tell the author of exports that the schema did not make: nothing here, and there a reason to refuse the module. */
export function strangerWarnings(exports: Readonly<Record<string, unknown>>, declared: Schema<Tables>): string[] {
  if (exports.default !== declared) return []; // 1.x looks at no exports
  const strangers = [...exportsOf(exports)].filter(
    ([, value]) => value !== declared && registrationOf(value) === undefined,
  );
  return strangers.map(
    ([name]) =>
      `${name} is exported and is no reducer, procedure, view or row filter of the schema. It is left alone here; SpacetimeDB ` +
      'refuses a module that exports it (exporting something that is not a spacetime export): keep it in another file.',
  );
}

/** What to tell the author of a 2.x module whose schema is not the default export; undefined for one of 1.x. */
export function schemaWarning(
  exports: Readonly<Record<string, unknown>>,
  declared: Schema<Tables>,
): string | undefined {
  if (exports.default === declared) return undefined;
  // In 1.x reducers are registered by name, and the schema need not be exported.
  const isNamed = ({ name }: Registration) => name !== undefined;
  const ofExports = [...exportsOf(exports)].flatMap(([, value]) => registrationOf(value) ?? []);
  if (ofExports.length === 0 || ofExports.every(isNamed)) return undefined;
  return 'The schema is not exported. It is found here; SpacetimeDB would not find it: write `export default` before its name.';
}
