/** While a pairing is on its way by stick: put it in, pull it out, wait for it to come back. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerProblem, PairingStick } from '../../../electron/contract/pairingViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';
import { PairingShell } from './PairingShell.tsx';

type Own = AnswerProblem | 'CANNOT_KEEP';
const OWN: readonly string[] = [
  'OTHER_STATION',
  'OTHER_REQUEST',
  'DAMAGED',
  'NOT_OUR_COUNTY',
  'NEWER_PROGRAM',
  'CANNOT_KEEP',
] satisfies Own[];
const isOwn = (problem: string): problem is Own => OWN.includes(problem);

/** What is told in large letters. */
function sayingOf({
  state,
  written,
}: PairingStick): 'insert' | 'working' | 'safe' | 'away' | 'stopped' | 'refused' {
  switch (state) {
    case 'WAITING':
      return written ? 'away' : 'insert';
    case 'WORKING':
      return 'working';
    case 'SAFE':
      return 'safe';
    case 'PROBLEM':
      return 'stopped';
    case 'REFUSED':
      return 'refused';
  }
}

export function PairingStickScreen({ pairing }: { readonly pairing: PairingStick }) {
  const [asking, setAsking] = useState(false);
  return asking ? (
    <AnewQuestion onNo={() => setAsking(false)} />
  ) : (
    <Waiting pairing={pairing} onAnew={() => setAsking(true)} />
  );
}

function Waiting({ pairing, onAnew }: { readonly pairing: PairingStick; readonly onAnew: () => void }) {
  const { t } = useTranslation();
  const { problem, refusal, stationId } = pairing;
  const saying = sayingOf(pairing);
  return (
    <PairingShell>
      <section className="pairing-busy">
        <Icon
          name={
            saying === 'safe' ? 'tick' : saying === 'stopped' || saying === 'refused' ? 'warning' : 'stick'
          }
        />
        <p className="soft">{t('pairing.stick.station', { station: stationId })}</p>
        <p className="sentence" role="status">
          {t(`pairing.stick.${saying}`)}
        </p>
        {problem === null ? null : (
          <p className="pairing-problem" role="alert">
            <Icon name="warning" />
            {isOwn(problem) ? t(`pairing.stick.answer.${problem}`) : t(`stick.problem.${problem}`)}
          </p>
        )}
        {refusal === null ? null : (
          <p className="pairing-problem" role="alert">
            <Icon name="warning" />
            {t(`pairing.problem.${refusal}`)}
          </p>
        )}
        {saying === 'working' ? null : <p className="soft">{t(`pairing.stick.${saying}Why`)}</p>}
        {saying === 'working' ? null : (
          <Press look={saying === 'refused' ? 'main' : 'plain'} onPress={onAnew}>
            {t('pairing.stick.anew')}
          </Press>
        )}
      </section>
    </PairingShell>
  );
}

function AnewQuestion({ onNo }: { readonly onNo: () => void }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  return (
    <PairingShell>
      <section className="pairing-busy">
        <Icon name="question" />
        <p className="sentence">{t('pairing.stick.anewAsk')}</p>
        <p className="soft">{t('pairing.stick.anewWhy')}</p>
        <div className="pairing-choice">
          <Press look="main" onPress={onNo}>
            {t('pairing.stick.anewNo')}
          </Press>
          <Press onPress={() => void controller.choosePairing('STICK')}>{t('pairing.stick.anewYes')}</Press>
        </div>
      </section>
    </PairingShell>
  );
}
