/** A PIN on the number pad; what is typed is shown as dots only. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { Icon } from './Icon.tsx';
import { NumberPad } from './NumberPad.tsx';
import { ProblemLine } from './ProblemLine.tsx';

const MIN_DIGITS = 4;
const MAX_DIGITS = 12;

export interface PinPadProps {
  readonly title: string;
  readonly why?: string;
  /** What is wrong, where it is not a problem of the whole screen. */
  readonly problem?: string | null;
  readonly onChange?: () => void;
  readonly onPin: (pin: string) => void;
}

export function PinPad({ title, why, problem = null, onChange, onPin }: PinPadProps) {
  const { t } = useTranslation();
  const { state, store } = useApp();
  const [pin, setPin] = useState('');
  return (
    <>
      <section className="pin-words">
        <span className="pin-sign">
          <Icon name="lock" />
        </span>
        <h2 className="sentence">{title}</h2>
        {why === undefined ? null : <p className="lead">{why}</p>}
        {state.scanPaused ? (
          <p className="care">
            <Icon name="info" />
            {t('desk.scanPaused')}
          </p>
        ) : null}
        {problem === null ? (
          <ProblemLine problem={state.problem} />
        ) : (
          <p className="problem" role="alert">
            <span className="problem-text">
              <Icon name="warning" />
              {problem}
            </span>
          </p>
        )}
      </section>
      <section className="pin-pad">
        <p className="pin-dots" role="img" aria-label={t('pin.entered', { digits: pin.length })}>
          {Array.from({ length: Math.max(MIN_DIGITS, pin.length) }, (_, place) => (
            <span key={place} className="pin-dot" data-filled={place < pin.length} />
          ))}
        </p>
        <NumberPad
          value={pin}
          maxLength={MAX_DIGITS}
          minLength={MIN_DIGITS}
          disabled={state.pending}
          onChange={(value) => {
            setPin(value);
            onChange?.();
            if (state.problem !== null) store.send({ type: 'PROBLEM', problem: null });
          }}
          onEnter={() => {
            setPin('');
            onPin(pin);
          }}
        />
      </section>
    </>
  );
}
