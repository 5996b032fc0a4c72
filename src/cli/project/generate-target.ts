import { resolve } from 'node:path';
import { nearest } from '../../host/index.ts';
import type { Fields, Kind } from './fields.ts';
import { wrong } from './json5.ts';

/** Bindings that a project's file asks for. */
export interface GenerateTarget {
  readonly at: string;
  readonly lang: string;
  /** An absolute path. */
  readonly outDir: string | undefined;
  readonly includePrivate: boolean;
}

const OTHERS = ['csharp', 'rust', 'unrealcpp']; // languages of bindings that spacetime writes

/** Fields of an entry of `generate`. */
export const GENERATE: Readonly<Record<string, Kind>> = {
  language: 'text',
  'out-dir': 'text',
  'include-private': 'flag',
  namespace: 'text',
  'unreal-module-name': 'text',
  'uproject-dir': 'text',
};

export function isTypeScript(lang: string): boolean {
  return lang === 'typescript' || lang === 'ts';
}

/** @throws SpacetickError E_PROJECT */
export function generateTarget(fields: Fields, folder: string): GenerateTarget {
  fields.check(GENERATE);
  const lang = fields.text('language');
  if (lang === undefined) throw wrong(fields.at, 'there is no field language. Add "language": "typescript".');
  const meant = isTypeScript(lang) || OTHERS.includes(lang) ? undefined : nearest(lang, ['typescript', ...OTHERS]);
  if (meant !== undefined)
    throw wrong(fields.placeOf('language'), `there is no language ${lang}. Did you mean ${meant}?`);
  const outDir = fields.text('out-dir');
  return {
    at: fields.placeOf('language'),
    lang,
    outDir: outDir === undefined ? undefined : resolve(folder, outDir),
    includePrivate: fields.flag('include-private') ?? false,
  };
}
