/** The texts of bringing a machine in, in English. */
export const pairingEn = {
  pairing: {
    title: 'Connect to the county',
    scan: "Hold the county's QR code to the scanner",
    scanWhy:
      'For a new machine and for one that replaces another. The county prints the code; it is good for 7 days',
    picture: "The county's QR code is held to the scanner",
    byHand: 'No QR code: type it in',
    busy: 'Asking the county, please wait',
    busyWhy: 'The station opens by itself when it is done',
    next: 'Next',
    connect: 'Connect',
    step: 'Step {{step}} of 3',
    address: {
      ask: "What is the county's address?",
      where: 'It stands below the QR code; https may be left out',
    },
    station: { ask: "What is this station's number?", where: 'It stands below the QR code: figures only' },
    code: { ask: 'What is the code?', where: 'Ten letters and figures; leave the hyphen out' },
    problem: {
      NOT_PAIRING: "This is not the county's pairing code: take another",
      DAMAGED: 'The code was not read whole: hold it flat and try again',
      NO_ADDRESS: 'The address is not right: compare it with the paper',
      PLAIN_HTTP: 'That address is not safe: the county must give one with https',
      OFFLINE: 'The county does not answer: check the cable and the address, then try again',
      CODE_REFUSED: 'The code is not right: compare it with the paper',
      CODE_USED: 'The code was used already: ask the county for another',
      CODE_EXPIRED: 'The code is too old: ask the county for another',
      TOO_MANY_CODES: 'Too many wrong codes: try again in an hour',
      UNKNOWN_STATION: 'The county has no station of this number: check it',
      REVOKED: 'The county has shut this machine out: ask the county',
      WRONG_CERTIFICATE: "Whoever answers is not the county's server: stop and tell the county",
      CERTIFICATE_DATE:
        "The county's certificate is out of date, or this machine's date is wrong: check the date",
      STATION_IS_OLDER: "This machine's program is too old: update it first",
      COUNTY_IS_OLDER: "The county's program is too old: it must be updated first",
      CANNOT_KEEP: 'This machine cannot keep the data: check its disk',
      OTHER: 'It did not work: try again, and if it still does not, ask the county',
    },
  },
};
