/** Whether anybody sees the page: a hidden one gets no frames. */
export interface Visibility {
  readonly hidden: boolean;
  /** Calls `listener` whenever `hidden` may have changed. Returns how to stop. */
  onChange(listener: () => void): () => void;
}

/** The page's own; where there is no page (Node, workers) nothing is ever hidden. */
export const pageVisibility: Visibility = Object.freeze({
  get hidden(): boolean {
    return typeof document !== 'undefined' && document.visibilityState === 'hidden';
  },
  onChange(listener: () => void): () => void {
    if (typeof document === 'undefined') return () => {};
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
});
