/** The station's own: its boots, the activities its keepers opened, the totals of each day, acts it carried out. */
import type { Database } from 'better-sqlite3';
import { shanghaiDay } from '../../domain/time.ts';
import type { FoldTable } from './fold.ts';

export function stationFolds(db: Database): FoldTable {
  const boot = db.prepare<(number | string)[]>(
    'INSERT INTO boot VALUES (?, ?, ?, ?) ON CONFLICT (incarnation, boot) DO NOTHING',
  );
  const openActivity = db.prepare<(number | string)[]>(
    'INSERT INTO station_activity VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const signIn = db.prepare<number[]>(
    'INSERT INTO day_total (day, sign_ins) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET sign_ins = sign_ins + 1',
  );
  const signOut = db.prepare<number[]>(
    `INSERT INTO day_total (day, sign_outs, points) VALUES (?, 1, ?)
     ON CONFLICT (day) DO UPDATE SET sign_outs = sign_outs + 1, points = points + excluded.points`,
  );
  const creditLater = db.prepare<number[]>(
    `INSERT INTO day_total (day, points) VALUES (?, ?)
     ON CONFLICT (day) DO UPDATE SET points = points + excluded.points`,
  );
  const redeem = db.prepare<number[]>(
    `INSERT INTO day_total (day, redemptions, redeemed_points) VALUES (?, 1, ?)
     ON CONFLICT (day) DO UPDATE SET redemptions = redemptions + 1,
       redeemed_points = redeemed_points + excluded.redeemed_points`,
  );
  const giveBack = db.prepare<number[]>(
    `INSERT INTO day_total (day, redeemed_points) VALUES (?, ?)
     ON CONFLICT (day) DO UPDATE SET redeemed_points = redeemed_points + excluded.redeemed_points`,
  );
  const actDone = db.prepare<number[]>('INSERT INTO act_done VALUES (?)');
  return {
    COUNTY_ACT_DONE: ({ actId }) => {
      actDone.run(actId);
    },
    STATION_STARTED: (event, incarnation) => {
      boot.run(incarnation, event.boot, event.osBoot, event.seq);
    },
    ACTIVITY_OPENED: ({ activityId, name, teamId, platform, theme, startMs, endMs }) => {
      openActivity.run(activityId, name, teamId, platform, theme, startMs, endMs);
    },
    SIGNED_IN: (event) => {
      signIn.run(shanghaiDay(event.atMs));
    },
    SIGNED_OUT: (event) => {
      let points = 0;
      for (const row of event.credits) points += row.points;
      signOut.run(shanghaiDay(event.atMs), points);
    },
    SERVICE_CREDITED: (event) => {
      creditLater.run(
        shanghaiDay(event.atMs),
        event.credits.reduce((sum, { points }) => sum + points, 0),
      );
    },
    EARLIER_SERVICE_CREDITED: (event) => {
      if (event.cause !== 'DATE') return;
      creditLater.run(
        shanghaiDay(event.atMs),
        event.credits.reduce((sum, { points }) => sum + points, 0),
      );
    },
    BACKFILL_SETTLED: (event) => {
      const points = event.credits.reduce((sum, row) => sum + row.points, 0);
      if (points > 0) creditLater.run(shanghaiDay(event.atMs), points);
    },
    REDEEMED: (event) => {
      redeem.run(shanghaiDay(event.atMs), event.totalPoints);
    },
    REDEEMED_SHARED: (event) => {
      redeem.run(shanghaiDay(event.atMs), event.totalPoints);
    },
    // The exchange happened and stays counted; its points came back on this day.
    REDEMPTION_UNDONE: (event) => {
      giveBack.run(shanghaiDay(event.atMs), -event.totalPoints);
    },
  };
}
