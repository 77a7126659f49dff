/** The card's number by hand, for the day the card is at home or the scanner does not read it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Frame } from '../../components/Frame.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { ScanPicture } from '../../components/Picture.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';

const DIGITS = 10;
/** The groups in which the number is printed on the card. */
const GROUPS = [
  { from: 0, length: 4 },
  { from: 4, length: 4 },
  { from: 8, length: 2 },
] as const;

export function ByHandScreen({ next }: { readonly next: 'SIGN' | 'RECORD' | 'SHOP' }) {
  const { t } = useTranslation();
  const { state, controller, store } = useApp();
  const [digits, setDigits] = useState('');
  const title = { SIGN: t('home.signHow'), RECORD: t('record.ask'), SHOP: t('shop.ask') }[next];
  return (
    <Frame
      name="by-hand"
      title={{ SIGN: t('home.sign'), RECORD: t('home.record'), SHOP: t('shop.title') }[next]}
    >
      <section className="by-hand-scan">
        <ScanPicture text={t('picture.scan')} />
        <p className="sentence">{title}</p>
      </section>
      <section className="by-hand-pad">
        <h2>{t('byHand.title')}</h2>
        <p className="soft">{t('byHand.where')}</p>
        <DigitBoxes digits={digits} />
        {state.problem === null ? (
          <p className="problem soft">
            {digits !== '' && digits.length < DIGITS
              ? t('byHand.digitsLeft', { digits: DIGITS - digits.length })
              : null}
          </p>
        ) : (
          <ProblemLine problem={state.problem} />
        )}
        <NumberPad
          value={digits}
          maxLength={DIGITS}
          minLength={DIGITS}
          disabled={state.pending}
          onChange={(value) => {
            setDigits(value);
            store.send({ type: 'PROBLEM', problem: null });
          }}
          onEnter={() => void controller.submitCardNumber(digits)}
        />
      </section>
    </Frame>
  );
}

function DigitBoxes({ digits }: { readonly digits: string }) {
  const { t } = useTranslation();
  return (
    <div className="digits" role="img" aria-label={`${t('byHand.cardNumber')} ${digits}`}>
      {GROUPS.map(({ from, length }) => (
        <span key={from} className="digit-group">
          {Array.from({ length }, (_, place) => (
            <span key={place} className="digit figure" data-next={from + place === digits.length}>
              {digits[from + place] ?? ''}
            </span>
          ))}
        </span>
      ))}
    </div>
  );
}
