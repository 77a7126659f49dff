/**
 * Bringing a machine in: the county's QR code to the scanner, or the three things that stand below it typed one
 * after the other. It is the only screen until that is done; a machine that replaces another comes by the same way.
 */
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CODE_LENGTH } from '../../../domain/wire/pairing.ts';
import type { PairingView } from '../../../electron/contract/pairingViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { LetterPad } from '../../components/LetterPad.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { ScanPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { PairingShell } from './PairingShell.tsx';

type Step = 'SCAN' | 'ADDRESS' | 'STATION' | 'CODE';
type Needed = Extract<PairingView, { kind: 'NEEDED' }>;

const ADDRESS_ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl-', 'zxcvbnm.:/'] as const;
/** The code's own alphabet in the places of a keyboard, without what is taken for something else. */
const CODE_ROWS = ['23456789', 'QWERTYUP', 'ASDFGHJKL', 'ZXCVBNM'] as const;
const MAX_ADDRESS = 120;
const MAX_STATION_DIGITS = 9;

export function PairingScreen({ pairing }: { readonly pairing: Needed }) {
  const { controller } = useApp();
  const [step, setStep] = useState<Step>('SCAN');
  const [url, setUrl] = useState('');
  const [station, setStation] = useState('');
  const [code, setCode] = useState('');
  const byStick = pairing.by === 'STICK';
  const steps = byStick ? 2 : 3;
  if (pairing.busy) return <Busy byStick={byStick} />;
  switch (step) {
    case 'SCAN':
      return <ScanStep pairing={pairing} onByHand={() => setStep(byStick ? 'STATION' : 'ADDRESS')} />;
    case 'ADDRESS':
      return (
        <TypedStep what="address" place={1} steps={steps} value={url} onBack={() => setStep('SCAN')}>
          {(next) => (
            <LetterPad
              rows={ADDRESS_ROWS}
              value={url}
              maxLength={MAX_ADDRESS}
              minLength={1}
              enter={next}
              onChange={setUrl}
              onEnter={() => setStep('STATION')}
            />
          )}
        </TypedStep>
      );
    case 'STATION':
      return (
        <TypedStep
          what="station"
          place={steps - 1}
          steps={steps}
          value={station}
          onBack={() => setStep(byStick ? 'SCAN' : 'ADDRESS')}
        >
          {() => (
            <NumberPad
              value={station}
              maxLength={MAX_STATION_DIGITS}
              minLength={1}
              disabled={false}
              onChange={setStation}
              onEnter={() => setStep('CODE')}
            />
          )}
        </TypedStep>
      );
    case 'CODE':
      return (
        <TypedStep
          what="code"
          place={steps}
          steps={steps}
          value={code}
          problem={pairing}
          onBack={() => setStep('STATION')}
        >
          {(next, connect) => (
            <LetterPad
              rows={CODE_ROWS}
              value={code}
              maxLength={CODE_LENGTH}
              minLength={CODE_LENGTH}
              enter={byStick ? next : connect}
              onChange={setCode}
              onEnter={() =>
                void controller.pairTyped({ url: byStick ? '' : url, stationId: Number(station), code })
              }
            />
          )}
        </TypedStep>
      );
  }
}

function Busy({ byStick }: { readonly byStick: boolean }) {
  const { t } = useTranslation();
  return (
    <PairingShell>
      <section className="pairing-busy" role="status">
        <Icon name={byStick ? 'stick' : 'cloudUp'} />
        <p className="sentence">{t(byStick ? 'pairing.stick.preparing' : 'pairing.busy')}</p>
        <p className="soft">{t('pairing.busyWhy')}</p>
      </section>
    </PairingShell>
  );
}

function Problem({ pairing }: { readonly pairing: Needed }) {
  const { t } = useTranslation();
  return (
    <p className="pairing-problem" role="alert">
      {pairing.problem === null ? null : (
        <>
          <Icon name="warning" />
          {t(`pairing.problem.${pairing.problem}`)}
        </>
      )}
    </p>
  );
}

function ScanStep({ pairing, onByHand }: { readonly pairing: Needed; readonly onByHand: () => void }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const byStick = pairing.by === 'STICK';
  return (
    <PairingShell>
      <section className="pairing-scan">
        <ScanPicture text={t('pairing.picture')} />
        <p className="sentence">{t(byStick ? 'pairing.stick.scan' : 'pairing.scan')}</p>
      </section>
      <section className="pairing-side">
        <Problem pairing={pairing} />
        <p className="soft">{t(byStick ? 'pairing.stick.scanWhy' : 'pairing.scanWhy')}</p>
        <Press onPress={onByHand}>{t('pairing.byHand')}</Press>
        <Press
          icon={byStick ? 'cloudUp' : 'stick'}
          onPress={() => void controller.choosePairing(byStick ? 'LINE' : 'STICK')}
        >
          {t(byStick ? 'pairing.stick.byLine' : 'pairing.stick.choose')}
        </Press>
      </section>
    </PairingShell>
  );
}

interface TypedStepProps {
  readonly what: 'address' | 'station' | 'code';
  readonly place: number;
  readonly steps: number;
  readonly value: string;
  readonly problem?: Needed;
  readonly onBack: () => void;
  readonly children: (next: string, connect: string) => ReactNode;
}

function TypedStep({ what, place, steps, value, problem, onBack, children }: TypedStepProps) {
  const { t } = useTranslation();
  return (
    <PairingShell onBack={onBack}>
      <section className="pairing-typed">
        <p className="soft">{t('pairing.step', { step: place, steps })}</p>
        <p className="sentence">{t(`pairing.${what}.ask`)}</p>
        <p className="soft">{t(`pairing.${what}.where`)}</p>
        <output className="pairing-value figure" aria-label={t(`pairing.${what}.ask`)}>
          {value}
        </output>
        {problem === undefined ? null : <Problem pairing={problem} />}
        {children(t('pairing.next'), t('pairing.connect'))}
      </section>
    </PairingShell>
  );
}
