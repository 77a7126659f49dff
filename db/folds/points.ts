/** Minutes by day, and the accounts: granted + earned - spent is what can be spent at this station. */
import type { Database } from 'better-sqlite3';
import type { FoldTable } from './fold.ts';

interface Credit {
  readonly day: number;
  readonly minutes: number;
  readonly points: number;
}

export function pointsFolds(db: Database): FoldTable {
  const addDay = db.prepare<number[]>(
    `INSERT INTO service_day VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (volunteer_id, day) DO UPDATE SET minutes = minutes + excluded.minutes,
       honor_minutes = honor_minutes + excluded.honor_minutes, points = points + excluded.points`,
  );
  const earn = db.prepare<number[]>(
    `INSERT INTO account (volunteer_id, earned, minutes) VALUES (?, ?, ?)
     ON CONFLICT (volunteer_id) DO UPDATE SET earned = earned + excluded.earned,
       minutes = minutes + excluded.minutes`,
  );
  const grant = db.prepare<number[]>(
    `INSERT INTO account (volunteer_id, granted) VALUES (?, ?)
     ON CONFLICT (volunteer_id) DO UPDATE SET granted = granted + excluded.granted`,
  );
  const spend = db.prepare<number[]>(
    `INSERT INTO account (volunteer_id, spent) VALUES (?, ?)
     ON CONFLICT (volunteer_id) DO UPDATE SET spent = spent + excluded.spent`,
  );
  const allowance = db.prepare<number[]>('INSERT INTO allowance VALUES (?, ?, ?, ?, ?, ?)');

  function credit(volunteerId: number, credits: readonly Credit[], honor: boolean): void {
    let minutes = 0;
    let points = 0;
    for (const row of credits) {
      addDay.run(volunteerId, row.day, row.minutes, honor ? row.minutes : 0, row.points);
      minutes += row.minutes;
      points += row.points;
    }
    if (credits.length > 0) earn.run(volunteerId, points, minutes);
  }

  return {
    SIGNED_OUT: (event) => {
      credit(event.volunteerId, event.credits, false);
    },
    ATTENDANCE_CLOSED: (event) => {
      credit(event.volunteerId, event.credits, event.hourKind === 'HONOR');
    },
    REDEEMED: (event) => {
      spend.run(event.volunteerId, event.totalPoints);
    },
    ALLOWANCE_OPENED: (event, incarnation) => {
      const { grantId, volunteerId, points, seq, atMs } = event;
      allowance.run(grantId, volunteerId, points, incarnation, seq, atMs);
      grant.run(volunteerId, points);
    },
  };
}
