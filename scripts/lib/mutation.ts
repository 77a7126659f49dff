/** Something that `npm run mutate` takes away. */
export interface Mutation {
  /** Completes "without …". */
  readonly name: string;
  readonly file: string;
  readonly take: string;
  readonly put: string;
  readonly tests: readonly string[];
}
