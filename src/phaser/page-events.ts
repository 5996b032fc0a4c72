/** Calls `lost` when the player looks elsewhere: the window loses focus, or the tab is hidden. Returns how to stop. */
export function onAttentionLost(lost: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const hidden = () => {
    if (document.hidden) lost();
  };
  window.addEventListener('blur', lost);
  document.addEventListener('visibilitychange', hidden);
  return () => {
    window.removeEventListener('blur', lost);
    document.removeEventListener('visibilitychange', hidden);
  };
}
