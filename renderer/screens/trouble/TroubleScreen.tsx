/** The station's database cannot be opened: what is wrong in one sentence, and the one thing to do. */
import { useTranslation } from 'react-i18next';
import type { TroubleView } from '../../../electron/contract/troubleViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { BareFrame } from '../../components/BareFrame.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';

export type ShownTrouble = Extract<TroubleView, { kind: 'CANNOT_OPEN' }>;

export function TroubleScreen({ trouble: shown }: { readonly trouble: ShownTrouble }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const { trouble, backups, contact, restoreFailed, stationId } = shown;
  const restores = trouble === 'CORRUPT' && backups === 'GOOD';
  const next = trouble === 'CORRUPT' ? t(`trouble.backups.${backups}`) : t(`trouble.next.${trouble}`);
  return (
    <BareFrame name="trouble" title={t('trouble.title', { station: stationId })}>
      <section className="bare-middle">
        <Icon name="warning" />
        <div role="alert">
          <h2 className="sentence">{t(`trouble.what.${trouble}`)}</h2>
        </div>
        <p className="lead">{restoreFailed ? t('trouble.restoreFailed') : next}</p>
        {contact === '' ? null : <p className="lead">{t('trouble.contact', { contact })}</p>}
        <div className="bare-keys">
          {restores ? (
            <Press
              look="main"
              icon="lock"
              onPress={() => controller.go({ kind: 'KEEPER_PIN', next: 'BACKUPS' })}
            >
              {t('trouble.restore')}
            </Press>
          ) : null}
          <Press look={restores ? 'plain' : 'main'} onPress={() => void controller.retryOpening()}>
            {t('trouble.retry')}
          </Press>
        </div>
      </section>
    </BareFrame>
  );
}
