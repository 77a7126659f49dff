/** The contract over Electron's inter-process calls. */
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { err } from '../../domain/result.ts';
import type { AnyResult, Log } from '../station/dispatch.ts';
import type { Pushed, Station } from '../station/types.ts';
import { CALL_CHANNEL, PUSH_CHANNEL } from './channels.ts';
import { isOwnUrl } from './lockdown.ts';

/** Whether a call comes from the top frame of the station's own page, and not from anything it may contain. */
export function isTrustedSender(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnUrl(frame.url);
}

/** Answers calls of the page. A stranger is told nothing but that the request is bad. */
export function answerCalls(ipcMain: IpcMain, station: Pick<Station, 'call'>, log: Log): void {
  ipcMain.handle(CALL_CHANNEL, (event, method: unknown, input: unknown): Promise<AnyResult> => {
    if (!isTrustedSender(event)) {
      log.warn('a call from a strange frame was refused');
      return Promise.resolve(err({ kind: 'BAD_REQUEST', detail: 'strange sender' }));
    }
    return station.call(method, input);
  });
}

/** Pushes one event to the page, if there still is one. */
export function pushTo(contents: WebContents, pushed: Pushed): void {
  if (!contents.isDestroyed()) contents.send(PUSH_CHANNEL, pushed);
}

/** Gives the page what the station pushes, for as long as the page lives. */
export function passPushes(station: Pick<Station, 'subscribe'>, contents: WebContents): void {
  const stop = station.subscribe((pushed: Pushed) => pushTo(contents, pushed));
  contents.once('destroyed', stop);
}
