import type { Expected } from './decideAgain.ts';

/** What is kept with an alert beside its place. */
export interface AlertFacts {
  readonly span?: { readonly fromMs: number; readonly toMs: number };
  readonly others?: readonly {
    readonly stationId: number;
    readonly incarnation: string;
    readonly seq: number;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  readonly lines?: readonly { readonly goodsId: number; readonly quantity: number }[];
  /** The canonical text of another fact. */
  readonly other?: string;
  /** What the county comes to. */
  readonly expected?: Expected;
}
