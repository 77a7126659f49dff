/** Where a fact stands. */
export interface PlaceOfFact {
  readonly stationId: number;
  readonly incarnation: string;
  readonly seq: number;
}
export const placeName = ({ stationId, incarnation, seq }: PlaceOfFact): string =>
  `${stationId} ${incarnation} ${seq}`;
