import { describe, expect, it } from 'vitest';
import type { ToChild } from '../../../electron/scanner/protocol.ts';
import { createScannerSupervisor, type ChildLike } from '../../../electron/scanner/supervisor.ts';
import { manualTime } from './manualTime.ts';

interface FakeChild extends ChildLike {
  message: (message: unknown) => void;
  exit: () => void;
  readonly sent: ToChild[];
  killed: boolean;
}
function fakeChild(): FakeChild {
  const child: FakeChild = {
    message: () => undefined,
    exit: () => undefined,
    sent: [],
    killed: false,
    send: (message) => void child.sent.push(message),
    onMessage: (callback) => (child.message = callback),
    onExit: (callback) => (child.exit = callback),
    kill: () => {
      child.killed = true;
      child.exit();
    },
  };
  return child;
}
function bench() {
  const time = manualTime();
  const children: FakeChild[] = [];
  const log: string[] = [];
  const supervisor = createScannerSupervisor({
    spawn: () => {
      const child = fakeChild();
      children.push(child);
      return child;
    },
    onScan: (text) => log.push(`scan ${text}`),
    onState: (state) => log.push(state),
    onTrouble: (what) => log.push(`trouble ${what}`),
    clock: time.clock,
    setTimer: time.setTimer,
  });
  const current = () => {
    const child = children.at(-1);
    if (child === undefined) throw new Error('no process was started');
    return child;
  };
  return { time, children, log, supervisor, current };
}

describe('the keeper of the scanner process', () => {
  it('hands on scans and states, each state once', () => {
    const { log, supervisor, current } = bench();
    expect(supervisor.state()).toBe('MISSING');
    current().message({ kind: 'STATE', state: 'MISSING' });
    current().message({ kind: 'STATE', state: 'READY' });
    current().message({ kind: 'STATE', state: 'READY' });
    current().message({ kind: 'SCAN', text: 'VC1A' });
    expect(log).toEqual(['READY', 'scan VC1A']);
    expect(supervisor.state()).toBe('READY');
  });

  it('starts the process again after 0.5 s, 1 s, 2 s … at most 30 s', async () => {
    const { time, children, current, log } = bench();
    current().message({ kind: 'STATE', state: 'READY' });
    const pauses = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    for (const [i, pause] of pauses.entries()) {
      current().exit();
      await time.advance(pause - 1);
      expect(children).toHaveLength(i + 1);
      await time.advance(1);
      expect(children).toHaveLength(i + 2);
    }
    expect(log.slice(0, 2)).toEqual(['READY', 'MISSING']);
  });

  it('is quick again after a process that lived a minute', async () => {
    const { time, children, current } = bench();
    for (const pause of [500, 1_000]) {
      current().exit();
      await time.advance(pause);
    }
    await time.advance(60_000);
    current().exit();
    await time.advance(500);
    expect(children).toHaveLength(4);
  });

  it('ignores what is no message, and what an ended process left behind', async () => {
    const { time, log, current } = bench();
    const first = current();
    for (const message of [null, 7, 'SCAN', {}, { kind: 'SCAN' }, { kind: 'SCAN', text: 'x'.repeat(5000) }])
      first.message(message);
    expect(new Set(log)).toEqual(new Set(['trouble scanner process sent a message that is none']));
    first.exit();
    await time.advance(500);
    log.length = 0;
    first.message({ kind: 'SCAN', text: 'ghost' });
    first.exit();
    await time.advance(60_000);
    expect(log).toEqual([]);
  });

  it('closes in order, and nothing is scanned or started afterwards', async () => {
    const { time, children, log, supervisor, current } = bench();
    const closing = supervisor.close();
    expect(current().sent).toEqual([{ kind: 'CLOSE' }]);
    current().message({ kind: 'SCAN', text: 'late' });
    current().message({ kind: 'CLOSED' });
    current().exit();
    await closing;
    await supervisor.close();
    await time.advance(60_000);
    expect(current().killed).toBe(false);
    expect(children).toHaveLength(1);
    expect(log).toEqual([]);
    expect(time.pending()).toBe(0);
  });

  it('ends a process that does not close', async () => {
    const { time, supervisor, current } = bench();
    const closing = supervisor.close();
    await time.advance(1_999);
    expect(current().killed).toBe(false);
    await time.advance(1);
    await closing;
    expect(current().killed).toBe(true);
  });

  it('closes at once while there is no process', async () => {
    const { time, children, supervisor, current } = bench();
    current().exit();
    await supervisor.close();
    await time.advance(60_000);
    expect(children).toHaveLength(1);
  });
});
