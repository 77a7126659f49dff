/** A keyboard on the screen, for the few things that have letters. What is typed is kept by whoever shows it. */
import { useTranslation } from 'react-i18next';
import { Press } from './Press.tsx';

export interface LetterPadProps {
  readonly rows: readonly string[];
  readonly value: string;
  readonly maxLength: number;
  /** From how many characters on it can go on. */
  readonly minLength: number;
  readonly enter: string;
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}

export function LetterPad({ rows, value, maxLength, minLength, enter, onChange, onEnter }: LetterPadProps) {
  const { t } = useTranslation();
  const full = value.length >= maxLength;
  return (
    <div className="letters">
      {rows.map((row) => (
        <div key={row} className="letters-row">
          {Array.from(row, (letter) => (
            <Press key={letter} className="letter" disabled={full} onPress={() => onChange(value + letter)}>
              {letter}
            </Press>
          ))}
        </div>
      ))}
      <div className="letters-row">
        <Press
          className="letters-delete"
          icon="backspace"
          label={t('common.delete')}
          disabled={value === ''}
          onPress={() => onChange(value.slice(0, -1))}
        />
        <Press look="main" className="letters-enter" disabled={value.length < minLength} onPress={onEnter}>
          {enter}
        </Press>
      </div>
    </div>
  );
}
