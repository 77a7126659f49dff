/** Points that move between stations: what one closed another opens, once, and no act opens what nobody closed. */
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { Findings } from './findings.ts';

interface Side {
  readonly stationId: number;
  readonly otherId: number;
  readonly points: number;
}

export interface Moves {
  readonly closed: (stationId: number, event: JournalEvent<'ALLOWANCE_CLOSED'>) => void;
  readonly opened: (stationId: number, event: JournalEvent<'ALLOWANCE_OPENED'>) => void;
  /**
   * Judges the acts among stations of which no copy is about and no disk was lost: what such a station had done may
   * be done again. Answers how many acts moved points, and how many points came to rest nowhere.
   */
  readonly judge: (
    isWhole: (stationId: number) => boolean,
    findings: Findings,
  ) => { readonly moved: number; readonly onTheWay: number };
  /** What was opened elsewhere without having been closed: by station that should have closed it. */
  readonly granted: () => ReadonlyMap<number, { readonly points: number; readonly at: readonly number[] }>;
}

export function createMoves(): Moves {
  const closed = new Map<number, Side[]>();
  const opened = new Map<number, Side[]>();
  const keep = (sides: Map<number, Side[]>, actId: number, side: Side): void => {
    const known = sides.get(actId);
    if (known === undefined) sides.set(actId, [side]);
    else known.push(side);
  };
  return {
    granted: () => {
      const found = new Map<number, { points: number; at: number[] }>();
      for (const [actId, [first]] of opened) {
        if (first === undefined || closed.has(actId)) continue;
        const from = found.get(first.otherId) ?? { points: 0, at: [] };
        from.points += first.points;
        from.at.push(first.stationId);
        found.set(first.otherId, from);
      }
      return found;
    },
    closed: (stationId, { actId, toStationId: otherId, points }) => {
      keep(closed, actId, { stationId, otherId, points });
    },
    opened: (stationId, { actId, fromStationId: otherId, points }) => {
      // What the county itself brought in was closed nowhere.
      if (otherId !== 0) keep(opened, actId, { stationId, otherId, points });
    },
    judge: (isWhole, findings) => {
      let moved = 0;
      let onTheWay = 0;
      for (const actId of new Set([...closed.keys(), ...opened.keys()])) {
        const from = closed.get(actId) ?? [];
        const to = opened.get(actId) ?? [];
        const all = [...from, ...to];
        const [first] = all;
        const sum = (sides: readonly Side[]) => sides.reduce((total, { points }) => total + points, 0);
        if (sum(from) > 0 && sum(from) === sum(to)) moved += 1;
        onTheWay += sum(from) - sum(to);
        if (!all.every(({ stationId, otherId }) => isWhole(stationId) && isWhole(otherId))) continue;
        const where = `act ${actId}, ${from.length} closed ${sum(from)}, ${to.length} opened ${sum(to)}, station ${first?.stationId ?? 0}`;
        if (from.length > 1 || to.length > 1) findings.add('an act was done twice', where);
        if (sum(to) > sum(from)) findings.add('opened what nobody closed', where);
        if (sum(to) < sum(from)) findings.add('points still on their way', where);
      }
      return { moved, onTheWay };
    },
  };
}
