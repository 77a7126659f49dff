/** Ready reasons by touch, and words of one's own where there is a keyboard. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choices } from '../keeper/DeskForm.tsx';
import { DEFAULT_LANGUAGE } from '../../texts/i18n.ts';

/** The catalogues of reasons, by their place in the texts. */
export type ReasonList =
  | 'objectReason'
  | 'upholdReason'
  | 'dismissReason'
  | 'awardReason'
  | 'giftReason'
  | 'reverseReason'
  | 'cancelReason'
  | 'faultyReason'
  | 'backfillReason'
  | 'backfillEvidence'
  | 'backfillRejectReason';

const OTHER = 'OTHER';

/** What was chosen so far; `text` is empty while nothing is. */
export interface ReasonState {
  readonly chosen: string | null;
  readonly text: string;
}
export const NO_REASON: ReasonState = { chosen: null, text: '' };

export function Reasons(props: {
  readonly list: ReasonList;
  readonly title?: string;
  readonly value: ReasonState;
  readonly onChange: (value: ReasonState) => void;
}) {
  const { t, i18n } = useTranslation();
  const { list, value, onChange } = props;
  const [written, setWritten] = useState('');
  const ready = Object.entries(t(`points.${list}`, { returnObjects: true }));
  // The record is in the language of the village, whatever the screen is in.
  const recorded = i18n.getFixedT(DEFAULT_LANGUAGE)(`points.${list}`, { returnObjects: true });
  const choose = (chosen: string): void => {
    const text = Object.entries(recorded).find(([name]) => name === chosen)?.[1];
    onChange({ chosen, text: text ?? written.trim() });
  };
  return (
    <div className="reasons">
      <Choices
        title={props.title ?? t('points.reasonTitle')}
        options={[...ready, [OTHER, t('points.reasonOther')] as const].map(([name, text]) => ({
          value: name,
          text,
        }))}
        chosen={value.chosen}
        onChoose={choose}
      />
      {value.chosen === OTHER ? (
        <input
          className="reason-words"
          aria-label={t('points.reasonType')}
          placeholder={t('points.reasonType')}
          maxLength={100}
          value={written}
          autoFocus
          onChange={({ target }) => {
            setWritten(target.value);
            onChange({ chosen: OTHER, text: target.value.trim() });
          }}
        />
      ) : null}
    </div>
  );
}
