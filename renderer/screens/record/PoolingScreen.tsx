/** Whether one's family may spend one's points, too: one question, and the way to take the answer back. */
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Frame } from '../../components/Frame.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';

export function PoolingScreen({ requestId }: { readonly requestId: string }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { person, accounts } = state.visit;
  if (person === null || accounts === null) return null;
  const name = person.name === '' ? t('common.noName') : person.name;
  const given = accounts.poolingConsent;
  return (
    <Frame name="pooling" title={t('pooling.title')}>
      <h2 className="sentence">{t(given ? 'pooling.given' : 'pooling.ask', { name })}</h2>
      <p className="pooling-means">
        {given ? t(accounts.pooling ? 'pooling.givenOn' : 'pooling.givenWaits') : t('pooling.means')}
      </p>
      <ProblemLine problem={state.problem} />
      <div className="pooling-keys">
        <Press onPress={controller.goBack}>{t(given ? 'common.fine' : 'pooling.notNow')}</Press>
        <Press
          look={given ? 'plain' : 'main'}
          disabled={state.pending}
          onPress={() => void controller.account.setPooling(requestId, given ? 'WITHDRAWN' : 'GIVEN')}
        >
          {t(given ? 'pooling.withdraw' : 'pooling.agree')}
        </Press>
      </div>
    </Frame>
  );
}
