/** While the station closes, restores and opens anew: that it works, and that it is done. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Frame } from '../../components/Frame.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';

/** By then even a large station is back. */
const LONG_MS = 90_000;

export function RestoringScreen({ done }: { readonly done: boolean }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  if (done)
    return (
      <Frame name="restoring" tone="green">
        <h1 className="restoring-line">
          <Icon name="tick" />
          {t('backup.restored')}
        </h1>
        <p className="sentence">{t('backup.restoredWhy')}</p>
        <Press className="restoring-key" onPress={controller.goHome}>
          {t('common.fine')}
        </Press>
      </Frame>
    );
  return (
    <Frame name="restoring" head={<span />}>
      <h1 className="restoring-line">{t('backup.restoring')}</h1>
      <p className="sentence" role="status">
        {t(long ? 'backup.restoringLong' : 'backup.restoringWhy')}
      </p>
      <progress className="restoring-progress" aria-label={t('backup.restoring')} />
    </Frame>
  );
}
