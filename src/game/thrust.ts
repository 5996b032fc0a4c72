const STEPS = 64; // finer differences of thrust are not worth a message

/** A direction, as long as the thrust is strong (0 to 1). */
export interface Thrust {
  x: number;
  y: number;
}

/** To the nearest step: a ship that drifts under a still mouse would send a new value each frame otherwise. */
export function rounded({ x, y }: Thrust): Thrust {
  const length = Math.max(1, Math.hypot(x, y));
  return { x: Math.round((x / length) * STEPS) / STEPS, y: Math.round((y / length) * STEPS) / STEPS };
}
