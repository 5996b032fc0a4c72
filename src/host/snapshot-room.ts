import { sqlError } from '../schema/index.ts';

/**
 * Bytes of the rows that one subscription, or one query, is answered with: 400,000 rows of 160 bytes. Beyond it a short
 * request would fill the memory of the host, by a join or by a thousand queries at once.
 */
const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;

/** Counts what the rows that a client asked for at once take. */
export class SnapshotRoom {
  #left = MAX_SNAPSHOT_BYTES;

  /** @throws SpacetickError E_SQL when so many bytes are too many */
  check(bytes: number): void {
    if (bytes <= this.#left) return;
    throw sqlError(
      `The rows asked for at once take more than ${MAX_SNAPSHOT_BYTES} bytes. Add conditions, or ask for them in several ` +
        'parts.',
    );
  }

  /** So many bytes are taken. @throws SpacetickError E_SQL when they are too many */
  take(bytes: number): void {
    this.check(bytes);
    this.#left -= bytes;
  }
}
