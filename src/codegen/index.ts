export type { GeneratedFile } from './file.ts';
export { type GenerateOptions, generateBindings, privateTables } from './generate.ts';
export { isGenerated, type StaleFiles, staleFiles } from './stale.ts';
