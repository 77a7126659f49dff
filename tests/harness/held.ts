/** Files in a station's folder by which a test and heldBackupWorker.ts speak. */
export const HELD = 'backup-is-held';
export const LET_GO = 'backup-may-go-on';
