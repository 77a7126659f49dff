/** The texts of a station that cannot be opened, in English. */
export const troubleEn = {
  trouble: {
    title: 'Station {{station}} · cannot be opened',
    arranging: {
      title: 'One moment',
      what: 'The records are being put in order: one moment, please',
      next: 'It opens by itself, and nothing is lost. Please do not scan yet, and do not switch off',
    },
    alreadyOpen: 'The program is open already: here it is',
    what: {
      CORRUPT: 'The records are damaged',
      LOCKED: 'The station is running already',
      FROM_FUTURE: 'The program on this machine is too old',
      OTHER_STATION: 'These are the records of another station',
      DISK_FULL: 'The disk is full',
      READ_ONLY: 'The disk cannot be written to',
      IO: 'The disk does not work as it should',
      BUSY: 'Another program holds the records',
      UNKNOWN: 'The program made a mistake',
    },
    next: {
      LOCKED: 'Please use the window that is open. Once it is closed, the station opens here',
      FROM_FUTURE: 'A newer program wrote the records; none is lost. Update the program and start again',
      OTHER_STATION: 'No record is lost. Call the county and check the number of the station',
      DISK_FULL: 'No record is lost. Make some room; then it opens by itself',
      READ_ONLY: 'No record is lost. See whether the disk is write-protected; then it opens by itself',
      IO: 'Switch off, press the cable of the disk in, switch on. If it is no better, call the county',
      BUSY: 'Close the other program; then it opens by itself',
      UNKNOWN: 'Switch off and on again. If it is no better, call the county',
    },
    backups: {
      LOOKING: 'The backups are being checked. Please wait, and do not switch off',
      GOOD: 'There is a good backup. Keeper, type your PIN and see what would come back',
      NONE: 'There is no good backup. Leave the machine as it is, and call the county',
      KEEPERLESS: "The backup is good, but knows no keeper's PIN. Call the county: a technician can restore",
    },
    restoreFailed: 'The restore did not succeed. Try another backup; if that is no better, call the county',
    contact: 'Call: {{contact}}',
    restore: 'Keeper: restore from a backup',
    retry: 'Try again',
  },
};
