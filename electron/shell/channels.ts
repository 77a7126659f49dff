/** The two channels between the page and the station under Electron. */
export const CALL_CHANNEL = 'station:call';
export const PUSH_CHANNEL = 'station:push';
