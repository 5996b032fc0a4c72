/** The two storages of a page. */
export type StorageName = 'localStorage' | 'sessionStorage';

/** Reads a value; undefined when there is none or the page may not look (blocked storage throws at the first touch). */
export function keptValue(storage: StorageName, key: string): string | undefined {
  try {
    return globalThis[storage].getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a value, or removes it when it is undefined. False when the page may not, or the storage is full. */
export function keepValue(storage: StorageName, key: string, value: string | undefined): boolean {
  try {
    if (value === undefined) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
