/** One step of the schema. A step that has left this repository is never changed: add the next one. */
export interface Migration {
  /** PRAGMA user_version after this step; from 1 without a gap. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** True if it changes what a view says: all are folded again from the journal. */
  readonly refold?: boolean;
}
