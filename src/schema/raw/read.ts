import type { ModuleDef } from '../module-def.ts';
import { objectOf, refuse } from './json.ts';
import { readV9 } from './read-v9.ts';
import { readV10 } from './read-v10.ts';

/**
 * Reads what a host says of a module: a RawModuleDef of version 9 or 10 as SATS-JSON text. What it does not say is
 * lost: names of columns in the module, which arguments are public.
 * @throws SpacetickError E_MODULE_DEF
 */
export function readRawModuleDef(text: string): ModuleDef {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('JSON', text.slice(0, 80));
  }
  const def = objectOf(json, 'a module');
  return 'sections' in def ? readV10(def) : readV9(def);
}
