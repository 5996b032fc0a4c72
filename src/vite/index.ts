export { type SpacetickOptions, spacetick } from './plugin.ts';
