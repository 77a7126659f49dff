/** How a contract is written down, and the types that follow from it on both sides. */
import type * as v from 'valibot';
import type { Result } from '../../domain/result.ts';

/** Stands for a type in the contract's table without a run-time schema: outputs come from our own code. */
export interface Output<T> {
  readonly __output?: T;
}
/** Names the output type of a method. */
export function output<T>(): Output<T> {
  return {};
}

export interface MethodSpec {
  readonly input: v.GenericSchema;
  readonly output: Output<unknown>;
}
export type ContractSpec = Readonly<Record<string, MethodSpec>>;

/** Errors that any call may meet, besides its own. */
export type CallError =
  | { readonly kind: 'BAD_REQUEST'; readonly detail: string }
  | {
      readonly kind: 'STORE_UNAVAILABLE';
      readonly reason: 'DISK_FULL' | 'READ_ONLY' | 'IO' | 'BUSY' | 'CORRUPT';
    }
  | { readonly kind: 'CLOSING' }
  | { readonly kind: 'INTERNAL' };

export type InputOf<M extends MethodSpec> = v.InferInput<M['input']>;
export type ParsedInputOf<M extends MethodSpec> = v.InferOutput<M['input']>;
export type OutputOf<M extends MethodSpec> = M['output'] extends Output<infer T> ? T : never;

/** What the renderer holds: every method by name, as a promise of its result or of a call error. */
export type Client<C extends ContractSpec> = {
  readonly [K in keyof C]: (input: InputOf<C[K]>) => Promise<Result<OutputOf<C[K]>, CallError>>;
};
/** What the station implements: plain functions; an exception is a bug or the store's failure. */
export type Handlers<C extends ContractSpec> = {
  readonly [K in keyof C]: (input: ParsedInputOf<C[K]>) => OutputOf<C[K]> | Promise<OutputOf<C[K]>>;
};
