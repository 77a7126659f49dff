/** Somebody started the program once more: for some seconds the window that is open says that it is. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../app/AppContext.ts';
import { Icon } from './Icon.tsx';

/** Long enough to be read twice. */
const SHOWN_MS = 8_000;

export function AlreadyOpen() {
  const { t } = useTranslation();
  const { state, store } = useApp();
  const { alreadyOpen } = state;
  useEffect(() => {
    if (!alreadyOpen) return undefined;
    const timer = setTimeout(() => store.send({ type: 'ALREADY_OPEN', on: false }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [alreadyOpen, store]);
  if (!alreadyOpen) return null;
  return (
    <p className="already-open" role="status">
      <Icon name="info" />
      {t('trouble.alreadyOpen')}
    </p>
  );
}
