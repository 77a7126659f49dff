/** What becomes of the points of a station that is declared lost. */
import { expect, it } from 'vitest';
import { lostMoves, notYetOpened } from '../../../domain/points/lost.ts';
import { MOVE_ALL } from '../../../domain/points/escrow.ts';
import type { Transfer } from '../../../domain/points/transfer.ts';
import { person } from './support.ts';

const LOST = 3;
const lot = (expiryDay: number, points: number) => ({ earnedDay: 20_000, expiryDay, points });
const transfer = (id: number, from: number, to: number, state: Transfer['state']): Transfer => ({
  ...{ id, ...person(1), toHolderId: 1, fromStationId: from, toStationId: to, state },
  ...{ wantedPoints: MOVE_ALL, lots: [lot(21_000, 9)], closedPoints: 9 },
});

it('opens what was not opened by a declaration that the county has forgotten', () => {
  const lots = [lot(21_000, 40), lot(21_100, 25), lot(21_200, 5)];
  const before = [lot(21_000, 30), lot(21_000, 4), lot(21_100, 99)];
  expect(notYetOpened(lots, before)).toEqual([lot(21_000, 6), lot(21_200, 5)]);
});

it('sends what was under way to it where the owner’s share goes, and answers what was to come from it', () => {
  const slices = [{ ...person(1), toHolderId: 1, toStationId: 5, lots: [lot(21_000, 7)] }];
  const underWay = [
    transfer(1, 2, LOST, 'CLOSED'),
    transfer(2, LOST, 4, 'CLOSING'),
    transfer(3, LOST, 4, 'CLOSED'),
    // Went back to where it came from, since the station it was for was lost before.
    transfer(4, LOST, LOST, 'CLOSED'),
    transfer(5, LOST, LOST, 'CLOSING'),
  ];
  let id = 100;
  const moves = lostMoves(LOST, slices, underWay, 6, () => (id += 1));
  expect(moves.answered.map((one) => [one.id, one.toStationId, one.state, one.closedPoints])).toEqual([
    [2, 4, 'CLOSED', 0],
    [5, LOST, 'CLOSED', 0],
  ]);
  expect(
    moves.redirected.map(({ transfer: one, toStationId }) => [
      one.id,
      toStationId,
      one.state,
      one.closedPoints,
    ]),
  ).toEqual([
    [1, 5, 'CLOSED', 9],
    [4, 5, 'CLOSED', 9],
    [5, 5, 'CLOSED', 0],
  ]);
  expect(moves.opened).toMatchObject([{ id: 101, fromStationId: LOST, toStationId: 5, closedPoints: 7 }]);
});

it('opens more last days than one fact holds by several acts', () => {
  const lots = Array.from({ length: 70 }, (_, i) => lot(21_000 + i, 1));
  const { opened } = lostMoves(LOST, [{ ...person(1), toHolderId: 1, toStationId: 5, lots }], [], 6, () => 1);
  expect(opened.map(({ closedPoints }) => closedPoints)).toEqual([64, 6]);
});
