import { errors } from '../../module/errors.ts';
import { type AlgebraicType, formOf } from '../../values/index.ts';

/** Numbers for an autoInc column: 1, 2, 3, ... Taken back when the transaction is. */
export class Sequence {
  readonly #where: string;
  readonly #isBig: boolean;
  readonly #max: bigint;
  #next = 1n;
  #saved = 1n;

  /** @param where table and column, for the error */
  constructor(where: string, type: AlgebraicType) {
    const form = formOf(type);
    const bits = BigInt(form.slice(1));
    this.#where = where;
    this.#isBig = bits > 32n;
    this.#max = (1n << (form.startsWith('I') ? bits - 1n : bits)) - 1n;
  }

  /** True for the value that asks for the next number. */
  isAsked(value: unknown): boolean {
    return value === 0 || value === 0n;
  }

  /** @throws SpacetimeHostError AutoIncOverflow */
  next(): number | bigint {
    if (this.#next > this.#max) {
      throw new errors.AutoIncOverflow(`${this.#where} has used all numbers up to ${this.#max}.`);
    }
    const value = this.#next++;
    return this.#isBig ? value : Number(value);
  }

  adopt(other: Sequence): void {
    this.#next = other.#next;
    this.#saved = other.#saved;
  }

  /** Goes on behind a number that a row has already: the column was there before its sequence. */
  skip(taken: number | bigint): void {
    const next = BigInt(taken) + 1n;
    if (next <= this.#next) return;
    this.#next = next;
    this.#saved = next;
  }

  commit(): void {
    this.#saved = this.#next;
  }

  rollback(): void {
    this.#next = this.#saved;
  }
}
