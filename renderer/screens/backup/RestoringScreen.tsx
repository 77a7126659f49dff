/** While the station closes, restores and opens anew: that it works, and that it is done or could not be. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RestoreEnd } from '../../../electron/contract/backupViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Frame } from '../../components/Frame.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';
import { Progress } from '../../components/Progress.tsx';

/** By then even a large station is back. */
const LONG_MS = 90_000;

export function RestoringScreen({ end }: { readonly end: RestoreEnd | null }) {
  const { t } = useTranslation();
  const { controller, state } = useApp();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  if (end !== null) {
    const done = end.kind === 'RESTORED';
    return (
      <Frame name="restoring" tone={done ? 'green' : 'amber'}>
        <h1 className="restoring-line">
          <Icon name={done ? 'tick' : 'warning'} />
          {t(done ? 'backup.restored' : 'backup.notRestored')}
        </h1>
        <p className="sentence">{t(done ? 'backup.restoredWhy' : `backup.notRestoredWhy.${end.reason}`)}</p>
        <Press className="restoring-key" onPress={controller.goHome}>
          {t('common.fine')}
        </Press>
      </Frame>
    );
  }
  const { done, total } = state.trouble?.kind === 'ARRANGING' ? state.trouble : { done: 0, total: 0 };
  return (
    <Frame name="restoring" head={<span />}>
      <h1 className="restoring-line">{t('backup.restoring')}</h1>
      <p className="sentence" role="status">
        {t(long && total === 0 ? 'backup.restoringLong' : 'backup.restoringWhy')}
      </p>
      <Progress label={t('backup.restoring')} done={done} total={total} />
    </Frame>
  );
}
