/** Something the station is asked for when a page opens, and again when it is asked otherwise. */
import { useEffect, useState } from 'react';

/** Null until it has come. `ask` must stay the same function as long as it asks for the same. */
export function useAsked<T>(ask: () => Promise<T | null>): T | null {
  const [answer, setAnswer] = useState<{ readonly ask: () => Promise<T | null>; readonly value: T | null }>();
  useEffect(() => {
    let wanted = true;
    void ask().then((value) => {
      if (wanted) setAnswer({ ask, value });
    });
    return () => {
      wanted = false;
    };
  }, [ask]);
  return answer?.ask === ask ? answer.value : null;
}
