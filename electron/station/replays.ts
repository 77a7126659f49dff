/**
 * What the last requests were answered. A double tap gets the very same answer; after a restart the store still
 * knows that the request was recorded, and the answer is told anew from its events.
 */
const MOST = 200;

export interface Replays<T> {
  readonly get: (requestId: string) => T | undefined;
  /** Keeps the answer to a request that was recorded, and gives it back. */
  readonly keep: (requestId: string, answer: T) => T;
}

export function createReplays<T>(): Replays<T> {
  const answers = new Map<string, T>();
  return {
    get: (requestId) => answers.get(requestId),
    keep: (requestId, answer) => {
      answers.set(requestId, answer);
      const [oldest] = answers.keys();
      if (answers.size > MOST && oldest !== undefined) answers.delete(oldest);
      return answer;
    },
  };
}
