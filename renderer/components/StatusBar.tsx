/** The bottom line: whether the scanner listens, what has not been reported, what is wrong; and the keeper's entry. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { useStationTime } from '../app/useStationTime.ts';
import { clockTime } from '../texts/format.ts';
import { faultsOf, type StationFault } from './faults.ts';
import { Icon, type IconName } from './Icon.tsx';
import { Press } from './Press.tsx';

export function StatusBar() {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { screen } = state;
  return (
    <footer className="bar bar-bottom">
      <StatusSigns />
      <div className="bar-right">
        {state.keeper === null && screen.kind !== 'KEEPER_PIN' ? (
          <Press
            look="quiet"
            icon="lock"
            className="keeper-entry"
            onPress={() => controller.go({ kind: 'KEEPER_PIN', next: 'DESK' })}
          >
            {t('bar.keeper')}
          </Press>
        ) : null}
      </div>
    </footer>
  );
}

/** The signs alone, for a screen with another way out. */
export function StatusSigns() {
  const { t } = useTranslation();
  const { home, status, screen } = useApp().state;
  const nowMs = useStationTime();
  return (
    <>
      <div className="signs">
        {screen.kind === 'HOME' || status === null ? null : (
          <Sign icon="clock" tone="calm" text={clockTime(nowMs)} />
        )}
        <ScannerSign />
        <SyncSign />
        {home?.sample === true ? <span className="sign sign-sample">{t('bar.sample')}</span> : null}
      </div>
      <p className="bar-fault" role="status">
        <FaultLine />
      </p>
    </>
  );
}

function Sign(props: { readonly icon: IconName; readonly tone: 'calm' | 'care'; readonly text: string }) {
  return (
    <span className={`sign sign-${props.tone}`}>
      <Icon name={props.icon} />
      {props.text}
    </span>
  );
}

function ScannerSign() {
  const { t } = useTranslation();
  const scanner = useApp().state.status?.scanner;
  if (scanner === undefined) return null;
  const fine = scanner === 'READY' || scanner === 'KEYBOARD_ONLY';
  return (
    <Sign
      icon={fine ? 'scanner' : 'warning'}
      tone={fine ? 'calm' : 'care'}
      text={t(`bar.scanner.${scanner}`)}
    />
  );
}

function SyncSign() {
  const { t } = useTranslation();
  const sync = useApp().state.status?.sync;
  if (sync === undefined) return null;
  const unsent = sync.recorded - sync.reachedCounty;
  if (sync.state === 'SENDING') return <Sign icon="cloudUp" tone="calm" text={t('bar.sending')} />;
  if (unsent > 0) return <Sign icon="cloudUp" tone="care" text={t('bar.unsent', { unsent })} />;
  return <Sign icon="tick" tone="calm" text={t('bar.allSent')} />;
}

function faultText(t: TFunction, fault: StationFault): string {
  switch (fault.kind) {
    case 'STORAGE':
      return t(`bar.storage.${fault.storage}`);
    case 'STANDING':
      return t(`bar.standing.${fault.standing}`);
    case 'BACKUP':
      return t(`bar.backup.${fault.backup}`);
    case 'CLOCK':
      return t('bar.clockDoubtful');
    case 'REFERENCE':
      return t('bar.referenceOld');
    case 'LOW': {
      const { place, days } = fault;
      // In hours it is no help to say of how many days it is not.
      return days === null || days === 0 ? t(`bar.low.${place}`) : t(`bar.low.${place}_DAYS`, { days });
    }
  }
}

function FaultLine() {
  const { t } = useTranslation();
  const status = useApp().state.status;
  const [gravest] = status === null ? [] : faultsOf(status);
  return gravest === undefined ? null : <Sign icon="warning" tone="care" text={faultText(t, gravest)} />;
}
