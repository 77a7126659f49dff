/** Ten large digits, delete, and one key that goes on. What is typed is kept by whoever shows the pad. */
import { useTranslation } from 'react-i18next';
import { Press } from './Press.tsx';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export interface NumberPadProps {
  readonly value: string;
  readonly maxLength: number;
  /** From how many digits on it can go on. */
  readonly minLength: number;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}

export function NumberPad({ value, maxLength, minLength, disabled, onChange, onEnter }: NumberPadProps) {
  const { t } = useTranslation();
  const full = value.length >= maxLength;
  const digit = (key: string) => (
    <Press
      key={key}
      className="pad-key figure"
      disabled={disabled || full}
      onPress={() => onChange(value + key)}
    >
      {key}
    </Press>
  );
  return (
    <div className="pad">
      {DIGITS.map(digit)}
      <Press
        className="pad-key"
        icon="backspace"
        label={t('common.delete')}
        disabled={disabled || value === ''}
        onPress={() => onChange(value.slice(0, -1))}
      />
      {digit('0')}
      <Press
        look="main"
        className="pad-key"
        disabled={disabled || value.length < minLength}
        onPress={onEnter}
      >
        {t('common.confirm')}
      </Press>
    </div>
  );
}
