import { TINTS } from './module/world.ts';

/** Colours of ships, by `tint` (assets/README.md). */
const SHIP_TINTS = [0xffb454, 0x4fe3d4, 0xff6fb0, 0x8fd0ff, 0xa6e86a, 0xb07bff, 0xff7a5c, 0xffffff];

/** Colours of orbs, by `kind`. */
const ORB_TINTS = [0x7ff5e6, 0xffb454, 0xff6fc0];

export const NIGHT = 0x0b0a26;
export const WARM = 0xffe9b8;

export function shipTint(tint: number): number {
  return SHIP_TINTS[tint % TINTS]!;
}

export function orbTint(kind: number): number {
  return ORB_TINTS[kind] ?? ORB_TINTS[0]!;
}

/** For style sheets and text: `#ffb454`. */
export function css(tint: number): string {
  return `#${tint.toString(16).padStart(6, '0')}`;
}
