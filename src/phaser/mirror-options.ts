import type * as Phaser from 'phaser';
import type { RowSource } from '../client/index.ts';
import type { KeyLike } from './key-like.ts';
import type { Pose } from './pose-fields.ts';
import type { Timeline, TimelineOptions } from './timeline.ts';

/** Why an object goes. */
export type RemoveReason = 'deleted' | 'unsubscribed' | 'disconnected' | 'stopped';

/** What an object is waited for with while it is animated out: a promise, or a tween of the scene. */
export type Departure = PromiseLike<unknown> | Phaser.Tweens.Tween | Phaser.Tweens.TweenChain;

/** A row of another table that belongs to the same object. */
export interface Join<Row, Other> {
  source: RowSource<Other>;
  /** By which key a mirrored row names the other one: `(ship) => ship.owner`. */
  of: (row: Row) => KeyLike;
  /** The key of the other row; its primary key by default. */
  by?: (other: Other) => KeyLike;
}

/** The joined rows by name; undefined while there is none. */
export type Joined<Joins> = { readonly [Name in keyof Joins]: Joins[Name] | undefined };

/** How poses are smoothed. Distances are in units of x and y, times in milliseconds. */
export interface SmoothOptions<Row> extends TimelineOptions {
  /** A row that moved further than this at once is a teleport and is not glided to. 300 by default. */
  snapDistance?: number;
  /** How long a row goes on at its last speed when its next sample is late; at most one step. 100 by default. */
  extrapolateMs?: number;
  /** When the row was so, from a column: for hosts whose messages carry no commit time. */
  time?: (row: Row) => number;
  /** Full turns of fields besides `rotation` (radians) and `angle` (degrees): `{ turret: 360 }`. */
  turns?: Readonly<Record<string, number>>;
  /** Shared by mirrors that should move as one; `delayMs` and `clock` are the timeline's then. */
  timeline?: Timeline;
}

/** How rows become objects. Write `create` first: the types of the others follow from it. */
export interface MirrorOptions<Row, Obj extends Phaser.GameObjects.GameObject, Fields extends Pose, Joins> {
  /** Makes the object of a row that came in. */
  create: (row: Row, joined: Joined<Joins>) => Obj;
  /** Where the row should be drawn; nothing while that is not known. Its fields are the object's properties. */
  pose?: (row: Row, joined: Joined<Joins>) => Fields | undefined;
  /** Writes a pose onto the object (the pose is reused: do not keep it). Its properties by default. */
  place?: (object: Obj, pose: Fields) => void;
  /** The row or a joined row changed (`before` is the same row then). */
  update?: (object: Obj, row: Row, before: Row, joined: Joined<Joins>) => void;
  /** The row is gone. Give back a tween or a promise to have the object live until that ends. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most callbacks give nothing back, and say so with void
  remove?: (object: Obj, row: Row, reason: RemoveReason) => Departure | void;
  /** False: poses are drawn as they come. */
  smooth?: boolean | SmoothOptions<Row>;
  /** Keeps objects that went, inactive and invisible, for rows to come. True keeps up to 256. */
  pool?: boolean | { max: number };
  /** Makes a pooled object fit its new row; `update` with the row twice by default. */
  reset?: (object: Obj, row: Row, joined: Joined<Joins>) => void;
  /** The key of a row: for tables without a primary key, or to mirror by another unique one. */
  key?: (row: Row) => KeyLike;
  /** Rows of other tables that belong to the object. They may come before it, after it, and go while it stays. */
  join?: { [Name in keyof Joins]: Join<Row, Joins[Name]> };
}

/** A table on screen. */
export interface Mirror<Obj> {
  /** The object of the row with this primary key (or `key`). */
  get(key: KeyLike): Obj | undefined;
  /** The objects of rows that are there, oldest row first. */
  objects(): IterableIterator<Obj>;
  /** How many rows are on screen. */
  readonly size: number;
  /** Ends the mirror: its objects go, with the reason `stopped`. Does nothing the second time. */
  stop(): void;
}
