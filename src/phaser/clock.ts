/** Milliseconds of a clock that only goes forward; its zero does not matter. */
export type Clock = () => number;

/** The page's clock, the one `RowContext.arrivedAt` is measured with. */
export const pageClock: Clock = () => performance.now();
