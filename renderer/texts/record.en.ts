/** The texts of one's own record, and of points that are elsewhere, in English. */
export const recordEn = {
  record: {
    ask: 'Scan your card to see your record',
    title: 'My record',
    balance: 'You can spend',
    thisYear: 'Served this year',
    total: 'Served in all',
    honor: 'of it honour hours',
    awaiting: '{{points}} of them can be used once the county has confirmed them',
    recent: 'Latest',
    none: 'Nothing yet. Take part once and it shows here.',
    phone: 'Phone {{phone}}',
    kind: {
      SERVICE: 'Took part',
      SERVICE_OPEN: 'Taking part, not signed out yet',
      SERVICE_UNCLOSED: 'No sign-out: please ask the keeper',
      SERVICE_CLOSED: 'Took part, closed by the keeper',
      BACKFILL: 'Honour hours, recorded later',
      BACKFILL_WAITING: 'Recorded later, waits for a second keeper',
      REDEMPTION: 'Exchanged goods',
      ALLOWANCE: 'Points from the county',
      MOVED_AWAY: 'Points moved to another station',
    },
  },
  elsewhere: {
    at: 'Your points are at “{{station}}”. Bring them here to use them.',
    atHome: 'Your points are at your own village station. Bring them here to use them.',
    bring: 'Bring my points here',
    underWay: 'Asked for. The points come once both stations have been in touch with the county.',
    UNDER_WAY: 'This has been asked for already',
  },
} as const;
