/** Whether the window is higher than wide: the two forms show different numbers of things. */
import { useSyncExternalStore } from 'react';

const query = '(orientation: portrait)';

function watch(listener: () => void): () => void {
  const media = window.matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

export function usePortrait(): boolean {
  return useSyncExternalStore(watch, () => window.matchMedia(query).matches);
}
