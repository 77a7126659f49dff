/** The one gate through which every call of a screen passes, whatever shell carried it. */
import * as v from 'valibot';
import { StoreFaultError } from '../../db/faults.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { contract, type MethodName, type StationHandlers } from '../contract/contract.ts';
import type { CallError } from '../contract/types.ts';

/** Where the station says what went wrong; no personal data may be given to it. */
export interface Log {
  readonly warn: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, error: unknown) => void;
}

export type AnyResult = Result<unknown, CallError>;

/** Whether a name is a method of the contract. */
export function isMethod(name: unknown): name is MethodName {
  return typeof name === 'string' && Object.hasOwn(contract, name);
}

/** The first thing that is wrong with an input, without the input itself: it may hold a PIN. */
function problemOf(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [first] = issues;
  const path = v.getDotPath(first) ?? 'input';
  return `${path}: expected ${first.expected ?? first.type}`;
}

export interface DispatchOptions {
  readonly handlers: StationHandlers;
  readonly log: Log;
  /** Told of each failure of the store, so that the status can show it. */
  readonly onStoreFault: (fault: StoreFaultError['fault']) => void;
}

/**
 * Makes the function that answers one call: parses the input by the contract, calls the handler, and turns
 * whatever happens into a result. It never throws and never rejects.
 */
export function createDispatch(
  options: DispatchOptions,
): (method: unknown, input: unknown) => Promise<AnyResult> {
  const { handlers, log } = options;
  return async (method, input) => {
    try {
      if (!isMethod(method)) return err({ kind: 'BAD_REQUEST', detail: 'no such method' });
      const parsed = v.safeParse(contract[method].input, input);
      if (!parsed.success) return err({ kind: 'BAD_REQUEST', detail: problemOf(parsed.issues) });
      // The table is typed method by method; here the method is known only at run time.
      const handler = handlers[method] as (input: unknown) => unknown;
      return ok(await handler(parsed.output));
    } catch (error) {
      if (error instanceof StoreFaultError) {
        log.error('the store failed', error);
        options.onStoreFault(error.fault);
        return err(error.fault);
      }
      log.error(`call ${String(method)} failed`, error);
      return err({ kind: 'INTERNAL' });
    }
  };
}
