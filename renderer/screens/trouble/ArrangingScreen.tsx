/** The records are put in order after a restore or a return: one moment, how far it is, and that nothing is lost by it. */
import { useTranslation } from 'react-i18next';
import { BareFrame } from '../../components/BareFrame.tsx';
import { Progress } from '../../components/Progress.tsx';

export function ArrangingScreen({ done, total }: { readonly done: number; readonly total: number }) {
  const { t } = useTranslation();
  return (
    <BareFrame name="arranging" title={t('trouble.arranging.title')}>
      <section className="bare-middle">
        <div role="status">
          <h2 className="sentence">{t('trouble.arranging.what')}</h2>
        </div>
        <Progress label={t('trouble.arranging.title')} done={done} total={total} />
        <p className="lead">{t('trouble.arranging.next')}</p>
      </section>
    </BareFrame>
  );
}
