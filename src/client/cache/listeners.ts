/** Listeners in the order they were added, each once. Copied on change: who runs through a list keeps what it was. */
export class Listeners<F> {
  list: readonly F[];

  constructor(list: readonly F[] = []) {
    this.list = list;
  }

  add(listener: F): void {
    if (!this.list.includes(listener)) this.list = [...this.list, listener];
  }

  remove(listener: F): void {
    if (this.list.includes(listener)) this.list = this.list.filter((other) => other !== listener);
  }
}
