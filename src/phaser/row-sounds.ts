import type { RowContext, RowSource, RowWatcher } from '../client/index.ts';
import { Reporter } from './reporter.ts';
import { requireRows } from './row-source-check.ts';
import type { Cue } from './sound-source.ts';
import type { Place, SoundStage } from './sound-stage.ts';

/** Which sounds the changes of a table make; nothing: none. */
export interface RowSoundOptions<Row> {
  insert?: Cue | ((row: Row) => Cue | undefined);
  update?: (row: Row, before: Row) => Cue | undefined;
  delete?: Cue | ((row: Row) => Cue | undefined);
  /** Where it sounds; everywhere by default. */
  at?: (row: Row) => Place;
}

/**
 * Lets a table be heard. Only what happens live sounds: never the rows of a first snapshot, of a resume, of a tab
 * shown again, nor rows that left with a subscription.
 * @throws SpacetickError `E_ROW_SOURCE` for no table
 * @returns how to stop; it also ends with the stage and with the connection
 */
export function rowSounds<Row>(stage: SoundStage, source: RowSource<Row>, options: RowSoundOptions<Row>): () => void {
  const reporter = new Reporter(`rowSounds(${requireRows(source, 'rowSounds').tableName})`);
  const play = (kind: string, context: RowContext, row: Row, cue: () => Cue | undefined) => {
    const { tag } = context.event;
    if (tag === 'SubscribeApplied' || tag === 'UnsubscribeApplied') return;
    try {
      const sound = cue();
      if (sound !== undefined) stage.play(sound, options.at?.(row));
    } catch (error) {
      reporter.report(kind, error);
    }
  };
  const watcher: RowWatcher<Row> = {
    insert: (context, row) => play('insert', context, row, () => choose(options.insert, row)),
    update: (context, before, row) => play('update', context, row, () => options.update?.(row, before)),
    delete: (context, row) => play('delete', context, row, () => choose(options.delete, row)),
    end: () => stop(),
  };
  const stop = source.watch(watcher);
  stage.endWith(stop);
  return stop;
}

function choose<Row>(cue: Cue | ((row: Row) => Cue | undefined) | undefined, row: Row): Cue | undefined {
  return typeof cue === 'function' ? cue(row) : cue;
}
